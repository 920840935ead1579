'use strict';

/**
 * Looks at one value.
 *
 * @typedef {(value: unknown) => string | null} Check what the value must be, or null when it is that
 */

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>} a JSON object: no array, not null
 */
function isObject(value) {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @type {Check} */
const anything = () => null;

/** @type {Check} */
const object = (value) => (isObject(value) ? null : 'an object');

/** @type {Check} */
const string = (value) => (typeof value === 'string' ? null : 'a string');

/** @type {Check} */
const callable = (value) => (typeof value === 'function' ? null : 'a function');

/** @type {Check} */
const filled = (value) => (typeof value === 'string' && value !== '' ? null : 'a string that is not empty');

/**
 * @param {readonly string[]} allowed
 * @returns {Check}
 */
function oneOf(allowed) {
	return (value) => (allowed.some((entry) => entry === value) ? null : `one of ${allowed.join(', ')}`);
}

/**
 * @param {{ min?: number, above?: number, max?: number, integer?: boolean, infinite?: boolean }} [bounds]
 * `min` and `max` belong to the range, `above` does not; `infinite` lets Infinity pass
 * @returns {Check}
 */
function number(bounds = {}) {
	const { min = -Infinity, above = -Infinity, max = Infinity, integer = false, infinite = false } = bounds;
	const limits = [
		min > -Infinity ? ` from ${min}` : '',
		above > -Infinity ? ` above ${above}` : '',
		max < Infinity ? ` up to ${max}` : '',
	].join('');
	const expected = `${integer ? 'a whole number' : 'a number'}${limits}`;
	return (value) => {
		if (value === Infinity && infinite) return null;
		const fits = typeof value === 'number' && Number.isFinite(value)
			&& value >= min && value > above && value <= max
			&& (!integer || Number.isInteger(value));
		return fits ? null : expected;
	};
}

/**
 * Refuses what is no object, fields nobody knows and values that do not fit. Fields that are undefined count
 * as left out.
 *
 * @param {string} what named in front of the message, such as `task`
 * @param {unknown} value
 * @param {Record<string, Check>} checks one for every field that is allowed
 * @throws {TypeError} one line that names the field
 */
function checkFields(what, value, checks) {
	if (!isObject(value)) throw new TypeError(`${what}: must be an object`);
	for (const [field, content] of Object.entries(value)) {
		const check = Object.hasOwn(checks, field) ? checks[field] : undefined;
		if (check === undefined) {
			const known = Object.keys(checks).join(', ');
			throw new TypeError(`${what}: unknown field "${field}" (known: ${known})`);
		}
		const expected = content === undefined ? null : check(content);
		if (expected !== null) throw new TypeError(`${what}: ${field} must be ${expected}`);
	}
}

module.exports = { anything, callable, checkFields, filled, isObject, number, object, oneOf, string };

/** What the value must be, or null when it is that */
export type Check = (value: unknown) => string | null;

/** @returns a JSON object: no array, not null */
export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const anything: Check = () => null;

export const object: Check = (value) => (isObject(value) ? null : 'an object');

export const string: Check = (value) => (typeof value === 'string' ? null : 'a string');

export const callable: Check = (value) => (typeof value === 'function' ? null : 'a function');

export const filled: Check = (value) => (typeof value === 'string' && value !== '' ? null : 'a string that is not empty');

export function oneOf(allowed: readonly string[]): Check {
	return (value) => (allowed.some((entry) => entry === value) ? null : `one of ${allowed.join(', ')}`);
}

/**
 * @param bounds
 * `min` and `max` belong to the range, `above` does not; `infinite` lets Infinity pass
 */
export function number(bounds: { min?: number; above?: number; max?: number; integer?: boolean; infinite?: boolean; } = {}): Check {
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
 * @param what named in front of the message, such as `task`
 * @param checks one for every field that is allowed
 * @throws one line that names the field
 */
export function checkFields(what: string, value: unknown, checks: Record<string, Check>) {
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

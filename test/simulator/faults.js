'use strict';

const { checkFields, filled, number, oneOf } = require('./check');
const { FAULT_KINDS } = require('./faultKinds');

/** @import { Check } from './check' */
/** @import { FaultKind, FaultKindName, FaultParams } from './faultKinds' */
/** @import { SimulatedRequest } from './host' */
/** @import { HostName } from './log' */

/**
 * Which requests a fault meets. Left-out filters match everything.
 *
 * @typedef {object} FaultFilter
 * @property {HostName} [host] default `api`
 * @property {string} [method]
 * @property {string | RegExp} [path] a part of the path with its query, or a pattern
 * @property {string} [id] a task's id, as the path names it; a create names none
 * @property {number} [times] how many requests it is applied to, default 1; Infinity is allowed
 * @property {number} [after] how many matching requests pass first, default 0; those that another fault took
 * count
 */

/** @typedef {FaultFilter & FaultParams & { kind: FaultKindName }} FaultOptions */

/**
 * @typedef {object} FaultHandle
 * @property {number} used how many requests it was applied to
 * @property {() => void} remove
 */

/** @typedef {{ options: FaultOptions, kind: FaultKind, skip: number, used: number }} Fault */

/** @type {Record<string, Check>} */
const FILTERS = {
	kind: filled,
	host: oneOf(['api', 'files']),
	method: filled,
	path: (value) => (value instanceof RegExp ? null : filled(value)),
	id: filled,
	times: number({ min: 1, integer: true, infinite: true }),
	after: number({ min: 0, integer: true }),
};

/**
 * @param {unknown} name
 * @returns {name is FaultKindName}
 */
function isKind(name) {
	return typeof name === 'string' && Object.hasOwn(FAULT_KINDS, name);
}

/**
 * @param {FaultOptions} options
 * @returns {FaultKind}
 * @throws {TypeError}
 */
function checkedKind(options) {
	const name = /** @type {unknown} */ (options?.kind);
	if (!isKind(name)) {
		throw new TypeError(`fault: kind must be one of ${Object.keys(FAULT_KINDS).join(', ')}`);
	}
	const kind = FAULT_KINDS[name];
	checkFields(`fault ${name}`, options, { ...FILTERS, ...kind.params });
	const { host = 'api' } = options;
	if (!kind.hosts.includes(host)) {
		throw new TypeError(`fault ${name}: host must be ${kind.hosts.join(' or ')}`);
	}
	const problem = kind.problem?.(options) ?? null;
	if (problem !== null) throw new TypeError(`fault ${name}: ${problem}`);
	return kind;
}

/**
 * @param {Fault} fault
 * @param {SimulatedRequest} request
 */
function matches({ options, kind }, request) {
	const { host = 'api', method = kind.method, path, id } = options;
	if (host !== request.host || (id !== undefined && id !== request.id)) return false;
	if (method !== undefined && method.toUpperCase() !== request.method) return false;
	if (kind.bodyOnly === true && request.method === 'HEAD') return false;
	if (path instanceof RegExp) return request.url.search(path) !== -1;
	return path === undefined || request.url.includes(path);
}

/** The faults that were asked for, in that order. */
class FaultList {
	/** @type {Fault[]} */
	#faults = [];

	/**
	 * @param {FaultOptions} options
	 * @returns {FaultHandle}
	 * @throws {TypeError} an unknown kind, or a field that is unknown or does not fit the kind
	 */
	add(options) {
		const kind = checkedKind(options);
		/** @type {Fault} */
		const fault = { options, kind, skip: options.after ?? 0, used: 0 };
		this.#faults.push(fault);
		return {
			get used() {
				return fault.used;
			},
			remove: () => {
				this.#faults = this.#faults.filter((other) => other !== fault);
			},
		};
	}

	/**
	 * The first fault whose turn it is; it is one use shorter then.
	 *
	 * @param {SimulatedRequest} request
	 * @returns {Fault | null}
	 */
	take(request) {
		/** @type {Fault | null} */
		let taken = null;
		for (const fault of this.#faults) {
			if (fault.used >= (fault.options.times ?? 1) || !matches(fault, request)) continue;
			if (fault.skip > 0) fault.skip--;
			else taken ??= fault;
		}
		if (taken !== null) taken.used++;
		return taken;
	}

	clear() {
		this.#faults = [];
	}
}

module.exports = { FaultList };

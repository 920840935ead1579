'use strict';

const { checkFields, number, oneOf } = require('./check');

/**
 * @typedef {object} RateLimit
 * @property {number} requests how many a key may send
 * @property {number} seconds in any window of so many real seconds
 * @property {'GET' | 'POST'} [method] only requests of this method count and are refused; default: all
 * @property {boolean | 'date'} [retryAfter] true: 429 comes with Retry-After in seconds; 'date': as an HTTP
 * date. Default false
 */

/**
 * @param {unknown} limit
 * @throws {TypeError}
 */
function checkRateLimit(limit) {
	checkFields('rateLimit', limit, {
		requests: number({ min: 1, integer: true }),
		seconds: number({ above: 0 }),
		method: oneOf(['GET', 'POST']),
		retryAfter: (value) => (typeof value === 'boolean' ? null : oneOf(['date'])(value)),
	});
}

/** A sliding window a key. Requests that were refused do not count. The vendor gives no figures. */
class RateLimiter {
	/** @type {Map<string, number[]>} */
	#accepted = new Map();
	#limit;

	/** @param {RateLimit} limit */
	constructor(limit) {
		this.#limit = limit;
	}

	/**
	 * @param {string} key
	 * @param {string} method
	 * @param {number} now ms
	 * @returns {{ retryAfter: string | null } | null} null when the request may pass
	 */
	take(key, method, now) {
		const { requests, seconds, method: limited = method, retryAfter = false } = this.#limit;
		if (method !== limited) return null;
		const times = (this.#accepted.get(key) ?? []).filter((time) => time > now - seconds * 1000);
		this.#accepted.set(key, times);
		const oldest = times[0];
		if (times.length < requests || oldest === undefined) {
			times.push(now);
			return null;
		}
		const free = oldest + seconds * 1000;
		switch (retryAfter) {
			case false:
				return { retryAfter: null };
			case true:
				return { retryAfter: String(Math.ceil((free - now) / 1000)) };
			case 'date':
				return { retryAfter: new Date(Math.ceil(free / 1000) * 1000).toUTCString() };
		}
	}
}

module.exports = { RateLimiter, checkRateLimit };

export interface RateLimit {
	/** How many a key may send */
	requests: number;
	/** In any window of so many seconds */
	seconds: number;
	/** True: 429 comes with Retry-After in seconds */
	retryAfter?: boolean;
}

/** A sliding window a key. Requests that were refused do not count. The vendor gives no figures. */
export class RateLimiter {
	#accepted: Map<string, number[]> = new Map();
	#limit: RateLimit;

	constructor(limit: RateLimit) {
		this.#limit = limit;
	}

	/**
	 * @param now ms
	 * @returns null when the request may pass, else the headers of the refusal
	 */
	refusal(key: string, now: number): Record<string, string> | null {
		const { requests, seconds, retryAfter } = this.#limit;
		const times = (this.#accepted.get(key) ?? []).filter((time) => time > now - seconds * 1000);
		this.#accepted.set(key, times);
		const [oldest] = times;
		if (times.length < requests || oldest === undefined) {
			times.push(now);
			return null;
		}
		return retryAfter ? { 'retry-after': String(Math.ceil((oldest + seconds * 1000 - now) / 1000)) } : {};
	}
}

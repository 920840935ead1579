import { z } from 'zod/v4';

export const RATE_LIMIT = z.strictObject({
	/** How many a key may send */
	requests: z.int().min(1),
	/** In any window of so many real seconds */
	seconds: z.number().positive(),
	/** `calendar`: windows of so many seconds follow each other, and each begins at zero */
	window: z.enum(['sliding', 'calendar']).default('sliding'),
	/** Only requests of this method count and are refused; default: all */
	method: z.enum(['GET', 'POST']).optional(),
	/** True: 429 comes with Retry-After in seconds; 'date': as an HTTP date */
	retryAfter: z.union([z.boolean(), z.literal('date')], 'expected true, false or "date"').default(false),
});

/** A sliding window a key, or calendar seconds. Requests that were refused do not count. The vendor gives no figures. */
export class RateLimiter {
	#accepted: Map<string, number[]> = new Map();
	#limit: z.output<typeof RATE_LIMIT>;

	constructor(limit: z.output<typeof RATE_LIMIT>) {
		this.#limit = limit;
	}

	/**
	 * @param now ms
	 * @returns null when the request may pass
	 */
	take(key: string, method: string, now: number): { retryAfter: string | null } | null {
		const { requests, seconds, window, method: limited = method, retryAfter } = this.#limit;
		if (method !== limited) return null;
		const length = seconds * 1000;
		const begin = window === 'calendar' ? Math.floor(now / length) * length : now - length;
		const isInside = (time: number) => (window === 'calendar' ? time >= begin : time > begin);
		const times = (this.#accepted.get(key) ?? []).filter(isInside);
		this.#accepted.set(key, times);
		const oldest = times[0];
		if (times.length < requests || oldest === undefined) {
			times.push(now);
			return null;
		}
		const free = (window === 'calendar' ? begin : oldest) + length;
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

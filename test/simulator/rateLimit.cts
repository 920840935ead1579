export interface RateLimit {
	/** How many a key may send */
	requests: number;
	/** In any window of so many seconds */
	seconds: number;
	/** `calendar`: windows follow each other, and each begins at zero. Default: they slide */
	window?: 'sliding' | 'calendar';
	/** By which share of a window the clock that these follow is ahead */
	ahead?: number;
	/** True: 429 comes with Retry-After in seconds */
	retryAfter?: boolean;
}

/** Windows of each key. Requests that were refused do not count. The vendor gives no figures. */
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
		const { requests, seconds, window, ahead = 0, retryAfter } = this.#limit;
		const length = seconds * 1000;
		const isCalendar = window === 'calendar';
		const begin = now - (isCalendar ? (now + ahead * length) % length : length);
		const isInside = (time: number) => (isCalendar ? time >= begin : time > begin);
		const times = (this.#accepted.get(key) ?? []).filter(isInside);
		this.#accepted.set(key, times);
		const [oldest] = times;
		if (times.length < requests || oldest === undefined) {
			times.push(now);
			return null;
		}
		const free = (isCalendar ? begin : oldest) + length;
		return retryAfter ? { 'retry-after': String(Math.ceil((free - now) / 1000)) } : {};
	}
}

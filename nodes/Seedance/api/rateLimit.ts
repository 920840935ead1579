/** Longest rest after a 429 that names no time, in milliseconds: a minute is the usual window of a rate limit. */
const LONGEST_REST_MS = 60_000;

/**
 * How long all requests rest after a first 429 that names no time, in milliseconds; doubles with each further
 * one, so that the rests before four retries, the default, add up to that window.
 */
const FIRST_REST_MS = LONGEST_REST_MS / (1 + 2 + 4 + 8);

/**
 * The rest that every request of a run takes after one of them was told to slow down (429). Requests ask for
 * the rest that remains before they go out.
 */
export class RateLimit {
	private restUntil = 0;

	private restBegan = 0;

	private refusals = 0;

	/** Whether the last the API said is that there is no room: then one request at a time finds out if there is. */
	get isLimited(): boolean {
		return this.refusals > 0;
	}

	/** Milliseconds until requests may go out again; 0 when they may now. */
	remainingMs(now: number): number {
		return Math.max(0, this.restUntil - now);
	}

	/**
	 * Takes note of a 429.
	 *
	 * @param sentAt when the refused request went out, in milliseconds since 1970
	 * @param now when the refusal came back
	 * @param retryAfterMs how long the API asked to be left alone, where it did
	 */
	refused(sentAt: number, now: number, retryAfterMs?: number): void {
		// Requests that were under way when the rest began say nothing new about how long it has to be.
		const isNews = sentAt >= this.restBegan;
		if (isNews) this.refusals++;
		const guess = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** (this.refusals - 1));
		const rest = retryAfterMs ?? (isNews ? guess : 0);
		if (now + rest <= this.restUntil) return;
		this.restBegan = now;
		this.restUntil = now + rest;
	}

	/** Takes note of whatever was not a 429: the API has room again. */
	accepted(sentAt: number): void {
		if (sentAt >= this.restUntil) this.refusals = 0;
	}
}

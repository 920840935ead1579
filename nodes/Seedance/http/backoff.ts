/** First step of the back-off, in milliseconds. */
const BACKOFF_BASE_MS = 500;

/** Longest step of the back-off, in milliseconds. */
export const BACKOFF_CAP_MS = 30_000;

/**
 * Exponential back-off with full jitter: any time between nothing and a bound that doubles with every retry,
 * so that items that failed together don't come back together. Source: Marc Brooker, "Exponential Backoff And
 * Jitter", AWS Architecture Blog, 2015.
 *
 * @param retry which retry this is, from 1
 * @param random a number from 0 to 1
 * @returns milliseconds to wait
 */
export function backoffMs(retry: number, random: number): number {
	const bound = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** (retry - 1));
	return Math.round(bound * random);
}

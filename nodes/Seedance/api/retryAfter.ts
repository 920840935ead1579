/** Longest rest that is believed, in milliseconds: a day, after which no task is left to ask for. */
const LONGEST_MS = 24 * 60 * 60 * 1000;

/**
 * Reads a `Retry-After` header: whole seconds, or an HTTP date (RFC 9110 section 10.2.3).
 *
 * @param header the header's value as it came
 * @param now the present time, in milliseconds since 1970
 * @returns milliseconds to wait, never negative and no more than a day; undefined where the header is missing or neither form
 */
export function parseRetryAfter(header: unknown, now: number): number | undefined {
	const value = Array.isArray(header) ? header[0] : header;
	if (typeof value !== 'string' && typeof value !== 'number') return undefined;
	const text = String(value).trim();
	if (/^\d+(\.\d+)?$/.test(text)) return Math.min(LONGEST_MS, Math.round(Number(text) * 1000));
	// Date.parse takes almost anything ("-5" is a month): a date has a letter in it.
	const date = /[a-z]/i.test(text) ? Date.parse(text) : NaN;
	return Number.isNaN(date) ? undefined : Math.min(LONGEST_MS, Math.max(0, date - now));
}

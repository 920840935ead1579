/** What an answer says about itself where it is an error and not a task. */
export interface ErrorEnvelope {
	/** The API's own words, trimmed and shortened; empty where it gave none. */
	words: string;
	/** The API's own error code, where it gave one. */
	code?: string | number;
}

// Longer words than these don't fit the error box and are most likely a page or a dump.
const LONGEST_WORDS = 300;

/**
 * Finds the error in a body. The API documents no error bodies, so every common shape is read:
 * `{error: "…"}`, `{error: {message, code}}`, `{code, message}`, `{code, msg}`; anything else has no words.
 */
export function readEnvelope(body: unknown): ErrorEnvelope | undefined {
	if (!isObject(body)) return undefined;
	const inner = isObject(body.error) ? body.error : body;
	const words = firstText(inner.message, inner.msg, body.error, body.message, body.msg);
	const code = firstCode(inner.code, body.code);
	if (words === '' && code === undefined) return undefined;
	return { words, code };
}

/** Whether a value is a plain JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One line of readable text: white space folded, cut to what an error box holds. */
export function oneLine(text: string): string {
	const folded = text.replace(/\s+/g, ' ').trim();
	return folded.length > LONGEST_WORDS ? `${folded.slice(0, LONGEST_WORDS)}…` : folded;
}

function firstText(...candidates: unknown[]): string {
	for (const candidate of candidates) {
		if (typeof candidate === 'string' && candidate.trim() !== '') return oneLine(candidate);
	}
	return '';
}

function firstCode(...candidates: unknown[]): string | number | undefined {
	return candidates.find(
		(candidate): candidate is string | number =>
			typeof candidate === 'number' || (typeof candidate === 'string' && candidate !== ''),
	);
}

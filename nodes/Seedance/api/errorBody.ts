import { isObject, oneLine } from '../shared/text';

/** What an answer says about itself where it is an error and not a task. */
export interface ErrorBody {
	/** The API's own words on one line; empty where it gave none. */
	words: string;
	/** The API's own error code, where it gave one: a number, a number as text, or a name. */
	code?: string | number;
}

/**
 * Finds the error in a body. The API documents no error bodies, so every common shape is read:
 * `{error: "…"}`, `{error: {message, code}}`, `{code, message}`, `{code, msg}`; anything else has no words.
 */
export function readErrorBody(body: unknown): ErrorBody | undefined {
	if (!isObject(body)) return undefined;
	const inner = isObject(body.error) ? body.error : body;
	const words = firstText(inner.message, inner.msg, body.error, body.message, body.msg);
	const code = firstCode(inner.code, body.code);
	if (words === '' && code === undefined) return undefined;
	return { words, code };
}

/** The API's words in a field that holds an error as text or as an object; empty where there are none. */
export function errorWords(error: unknown): string {
	if (typeof error === 'string') return oneLine(error);
	const errorBody = readErrorBody(error);
	return errorBody?.words || (errorBody?.code === undefined ? '' : `code ${errorBody.code}`);
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
			typeof candidate === 'number' || (typeof candidate === 'string' && candidate.trim() !== ''),
	);
}

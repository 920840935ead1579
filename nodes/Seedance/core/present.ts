import { fullDescription, type ItemError } from './error';
import { cut, redactDeep } from './text';

/** Longest message that fits into the line of an error box, in characters. */
const LONGEST_MESSAGE = 400;

/**
 * An error as it may be shown: secrets are taken out of it before anything is shortened, so that no part of one is left.
 *
 * @param redact takes the API key out of text
 */
export function present(error: ItemError, redact: (text: string) => string): ItemError {
	return {
		...error,
		message: cut(redact(error.message), LONGEST_MESSAGE),
		description: redact(fullDescription(error)),
		said: undefined,
		details: error.details && (redactDeep(error.details, redact) as Record<string, unknown>),
	};
}

import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { ItemError } from './error';
import { cut, redactDeep } from './text';

/** Longest texts in an error box, in characters. A description may name all IDs of a run, and none of them may be lost. */
const IN_OUTPUT = { message: 400, description: Infinity, said: 300 };

/** Longest texts of a request's error, in characters: later errors quote it, and n8n stores it with a wait. */
export const OF_REQUEST = { message: 300, description: 600, said: 300 };

/**
 * An error as it may be shown and stored. Whatever quotes a server, the network or n8n has to pass through here uncut.
 *
 * @param redact takes the API key out of text
 */
export function present(error: ItemError, redact: (text: string) => string, longest = IN_OUTPUT): ItemError {
	const { message, description, said, details } = error;
	return {
		...error,
		message: presentText(message, redact, longest.message),
		description: presentText(description, redact, longest.description),
		said: said && presentText(said, redact, longest.said),
		details: details && (redactDeep(details, redact) as Record<string, unknown>),
	};
}

/** Text without the API key, then cut: the other way round, a part of the key could be left at its end. */
export function presentText(text: string, redact: (text: string) => string, longest: number): string {
	return cut(redact(text), longest);
}

/**
 * Says something in n8n's log and, during a manual run, in the browser's console.
 *
 * @param redact takes the API key out of text
 * @param facts what the log has besides the line
 */
export function tell(
	context: Pick<IExecuteFunctions, 'logger' | 'sendMessageToUI'>,
	redact: (text: string) => string,
	level: 'info' | 'warn',
	line: string,
	facts: IDataObject = {},
): void {
	const text = redact(line);
	context.logger[level](text, redactDeep(facts, redact) as IDataObject);
	context.sendMessageToUI(text);
}

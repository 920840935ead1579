/**
 * What can go wrong when the API is asked.
 *
 * | kind | what happened |
 * | --- | --- |
 * | `badCredential` | the credential can't be used: no key, a key that can't be a key, a base URL that is none |
 * | `unauthorized`, `forbidden`, `notFound` | 401, 403, 404, as a status or as the code of an error envelope |
 * | `rejected` | any other 4xx: the request itself is wrong |
 * | `rateLimited` | 429 |
 * | `serverError` | 5xx |
 * | `timeout` | no complete answer within the time limit, or 408 |
 * | `connection` | no connection, or it broke |
 * | `redirect` | 3xx: not followed, so that the key stays with its host |
 * | `unreadable` | an answer that is not a task: HTML, empty, not JSON, too large, an error under HTTP 200 |
 * | `canceled` | the user stopped the execution |
 */
export type FaultKind =
	| 'badCredential'
	| 'unauthorized'
	| 'forbidden'
	| 'notFound'
	| 'rejected'
	| 'rateLimited'
	| 'serverError'
	| 'timeout'
	| 'connection'
	| 'redirect'
	| 'unreadable'
	| 'canceled';

/** A failed question, in words for the person in n8n's editor. Never holds the API key. */
export interface Fault {
	kind: FaultKind;
	/** One line: what happened. */
	message: string;
	/** What to do about it, and what the API itself said. */
	description: string;
	/** HTTP status, where there was an answer. */
	httpStatus?: number;
	/** Set where the request certainly never reached the server. */
	unsent?: true;
	/** How long the API asked to be left alone, in milliseconds. */
	retryAfterMs?: number;
}

/** Either what was asked for, or the fault that stood in the way. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; fault: Fault };

/** Wraps a value as a successful outcome. */
export function success<T>(value: T): Outcome<T> {
	return { ok: true, value };
}

/** Wraps a fault as a failed outcome. */
export function failure(fault: Fault): { ok: false; fault: Fault } {
	return { ok: false, fault };
}

const RETRIABLE: readonly FaultKind[] = ['rateLimited', 'serverError', 'timeout', 'connection'];
const LASTING: readonly FaultKind[] = [
	'badCredential',
	'unauthorized',
	'forbidden',
	'notFound',
	'rejected',
	'canceled',
];

/** Whether asking the same question again at once may get an answer. */
export function isRetriable(fault: Fault): boolean {
	return RETRIABLE.includes(fault.kind);
}

/** Whether no amount of waiting will change the answer. */
export function isLasting(fault: Fault): boolean {
	return LASTING.includes(fault.kind);
}

import type { Failure } from 'n8n-workflow';

/** What follows from a kind of error. */
interface Meaning {
	/** Whether the same request may succeed if it is sent again at once. */
	retried: boolean;
	/**
	 * What happens to a wait. `passes`: it goes on until its time is over. `passesLater`: it ends if this is the first status
	 * check, and goes on otherwise. `passesAFewTimes`: it goes on for at most `MAX_STRAY_ANSWERS` of these in a row.
	 */
	waiting: 'ends' | 'passes' | 'passesLater' | 'passesAFewTimes';
	/** Whether a create that ended so may have made something, which is billed. */
	mayBeCreated: boolean;
	/** What n8n is told of the cause; left out where it is not known for certain, or n8n has no word for it. */
	cause?: Failure['cause'];
}

const ENDS: Meaning = { retried: false, waiting: 'ends', mayBeCreated: false };
const PASSES: Meaning = { retried: true, waiting: 'passes', mayBeCreated: true };
const UNAVAILABLE: Meaning = { ...PASSES, cause: 'temporarily-unavailable' };

/** Every kind of error, and what follows from it. */
const KINDS = {
	/** A parameter or an incoming item can't be used, or an expression threw. */
	badInput: { ...ENDS, cause: 'configuration-invalid' },
	/** The credential can't be used: none is chosen, no key, one that can't be a key, a base URL that is none. */
	badCredential: { ...ENDS, cause: 'credential-invalid' },
	/** The key was refused, in any envelope. A wait that was answered before goes on for a few of these. */
	unauthorized: { ...ENDS, cause: 'credential-invalid' },
	/** 402 to a create: the account has no credit. */
	noCredit: { ...ENDS, cause: 'quota-exhausted' },
	/** 403. */
	forbidden: { ...ENDS, cause: 'configuration-invalid' },
	/** The API knows nothing of this ID, in any envelope. */
	notFound: { ...ENDS, cause: 'configuration-invalid' },
	/** The API has nothing at this address: the base URL is wrong. */
	wrongAddress: { ...ENDS, cause: 'configuration-invalid' },
	/** Any other 4xx: the request itself is wrong. */
	rejected: ENDS,
	/** 429. Nothing was done, so a create may be sent again too. */
	rateLimited: { ...PASSES, mayBeCreated: false, cause: 'rate-limited' },
	/** 5xx, as a status or as the code of an error envelope. */
	serverError: UNAVAILABLE,
	/** No complete answer within the time limit, or 408. */
	timeout: UNAVAILABLE,
	/** The connection broke; the request may have arrived. */
	connection: UNAVAILABLE,
	/** There was no connection, because of the network: no route, no answer from the name server, a time-out. */
	notConnected: { ...UNAVAILABLE, mayBeCreated: false },
	/** There was no connection: the host does not exist or refused it. The host is the server or a proxy. */
	unreachable: { ...UNAVAILABLE, waiting: 'passesLater', mayBeCreated: false },
	/** There was no secure connection: a bad certificate, or no TLS. A retry seconds later can't help. */
	untrusted: {
		retried: false,
		waiting: 'passesLater',
		mayBeCreated: false,
		cause: 'configuration-invalid',
	},
	/** A proxy did not let the request through. */
	proxyRefused: { retried: false, waiting: 'passesLater', mayBeCreated: false },
	/** n8n itself allows no request to this address. */
	blocked: { ...ENDS, cause: 'configuration-invalid' },
	/** 204, or an empty body. */
	empty: UNAVAILABLE,
	/** 3xx. Redirects are not followed, so that the key stays with its host. */
	redirect: { retried: false, waiting: 'passesAFewTimes', mayBeCreated: false },
	/** An error under a success status, with a message or code that this node does not know. */
	unknownError: { retried: false, waiting: 'passesAFewTimes', mayBeCreated: false },
	/** An answer that is neither a result nor an error: HTML, not JSON, too large, about something else. */
	unreadable: { retried: false, waiting: 'passesAFewTimes', mayBeCreated: true },
	/** What was polled ended without a result: it failed or was cancelled. */
	ended: ENDS,
	/** It has an undocumented status. */
	unknownStatus: ENDS,
	/** It is done but has no result. */
	noResult: ENDS,
	/** The wait has timed out. */
	gaveUp: ENDS,
	/** An unexpected exception during or after a request. */
	internal: { ...ENDS, mayBeCreated: true, cause: 'node-defect' },
	/** The request had no turn in time: the queue was too long, or the API asked for a longer cooldown. */
	notSent: { ...PASSES, retried: false, mayBeCreated: false },
	/** The user stopped the execution, or the run ended, while a request was in flight. */
	canceled: { ...ENDS, mayBeCreated: true },
	/** The same, before the request was sent. */
	withdrawn: ENDS,
	/** n8n could not store a file. */
	storage: ENDS,
	/** A file is larger than it may be. */
	tooLarge: ENDS,
	/** A wait ended before what it waited for. */
	waitLost: ENDS,
} as const satisfies Record<string, Meaning>;

/** What went wrong; see `KINDS`. */
export type ErrorKind = keyof typeof KINDS;

/** What a kind of error means: whether to send again, whether a wait goes on, whether a create may have worked. */
export function meaningOf({ kind }: Pick<ItemError, 'kind'>): Meaning {
	return KINDS[kind];
}

/**
 * What n8n and its agents are told of the cause of an error, beside the words: n8n reads it from 2.37 on, and older ones
 * ignore it.
 *
 * @returns undefined where the cause is not known for certain, or n8n has no word for it
 */
export function failureOf(error: Pick<ItemError, 'kind' | 'retryAfterMs'>): Failure | undefined {
	const { retryAfterMs } = error;
	// Not sent, because the API had asked for a longer cooldown before.
	const isHeldBack = error.kind === 'notSent' && retryAfterMs !== undefined;
	const { cause } = isHeldBack ? KINDS.rateLimited : meaningOf(error);
	switch (cause) {
		case 'rate-limited':
		case 'quota-exhausted':
		case 'temporarily-unavailable':
			return { cause, ...(retryAfterMs !== undefined && { retryAfterMs }) };
		default:
			return cause && { cause };
	}
}

/**
 * Why an item has no result, for the person in n8n's editor.
 */
export interface ItemError {
	kind: ErrorKind;
	/** One line: what happened. */
	message: string;
	/** What to do about it. */
	description: string;
	/** The API's own message, if it gave one. */
	said?: string;
	/** HTTP status, where there was an answer. */
	httpStatus?: number;
	/** The cooldown that the API asked for, in milliseconds. */
	retryAfterMs?: number;
	/**
	 * More of what an error item outputs as `details`: what was polled, as last seen, so that its ID is not lost. Its
	 * resource names the field.
	 */
	details?: Record<string, unknown>;
	/** The item it belongs to, if that is not the current one. */
	itemIndex?: number;
}

/** Whether an error means that no request was sent. */
export function wasNotSent({ kind }: Pick<ItemError, 'kind'>): boolean {
	return kind === 'notSent' || kind === 'withdrawn';
}

/** Whether an error means that the run was stopped. */
export function wasStopped({ kind }: Pick<ItemError, 'kind'>): boolean {
	return kind === 'canceled' || kind === 'withdrawn';
}

/** What to do about an error, and what the API said. */
export function fullDescription({ description, said }: Pick<ItemError, 'description' | 'said'>): string {
	return said ? `${description} The API said: ${said}` : description;
}

/** A value, or the error that prevented it. */
export type Result<T> = { ok: true; value: T } | { ok: false; error: ItemError };

/** Wraps a value as a successful result. */
export function success<T>(value: T): Result<T> {
	return { ok: true, value };
}

/** Wraps an error as a failed result. */
export function failure(error: ItemError): { ok: false; error: ItemError } {
	return { ok: false, error };
}

/** A parameter that can't be used. `Items` adds the node and the item. */
export class InputError extends Error {
	/**
	 * @param message what is wrong
	 * @param description what to do about it
	 */
	constructor(
		message: string,
		readonly description: string,
	) {
		super(message);
	}
}

/** The error for a thrown value: of an expression, of a bound, or of a bug. */
export function thrownError(error: unknown): ItemError {
	if (!(error instanceof Error)) {
		const words =
			typeof error === 'string' && error !== '' ? error : 'Something went wrong that this node does not know';
		return {
			kind: 'badInput',
			message: words,
			description: 'Try again; if it stays so, please report it with the workflow.',
		};
	}
	const description = (error as { description?: unknown }).description;
	return {
		kind: 'badInput',
		message: error.message || error.name,
		description: typeof description === 'string' ? description : '',
	};
}

/**
 * The error for an unexpected exception after a request was sent.
 *
 * @param when the rest of a sentence that begins with "Something went wrong"
 */
export function internalError(thrown: unknown, when: string): ItemError {
	const { message, description } = thrownError(thrown);
	return {
		kind: 'internal',
		message: `Something went wrong ${when}: ${message}`,
		description: description || 'If it happens again, please report it with the workflow.',
	};
}

/** What a kind of fault means to whoever meets it. */
interface Meaning {
	/** Whether the same question may get an answer when it is asked again at once. */
	retried: boolean;
	/**
	 * What becomes of a wait: it ends; it goes on until it is given up; or it goes on, but not for more than
	 * `MOST_ODD_ANSWERS` such answers in a row.
	 */
	waiting: 'ends' | 'passes' | 'passesAFewTimes';
	/** Whether the task of a create that met this may exist, and be billed, all the same. */
	mayBeCreated: boolean;
}

const ENDS: Meaning = { retried: false, waiting: 'ends', mayBeCreated: false };
const PASSES: Meaning = { retried: true, waiting: 'passes', mayBeCreated: true };

/** What can go wrong when the API is asked, and what each of it means. */
const MEANINGS = {
	/** The credential can't be used: no key, one that can't be a key, a base URL that is none. */
	badCredential: ENDS,
	/** The key was refused, in whatever envelope. A wait that was answered before lets a few of them pass. */
	unauthorized: ENDS,
	/** 402 to a create, 403. */
	forbidden: ENDS,
	/** No such task, in whatever envelope. */
	notFound: ENDS,
	/** A server of the API that has nothing at this address: the base URL is wrong. */
	wrongAddress: ENDS,
	/** Any other 4xx: the request itself is wrong. */
	rejected: ENDS,
	/** 429. Nothing was done, so that a create may be sent again too. */
	rateLimited: { ...PASSES, mayBeCreated: false },
	/** 5xx, as a status or as the code of an error envelope. */
	serverError: PASSES,
	/** No complete answer within the time limit, or 408. */
	timeout: PASSES,
	/** No connection, or it broke. */
	connection: PASSES,
	/** 204, or a body of nothing. */
	empty: PASSES,
	/** 3xx: not followed, so that the key stays with its host. */
	redirect: { retried: false, waiting: 'passesAFewTimes', mayBeCreated: false },
	/** An error under a success status, in words or with a code that this node doesn't know. */
	unknownError: { retried: false, waiting: 'passesAFewTimes', mayBeCreated: false },
	/** An answer that is neither a task nor an error: HTML, not JSON, too large, another task. */
	unreadable: { retried: false, waiting: 'passesAFewTimes', mayBeCreated: true },
	/** The user stopped the execution, or the run is over. */
	canceled: { ...ENDS, mayBeCreated: true },
} as const satisfies Record<string, Meaning>;

/** What went wrong; see `MEANINGS`. */
export type FaultKind = keyof typeof MEANINGS;

/** What a kind of fault means: whether to ask again, whether a wait goes on, whether a create may have worked. */
export function meaningOf({ kind }: Pick<Fault, 'kind'>): Meaning {
	return MEANINGS[kind];
}

/** A failed request, in words for the person in n8n's editor. What leaves the client never holds the API key. */
export interface Fault {
	kind: FaultKind;
	/** One line: what happened. */
	message: string;
	/** What to do about it. */
	description: string;
	/** What the API itself said, where it said something. */
	said?: string;
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

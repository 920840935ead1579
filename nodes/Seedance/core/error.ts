/** What a kind of error means to whoever meets it. */
interface Meaning {
	/** Whether the same request may succeed when it is sent again at once. */
	retried: boolean;
	/**
	 * What becomes of a wait: it ends; it goes on until it is given up; it ends at the first status check, and later goes
	 * on; or it goes on, but not for more than `MAX_ANSWERS_WITHOUT_TASK` such answers in a row.
	 */
	waiting: 'ends' | 'passes' | 'passesLater' | 'passesAFewTimes';
	/** Whether a create that met this may have made a task, which is billed. */
	mayBeCreated: boolean;
}

const ENDS: Meaning = { retried: false, waiting: 'ends', mayBeCreated: false };
const PASSES: Meaning = { retried: true, waiting: 'passes', mayBeCreated: true };

/** Every kind of error there is, and what it means: the one place that says so. */
const KINDS = {
	/** A parameter or an incoming item can't be used, or an expression threw. */
	badInput: ENDS,
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
	/** A connection that broke: something may have arrived. */
	connection: PASSES,
	/** No connection came about, for a reason of the network: no route, no answer of the name server, a time-out. */
	notConnected: { ...PASSES, mayBeCreated: false },
	/** No connection came about, since nobody is there: no such host, refused. Of the server, or of a proxy. */
	unreachable: { ...PASSES, waiting: 'passesLater', mayBeCreated: false },
	/** No secure connection came about: the certificate, or no TLS. Seconds don't mend it. */
	untrusted: { retried: false, waiting: 'passesLater', mayBeCreated: false },
	/** A proxy did not let the request through. */
	proxyRefused: { retried: false, waiting: 'passesLater', mayBeCreated: false },
	/** n8n itself allows no request to this address. */
	blocked: ENDS,
	/** 204, or a body of nothing. */
	empty: PASSES,
	/** 3xx: not followed, so that the key stays with its host. */
	redirect: { retried: false, waiting: 'passesAFewTimes', mayBeCreated: false },
	/** An error under a success status, in words or with a code that this node doesn't know. */
	unknownError: { retried: false, waiting: 'passesAFewTimes', mayBeCreated: false },
	/** An answer that is neither a task nor an error: HTML, not JSON, too large, another task. */
	unreadable: { retried: false, waiting: 'passesAFewTimes', mayBeCreated: true },
	/** The task ended without a video: it failed or was cancelled. */
	taskFailed: ENDS,
	/** The task has a status that nobody documented. */
	unknownStatus: ENDS,
	/** The task is completed, but no link came. */
	noVideo: ENDS,
	/** The wait has lasted for as long as it may. */
	gaveUp: ENDS,
	/** Something that nobody foresaw threw while a request was under way, or after it. */
	internal: { ...ENDS, mayBeCreated: true },
	/** The user stopped the execution, or the run is over. */
	canceled: { ...ENDS, mayBeCreated: true },
} as const satisfies Record<string, Meaning>;

/** What went wrong; see `KINDS`. */
export type ErrorKind = keyof typeof KINDS;

/** What a kind of error means: whether to send again, whether a wait goes on, whether a create may have worked. */
export function meaningOf({ kind }: Pick<TaskError, 'kind'>): Meaning {
	return KINDS[kind];
}

/**
 * Why there is no task, or no video, in words for the person in n8n's editor. What leaves the API client never holds
 * the API key.
 */
export interface TaskError {
	kind: ErrorKind;
	/** One line: what happened. */
	message: string;
	/** What to do about it. */
	description: string;
	/** What the API itself said, where it said something. */
	said?: string;
	/** HTTP status, where there was an answer. */
	httpStatus?: number;
	/** Set where the request was not even sent: it had no turn in time, or the run was over. */
	unsent?: true;
	/** How long the API asked to be left alone, in milliseconds. */
	retryAfterMs?: number;
	/** The task as last seen, so that its id and what is known of it are not lost. */
	task?: Record<string, unknown>;
	/** The item it belongs to, where that is not the one at hand. */
	itemIndex?: number;
}

/** What to do about an error, and what the API said. */
export function fullDescription({ description, said }: Pick<TaskError, 'description' | 'said'>): string {
	return said ? `${description} The API said: ${said}` : description;
}

/** Either what was asked for, or the error that stood in the way. */
export type Result<T> = { ok: true; value: T } | { ok: false; error: TaskError };

/** Wraps a value as a successful result. */
export function success<T>(value: T): Result<T> {
	return { ok: true, value };
}

/** Wraps an error as a failed result. */
export function failure(error: TaskError): { ok: false; error: TaskError } {
	return { ok: false, error };
}

/** An error made of whatever was thrown: by an expression, a bound, or something that nobody foresaw. */
export function thrownError(error: unknown): TaskError {
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
 * The error for an exception that nobody foresaw, once a request was sent.
 *
 * @param when the rest of a sentence that begins with "Something went wrong"
 */
export function internalError(thrown: unknown, when: string): TaskError {
	const { message, description } = thrownError(thrown);
	return {
		kind: 'internal',
		message: `Something went wrong ${when}: ${message}`,
		description: description || 'If it happens again, please report it with the workflow.',
	};
}

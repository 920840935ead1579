import type { ErrorKind, TaskError } from '../shared/error';
import { type ErrorBody, readErrorBody } from './errorBody';
import type { ApiResponse } from './request';

/** Longest cooldown that is believed, in milliseconds: a day, after which no task is left to ask for. */
const LONGEST_COOLDOWN_MS = 24 * 60 * 60 * 1000;

/** What a request was about, as words in a sentence: a known task, or one to be created. */
export const NEW_TASK = 'a new task';

/** The words of an error. */
interface Words {
	kind: ErrorKind;
	message: string;
	advice: string;
}

/** Codes of an envelope that say that nothing is wrong. */
const SUCCESS_CODES = [0, 200];

// The words of Java's Spring, which the API is written with, for an address that leads nowhere.
const WRONG_ADDRESS = /No handler found for [A-Z]+ /i;

// As seen: "登录验证失败" (login check failed), "the API key in the request is missing or invalid".
const REFUSED_KEY = /登录|鉴权|api[ _-]?key|authenticat|unauthori[sz]ed/i;
const REFUSED_KEY_CODES = ['401', 'AuthenticationError', 'Unauthorized'];

/** Under HTTP 200, of a login that failed; as seen. */
const FAILED_LOGIN_CODE = '204';

/** Statuses under which words about the key don't mean that it is a bad one: what it may do, or how often. */
const KEY_IS_KNOWN = [402, 403, 429];

const UNKNOWN_TASK = /不存在|未找到|找不到|not found|not exist|no such|unknown task/i;

/** Whether an answer's status is a success, which says nothing about its body. */
export function isSuccess({ status }: ApiResponse): boolean {
	return status >= 200 && status < 300;
}

/**
 * The error that an answer stands for, by its HTTP status or by what its body says: the API reports errors under
 * HTTP 200 too, and under other statuses than theirs.
 *
 * @param subject what was asked for: `NEW_TASK`, or as in `task "video_1"`
 * @param now the present time, in milliseconds since 1970
 * @returns undefined for an answer that reports no error
 */
export function responseError(response: ApiResponse, subject: string, now: number): TaskError | undefined {
	const errorBody = readErrorBody(response.body);
	const status = errorStatus(response, errorBody);
	const words = specialWords(response, errorBody, subject) ?? (status === undefined ? undefined : statusWords(status, subject));
	if (words) return errorOf(words, response, errorBody, now);
	if (!errorBody || SUCCESS_CODES.some((code) => String(code) === String(errorBody.code))) return undefined;
	if (errorBody.code === undefined && /^(ok|success|成功)/i.test(errorBody.words)) return undefined;
	return errorOf(unknownError(errorBody, subject), response, errorBody, now);
}

/** The error for a request that was not sent, since the API asks to be left alone for longer. */
export function cooldownError(subject: string, retryAfterMs: number): TaskError {
	const { kind, message, advice } = statusWords(429, subject);
	return { kind, message, description: `${advice} ${asksToWait(retryAfterMs)}`, retryAfterMs, unsent: true };
}

/** The HTTP status that is meant: of the answer, or as the code of an envelope under HTTP 200. */
function errorStatus(response: ApiResponse, errorBody: ErrorBody | undefined): number | undefined {
	if (!isSuccess(response)) return response.status;
	const code = Number(errorBody?.code);
	return Number.isInteger(code) && code >= 400 && code < 600 ? code : undefined;
}

/** What a body can say under any status: a refused key, an unknown task, an address that leads nowhere. */
function specialWords(response: ApiResponse, errorBody: ErrorBody | undefined, subject: string): Words | undefined {
	if (!errorBody) return undefined;
	const code = String(errorBody.code);
	if (WRONG_ADDRESS.test(errorBody.words)) return wrongAddress();
	const isFailedLogin = isSuccess(response) && code === FAILED_LOGIN_CODE;
	const speaksOfKey = REFUSED_KEY.test(errorBody.words) && !KEY_IS_KNOWN.includes(response.status);
	if (isFailedLogin || REFUSED_KEY_CODES.includes(code) || speaksOfKey) return statusWords(401, subject);
	const isUnknownTask = subject !== NEW_TASK && (code === '404' || UNKNOWN_TASK.test(errorBody.words));
	return isUnknownTask ? statusWords(404, subject) : undefined;
}

function errorOf({ kind, message, advice }: Words, response: ApiResponse, errorBody: ErrorBody | undefined, now: number): TaskError {
	const passes = kind === 'rateLimited' || kind === 'serverError';
	const retryAfterMs = passes ? parseRetryAfter(response.headers['retry-after'], now) : undefined;
	const description = [
		advice,
		kind === 'rateLimited' && retryAfterMs !== undefined && asksToWait(retryAfterMs),
		kind === 'redirect' && redirectTarget(response.headers),
	];
	return {
		kind,
		message,
		description: description.filter(Boolean).join(' '),
		// Where nothing else is known of it, the words are the message.
		said: kind === 'unknownError' ? undefined : errorBody?.words,
		httpStatus: response.status,
		retryAfterMs,
	};
}

function asksToWait(ms: number): string {
	return `It asks to wait ${Math.ceil(ms / 1000)} s.`;
}

function statusWords(status: number, subject: string): Words {
	if (status === 401) {
		return {
			kind: 'unauthorized',
			message: `GlobalAI OPC refused the API key when asked for ${subject}`,
			advice:
				'The key in the credential is mistyped, revoked or of another service. Paste it again from your GlobalAI OPC console.',
		};
	}
	if (status === 408) {
		return {
			kind: 'timeout',
			message: `GlobalAI OPC gave up on the request for ${subject}: it took too long to arrive (HTTP 408)`,
			advice: 'The network or a proxy in between is slow. Try again later.',
		};
	}
	if (status === 429) {
		const less =
			subject === NEW_TASK
				? 'Create fewer tasks in a short time: lower Max Concurrency under Options, or send fewer items at once.'
				: 'Ask for fewer tasks at once or less often: lower Max Concurrency or raise Poll Interval under Options.';
		return {
			kind: 'rateLimited',
			message: `GlobalAI OPC is limiting requests: too many in a short time (${subject})`,
			advice: less,
		};
	}
	if (status >= 500) {
		return {
			kind: 'serverError',
			message: `GlobalAI OPC had an error of its own (HTTP ${status}) when asked for ${subject}`,
			advice: 'Nothing is wrong with your workflow. Try again in a few minutes.',
		};
	}
	if (status < 400) {
		return {
			kind: 'redirect',
			message: `GlobalAI OPC's server sent the request for ${subject} elsewhere (HTTP ${status})`,
			advice:
				'It was not followed, so that your API key stays with its server. Check the Base URL in the credential.',
		};
	}
	return subject === NEW_TASK ? refusedCreate(status) : refusedQuery(status, subject);
}

function refusedQuery(status: number, subject: string): Words {
	if (status === 403) {
		return {
			kind: 'forbidden',
			message: `GlobalAI OPC does not let this API key use ${subject}`,
			advice: 'Use the key of the account that created the task, and check that the account is in good standing.',
		};
	}
	if (status === 404) {
		return {
			kind: 'notFound',
			message: `GlobalAI OPC knows no ${subject}`,
			advice:
				'Task IDs and their videos live for one day only, then they are deleted. If the task is younger, check the ID, that the key is of the account that created it, and the Base URL in the credential.',
		};
	}
	return {
		kind: 'rejected',
		message: `GlobalAI OPC rejected the request for ${subject} (HTTP ${status})`,
		advice: 'Check the Task ID and the Base URL in the credential.',
	};
}

function refusedCreate(status: number): Words {
	if (status === 402 || status === 403) {
		return {
			kind: 'forbidden',
			message: `GlobalAI OPC does not let this API key create the task (HTTP ${status})`,
			advice: 'Check at GlobalAI OPC that the account has credit left and may use this model.',
		};
	}
	if (status === 404) {
		return {
			kind: 'notFound',
			message: 'GlobalAI OPC did not find the model, or the address to create a task at (HTTP 404)',
			advice: 'Check the Model, and the Base URL in the credential.',
		};
	}
	return {
		kind: 'rejected',
		message: `GlobalAI OPC rejected the request for ${NEW_TASK} (HTTP ${status})`,
		advice: 'Check the prompt, the model and the frame addresses.',
	};
}

function wrongAddress(): Words {
	return {
		kind: 'wrongAddress',
		message: 'The Base URL in the credential leads to GlobalAI OPC, but not to its API',
		advice:
			'Open the "GlobalAI OPC API" credential and put the default Base URL back: a part of it is missing, or stands there twice.',
	};
}

function unknownError({ words, code }: ErrorBody, subject: string): Words {
	return {
		kind: 'unknownError',
		message: `GlobalAI OPC answered the request for ${subject} with an error: ${words || `code ${code}`}`,
		advice:
			subject === NEW_TASK
				? 'Change what the words name: the prompt, the model or a frame, most often.'
				: `The API reported this instead of the task.${words === '' || code === undefined ? '' : ` Its code: ${code}.`}`,
	};
}

function redirectTarget(headers: Record<string, unknown>): string {
	const { location } = headers;
	if (typeof location !== 'string' || !URL.canParse(location)) return '';
	return `It was sent to ${new URL(location).host}.`;
}

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
	if (/^\d+(\.\d+)?$/.test(text)) return Math.min(LONGEST_COOLDOWN_MS, Math.round(Number(text) * 1000));
	// Date.parse takes almost anything ("-5" is a month): a date has a letter in it.
	const date = /[a-z]/i.test(text) ? Date.parse(text) : NaN;
	return Number.isNaN(date) ? undefined : Math.min(LONGEST_COOLDOWN_MS, Math.max(0, date - now));
}

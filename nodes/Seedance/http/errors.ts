import type { ErrorKind, ItemError } from '../core/error';
import { isObject, oneLine } from '../core/text';
import { WHICH_DEFAULT } from './credential';
import type { Message, Target } from './endpoint';
import type { ApiResponse } from './request';

/** Longest cooldown that is accepted, in milliseconds: 1 day, because tasks are deleted after that. */
const LONGEST_COOLDOWN_MS = 24 * 60 * 60 * 1000;

/** The error that an answer describes. */
interface ErrorBody {
	/** The API's own message on one line; empty if it gave none. */
	words: string;
	/** The API's own error code, if it gave one: a number, a number as text, or a name. */
	code?: string | number;
}

/** A message, and what to do. */
interface Words {
	kind: ErrorKind;
	message: string;
	advice: string;
}

/** Codes of an envelope that mean success. */
const SUCCESS_CODES = ['0', '200'];

// The message of Spring (Java), which the API is written with, for an unknown address.
const WRONG_ADDRESS = /No handler found for [A-Z]+ /i;

// As seen: "登录验证失败" (login check failed), "the API key in the request is missing or invalid".
const REFUSED_KEY = /登录|鉴权|api[ _-]?key|authenticat|unauthori[sz]ed/i;
const REFUSED_KEY_CODES = ['401', 'AuthenticationError', 'Unauthorized'];

/** Seen under HTTP 200, for a failed login. */
const FAILED_LOGIN_CODE = '204';

/** Statuses whose message may mention the key although the key is good: they are about rights or limits. */
const KEY_IS_KNOWN = [402, 403, 429];

/** The code of something that is missing. The model center's codes begin with a status, as seen: "HTTP_400_C400999". */
const MISSING_CODE = /^(HTTP_)?404(_|$)/;

const MISSING = /不存在|未找到|找不到|not found|not exist|no such|unknown task/i;

/** What the model center writes before its words, as seen: "[SY_ERR:60] HTTP 400: Duration must be …". */
const INNER_CODE = /^\[SY_ERR:\d+\]\s*(HTTP \d+:\s*)?/;

/** Errors that a proxy may have answered with. Answers that are certainly a proxy's are handled elsewhere. */
const MAY_BE_A_PROXYS: ErrorKind[] = ['forbidden', 'rejected', 'serverError'];
const A_PROXY_MAY_ANSWER = "The answer is not in GlobalAI OPC's form: a proxy in between may have given it.";

/** Whether an answer's status is a success. Its body may be an error. */
export function isSuccess({ status }: ApiResponse): boolean {
	return status >= 200 && status < 300;
}

/**
 * The error that an answer reports, by its HTTP status or by its body: the API reports errors under HTTP 200 too, and
 * under statuses that don't fit them.
 *
 * @param now the present time, in milliseconds since 1970
 * @returns undefined for an answer that reports no error
 */
export function responseError(response: ApiResponse, target: Target, now: number): ItemError | undefined {
	const errorBody = readErrorBody(response.body);
	const status = errorStatus(response, errorBody);
	const words =
		specialWords(response, errorBody, target) ??
		(status === undefined ? undefined : statusWords(status, target));
	if (words) return errorOf(words, response, errorBody, now);
	if (!errorBody || SUCCESS_CODES.includes(String(errorBody.code))) return undefined;
	if (errorBody.code === undefined && /^(ok|success|成功)/i.test(errorBody.words)) return undefined;
	return errorOf(unknownError(errorBody, target), response, errorBody, now);
}

/** The error for a request that was not sent because of a long cooldown. */
export function cooldownError(target: Target, retryAfterMs: number): ItemError {
	const { message, advice } = statusWords(429, target);
	const description = `${advice} ${asksToWait(retryAfterMs)}`;
	return { kind: 'notSent', message, description, retryAfterMs };
}

/**
 * Finds the error in a body. The API documents no error bodies, so every common shape is read:
 * `{error: "…"}`, `{error: {message, code}}`, `{code, message}`, `{code, msg}`; anything else has no message.
 */
export function readErrorBody(body: unknown): ErrorBody | undefined {
	if (!isObject(body)) return undefined;
	const inner = isObject(body.error) ? body.error : body;
	const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
	const isCode = (value: unknown): value is string | number => typeof value === 'number' || isText(value);
	const words = [inner.message, inner.msg, body.error, body.message, body.msg].find(isText);
	const code = [inner.code, body.code].find(isCode);
	if (words === undefined && code === undefined) return undefined;
	return { words: plainWords(words ?? ''), code };
}

/** The API's message in a field that holds an error as text or as an object; empty if there is none. */
export function errorWords(error: unknown): string {
	if (typeof error === 'string') return plainWords(error);
	const errorBody = readErrorBody(error);
	return errorBody?.words || (errorBody?.code === undefined ? '' : `code ${errorBody.code}`);
}

/** The API's words on one line, without the codes that the model center writes before them. */
function plainWords(words: string): string {
	return oneLine(words).replace(INNER_CODE, '');
}

/** The HTTP status: of the answer, or of the code in an envelope under HTTP 200. */
function errorStatus(response: ApiResponse, errorBody: ErrorBody | undefined): number | undefined {
	if (!isSuccess(response)) return response.status;
	const code = Number(errorBody?.code);
	return Number.isInteger(code) && code >= 400 && code < 600 ? code : undefined;
}

/** What a body can report under any status: a refused key, a missing task, an unknown address. */
function specialWords(
	response: ApiResponse,
	errorBody: ErrorBody | undefined,
	target: Target,
): Words | undefined {
	if (!errorBody) return undefined;
	const code = String(errorBody.code);
	if (WRONG_ADDRESS.test(errorBody.words)) return wordsOf('wrongAddress', target, response.status);
	const isFailedLogin = isSuccess(response) && code === FAILED_LOGIN_CODE;
	const speaksOfKey = REFUSED_KEY.test(errorBody.words) && !KEY_IS_KNOWN.includes(response.status);
	if (isFailedLogin || REFUSED_KEY_CODES.includes(code) || speaksOfKey) return statusWords(401, target);
	const saysMissing = code === target.missingCode || MISSING_CODE.test(code) || MISSING.test(errorBody.words);
	return target.exists && saysMissing ? statusWords(404, target) : undefined;
}

function errorOf(
	{ kind, message, advice }: Words,
	response: ApiResponse,
	errorBody: ErrorBody | undefined,
	now: number,
): ItemError {
	const passes = kind === 'rateLimited' || kind === 'serverError';
	const retryAfterMs = passes ? parseRetryAfter(response.headers['retry-after'], now) : undefined;
	// Its message says least without the API's own; n8n's notification shows nothing else.
	const isInMessage = kind === 'rejected' && !!errorBody?.words;
	const description = [
		advice,
		kind === 'rateLimited' && retryAfterMs !== undefined && asksToWait(retryAfterMs),
		kind === 'redirect' && redirectTarget(response.headers),
		MAY_BE_A_PROXYS.includes(kind) && response.body === undefined && A_PROXY_MAY_ANSWER,
	];
	return {
		kind,
		message: isInMessage ? `${message}: ${errorBody.words}` : message,
		description: description.filter(Boolean).join(' '),
		// The message of an unknown error contains the API's already.
		said: isInMessage || kind === 'unknownError' ? undefined : errorBody?.words,
		httpStatus: response.status,
		retryAfterMs,
	};
}

function asksToWait(ms: number): string {
	return `It asks to wait ${Math.ceil(ms / 1000)} s.`;
}

/** The kinds of error that an HTTP status stands for; 5xx and 3xx besides, and every other 4xx is a rejection. */
const KINDS_BY_STATUS: Record<number, keyof typeof WORDS> = {
	401: 'unauthorized',
	403: 'forbidden',
	404: 'notFound',
	408: 'timeout',
	429: 'rateLimited',
};

function statusWords(status: number, target: Target): Words {
	if (status >= 500) return wordsOf('serverError', target, status);
	if (status < 400) return wordsOf('redirect', target, status);
	// Told like a 403, which may mean it too.
	if (status === 402 && !target.exists) return { ...wordsOf('forbidden', target, status), kind: 'noCredit' };
	return wordsOf(KINDS_BY_STATUS[status] ?? 'rejected', target, status);
}

function wordsOf(
	kind: keyof typeof WORDS,
	{ subject, messages, advice: own }: Target,
	status: number,
): Words {
	const [message, advice] = (messages?.[kind] ?? WORDS[kind])(subject, status);
	return { kind, message, advice: own[kind] ?? advice };
}

const WORDS = {
	unauthorized: (subject) => [
		`GlobalAI OPC refused the API key in the request for ${subject}`,
		'The key in the credential is mistyped, revoked or of another service. Paste it again from your GlobalAI OPC console.',
	],
	forbidden: (subject) => [
		`GlobalAI OPC does not let this API key use ${subject}`,
		'Check in your GlobalAI OPC console what this key may do, and that the account is in good standing.',
	],
	notFound: (subject) => [
		`GlobalAI OPC has no ${subject}`,
		"Check that the key is of the right account, and the 'Base URL' in the credential.",
	],
	wrongAddress: () => [
		"The 'Base URL' in the credential leads to GlobalAI OPC, but not to its API",
		`Open the 'GlobalAI OPC API' credential and reset 'Base URL' to its default: part of the path is missing or repeated. ${WHICH_DEFAULT}`,
	],
	rejected: (subject, status) => [
		`GlobalAI OPC rejected the request for ${subject} (HTTP ${status})`,
		"Check the fields of this node, and the 'Base URL' in the credential.",
	],
	rateLimited: (subject) => [
		`GlobalAI OPC is limiting requests: too many in a short time (${subject})`,
		"Send fewer requests in a short time: lower 'Max Concurrency' under 'Options'.",
	],
	serverError: (subject, status) => [
		`GlobalAI OPC could not answer the request for ${subject} (HTTP ${status})`,
		'Nothing is wrong with your workflow. Try again in a few minutes.',
	],
	timeout: (subject) => [
		`The request for ${subject} timed out at GlobalAI OPC (HTTP 408)`,
		'The network or a proxy in between is slow. Try again later.',
	],
	redirect: (subject, status) => [
		`GlobalAI OPC's server sent the request for ${subject} elsewhere (HTTP ${status})`,
		"The redirect was not followed, so that your API key stays with its server. Check the 'Base URL' in the credential.",
	],
} as const satisfies Partial<Record<ErrorKind, Message>>;

function unknownError({ words, code }: ErrorBody, { subject, advice }: Target): Words {
	return {
		kind: 'unknownError',
		message: `GlobalAI OPC declined the request for ${subject}: ${words || `code ${code}`}`,
		advice:
			advice.unknownError ??
			`The API reported this instead of ${subject}${words === '' || code === undefined ? '' : ` (code ${code})`}. Try again later, or look it up in your GlobalAI OPC console.`,
	};
}

function redirectTarget(headers: Record<string, unknown>): string {
	const { location } = headers;
	if (typeof location !== 'string' || !URL.canParse(location)) return '';
	return `The redirect leads to ${new URL(location).host}.`;
}

/**
 * Reads a `Retry-After` header: whole seconds, or an HTTP date (RFC 9110 section 10.2.3).
 *
 * @param header the header's value as it came
 * @param now the present time, in milliseconds since 1970
 * @returns milliseconds to wait, 0 to a day; undefined if the header is missing or has neither form
 */
export function parseRetryAfter(header: unknown, now: number): number | undefined {
	const value = Array.isArray(header) ? header[0] : header;
	if (typeof value !== 'string' && typeof value !== 'number') return undefined;
	const text = String(value).trim();
	if (/^\d+(\.\d+)?$/.test(text)) return Math.min(LONGEST_COOLDOWN_MS, Math.round(Number(text) * 1000));
	// Date.parse accepts almost anything ("-5" is a month), so a date has to contain a letter.
	const date = /[a-z]/i.test(text) ? Date.parse(text) : NaN;
	return Number.isNaN(date) ? undefined : Math.min(LONGEST_COOLDOWN_MS, Math.max(0, date - now));
}

/**
 * The error for an answer that is neither the expected object nor an error.
 *
 * @param subject what the call is about, as words in a sentence
 * @param missing what an object would need to be what was asked for
 */
export function noAnswer({ status, text, body }: ApiResponse, subject: string, missing: string): ItemError {
	const trimmed = text.trim();
	const about = `GlobalAI OPC's answer about ${subject}`;
	if (trimmed === '') {
		return {
			kind: 'empty',
			message: `${about} is empty`,
			description:
				"Try again later. If it stays so, check the 'Base URL' in the credential, and any proxy in between.",
			httpStatus: status,
		};
	}
	if (isObject(body)) {
		return {
			kind: 'unreadable',
			message: `${about} has no ${missing}`,
			description: `Check the 'Base URL' in the credential: it may lead elsewhere. If it is right, the API may have changed. The answer began: ${oneLine(text).slice(0, 100)}`,
			httpStatus: status,
		};
	}
	return {
		kind: 'unreadable',
		message: `${about} ${trimmed.startsWith('<') ? 'is a web page' : `can't be read: ${oneLine(trimmed).slice(0, 60)}`}`,
		description:
			"This is no answer of the API. Check the 'Base URL' in the credential. If it is right, the service or a proxy in between is in trouble: try again later.",
		httpStatus: status,
	};
}

/**
 * The error for an answer about something else.
 *
 * @param answeredId of what was answered
 * @param one what both are called
 */
export function anotherAnswer(answeredId: string, subject: string, one: string): ItemError {
	return {
		kind: 'unreadable',
		message: `GlobalAI OPC answered the request for ${subject} with another ${one}: "${oneLine(answeredId)}"`,
		description:
			'The answer was not used. Try again; if it stays so, a cache or proxy in between mixes up answers.',
	};
}

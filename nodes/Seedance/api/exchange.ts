import type { IDataObject, IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { CREDENTIAL_NAME } from './credential';
import { oneLine } from './envelope';
import { failure, success, type Fault, type Outcome } from './fault';
import { abortion } from './pause';
import { redactDeep } from './redact';

/** A request as the API takes it. */
export interface ApiRequest {
	method: 'GET' | 'POST';
	/** Absolute address, under the credential's base URL. */
	url: string;
	/** Sent as JSON. */
	body?: IDataObject;
}

/** An answer as it came, whatever its status. */
export interface RawAnswer {
	status: number;
	/** Header names in lower case. */
	headers: Record<string, unknown>;
	text: string;
	/** The text as JSON; undefined where it is none, or is nested deeper than any task. */
	body: unknown;
}

/** The bounds of one exchange. */
export interface ExchangeLimits {
	/** For the whole exchange, connection to last byte, in milliseconds. */
	timeoutMs: number;
	/** Aborted when the user stops the execution. */
	signal?: AbortSignal;
}

/** Largest answer that is read, in bytes: a task is well under 10 kB. */
export const MAX_ANSWER_BYTES = 1_000_000;

/** Deepest nesting of an answer that is read, in levels: n8n can't store what nests some thousands deep. */
const MAX_ANSWER_DEPTH = 50;

/** A response body as n8n hands it over with `encoding: 'stream'`. */
export type BodyStream = AsyncIterable<Uint8Array | string> & { destroy?: () => void };

interface StreamedResponse {
	statusCode: number;
	headers: Record<string, unknown>;
	body: BodyStream;
}

/**
 * Sends one request with the credential's key and reads its answer, within the limits. Any HTTP status is an
 * answer; redirects are not followed, so that the key stays with its host.
 *
 * @returns the answer, or a fault of kind `timeout`, `connection`, `unreadable` (too large) or `canceled`
 */
export async function exchange(
	context: IExecuteFunctions,
	request: ApiRequest,
	limits: ExchangeLimits,
): Promise<Outcome<RawAnswer>> {
	const options: IHttpRequestOptions = {
		method: request.method,
		url: request.url,
		body: request.body,
		headers: { Accept: 'application/json' },
		timeout: limits.timeoutMs,
		disableFollowRedirect: true,
		ignoreHttpStatusErrors: true,
		returnFullResponse: true,
		encoding: 'stream',
	};
	const send = async (signal: AbortSignal) => {
		// n8n ends the request by this signal of its caller and by no other.
		const caller = Object.create(context, { getExecutionCancelSignal: { value: () => signal } }) as IExecuteFunctions;
		return (await context.helpers.httpRequestWithAuthentication.call(
			caller,
			CREDENTIAL_NAME,
			options,
		)) as StreamedResponse;
	};
	return await withinLimits(send, limits);
}

/** Runs one exchange and ends it, with its connection, at the time limit or when the user stops. */
export async function withinLimits(
	send: (signal: AbortSignal) => Promise<StreamedResponse>,
	limits: ExchangeLimits,
): Promise<Outcome<RawAnswer>> {
	if (limits.signal?.aborted) return failure(canceledFault());
	const over = new AbortController();
	let body: BodyStream | undefined;
	const read = async (): Promise<Outcome<RawAnswer>> => {
		try {
			const response = await send(over.signal);
			body = response.body;
			// Nobody waits any more, and nobody else would close what came too late.
			if (over.signal.aborted) body.destroy?.();
			const text = await readText(body, MAX_ANSWER_BYTES);
			if (text === undefined) return failure(tooLarge());
			return success(answerOf(response.statusCode, response.headers, text));
		} catch (error) {
			return failure(limits.signal?.aborted ? canceledFault() : connectionFault(error));
		}
	};

	const stopped = abortion(limits.signal);
	const timer = AbortSignal.timeout(limits.timeoutMs);
	const expired = abortion(timer);
	try {
		const result = await Promise.race([
			read(),
			expired.happens.then(() => failure(timeoutFault(limits.timeoutMs))),
			stopped.happens.then(() => failure(canceledFault())),
		]);
		if (!result.ok) body?.destroy?.();
		return result;
	} finally {
		stopped.forget();
		expired.forget();
		over.abort();
	}
}

/** Makes an answer of what came, its JSON read. A byte order mark before it is forgiven. */
function answerOf(status: number, headers: Record<string, unknown>, text: string): RawAnswer {
	let body: unknown;
	try {
		body = JSON.parse(text.replace(/^\uFEFF/, ''));
	} catch {
		body = undefined;
	}
	return { status, headers, text, body: isDeeper(body, MAX_ANSWER_DEPTH) ? undefined : body };
}

function isDeeper(value: unknown, levels: number): boolean {
	if (typeof value !== 'object' || value === null) return false;
	return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

/** The same answer without a secret or a part of it, wherever the server put it. */
export function redactAnswer({ status, headers, text, body }: RawAnswer, redact: (text: string) => string): RawAnswer {
	return {
		status,
		headers: redactDeep(headers, redact) as Record<string, unknown>,
		text: redact(text),
		body: redactDeep(body, redact),
	};
}

/** The fault for an execution that the user stopped. */
export function canceledFault(): Fault {
	return {
		kind: 'canceled',
		message: 'The execution was canceled',
		description: 'Nothing more was asked. The task itself goes on at GlobalAI OPC.',
	};
}

/** Reads a body as text; undefined when it is larger than the bound. */
async function readText(body: BodyStream, maxBytes: number): Promise<string | undefined> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of body) {
		const buffer = Buffer.from(chunk);
		bytes += buffer.length;
		if (bytes > maxBytes) return undefined;
		chunks.push(buffer);
	}
	return Buffer.concat(chunks).toString('utf8');
}

function tooLarge(): Fault {
	return {
		kind: 'unreadable',
		message: `GlobalAI OPC's answer does not end: it is larger than ${MAX_ANSWER_BYTES / 1e6} MB`,
		description:
			'A task is a few hundred bytes, so this is not one. Check the Base URL in the credential.',
	};
}

function timeoutFault(timeoutMs: number): Fault {
	return {
		kind: 'timeout',
		message: `GlobalAI OPC did not answer within ${timeoutMs / 1000} s`,
		description:
			'The service may be overloaded or the network slow. Try again later, or raise Request Timeout under Options.',
	};
}

const TIMEOUT_CODES = ['ECONNABORTED', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT'];

/**
 * Words for the error codes of Node.js that say that no connection came about; after all others something may
 * have reached the server.
 */
const CONNECTION_WORDS: Record<string, [what: string, advice: string]> = {
	ECONNREFUSED: [
		'refused the connection',
		'Check the Base URL in the credential. If it is right, the server is down: try again later.',
	],
	ENOTFOUND: [
		'was not found: no server has this name',
		"Check the Base URL in the credential, and that n8n's machine can reach the internet.",
	],
	EAI_AGAIN: ["was not found: its name can't be looked up", "Check that n8n's machine can reach the internet (DNS)."],
};

/**
 * The fault for an exchange that threw: a time-out, or a connection that failed or broke.
 *
 * @param server who was asked, as a sentence begins with it
 */
export function connectionFault(error: unknown, server = "GlobalAI OPC's server"): Fault {
	// n8n 1.x keeps the code of what it wraps as `httpCode`, and nothing else.
	const codes = chain(error).map(({ code, httpCode }) => String(code ?? httpCode ?? ''));
	const known = codes.find((code) => Object.hasOwn(CONNECTION_WORDS, code));
	const code = known ?? codes.find((candidate) => candidate !== '');
	if (code && TIMEOUT_CODES.includes(code)) {
		return {
			kind: 'timeout',
			message: `${server} did not answer in time`,
			description: `Try again later, or raise Request Timeout under Options. (${code})`,
		};
	}
	const [what, advice] = (known && CONNECTION_WORDS[known]) || [
		'broke the connection before the answer was complete',
		"Try again. If it stays so, check the Base URL in the credential and n8n's network or proxy.",
	];
	const description = `${advice} (${code ?? reason(error)})`;
	return { kind: 'connection', message: `${server} ${what}`, description, ...(known && { unsent: true }) };
}

/** The error and what caused it, outermost first. n8n wraps the HTTP client's error at least once. */
function chain(error: unknown): ErrorLike[] {
	const links = [];
	for (let link = error; isErrorLike(link) && links.length < 5; link = link.cause) links.push(link);
	return links;
}

interface ErrorLike {
	code?: unknown;
	httpCode?: unknown;
	cause?: unknown;
	message?: unknown;
}

function isErrorLike(value: unknown): value is ErrorLike {
	return typeof value === 'object' && value !== null;
}

function reason(error: unknown): string {
	const message = chain(error).at(-1)?.message;
	return typeof message === 'string' && message !== '' ? oneLine(message) : 'no reason given';
}

import type { IDataObject, IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { canceledError, whenAborted } from '../core/abort';
import { connectionError, type Target } from './connectionError';
import { failure, type Result, success, type ItemError } from '../core/error';
import type { BodyStream, StreamedResponse } from './stream';
import { proxyRefusal } from './proxy';
import { decryptedCredential, withCancelSignal } from '../core/n8n';
import { redactDeep, TOKEN_START, withoutFileTokens } from '../core/text';
import { type Access, CREDENTIAL_NAME } from './credential';

/** A request as the API takes it. */
export interface ApiRequest {
	method: 'GET' | 'POST' | 'DELETE';
	/** Absolute address, under the credential's base URL. */
	url: string;
	/** Sent as JSON. */
	body?: IDataObject;
}

/** An answer as it came, whatever its status. */
export interface ApiResponse {
	status: number;
	/** Header names in lower case. The address of a redirect is without the API key. */
	headers: Record<string, unknown>;
	/** Without the API key, because errors quote parts of it. */
	readonly text: string;
	/**
	 * The text as JSON, with the key where that was echoed; undefined if it is not JSON, or is nested deeper than any answer
	 * of the API.
	 */
	body: unknown;
}

/** The bounds of one request. */
export interface RequestLimits {
	/** For the whole request, connection to last byte, in milliseconds. */
	timeoutMs: number;
	/** Aborted when the user stops the execution. */
	signal?: AbortSignal;
}

/** Largest answer that is read, in bytes: one is well under 10 kB. */
export const MAX_RESPONSE_BYTES = 1_000_000;

/** Deepest nesting of an answer that is read, in levels: n8n can't store what nests some thousands deep. */
const MAX_RESPONSE_DEPTH = 50;

/**
 * Sends one request with the credential's key and reads its answer, within the limits. Any HTTP status is an
 * answer; redirects are not followed, so that the key stays with its host.
 *
 * @returns the answer; or an error of kind `timeout`, `connection`, one of those of a connection that never came about,
 * `unreadable` (too large) or `canceled`
 */
export async function sendRequest(
	context: IExecuteFunctions,
	{ apiKey, baseUrl, redact }: Access,
	request: ApiRequest,
	limits: RequestLimits,
): Promise<Result<ApiResponse>> {
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
	const credentialsDecrypted = decryptedCredential(CREDENTIAL_NAME, { apiKey, baseUrl });
	const send = async (signal: AbortSignal) => {
		const caller = withCancelSignal(context, signal);
		return (await context.helpers.httpRequestWithAuthentication.call(caller, CREDENTIAL_NAME, options, {
			credentialsDecrypted,
		})) as StreamedResponse;
	};
	return await withTimeout(send, request.url, limits, redact);
}

/**
 * Runs one request. Ends it, with its connection, at the time limit or when the user stops the execution.
 *
 * @param redact takes the API key out of text
 */
export async function withTimeout(
	send: (signal: AbortSignal) => Promise<StreamedResponse>,
	url: string,
	limits: RequestLimits,
	redact: (text: string) => string,
): Promise<Result<ApiResponse>> {
	if (limits.signal?.aborted) return failure(canceledError());
	const over = new AbortController();
	const target: Target = {
		server: "GlobalAI OPC's server",
		address: "the 'Base URL' in the credential",
		url,
	};
	let body: BodyStream | undefined;
	const read = async (): Promise<Result<ApiResponse>> => {
		try {
			const response = await send(over.signal);
			body = response.body;
			// An answer that comes after the end has no reader: it has to be closed here.
			if (over.signal.aborted) body.destroy?.();
			const text = await readText(body);
			if (text === undefined) return failure(tooLarge());
			const answer = responseOf(response.statusCode, response.headers, text, redact);
			const refusal = proxyRefusal(answer, target);
			return refusal ? failure(refusal) : success(answer);
		} catch (error) {
			return failure(limits.signal?.aborted ? canceledError() : connectionError(error, target));
		}
	};

	const stopped = whenAborted(limits.signal);
	const timer = AbortSignal.timeout(limits.timeoutMs);
	const expired = whenAborted(timer);
	try {
		const result = await Promise.race([
			read(),
			expired.happens.then(() => failure(timeoutError(limits.timeoutMs))),
			stopped.happens.then(() => failure(canceledError())),
		]);
		if (!result.ok) body?.destroy?.();
		return result;
	} finally {
		stopped.forget();
		expired.forget();
		// Passing a reason avoids creating a `DOMException` for every request.
		over.abort('over');
	}
}

/** Builds an answer and parses its JSON. A byte order mark before the JSON is accepted. */
function responseOf(
	status: number,
	headers: Record<string, unknown>,
	text: string,
	redact: (text: string) => string,
): ApiResponse {
	let body: unknown;
	try {
		body = parsed(text.replace(/^\uFEFF/, ''));
	} catch {
		body = undefined;
	}
	const { location } = headers;
	return {
		status,
		// Errors name its host, in small letters, where no key would be found.
		headers: typeof location === 'string' ? { ...headers, location: redact(location) } : headers,
		body: isDeeper(body, MAX_RESPONSE_DEPTH) ? undefined : withoutLinks(body, text),
		// Read only for errors: most answers are none.
		get text() {
			return redact(text);
		},
	};
}

/**
 * The body of an answer that may repeat the request, and with it links to files of n8n: it becomes output, and n8n stores
 * it. Most answers hold none, and are not copied.
 */
function withoutLinks(body: unknown, text: string): unknown {
	return text.includes(TOKEN_START) ? redactDeep(body, withoutFileTokens) : body;
}

/** A string or a number in valid JSON. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;

/**
 * Reads JSON. A whole number that JavaScript can't hold exactly becomes a text, so that no digit of an ID is lost.
 *
 * @throws SyntaxError for what is no JSON
 */
function parsed(json: string): unknown {
	const value: unknown = JSON.parse(json);
	if (!/\d{16}/.test(json)) return value;
	// Only on valid JSON: on a string without an end this pattern takes very long.
	const exact = json.replace(STRING_OR_NUMBER, (token) =>
		/^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
	);
	return JSON.parse(exact);
}

function isDeeper(value: unknown, levels: number): boolean {
	if (typeof value !== 'object' || value === null) return false;
	return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

/** Reads a body as text; undefined when it is larger than the bound. */
async function readText(body: BodyStream): Promise<string | undefined> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of body) {
		const buffer = Buffer.from(chunk);
		bytes += buffer.length;
		if (bytes > MAX_RESPONSE_BYTES) return undefined;
		chunks.push(buffer);
	}
	return Buffer.concat(chunks).toString('utf8');
}

function tooLarge(): ItemError {
	return {
		kind: 'unreadable',
		message: `GlobalAI OPC's answer does not end: it is larger than ${MAX_RESPONSE_BYTES / 1e6} MB`,
		description:
			"An answer of the API is a few kilobytes at most, so this is none. Check the 'Base URL' in the credential.",
	};
}

function timeoutError(timeoutMs: number): ItemError {
	return {
		kind: 'timeout',
		message: `GlobalAI OPC did not answer within ${timeoutMs / 1000} s`,
		description:
			"The service may be overloaded or the network slow. Try again later, or raise 'Request Timeout' under 'Options'.",
	};
}

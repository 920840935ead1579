import type { TaskError } from './error';
import { isObject, oneLine } from './text';

/** A response body as n8n hands it over with `encoding: 'stream'`. */
export type BodyStream = AsyncIterable<Uint8Array | string> & { destroy?: () => void };

/** A response as n8n hands it over with `encoding: 'stream'` and `returnFullResponse`. */
export interface StreamedResponse {
	statusCode: number;
	/** Header names in lower case. */
	headers: Record<string, unknown>;
	body: BodyStream;
}

const TIMEOUT_CODES = ['ECONNABORTED', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT'];

/**
 * Words for the error codes of Node.js that say that no connection came about; after all others something may
 * have reached the server.
 */
const CONNECTION_WORDS: Record<string, [what: string, advice: (address: string) => string]> = {
	ECONNREFUSED: [
		'refused the connection',
		(address) => `Check ${address}. If it is right, the server is down: try again later.`,
	],
	ENOTFOUND: [
		'was not found: no server has this name',
		(address) => `Check ${address}, and that n8n's machine can reach the internet.`,
	],
	EAI_AGAIN: [
		"was not found: its name can't be looked up",
		() => "Check that n8n's machine can reach the internet (DNS).",
	],
};

/**
 * The error for a request that threw: a time-out, or a connection that failed or broke.
 *
 * @param server who was asked, as a sentence begins with it
 * @param address where its address can be seen, as words in a sentence
 */
export function connectionError(
	error: unknown,
	server = "GlobalAI OPC's server",
	address = "the 'Base URL' in the credential",
): TaskError {
	// n8n 1.x keeps the code of what it wraps as `httpCode`, and nothing else.
	const codes = chain(error).map(({ code, httpCode }) => String(code ?? httpCode ?? ''));
	const known = codes.find((code) => Object.hasOwn(CONNECTION_WORDS, code));
	const code = known ?? codes.find((candidate) => candidate !== '');
	if (code && TIMEOUT_CODES.includes(code)) {
		return {
			kind: 'timeout',
			message: `${server} did not answer in time`,
			description: `Try again later, or raise 'Request Timeout' under 'Options'. (${code})`,
		};
	}
	const [what, advice] = (known && CONNECTION_WORDS[known]) || [
		'broke the connection before the answer was complete',
		() => `Try again. If it stays so, check ${address} and n8n's network or proxy.`,
	];
	const description = `${advice(address)} (${code ?? reason(error)})`;
	return { kind: 'connection', message: `${server} ${what}`, description, ...(known && { unsent: true }) };
}

/** The error and what caused it, outermost first. n8n wraps the HTTP client's error at least once. */
function chain(error: unknown): Array<Record<string, unknown>> {
	const links = [];
	for (let link = error; isObject(link) && links.length < 5; link = link.cause) links.push(link);
	return links;
}

function reason(error: unknown): string {
	const message = chain(error).at(-1)?.message;
	return typeof message === 'string' && message !== '' ? oneLine(message) : 'no reason given';
}

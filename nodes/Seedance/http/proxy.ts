import { PROXY_SETTINGS, type Target } from './connectionError';
import type { ErrorKind, ItemError } from '../core/error';
import { isObject } from '../core/text';

/** An answer, without its text. */
export interface ProxyAnswer {
	status: number;
	/** Header names in lower case. */
	headers: Record<string, unknown>;
	body?: unknown;
}

/**
 * Squid's names of errors for which it did not ask the server. For others it may have asked.
 * Source: Squid's `errors/templates`.
 */
const SQUID_ASKED_NOBODY =
	/^ERR_(DNS_FAIL|CONNECT_FAIL|SECURE_CONNECT_FAIL|CANNOT_FORWARD|ACCESS_DENIED|CACHE_ACCESS_DENIED|FORWARDING_DENIED)\b/;

/** Headers that describe the transfer and say nothing about the sender. */
const FRAMING = /^(connection|content-length|keep-alive|transfer-encoding|proxy-.*)$/;

/** Statuses of a proxy that could not connect. Other 5xx may come after the server was asked. */
const COULD_NOT_CONNECT = [502, 503];

/**
 * The error for an answer of a proxy: n8n returns a refused tunnel as if the server had answered. The server never got
 * the request then, and nothing was made.
 *
 * @returns undefined for an answer that may be the server's
 */
export function proxyRefusal(
	answer: ProxyAnswer,
	{ server, address, url = '' }: Target,
): ItemError | undefined {
	const sign = signOfProxy(answer, url.startsWith('https:'));
	if (!sign) return undefined;
	const { status } = answer;
	const [kind, what, advice] = wordsFor(status, address, sign);
	return {
		kind,
		message: `A proxy between n8n and ${lower(server)} ${what} (HTTP ${status})`,
		description: advice,
		httpStatus: status,
	};
}

/** Whether an answer names a proxy, or only lacks the headers of a server. */
type Sign = 'named' | 'bare';

function signOfProxy({ status, headers, body }: ProxyAnswer, isSecure: boolean): Sign | undefined {
	if (status === 407) return 'named';
	if (status < 400 || isObject(body)) return undefined;
	if (SQUID_ASKED_NOBODY.test(String(headers['x-squid-error'] ?? ''))) return 'named';
	if (!isSecure) return undefined;
	if (headers['proxy-agent'] !== undefined || headers['proxy-authenticate'] !== undefined) return 'named';
	// A server has to send a date with a 403 (RFC 9110 section 6.6.1); a proxy that refuses a tunnel usually sends none.
	if (status === 403) return headers.date === undefined ? 'bare' : undefined;
	const isBare =
		COULD_NOT_CONNECT.includes(status) && Object.keys(headers).every((name) => FRAMING.test(name));
	return isBare ? 'bare' : undefined;
}

function wordsFor(
	status: number,
	address: string,
	sign: Sign,
): [kind: ErrorKind, what: string, advice: string] {
	if (status === 407) {
		return [
			'proxyRefused',
			'requires a login',
			`Put its user and password into HTTPS_PROXY in n8n's environment (http://user:password@host:port), or let n8n go past it by NO_PROXY. Then restart n8n.`,
		];
	}
	if (status < 500) {
		return [
			'proxyRefused',
			'does not let n8n through',
			`Have the proxy allow this host, or check ${PROXY_SETTINGS}.`,
		];
	}
	// A bare answer may be the server's, and a create may be repeated only if it certainly made nothing.
	const kind = sign === 'named' ? 'unreachable' : 'serverError';
	return [kind, 'could not reach it', `Check ${address}, and the proxy: ${PROXY_SETTINGS} name it.`];
}

/** Words from the beginning of a sentence, inside of one. */
function lower(server: string): string {
	return server.replace(/^The /, 'the ');
}

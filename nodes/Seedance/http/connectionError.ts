import type { ErrorKind, ItemError } from '../core/error';
import { isObject, oneLine } from '../core/text';

/** The server of a request, for error messages. */
export interface Target {
	/** At the beginning of a sentence. */
	server: string;
	/** Where its address can be seen, as words in a sentence. */
	address: string;
	/** Its address; undefined if redirects may have led elsewhere, because then a proxy can't be recognized by it. */
	url?: string;
}

/** Where n8n reads which proxy to use, as words in a sentence. */
export const PROXY_SETTINGS = "HTTPS_PROXY, HTTP_PROXY and NO_PROXY in n8n's environment";

/** A Node.js call that failed, as the message of its error names it: "connect ECONNREFUSED 127.0.0.1:3128". */
interface Call {
	isConnecting: boolean;
	/** Host of the call, and its port if the message has one. */
	peer: { host: string; port?: number };
}

/** What is known of a request that threw. */
interface Facts {
	codes: string[];
	words: string[];
	calls: Call[];
	/** Whether there was no connection at all. If a connection broke, the request may have arrived. */
	neverConnected: boolean;
}

/** One way to fail. It matches if everything that it names matches. */
interface Failure {
	kind: ErrorKind;
	codes?: RegExp;
	words?: RegExp;
	neverConnected?: true;
	/** What the server did, as the rest of a sentence. */
	what: string;
	/** @param address where the server's address can be seen */
	advice: (address: string) => string;
}

const TRUST = (address: string) =>
	`A proxy or virus scanner that opens https connections is a usual cause: let n8n trust its certificate (NODE_EXTRA_CA_CERTS in n8n's environment names the file). Else check ${address}.`;

/** Ways to fail, the first that fits. Codes: Node.js, "Common system errors" and "X509 certificate error codes". */
const FAILURES: Failure[] = [
	{
		kind: 'blocked',
		words: /^The request was blocked because /,
		what: 'is blocked: this n8n allows no requests to its address',
		advice: (address) =>
			`Check ${address}. If it is right, ask whoever runs n8n to allow it (N8N_SSRF_ALLOWED_HOSTNAMES or N8N_SSRF_ALLOWED_IP_RANGES).`,
	},
	{
		kind: 'unreachable',
		words: /^Proxy connection ended|proxy CONNECT response/,
		what: 'was not reached: the proxy that n8n uses closed the connection',
		advice: () => `Check ${PROXY_SETTINGS}, and the proxy itself.`,
	},
	{
		kind: 'untrusted',
		codes: /^CERT_HAS_EXPIRED$/,
		what: 'has a certificate that has expired',
		advice: (address) =>
			`Whoever runs the server has to renew it. Check ${address}, and the clock of n8n's machine.`,
	},
	{
		kind: 'untrusted',
		codes: /^CERT_NOT_YET_VALID$/,
		what: 'has a certificate that is not valid yet',
		advice: (address) => `Check the clock of n8n's machine, and ${address}.`,
	},
	{
		kind: 'untrusted',
		codes: /^(ERR_TLS_CERT_ALTNAME_\w+|HOSTNAME_MISMATCH)$/,
		what: 'has a certificate for another host name',
		advice: (address) => `Check ${address}: another server answers there, or a proxy in between.`,
	},
	{
		kind: 'untrusted',
		codes: /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)$/,
		what: 'has a self-signed certificate, which n8n does not trust',
		advice: TRUST,
	},
	{
		kind: 'untrusted',
		codes:
			/^(UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)_\w+|C(ERT|RL|A)_\w+|ERR_TLS_CERT_\w+|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED)$/,
		what: 'has a certificate that n8n does not trust',
		advice: TRUST,
	},
	{
		kind: 'untrusted',
		words: /wrong version number|packet length too long|SSL routines:\w*:http request/i,
		what: 'does not answer by https at this port',
		advice: (address) =>
			`Check ${address}: its port, and whether it has to begin with http://. A proxy in between can be the cause too.`,
	},
	{
		kind: 'untrusted',
		words:
			/handshake failure|unsupported protocol|protocol version|unrecognized name|legacy renegotiation|no shared cipher/i,
		what: 'and n8n could not agree on a secure connection',
		advice: (address) => `Check ${address}, and whether a proxy in between opens https connections.`,
	},
	{
		kind: 'notConnected',
		words: /before secure TLS connection was established/,
		what: 'closed the connection before it was secure',
		advice: (address) => `Try again. If it stays so, check ${address}, and n8n's network or proxy.`,
	},
	{
		kind: 'unreachable',
		codes: /^ECONNREFUSED$/,
		neverConnected: true,
		what: 'refused the connection',
		advice: (address) => `Check ${address}. If it is right, the server is down: try again later.`,
	},
	{
		kind: 'unreachable',
		codes: /^ENOTFOUND$/,
		neverConnected: true,
		what: "was not found: no server has this name, or n8n's machine has no internet",
		advice: (address) => `Check ${address} for a typo, and that n8n's machine can reach the internet.`,
	},
	{
		kind: 'notConnected',
		codes: /^EAI_AGAIN$/,
		neverConnected: true,
		what: "was not found: its name can't be looked up",
		advice: () => "Check that n8n's machine can reach the internet (DNS).",
	},
	{
		kind: 'notConnected',
		neverConnected: true,
		what: 'could not be reached',
		advice: (address) => `Check that n8n's machine can reach the internet, and ${address}.`,
	},
	{
		kind: 'timeout',
		codes: /^(ECONNABORTED|ETIMEDOUT|UND_ERR_HEADERS_TIMEOUT)$/,
		what: 'did not answer in time',
		advice: () => "Try again later, or raise 'Request Timeout' under 'Options'.",
	},
];

/** There was a connection, so the request may have arrived. */
const BROKEN: Failure = {
	kind: 'connection',
	what: 'broke the connection before the answer was complete',
	advice: (address) => `Try again. If it stays so, check ${address} and n8n's network or proxy.`,
};

/** Codes that mean there was no connection, if the error does not name the call. */
const NEVER_CONNECTED =
	/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

/** The error for a request that threw: what failed, whether the request may have arrived, and what to do. */
export function connectionError(error: unknown, { server, address, url }: Target): ItemError {
	const facts = factsOf(error);
	const failed = FAILURES.find((failure) => fits(failure, facts)) ?? BROKEN;
	const proxy = failed.neverConnected && proxyIn(facts, url);
	const code = facts.codes.find((known) => failed.codes?.test(known)) ?? facts.codes[0];
	return {
		kind: failed.kind,
		message: `${proxy ? `The proxy ${proxy}, which n8n uses,` : server} ${failed.what}`,
		description: `${failed.advice(proxy ? PROXY_SETTINGS : address)} (${code ?? facts.words.at(-1) ?? 'no reason given'})`,
	};
}

function fits({ codes, words, neverConnected }: Failure, facts: Facts): boolean {
	if (neverConnected && !facts.neverConnected) return false;
	if (codes && !facts.codes.some((code) => codes.test(code))) return false;
	return !words || facts.words.some((text) => words.test(text));
}

function factsOf(error: unknown): Facts {
	const links = linksOf(error);
	// n8n 1.x keeps the code of the wrapped error in `httpCode`, and its message in `messages` or in the description.
	const codes = links
		.map(({ code, httpCode }) => String(code ?? httpCode ?? ''))
		.filter((code) => code !== '');
	const words = links
		.flatMap(({ message, messages, description }) => [
			description,
			message,
			...(Array.isArray(messages) ? messages : []),
		])
		.filter((text): text is string => typeof text === 'string' && text.trim() !== '')
		.map(oneLine);
	const calls = words.flatMap((text) => text.split(' | ')).flatMap(callOf);
	const neverConnected =
		calls.length > 0
			? calls.every(({ isConnecting }) => isConnecting)
			: codes.some((code) => NEVER_CONNECTED.test(code));
	return { codes, words, calls, neverConnected };
}

/** Most linked errors that are read, because some are circular. */
const MOST_LINKS = 12;

/** The error and what it is made of, outermost first: n8n wraps the HTTP client's, which may have tried several addresses. */
function linksOf(error: unknown): Array<Record<string, unknown>> {
	const links: Array<Record<string, unknown>> = [];
	const found = [error];
	while (found.length > 0 && links.length < MOST_LINKS) {
		const link = found.shift();
		if (!isObject(link)) continue;
		links.push(link);
		found.push(link.cause, ...(Array.isArray(link.errors) ? (link.errors as unknown[]) : []));
	}
	return links;
}

function callOf(words: string): Call[] {
	const [, name, peer = ''] =
		/^(connect|getaddrinfo|query\w*|read|write) [A-Z_]+(?: (\S+))?/.exec(words) ?? [];
	if (name === undefined) return [];
	const [, host = peer, port] = (name === 'connect' && /^(.+):(\d+)$/.exec(peer)) || [];
	return [
		{
			isConnecting: name !== 'read' && name !== 'write',
			peer: { host, ...(port && { port: Number(port) }) },
		},
	];
}

/** The host that could not be reached, if it is not the requested one: n8n uses a proxy. */
function proxyIn({ calls }: Facts, url: string | undefined): string | undefined {
	if (url === undefined) return undefined;
	const { hostname, port, protocol } = new URL(url);
	const wanted = {
		host: hostname.replace(/^\[|\]$/g, ''),
		port: Number(port) || (protocol === 'https:' ? 443 : 80),
	};
	const isAddress = /^[\d.]+$|:/.test(wanted.host);
	const other = calls.find(({ peer }) => {
		if (peer.host === '') return false;
		// A connection is made to an IP address, which can't be compared with a name.
		const sameHost = peer.host === wanted.host || (peer.port !== undefined && !isAddress);
		return !sameHost || (peer.port ?? wanted.port) !== wanted.port;
	});
	return other && [other.peer.host, other.peer.port].filter(Boolean).join(':');
}

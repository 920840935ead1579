import { connectionError, type Target } from '../../../nodes/Seedance/http/connectionError';
import { containing, matching } from '../expecting';

const SERVER: Target = { server: "GlobalAI OPC's server", address: "the 'Base URL' in the credential" };

const coded = (code: string, words = 'some words', more: object = {}) =>
	Object.assign(new Error(words), { code }, more);

/** As Node.js says which call failed, for what reason, and with whom. */
const failed = (call: string) => coded(call.split(' ')[1] as string, call);

/** As n8n 1.x wraps an error: its cause is hidden. */
const inN8n1 = (error: Error & { code?: string }) => ({
	message: 'The service refused the connection - perhaps it is offline',
	httpCode: error.code,
	messages: [error.message, error.message],
});

const blocked = new Error('The request was blocked because it resolves to a restricted IP address');
const several = (...calls: string[]) =>
	Object.assign(new AggregateError(calls.map(failed)), { code: (calls[0] as string).split(' ')[1] });

type Unreached = [error: Error, kind: string, message: string, advice: string];

const call = (words: string, ...meaning: [string, string, string]): Unreached => [failed(words), ...meaning];
const code = (name: string, ...meaning: [string, string, string]): Unreached => [coded(name), ...meaning];
const tls = (words: string, ...meaning: [string, string, string]): Unreached => [
	coded('EPROTO', `write EPROTO 80:SSL routines:${words}:`),
	...meaning,
];

const NO_ROUTE = ['notConnected', 'could not be reached', 'internet'] as const;
const NO_NAME = "was not found: no server has this name, or n8n's machine has no internet";
const HANDSHAKE = 'Client network socket disconnected before secure TLS connection was established';

const UNREACHED: Unreached[] = [
	call('connect ECONNREFUSED 10.0.0.1:443', 'unreachable', 'refused the connection', 'the server is down.*'),
	call('getaddrinfo ENOTFOUND a.example', 'unreachable', NO_NAME, "the 'Base URL'.* for a typo.*internet"),
	call(
		'getaddrinfo EAI_AGAIN a.example',
		'notConnected',
		"was not found: its name can't be looked up",
		'DNS',
	),
	call('connect ENETUNREACH 2606:4700::1:443 - Local (:::0)', ...NO_ROUTE),
	call('connect EHOSTUNREACH 10.0.0.1:443', ...NO_ROUTE),
	call('connect ETIMEDOUT 10.0.0.1:443', ...NO_ROUTE),
	call('connect EACCES 10.0.0.1:443', ...NO_ROUTE),
	code('UND_ERR_CONNECT_TIMEOUT', ...NO_ROUTE),
	[several('connect ETIMEDOUT 10.0.0.1:443', 'connect ENETUNREACH 2606:4700::1:443'), ...NO_ROUTE],
	[coded('ECONNRESET', HANDSHAKE), 'notConnected', 'before it was secure', 'Try again'],
	code('DEPTH_ZERO_SELF_SIGNED_CERT', 'untrusted', 'self-signed', 'NODE_EXTRA_CA_CERTS'),
	code('SELF_SIGNED_CERT_IN_CHAIN', 'untrusted', 'self-signed', 'NODE_EXTRA_CA_CERTS'),
	code('UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'untrusted', 'does not trust', 'NODE_EXTRA_CA_CERTS'),
	code('CERT_REVOKED', 'untrusted', 'does not trust', 'NODE_EXTRA_CA_CERTS'),
	code('CERT_HAS_EXPIRED', 'untrusted', 'has expired', 'renew'),
	code('CERT_NOT_YET_VALID', 'untrusted', 'is not valid yet', 'clock'),
	code('ERR_TLS_CERT_ALTNAME_INVALID', 'untrusted', 'for another host name', "Check the 'Base URL'"),
	tls('get_record:wrong version number', 'untrusted', 'https', 'http://'),
	tls(':sslv3 alert handshake failure', 'untrusted', 'secure connection', 'proxy'),
	[blocked, 'blocked', 'is blocked', 'N8N_SSRF_ALLOWED_HOSTNAMES'],
];

describe.each([
	['as Node.js throws it', (error: Error) => error],
	[
		'inside what n8n wraps',
		(error: Error) => new Error('outer', { cause: new Error('outer', { cause: error }) }),
	],
])('no connection came about, so nothing was sent (%s)', (_how, wrapped) => {
	test.each(UNREACHED)('%s: %s', (error, kind, message, advice) => {
		const shown = (error as { code?: string }).code ?? 'The request was blocked because .*';
		expect(connectionError(wrapped(error), SERVER)).toEqual({
			kind,
			message: matching(new RegExp(`^GlobalAI OPC's server .*${message}`)),
			description: matching(new RegExp(`${advice}.* \\(${shown}\\)$`)),
		});
	});
});

test.each(UNREACHED.filter(([{ message }]) => message !== ''))(
	'n8n 1.x hides the cause of %s: its words are enough',
	(...[error, kind]) => expect(connectionError(inN8n1(error), SERVER).kind).toBe(kind),
);

test('n8n 1.x hides several addresses that were tried in its description', () => {
	const description = 'connect ETIMEDOUT 10.0.0.1:443 | connect ENETUNREACH 2606:4700::1:443';
	expect(connectionError({ message: '', description, httpCode: 'ETIMEDOUT' }, SERVER).kind).toBe(
		'notConnected',
	);
});

test.each([
	['ECONNABORTED', coded('ECONNABORTED', 'timeout of 30000ms exceeded')],
	['ETIMEDOUT', failed('read ETIMEDOUT')],
	['ETIMEDOUT', coded('ETIMEDOUT')],
	['UND_ERR_HEADERS_TIMEOUT', coded('UND_ERR_HEADERS_TIMEOUT')],
])('%s: a time-out after which something may have arrived', (code, error) => {
	expect(connectionError(error, SERVER)).toEqual({
		kind: 'timeout',
		message: "GlobalAI OPC's server did not answer in time",
		description: matching(new RegExp(`raise 'Request Timeout' under 'Options'\\. \\(${code}\\)$`)),
	});
});

test.each([
	['a code that says nothing more', coded('ECONNRESET'), 'ECONNRESET'],
	['a code of an open connection', failed('read EHOSTUNREACH'), 'EHOSTUNREACH'],
	[
		'an error of TLS on an open connection',
		coded('EPROTO', 'write EPROTO 80:SSL routines::bad record mac:'),
		'EPROTO',
	],
	['a code that every object has a property of', coded('constructor'), 'constructor'],
	['an error without a code', new Error('socket\n hang up'), 'socket hang up'],
	['the innermost words', new Error('outer', { cause: new Error('inner') }), 'inner'],
	['no words', new Error(''), 'no reason given'],
	['words that are no text', { message: 7 }, 'no reason given'],
	['a text', 'broken', 'no reason given'],
	['nothing', undefined, 'no reason given'],
	['null', null, 'no reason given'],
])('%s: the connection broke, and something may have arrived', (_case, error, words) => {
	expect(connectionError(error, SERVER)).toEqual({
		kind: 'connection',
		message: "GlobalAI OPC's server broke the connection before the answer was complete",
		description: matching(new RegExp(`^Try again.*'Base URL'.* \\(${words}\\)$`)),
	});
});

test('the code is found under the code of the wrapping error', () => {
	const error = coded('ERR_NODE', 'outer', { cause: coded('ECONNREFUSED') });
	expect(connectionError(error, SERVER)).toMatchObject({
		kind: 'unreachable',
		description: containing('(ECONNREFUSED)'),
	});
});

test('errors that go round in a circle are followed for a while', () => {
	const error: { cause?: unknown; message: string } = { message: 'round' };
	error.cause = error;
	expect(connectionError(error, SERVER)).toMatchObject({ description: containing('(round)') });
});

test('the server is called by its name', () => {
	const { message, description } = connectionError(coded('ECONNREFUSED'), {
		server: "The video's server",
		address: 'the link',
	});
	expect(message).toBe("The video's server refused the connection");
	expect(description).toMatch(/^Check the link\. /);
});

describe('a host that was not asked for is the proxy', () => {
	test.each([
		['connect ECONNREFUSED 10.1.1.1:3128', 'https://api.example', '10.1.1.1:3128'],
		['connect ETIMEDOUT 10.1.1.1:3128', 'https://api.example', '10.1.1.1:3128'],
		['connect ECONNREFUSED 10.1.1.1:443', 'https://10.2.2.2', '10.1.1.1:443'],
		['connect ECONNREFUSED ::1:8080', 'http://[::1]:5000', '::1:8080'],
		['getaddrinfo ENOTFOUND proxy.example', 'https://api.example', 'proxy.example'],
		['getaddrinfo EAI_AGAIN proxy.example', 'https://api.example', 'proxy.example'],
	])('%s, asked for %s: %s', (call, url, proxy) => {
		const { message, description } = connectionError(failed(call), { ...SERVER, url });
		expect(message).toMatch(`The proxy ${proxy}, which n8n uses, `);
		expect(description).toMatch(/HTTPS_PROXY|DNS/);
	});

	test.each([
		['connect ECONNREFUSED 10.1.1.1:443', 'https://api.example'],
		['connect ECONNREFUSED 10.1.1.1:80', 'http://api.example'],
		['connect ECONNREFUSED 127.0.0.1:5000', 'http://127.0.0.1:5000'],
		['connect ECONNREFUSED ::1:5000', 'http://[::1]:5000'],
		['getaddrinfo ENOTFOUND api.example', 'https://api.example'],
		['connect ECONNREFUSED', 'https://api.example'],
		['connect ECONNREFUSED 10.1.1.1:3128', undefined],
	])('%s, asked for %s: no proxy', (call, url) => {
		expect(connectionError(failed(call), { ...SERVER, url }).message).toMatch(/^GlobalAI OPC's server /);
	});

	test('one that closes the connection before it leads anywhere', () => {
		const error = new Error('Proxy connection ended before receiving CONNECT response');
		expect(connectionError(error, SERVER)).toMatchObject({
			kind: 'unreachable',
			message: containing('proxy that n8n uses'),
		});
	});
});

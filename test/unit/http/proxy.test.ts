import { proxyRefusal } from '../../../nodes/Seedance/http/proxy';
import { containing } from '../expecting';

const told = (
	status: number,
	headers: Record<string, unknown>,
	body?: unknown,
	url = 'https://api.example',
) => proxyRefusal({ status, headers, body }, { server: "The video's server", address: 'the link', url });

const PAGE = { date: 'Sat, 28 Nov 2026 00:00:00 GMT', server: 'nginx', 'content-type': 'text/html' };
const squid = (error: string) => ({ ...PAGE, server: 'squid/5.7', 'x-squid-error': `${error} 0` });

test.each<[string, number, Record<string, unknown>, string]>([
	['a login is wanted', 407, PAGE, 'proxyRefused'],
	['a tunnel is refused, by nothing but a status', 403, {}, 'proxyRefused'],
	['a tunnel is refused, with a page', 403, { 'content-type': 'text/html' }, 'proxyRefused'],
	// As terse as a server can be, too: the create may have arrived.
	[
		'a tunnel came about to nobody, it seems',
		502,
		{ connection: 'close', 'content-length': '0' },
		'serverError',
	],
	['a tunnel came about to nobody, it seems', 503, {}, 'serverError'],
	['a tunnel came about to nobody', 503, { 'proxy-agent': 'tinyproxy' }, 'unreachable'],
	['a proxy that says that it is one', 500, { ...PAGE, 'proxy-agent': 'Apache/2.4' }, 'unreachable'],
	['Squid, by its rules', 403, squid('ERR_ACCESS_DENIED'), 'proxyRefused'],
	['Squid, without a server', 503, squid('ERR_DNS_FAIL'), 'unreachable'],
])("a proxy's answer: %s (HTTP %d)", (_case, status, headers, kind) => {
	expect(told(status, headers)).toMatchObject({
		kind,
		httpStatus: status,
		message: containing(`A proxy between n8n and the video's server`),
		description: containing('PROXY'),
	});
});

test.each<[string, number, Record<string, unknown>, unknown, string]>([
	['a success', 200, {}, undefined, 'https://api.example'],
	['a redirect', 302, {}, undefined, 'https://api.example'],
	["the API's JSON", 403, {}, { code: 403 }, 'https://api.example'],
	['a refusal with a date', 403, PAGE, undefined, 'https://api.example'],
	['an error page', 502, PAGE, undefined, 'https://api.example'],
	[
		'an error without headers, after the server may have been asked',
		504,
		{},
		undefined,
		'https://api.example',
	],
	['Squid, after the server was asked', 504, squid('ERR_READ_TIMEOUT'), undefined, 'https://api.example'],
	['no tunnel', 403, {}, undefined, 'http://127.0.0.1:5000'],
	['no tunnel', 503, {}, undefined, 'http://127.0.0.1:5000'],
])("may be the server's own answer: %s (HTTP %d)", (_case, status, headers, body, url) => {
	expect(told(status, headers, body, url)).toBeUndefined();
});

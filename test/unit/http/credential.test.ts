import { GlobalAiOpcApi } from '../../../credentials/GlobalAiOpcApi.credentials';
import { CREDENTIAL_NAME, DEFAULT_BASE_URL, readCredential } from '../../../nodes/Seedance/http/credential';
import { containing } from '../expecting';

const BASE = 'https://api.example/base';

test('the credential is found by its name', () => {
	expect(CREDENTIAL_NAME).toBe(new GlobalAiOpcApi().name);
});

describe('an address that was pasted as the base URL', () => {
	const VENDORS = 'https://zcbservice.aizfw.cn';

	test.each([
		VENDORS,
		`${VENDORS}/`,
		'zcbservice.aizfw.cn',
		'zcbservice.aizfw.cn/kyyReactApiServer',
		`${VENDORS}/v1`,
		`${DEFAULT_BASE_URL}/v1/`,
		`${DEFAULT_BASE_URL}/v2`,
		`${DEFAULT_BASE_URL}/v2/model-center/tasks/`,
		`${VENDORS}/v2/model-center/tasks`,
		`${DEFAULT_BASE_URL}/v1/result/video_abc123def456`,
		`${DEFAULT_BASE_URL}/v1/seedance/videos`,
		`${VENDORS}/kyyReactApiServer/kyyReactApiServer`,
		'HTTPS://ZCBSERVICE.AIZFW.CN/kyyReactApiServer',
	])("at the vendor's host it means the vendor's: %s", (baseUrl) => {
		expect(readCredential({ apiKey: 'sk-abc', baseUrl })).toMatchObject({
			value: { baseUrl: DEFAULT_BASE_URL },
		});
	});

	test.each([
		['https://proxy.example/v1', 'https://proxy.example'],
		['https://proxy.example/api/v2//', 'https://proxy.example/api'],
		['https://proxy.example/api/v1/result/{id}', 'https://proxy.example/api'],
		['https://proxy.example/v2/model-center/tasks/', 'https://proxy.example'],
		['http://localhost:8080/x/v1/seedance-x1/videos', 'http://localhost:8080/x'],
		['https://proxy.example/v1/globalai', 'https://proxy.example/v1/globalai'],
		['https://proxy.example/v3', 'https://proxy.example/v3'],
	])('elsewhere it loses the path of a call: %s', (baseUrl, meant) => {
		expect(readCredential({ apiKey: 'sk-abc', baseUrl })).toMatchObject({ value: { baseUrl: meant } });
	});
});

test.each([
	['as it is', 'sk-abc', BASE],
	['with blanks around', ' \tsk-abc\n', `  ${BASE} `],
	['with a pasted Bearer', 'Bearer sk-abc', BASE],
	['with a pasted bearer and blanks', '  bearer   sk-abc ', `${BASE}/`],
	['with slashes at the end of the base URL', 'sk-abc', `${BASE}///`],
])('a credential %s', (_case, apiKey, baseUrl) => {
	expect(readCredential({ apiKey, baseUrl })).toEqual({
		ok: true,
		value: { apiKey: 'sk-abc', baseUrl: BASE },
	});
});

test.each(['!~', 'bearer-1', 'the-bearer', 'Bearersk-abc', 'x'])('%s is a key', (apiKey) => {
	expect(readCredential({ apiKey, baseUrl: BASE })).toEqual({ ok: true, value: { apiKey, baseUrl: BASE } });
});

/** Expects that a credential can't be used, for these reasons, and that the key is not shown. */
function expectRefused(apiKey: unknown, baseUrl: unknown, message: string, description: string): void {
	const result = readCredential({ apiKey, baseUrl } as Record<string, string>);
	const error = { kind: 'badCredential', message: containing(message), description: containing(description) };
	expect(result).toEqual({ ok: false, error });
	if (typeof apiKey === 'string' && apiKey.trim().length > 8)
		expect(JSON.stringify(result)).not.toContain(apiKey);
}

test.each<[string, unknown[]]>([
	['has no API key', ['', '  ', 'Bearer ', undefined, 7]],
	['another invalid character', ['sk-012 345', 'sk-012\n345', 'ключ-ключ', 'sk-012Bearer sk-345']],
])('a key that %s is refused, without showing it: %j', (message, apiKeys) => {
	for (const apiKey of apiKeys) expectRefused(apiKey, BASE, message, 'paste the key');
});

test.each(['', ' ', '/', undefined])('the base URL %p means the default of the form', (baseUrl) => {
	const field = new GlobalAiOpcApi().properties.find(({ name }) => name === 'baseUrl');
	expect(field).toMatchObject({ default: DEFAULT_BASE_URL, description: containing(DEFAULT_BASE_URL) });
	const value = { apiKey: 'sk-abc', baseUrl: DEFAULT_BASE_URL };
	expect(readCredential({ apiKey: 'sk-abc', baseUrl } as Record<string, string>)).toEqual({
		ok: true,
		value,
	});
});

test.each([
	'api.example',
	'ftp://api.example',
	'view-source:https://api.example',
	'see https://api.example',
	'https://',
	'https://api.example:x',
	`${BASE}?a=1`,
	`${BASE}#a`,
])('the base URL %p is refused', (baseUrl) => {
	expectRefused(
		'sk-abc',
		baseUrl,
		"'Base URL' in the credential is not",
		`The default is ${DEFAULT_BASE_URL}, and an empty field means it.`,
	);
});

describe('plain http', () => {
	/** Hosts of this machine, or of a private network: names, IPv4 and IPv6. */
	const PRIVATE = [
		'localhost:5678/base simulator server1 api.localhost nas.local host.docker.internal:8080 nas.lan',
		'a.home.arpa localhost. 127.0.0.1:3000 127.1.2.3 2130706433 10.0.0.7 192.168.1.7 169.254.1.1',
		'0.0.0.0:3000 172.16.0.1 172.20.0.1 172.31.0.1 [::ffff:10.0.0.1] [::1]:3000 [fc00::1]',
		'[fd12:3456::1] [fe80::1] [feb0::1]',
	];
	/** Public hosts, many of which look like those. */
	const PUBLIC = [
		'api.example zcbservice.aizfw.cn/kyyReactApiServer localhost.example local.example nas.local.example',
		'lan.example 0.example 10.example 10.0.0.1.example 8.8.8.8 100.1.1.1 1.10.0.1 11.0.0.1 128.0.0.1',
		'172.15.0.1 172.32.0.1 172.160.0.1 192.167.1.1 192.169.1.1 192.1.168.1 169.253.1.1 [2001:db8::1]',
		'[::2] [::ffff:8.8.8.8] [::1:1] [ff02::1] [fec0::1] [fc::1] [fe8::1] [2001:db8::fc00]',
	];
	const urlsOf = (lines: string[]) =>
		lines.flatMap((line) => line.split(' ')).map((host) => `http://${host}`);

	test.each([...urlsOf(PRIVATE), 'HTTP://localhost'])('%s: this machine, or a private network', (baseUrl) => {
		expect(readCredential({ apiKey: 'sk-abc', baseUrl })).toMatchObject({ ok: true });
	});

	test.each(urlsOf(PUBLIC))('%s: the key would travel unprotected', (baseUrl) => {
		expectRefused('sk-abc', baseUrl, 'would travel unprotected', "let 'Base URL' begin with https://");
		expect(readCredential({ apiKey: 'sk-abc', baseUrl: baseUrl.replace('http:', 'https:') })).toMatchObject({
			ok: true,
		});
	});
});

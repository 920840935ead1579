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
	test.each([
		'HTTP://localhost:5678/base',
		'http://simulator',
		'http://server1',
		'http://api.localhost',
		'http://nas.local',
		'http://host.docker.internal:8080',
		'http://127.0.0.1:3000',
		'http://127.1.2.3',
		'http://2130706433',
		'http://10.0.0.7',
		'http://192.168.1.7',
		'http://169.254.1.1',
		'http://0.0.0.0:3000',
		'http://nas.lan',
		'http://a.home.arpa',
		'http://localhost.',
		'http://[::ffff:10.0.0.1]',
		'http://172.16.0.1',
		'http://172.20.0.1',
		'http://172.31.0.1',
		'http://[::1]:3000',
		'http://[fc00::1]',
		'http://[fd12:3456::1]',
		'http://[fe80::1]',
		'http://[feb0::1]',
	])('%s: this machine, or the own network', (baseUrl) => {
		expect(readCredential({ apiKey: 'sk-abc', baseUrl })).toMatchObject({ ok: true });
	});

	test.each([
		'http://api.example',
		'http://zcbservice.aizfw.cn/kyyReactApiServer',
		'http://localhost.example',
		'http://local.example',
		'http://nas.local.example',
		'http://10.example',
		'http://10.0.0.1.example',
		'http://8.8.8.8',
		'http://100.1.1.1',
		'http://1.10.0.1',
		'http://11.0.0.1',
		'http://128.0.0.1',
		'http://172.15.0.1',
		'http://172.32.0.1',
		'http://172.160.0.1',
		'http://192.167.1.1',
		'http://192.169.1.1',
		'http://192.1.168.1',
		'http://169.253.1.1',
		'http://[2001:db8::1]',
		'http://[::2]',
		'http://[::ffff:8.8.8.8]',
		'http://lan.example',
		'http://0.example',
		'http://[::1:1]',
		'http://[ff02::1]',
		'http://[fec0::1]',
		'http://[fc::1]',
		'http://[fe8::1]',
		'http://[2001:db8::fc00]',
	])('%s: the key would travel unprotected', (baseUrl) => {
		expectRefused('sk-abc', baseUrl, 'would travel unprotected', "let 'Base URL' begin with https://");
		expect(readCredential({ apiKey: 'sk-abc', baseUrl: baseUrl.replace('http:', 'https:') })).toMatchObject({
			ok: true,
		});
	});
});

import { GlobalAiOpcApi } from '../../../credentials/GlobalAiOpcApi.credentials';
import { CREDENTIAL_NAME, readCredential } from '../../../nodes/Seedance/api/credential';

const BASE = 'https://api.example/base';

test('the credential is found by its name', () => {
	expect(CREDENTIAL_NAME).toBe(new GlobalAiOpcApi().name);
});

test.each([
	['as it is', 'sk-abc', BASE],
	['with blanks around', ' \tsk-abc\n', `  ${BASE} `],
	['with a pasted Bearer', 'Bearer sk-abc', BASE],
	['with a pasted bearer and blanks', '  bearer   sk-abc ', `${BASE}/`],
	['with slashes at the end of the base URL', 'sk-abc', `${BASE}///`],
])('a credential %s', (_case, apiKey, baseUrl) => {
	expect(readCredential({ apiKey, baseUrl })).toEqual({ ok: true, value: { apiKey: 'sk-abc', baseUrl: BASE } });
});

test.each(['!~', 'bearer-1', 'the-bearer', 'Bearersk-abc', 'x'])('%s is a key', (apiKey) => {
	expect(readCredential({ apiKey, baseUrl: BASE })).toEqual({ ok: true, value: { apiKey, baseUrl: BASE } });
});

test.each([
	['no key', '', BASE, 'holds no API key', 'paste the key'],
	['a blank key', '  ', BASE, 'holds no API key', 'paste the key'],
	['nothing but Bearer', 'Bearer ', BASE, 'holds no API key', 'paste the key'],
	['no key field', undefined, BASE, 'holds no API key', 'paste the key'],
	['a key that is no text', 7, BASE, 'holds no API key', 'paste the key'],
	['a key with a blank', 'sk-012 345', BASE, "can't be right", 'paste the key'],
	['a key with a line break', 'sk-012\n345', BASE, "can't be right", 'paste the key'],
	['a key in other letters', 'ключ-ключ', BASE, "can't be right", 'paste the key'],
	['two keys with Bearer between', 'sk-012Bearer sk-345', BASE, "can't be right", 'paste the key'],
	['no base URL', 'sk-abc', '', 'Base URL in the credential is not', 'set Base URL'],
	['no base URL field', 'sk-abc', undefined, 'Base URL in the credential is not', 'set Base URL'],
	['a base URL without protocol', 'sk-abc', 'api.example', 'Base URL in the credential is not', 'set Base URL'],
	['a base URL of another protocol', 'sk-abc', 'ftp://api.example', 'Base URL in the credential is not', 'set Base URL'],
	['a base URL behind another protocol', 'sk-abc', 'view-source:https://api.example', 'Base URL in the credential is not', 'set Base URL'],
	['a base URL after other words', 'sk-abc', 'see https://api.example', 'Base URL in the credential is not', 'set Base URL'],
	['a broken base URL', 'sk-abc', 'https://', 'Base URL in the credential is not', 'set Base URL'],
	['a base URL with a port that is none', 'sk-abc', 'https://api.example:x', 'Base URL in the credential is not', 'set Base URL'],
	['a base URL with a query', 'sk-abc', `${BASE}?a=1`, 'Base URL in the credential is not', 'set Base URL'],
	['a base URL with a fragment', 'sk-abc', `${BASE}#a`, 'Base URL in the credential is not', 'set Base URL'],
])('%s is refused, without showing the key', (_case, apiKey, baseUrl, message, description) => {
	const access = readCredential({ apiKey, baseUrl } as Record<string, string>);
	expect(access).toEqual({
		ok: false,
		error: {
			kind: 'badCredential',
			message: expect.stringContaining(message) as unknown,
			description: expect.stringContaining(description) as unknown,
		},
	});
	if (typeof apiKey === 'string' && apiKey.trim().length > 8) expect(JSON.stringify(access)).not.toContain(apiKey);
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
		'http://[::1:1]',
		'http://[ff02::1]',
		'http://[fec0::1]',
		'http://[fc::1]',
		'http://[fe8::1]',
		'http://[2001:db8::fc00]',
	])('%s: the key would travel unprotected', (baseUrl) => {
		expect(readCredential({ apiKey: 'sk-abc', baseUrl })).toMatchObject({
			ok: false,
			error: {
				kind: 'badCredential',
				message: expect.stringContaining('would travel unprotected') as unknown,
				description: expect.stringContaining('let Base URL begin with https://') as unknown,
			},
		});
		expect(readCredential({ apiKey: 'sk-abc', baseUrl: baseUrl.replace('http:', 'https:') })).toMatchObject({ ok: true });
	});
});

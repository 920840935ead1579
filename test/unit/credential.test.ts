import { readAccess } from '../../nodes/Seedance/api/credential';

const URL = 'https://api.example/base';

test.each([
	['as it is', 'sk-abc', URL],
	['with blanks around', ' \tsk-abc\n', `  ${URL} `],
	['with a pasted Bearer', 'Bearer sk-abc', URL],
	['with a pasted bearer and blanks', '  bearer   sk-abc ', `${URL}/`],
	['with slashes at the end of the base URL', 'sk-abc', `${URL}///`],
])('a credential %s', (_case, apiKey, baseUrl) => {
	expect(readAccess({ apiKey, baseUrl })).toEqual({ ok: true, value: { apiKey: 'sk-abc', baseUrl: URL } });
});

test.each([
	['no key', '', URL, 'holds no API key'],
	['a blank key', '  ', URL, 'holds no API key'],
	['nothing but Bearer', 'Bearer ', URL, 'holds no API key'],
	['no key field', undefined, URL, 'holds no API key'],
	['a key with a blank', 'sk abc', URL, "can't be right"],
	['a key with a line break', 'sk\nabc', URL, "can't be right"],
	['a key in other letters', 'ключ', URL, "can't be right"],
	['no base URL', 'sk-abc', '', 'Base URL'],
	['a base URL without protocol', 'sk-abc', 'api.example', 'Base URL'],
	['a base URL of another protocol', 'sk-abc', 'ftp://api.example', 'Base URL'],
	['a broken base URL', 'sk-abc', 'https://', 'Base URL'],
])('%s is refused, without showing the key', (_case, apiKey, baseUrl, words) => {
	const access = readAccess({ apiKey: apiKey as string, baseUrl });
	expect(access).toMatchObject({ ok: false, fault: { kind: 'badCredential', message: expect.stringContaining(words) } });
	if (typeof apiKey === 'string' && apiKey.trim().length > 8) expect(JSON.stringify(access)).not.toContain(apiKey);
});

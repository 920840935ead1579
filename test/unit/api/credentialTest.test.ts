import type { ICredentialTestFunctions, IDataObject } from 'n8n-workflow';

import { testCredential } from '../../../nodes/Seedance/api/credentialTest';
import { finish, NOW, SECOND, useClock } from '../clock';
import { streamed } from './responses';

useClock();

const KEY = 'sk-0123456789ab';
const CREDENTIAL = { apiKey: ` Bearer ${KEY} `, baseUrl: 'https://api.example/base/' };

/** What the dialog says of a credential whose server answers so. */
async function verdict(reply: () => unknown, data: IDataObject | undefined = CREDENTIAL) {
	const request = jest.fn<Promise<unknown>, [object]>(async () => await reply());
	const context = { helpers: { request } } as unknown as ICredentialTestFunctions;
	const credential = { id: '1', name: 'GlobalAI OPC', type: 'globalAiOpcApi', data } as Parameters<typeof testCredential>[0];
	return { ...(await finish(testCredential.call(context, credential))), request };
}

const noTask = (answer: object) => () => streamed(200, answer);
const broken = (code: string) => () => {
	throw Object.assign(new Error('broken'), { code });
};

test('a task that never was is asked for, with the key, without redirects', async () => {
	const { request } = await verdict(() => streamed(404, ''));
	expect(request.mock.calls).toEqual([
		[
			{
				method: 'GET',
				uri: 'https://api.example/base/v1/result/video_n8n-credential-test',
				headers: { Accept: 'application/json', Authorization: `Bearer ${KEY}` },
				timeout: 15 * SECOND,
				followRedirect: false,
				simple: false,
				resolveWithFullResponse: true,
				useStream: true,
			},
		],
	]);
});

test.each([
	['no such task', () => streamed(404, '')],
	['no such task, in an envelope', noTask({ code: 404, msg: 'task not found', data: null })],
	['no such task, as an error of its own', noTask({ code: 500, data: null, msg: '任务不存在' })],
	['an error of its own under HTTP 200', noTask({ code: 500, data: null, msg: 'internal error' })],
	['a request that is wrong', () => streamed(400, '')],
	['an error that nobody knows', noTask({ code: 7, msg: 'no' })],
	['a task', () => streamed(200, { id: 'video_n8n-credential-test', status: 'failed' })],
	['a task without an id', () => streamed(200, { data: { status: 'failed' } })],
])('a good key is told: %s', async (_case, reply) => {
	expect(await verdict(reply)).toMatchObject({ status: 'OK', message: 'GlobalAI OPC accepted the API key' });
});

const OTHER_SERVER = 'A server answered at this Base URL, but not as GlobalAI OPC does';

test.each<[string, () => unknown, string]>([
	['a bad key', () => streamed(401, ''), 'refused this API key. Paste it again'],
	['a bad key, under HTTP 200', noTask({ code: '204', msg: '登录验证失败' }), 'may be mistyped or revoked. The API said: 登录验证失败'],
	['a key that may not ask', () => streamed(403, { msg: 'blocked' }), 'does not let it ask for tasks. Check the account it belongs to. The API said: blocked'],
	['a wrong address', () => streamed(404, { message: 'No handler found for GET /v1' }), 'leads to GlobalAI OPC, but not to its API'],
	['a limit', () => streamed(429, ''), 'limiting requests right now'],
	['a server in trouble', () => streamed(503, ''), 'was reached but had an error of its own'],
	['a redirect', () => streamed(302, '', { location: 'https://other.example/x' }), 'elsewhere (HTTP 302). It was not followed'],
	['a page', () => streamed(200, '<html></html>'), OTHER_SERVER],
	['a page for what is not found', () => streamed(404, '\n<html></html>'), OTHER_SERVER],
	['a page for a bad request', () => streamed(400, '<html></html>'), OTHER_SERVER],
	['a text', () => streamed(200, 'hello'), OTHER_SERVER],
	['an object', () => streamed(200, { hello: 'world' }), OTHER_SERVER],
	['another task', () => streamed(200, { id: 'video_1', status: 'queued' }), OTHER_SERVER],
	['nothing', () => streamed(204, ''), OTHER_SERVER],
	['silence', () => new Promise(() => {}), 'No answer came from this Base URL within 15 s'],
	['no server', broken('ECONNREFUSED'), 'refused the connection. Check the Base URL'],
	['no such name', broken('ENOTFOUND'), 'no server has this name. Check the Base URL'],
])('%s', async (_case, reply, words) => {
	const { status, message } = await verdict(reply);
	expect(status).toBe('Error');
	expect(message).toContain(words);
	expect(message).not.toMatch(/undefined|The API said: $/);
});

test('of a server that says nothing, nothing is said', async () => {
	expect((await verdict(() => streamed(401, ''))).message).toMatch(/mistyped or revoked\.$/);
});

test('silence ends after its time', async () => {
	await verdict(() => new Promise(() => {}));
	expect(Date.now()).toBe(NOW + 15 * SECOND);
});

test.each([
	['no key', { ...CREDENTIAL, apiKey: '' }, 'The credential holds no API key. Open the'],
	['no https', { ...CREDENTIAL, baseUrl: 'http://api.example' }, 'unprotected. Open the'],
	['nothing saved', undefined, 'The credential holds no API key. Open the'],
])('%s: nothing is sent', async (_case, data, words) => {
	const { status, message, request } = await verdict(() => streamed(404, ''), data ?? {});
	expect({ status, message }).toEqual({ status: 'Error', message: expect.stringContaining(words) as unknown });
	expect(request).not.toHaveBeenCalled();
});

test.each([
	['in its words', () => streamed(403, { msg: `${'x'.repeat(330)} ${KEY}` })],
	['in an error of the connection', () => Promise.reject(new Error(`Bearer ${KEY}`))],
])('what the dialog says never holds the key, and is no longer than it: %s', async (_case, reply) => {
	const { message } = await verdict(reply);
	for (let start = 0; start + 6 <= KEY.length; start++) expect(message).not.toContain(KEY.slice(start, start + 6));
	expect(message).toContain('***');
	expect((await verdict(() => streamed(403, { msg: 'x'.repeat(5_000) }))).message).toMatch(/^.{500}…$/);
});

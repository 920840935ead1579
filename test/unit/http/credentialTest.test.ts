import type { ICredentialTestFunctions, IDataObject } from 'n8n-workflow';

import { credentialTest } from '../../../nodes/Seedance/http/credentialTest';
import { videoPlaces } from '../../../nodes/Seedance/resources/video/endpoints';
import { finish, NOW, SECOND, useClock } from '../clock';
import { containing, expectHidden } from '../expecting';
import { CREDENTIAL, KEY } from '../stubContext';
import { broken, silence, streamed } from './responses';

useClock();

const missingId = 'video_n8n-credential-test';
const testCredential = credentialTest({ places: videoPlaces(missingId), missingId });

/** What the dialog says of a credential whose server answers so. */
async function tell(reply: () => unknown, data: IDataObject = CREDENTIAL) {
	const request = jest.fn<Promise<unknown>, [object]>(async () => await reply());
	const context = { helpers: { request } } as unknown as ICredentialTestFunctions;
	const credential = { id: '1', name: 'GlobalAI OPC', type: 'globalAiOpcApi', data } as Parameters<
		typeof testCredential
	>[0];
	return { ...(await finish(testCredential.call(context, credential))), request };
}

const noTask = (answer: object) => () => streamed(200, answer);

test('a task that never was is asked for, with the key, without redirects', async () => {
	const data = { apiKey: ` Bearer ${KEY} `, baseUrl: 'https://api.example/base/' };
	const { request } = await tell(() => streamed(404, ''), data);
	const options = {
		method: 'GET',
		uri: 'https://api.example/base/v1/result/video_n8n-credential-test',
		headers: { Accept: 'application/json', Authorization: `Bearer ${KEY}` },
		timeout: 15 * SECOND,
		followRedirect: false,
		simple: false,
		resolveWithFullResponse: true,
		useStream: true,
	};
	expect(request.mock.calls).toEqual([[options]]);
});

test('where the API has nothing at one address, the other place is asked', async () => {
	const replies = [streamed(404, { message: 'No handler found for GET /v1/result/x' }), streamed(404, '')];
	const { request, ...told } = await tell(() => replies.shift());
	expect(told).toMatchObject({ status: 'OK' });
	const paths = request.mock.calls.map(([options]) => new URL((options as { uri: string }).uri).pathname);
	expect(paths).toEqual([`/base/v1/result/${missingId}`, `/base/v2/model-center/tasks/${missingId}`]);
});

test.each([
	['no such task', () => streamed(404, '')],
	['an error of its own under HTTP 200', noTask({ code: 500, data: null, msg: 'internal error' })],
	['a request that is wrong', () => streamed(400, '')],
	['an error that nobody knows', noTask({ code: 7, msg: 'no' })],
	['a task', () => streamed(200, { id: 'video_n8n-credential-test', status: 'failed' })],
	['a task without an id', () => streamed(200, { data: { status: 'failed' } })],
])('a good key is told: %s', async (_case, reply) => {
	expect(await tell(reply)).toMatchObject({ status: 'OK', message: 'GlobalAI OPC accepted the API key' });
});

const DEFAULT = 'The default is https://zcbservice.aizfw.cn/kyyReactApiServer, and an empty field means it.';
const OTHER_SERVER = `A server answered at this 'Base URL', but not as GlobalAI OPC does. Check the address. ${DEFAULT}`;

test.each<[string, () => unknown, string]>([
	[
		'a bad key, under HTTP 200',
		noTask({ code: '204', msg: '登录验证失败' }),
		'refused this API key. Paste it again',
	],
	[
		'a key that may not ask',
		() => streamed(403, { msg: 'no' }),
		'Check the account it belongs to. The API said: no',
	],
	[
		'a wrong address',
		noTask({ msg: 'No handler found for GET /v1' }),
		`but not to its API: part of the path is missing or repeated. ${DEFAULT}`,
	],
	['a limit', () => streamed(429, ''), 'limiting requests right now'],
	['a server in trouble', () => streamed(503, '', { server: 'nginx' }), 'was reached but could not answer'],
	['a proxy that wants a login', () => streamed(407, ''), 'A proxy between n8n and'],
	[
		'a redirect',
		() => streamed(302, '', { location: 'https://other.example/x' }),
		'elsewhere (HTTP 302). The redirect was not followed',
	],
	['a page', () => streamed(200, '<html></html>'), OTHER_SERVER],
	['a page for what is not found', () => streamed(404, '\n<html></html>'), OTHER_SERVER],
	['a page for a bad request', () => streamed(400, '<html></html>'), OTHER_SERVER],
	['an object', () => streamed(200, { hello: 'world' }), OTHER_SERVER],
	['another task', () => streamed(200, { id: 'video_1', status: 'queued' }), OTHER_SERVER],
	['nothing', () => streamed(204, ''), OTHER_SERVER],
	['silence', silence, "No answer came from this 'Base URL' within 15 s"],
	[
		'no such server, or no internet',
		() => broken('ENOTFOUND'),
		"no server has this name, or n8n's machine has no internet",
	],
	['no server', () => broken('ECONNREFUSED'), "refused the connection. Check the 'Base URL'"],
])('%s', async (_case, reply, words) => {
	const { status, message } = await tell(reply);
	expect(status).toBe('Error');
	expect(message).toContain(words);
	expect(message).not.toMatch(/undefined|The API said: $/);
});

test('of a server that says nothing, nothing is said', async () => {
	expect((await tell(() => streamed(401, ''))).message).toMatch(/ it may be mistyped or revoked\.$/);
});

test('silence ends after its time', async () => {
	await tell(silence);
	expect(Date.now()).toBe(NOW + 15 * SECOND);
});

test.each([
	['no key', { ...CREDENTIAL, apiKey: '' }, 'The credential has no API key. Open the'],
	['no https', { ...CREDENTIAL, baseUrl: 'http://api.example' }, 'unprotected. Open the'],
	['nothing saved', {}, 'The credential has no API key. Open the'],
])('%s: nothing is sent', async (_case, data, words) => {
	const { status, message, request } = await tell(() => streamed(404, ''), data);
	expect({ status, message }).toEqual({ status: 'Error', message: containing(words) });
	expect(request).not.toHaveBeenCalled();
});

test.each([
	['in its words', () => streamed(403, { msg: `${'x'.repeat(330)} ${KEY}` })],
	['in an error of the connection', () => Promise.reject(new Error(`Bearer ${KEY}`))],
])('what the dialog says never holds the key, and is no longer than it: %s', async (_case, reply) => {
	const { message } = await tell(reply);
	expectHidden(message);
	expect(message).toContain('***');
	expect((await tell(() => streamed(403, { msg: 'x'.repeat(5_000) }))).message).toMatch(/^.{500}…$/);
});

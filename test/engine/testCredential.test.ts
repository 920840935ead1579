import type { ICredentialDataDecryptedObject, ICredentialTestFunctions } from 'n8n-workflow';

import { Seedance } from '../../nodes/Seedance/Seedance.node';
import { core } from './harness/n8nCore.cts';
import { KEY, useSimulator } from './harness/simulator';

const simulator = useSimulator();

/** Presses "Test" in the credential dialog. */
async function pressTest(change: ICredentialDataDecryptedObject = {}) {
	const context = new core.CredentialTestContext({} as never) as unknown as ICredentialTestFunctions;
	return await new Seedance().methods.credentialTest.testCredential.call(context, {
		id: '1',
		name: 'GlobalAI OPC',
		type: 'globalAiOpcApi',
		data: { ...simulator.credential(), ...change },
	});
}

test('a good key is accepted', async () => {
	expect(await pressTest()).toEqual({ status: 'OK', message: 'GlobalAI OPC accepted the API key' });
	expect(simulator.api.requests).toMatchObject([{ method: 'GET', authorization: `Bearer ${KEY}`, status: 404 }]);
});

test('blanks, a pasted Bearer and a slash are forgiven', async () => {
	const change = { apiKey: ` Bearer ${KEY} `, baseUrl: `${simulator.api.baseUrl}/ ` };
	expect(await pressTest(change)).toMatchObject({ status: 'OK' });
});

test.each([
	['a bad key', { apiKey: 'sk-wrong' }, 'refused this API key'],
	['no key', { apiKey: '' }, 'holds no API key'],
	['no server', { baseUrl: 'http://127.0.0.1:9' }, 'refused the connection'],
	['no such host', { baseUrl: 'https://no-such-host.invalid' }, 'server was not found'],
	['no address', { baseUrl: 'here' }, 'not an http or https address'],
])('%s is told apart', async (_case, change, words) => {
	const { status, message } = await pressTest(change);
	expect(status).toBe('Error');
	expect(message).toContain(words);
	expect(message).not.toContain(KEY);
});

test.each([
	['403', { kind: 'status', status: 403 }, 'does not let it ask'],
	['429', { kind: 'status', status: 429 }, 'Test again in a minute'],
	['503', { kind: 'status', status: 503 }, 'error of its own'],
	['a refusal under HTTP 200', { kind: 'envelope200', envelope: 'codeMsg', code: 401 }, 'refused this API key'],
	['a web page', { kind: 'html200' }, 'not as GlobalAI OPC does'],
	['an endless answer', { kind: 'endlessBody' }, 'not as GlobalAI OPC does'],
	["another server's page for what it lacks", { kind: 'status', status: 404, envelope: 'html' }, 'not as GlobalAI OPC does'],
	['a redirect', { kind: 'redirect' }, 'elsewhere'],
	['a refused key as seen', { kind: 'seen', answer: 'badKey200' }, 'The API said: 登录验证失败'],
	['a refused key, as seen too', { kind: 'seen', answer: 'badKey401' }, 'refused this API key'],
	['a wrong address under 200', { kind: 'seen', answer: 'wrongAddress200' }, 'not to its API'],
	['a wrong address under 404', { kind: 'seen', answer: 'wrongAddress404' }, 'not to its API'],
	['a broken connection', { kind: 'reset' }, 'broke'],
])('%s does not pass for a good key', async (_case, fault, words) => {
	simulator.api.fault(fault as never);
	expect(await pressTest()).toMatchObject({ status: 'Error', message: expect.stringContaining(words) });
});

test('an unknown task may be answered in any way', async () => {
	for (const fault of [
		{ kind: 'status', status: 400, envelope: 'errorString' },
		{ kind: 'status', status: 404, envelope: 'empty' },
		{ kind: 'envelope200', envelope: 'codeMsg', code: 404 },
		{ kind: 'seen', answer: 'unknownId200' },
		{ kind: 'seen', answer: 'busy200' },
	]) {
		simulator.api.fault(fault as never);
		expect(await pressTest()).toMatchObject({ status: 'OK' });
	}
});

test.each(['status', 'envelope200'])('no part of the key is shown, wherever the answer is cut (%s)', async (kind) => {
	for (let filler = 0; filler < 600; filler += 7) {
		const message = `${'x'.repeat(filler)} ${KEY}`;
		simulator.api.fault({ kind, ...(kind === 'status' && { status: 403 }), envelope: 'codeMsg', code: 403, message } as never);
		const { status, message: words } = await pressTest();
		expect(status).toBe('Error');
		for (let at = 0; at + 6 <= KEY.length; at++) expect(words).not.toContain(KEY.slice(at, at + 6));
	}
});

test('plain http is for local servers', async () => {
	expect(await pressTest({ baseUrl: 'http://api.example.com' })).toMatchObject({
		status: 'Error',
		message: expect.stringContaining('travel unprotected'),
	});
});

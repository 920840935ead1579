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
	expect(simulator.api.requests).toMatchObject([
		{ method: 'GET', authorization: `Bearer ${KEY}`, status: 404 },
	]);
});

// What n8n's older HTTP helper, all that a test of a credential has, makes of it. What other answers mean needs no n8n.
test.each<[string, ICredentialDataDecryptedObject, object | undefined, string]>([
	['a bad key', { apiKey: 'sk-wrong' }, undefined, 'refused this API key'],
	['no server', { baseUrl: 'http://127.0.0.1:9' }, undefined, 'refused the connection'],
	['a refused key as seen', {}, { kind: 'seen', answer: 'badKey200' }, 'The API said: 登录验证失败'],
	['an error status', {}, { kind: 'status', status: 503 }, 'could not answer'],
	['a web page', {}, { kind: 'html200' }, 'not as GlobalAI OPC does'],
	['an endless answer', {}, { kind: 'endlessBody' }, 'not as GlobalAI OPC does'],
	['a redirect', {}, { kind: 'redirect' }, 'elsewhere'],
	['a broken connection', {}, { kind: 'reset' }, 'broke'],
])('%s does not pass for a good key', async (_case, change, fault, words) => {
	if (fault) simulator.api.fault(fault as never);
	const { status, message } = await pressTest(change);
	expect(status).toBe('Error');
	expect(message).toContain(words);
	expect(message).not.toContain(KEY);
});

import { chain, n8nNode, rowsNode, seedance, START } from '../host/workflows.cts';
import { png } from '../unit/media/pictures';
import { CAN_PARK, useHost } from './harness/host';
import { begin, over } from './harness/runs';

// n8n 1.x keeps files in memory by itself; n8n 2 has to be told.
const host = useHost(CAN_PARK ? { N8N_DEFAULT_BINARY_DATA_MODE: 'default' } : {});

const PHOTO = Buffer.concat([png([640, 480]), Buffer.alloc(50_000)]).toString('base64');
const TO_FILE = { operation: 'toBinary', sourceProperty: 'base64', binaryPropertyName: 'photo', options: {} };
const workflow = chain([
	START,
	rowsNode([{ base64: PHOTO }]),
	n8nNode('Made', 'convertToFile', 1.1, TO_FILE),
	seedance({ operation: 'create', prompt: 'A cat', firstFrame: 'photo' }),
]);

/** Runs the workflow, which sends nothing to the API, and gives its error. */
async function refusal(credentials = {}) {
	const run = await begin(host, workflow, { credentials });
	const execution = await over(host, run.id);
	expect(execution.status).toBe('error');
	expect(host.api.requests).toEqual([]);
	return execution.data.error;
}

test('a file in memory is refused, naming the setting', async () => {
	expect(await refusal()).toMatchObject({
		message: expect.stringContaining(
			"The file in 'First Frame' can't be handed over: this n8n keeps files in memory",
		),
		description: expect.stringContaining('Set N8N_DEFAULT_BINARY_DATA_MODE=filesystem'),
	});
});

test('an n8n that the API can not reach is refused, naming the setting', async () => {
	const account = { apiKey: 'sk-none', baseUrl: 'https://api.example.com' };
	const credentials = await host.session.createApiCredential('Far away', account);
	expect(await refusal(credentials)).toMatchObject({
		message: expect.stringContaining(
			`fetch it from this n8n, at ${host.n8n.url}, and can't reach it from outside`,
		),
		description: expect.stringContaining('Set WEBHOOK_URL'),
	});
});

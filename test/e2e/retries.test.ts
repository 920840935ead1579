import type { WorkflowJson } from '../host/session/workflow.cts';
import { useHost } from './harness/host';

const host = useHost();

const LIMIT_MS = 120_000;

/** Makes a video of each row that is posted to its webhook, with n8n's "Retry On Fail" or without. */
function workflow(path: string, settings: object): WorkflowJson {
	const nodes = [
		{
			name: 'Webhook',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			parameters: { httpMethod: 'POST', path, responseMode: 'onReceived', options: {} },
		},
		{
			name: 'Split Out',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			parameters: { fieldToSplitOut: 'body.rows', options: {} },
		},
		{
			name: 'Create',
			type: 'n8n-nodes-globalaiopc.seedance',
			typeVersion: 1,
			parameters: {
				resource: 'video',
				operation: 'create',
				waitUntilDone: 'no',
				prompt: '={{ $json.prompt }}',
				options: { maxConcurrency: 1 },
			},
			...settings,
		},
	];
	const to = (node: string) => ({ main: [[{ node, type: 'main', index: 0 }]] });
	return {
		name: path,
		nodes,
		connections: { Webhook: to('Split Out'), 'Split Out': to('Create') },
	} as WorkflowJson;
}

/** Runs it and waits for the end; the execution's id and how it ended. */
async function run(json: WorkflowJson, prompts: string[]) {
	const { id: workflowId } = await host.session.importWorkflow(json, { credentials: host.credentials });
	await host.session.publish(workflowId);
	await host.session.callWebhook(json.name as string, {
		body: { rows: prompts.map((prompt) => ({ prompt })) },
	});
	for (;;) {
		const [found] = await host.session.executions({ workflowId });
		if (found) return await host.session.waitForExecution(found.id, { timeoutMs: LIMIT_MS });
	}
}

/** How many tasks exist for each prompt. */
function made(): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const { body } of host.api.created) {
		const prompt = (body as { content: Array<{ text: string }> }).content[0]?.text ?? '';
		counts[prompt] = (counts[prompt] ?? 0) + 1;
	}
	return counts;
}

const PROMPTS = Array.from({ length: 10 }, (_, row) => `Row ${row}`);
const RETRY_ON_FAIL = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };

beforeEach(() => {
	host.api.clearFaults();
	host.api.created.splice(0);
	host.api.resetLog();
});

test.each(['continueRegularOutput', 'continueErrorOutput'])(
	'Retry On Fail, the first prompt empty: the nine others are made once (%s)',
	async (onError) => {
		const json = workflow(`retry-${onError}`, { ...RETRY_ON_FAIL, onError });
		const { status } = await run(json, ['', ...PROMPTS.slice(1)]);
		expect(status).toBe('success');
		expect(made()).toEqual(Object.fromEntries(PROMPTS.slice(1).map((prompt) => [prompt, 1])));
	},
);

test('Retry On Fail, stopping, the fifth refused: the first four are made once', async () => {
	host.api.fault({ method: 'POST', kind: 'status', status: 400, after: 4, times: Infinity });
	const { status } = await run(workflow('retry-stop', RETRY_ON_FAIL), PROMPTS);
	expect(status).toBe('error');
	expect(made()).toEqual(Object.fromEntries(PROMPTS.slice(0, 4).map((prompt) => [prompt, 1])));
	expect(host.api.requests).toHaveLength(4 + 3);
});

test('Executions, Retry: the tasks that exist are handed on, the others are made', async () => {
	host.api.fault({ method: 'POST', kind: 'status', status: 400, after: 4 });
	const failed = await run(workflow('retry-by-hand', {}), PROMPTS);
	expect(failed.status).toBe('error');
	const retried = await host.session.waitForExecution(await host.session.retryExecution(failed.id), {
		timeoutMs: LIMIT_MS,
	});
	expect(retried.status).toBe('success');
	expect(made()).toEqual(Object.fromEntries(PROMPTS.map((prompt) => [prompt, 1])));
});

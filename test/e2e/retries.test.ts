import { until } from '../host/until.cts';
import { chain, postedRows, seedance, webhook } from '../host/workflows.cts';
import { useHost } from './harness/host';
import { over, publish } from './harness/runs';

const host = useHost();

const PROMPTS = Array.from({ length: 10 }, (_, row) => `Row ${row}`);

/** Makes a video of each prompt in a production execution, and gives the execution when it is over. */
async function create(path: string, settings: object) {
	const parameters = { operation: 'create', prompt: '={{ $json.prompt }}', options: { maxConcurrency: 1 } };
	const workflowId = await publish(
		host,
		chain([webhook(path), postedRows(), seedance(parameters, settings)]),
	);
	const rows = PROMPTS.map((prompt) => ({ prompt }));
	await host.session.callWebhook(path, { body: { rows } });
	// n8n answers before the execution is to be found in its database.
	const { id } = await until(async () => (await host.session.executions({ workflowId }))[0], {
		everyMs: 250,
	});
	return await over(host, id);
}

/** The prompts of all tasks, in the order in which they were created. */
const made = () =>
	host.api.created.map(({ body }) => (body as { content: Array<{ text: string }> }).content[0]?.text);

beforeEach(() => {
	host.api.clearFaults();
	host.api.created.splice(0);
	host.api.resetLog();
});

test('Retry On Fail, stopping, the fifth refused: the first four are made once', async () => {
	host.api.fault({ method: 'POST', kind: 'status', status: 400, after: 4, times: Infinity });
	const settings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };
	const { status } = await create('retry-stop', settings);
	expect(status).toBe('error');
	expect(made()).toEqual(PROMPTS.slice(0, 4));
	expect(host.api.requests).toHaveLength(4 + 3);
});

test('Executions, Retry: the tasks that exist are handed on, the others are made', async () => {
	host.api.fault({ method: 'POST', kind: 'status', status: 400, after: 4 });
	const failed = await create('retry-by-hand', {});
	expect(failed.status).toBe('error');
	const retried = await over(host, await host.session.retryExecution(failed.id));
	expect(retried.status).toBe('success');
	expect(made()).toEqual(PROMPTS);
});

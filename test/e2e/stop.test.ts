import { sleep } from 'n8n-workflow';

import { seedance } from '../host/workflows.cts';
import { useHost } from './harness/host';
import { begin, LIMIT_MS, onRows, over } from './harness/runs';

/** Seconds that n8n gives its executions when it is asked to end. */
const GRACE = 2;

const host = useHost({ N8N_GRACEFUL_SHUTDOWN_TIMEOUT: String(GRACE) });

/** Seconds between two status checks, the fewest that there can be. */
const POLL_INTERVAL = 5;

/** Runs the node on rows, by hand. */
async function run(rows: object[], parameters: Record<string, unknown>, settings = {}): Promise<string> {
	return (await begin(host, { ...onRows(rows, seedance(parameters)), settings })).id;
}

/** Runs the node so that it waits for two tasks, and comes back when it has asked for both. */
async function runWait(settings = {}): Promise<{ executionId: string; ids: string[] }> {
	const ids = [host.api.addTask().id, host.api.addTask().id];
	const executionId = await run(
		ids.map((id) => ({ id })),
		{ waitUntilDone: 'inNode', giveUpAfter: 30, options: { pollInterval: POLL_INTERVAL } },
		settings,
	);
	while (asked(ids).filter(({ endedAt }) => endedAt).length < 2) await sleep(50);
	return { executionId, ids };
}

const asked = (ids: string[]) => ids.flatMap((id) => host.api.requestsFor(id));
const creates = () => host.api.requests.filter(({ method }) => method === 'POST');

/** More than the time until the next status check would be made. */
const untilNextCheck = async () => await sleep((POLL_INTERVAL + 1) * 1000);

afterEach(() => host.api.clearFaults());

test('Stop ends a wait inside the node: nothing is asked after it, and the execution is canceled', async () => {
	const { executionId, ids } = await runWait();
	await host.session.stopExecution(executionId);
	const { status } = await over(host, executionId);
	await untilNextCheck();
	expect(asked(ids)).toHaveLength(2);
	expect(status).toBe('canceled');
});

test('Stop ends a batch that is being created: creates under way are cut, others never sent', async () => {
	host.api.fault({ method: 'POST', kind: 'hang', after: 1, times: Infinity });
	const rows = Array.from({ length: 6 }, (_, row) => ({ prompt: `Row ${row}` }));
	const executionId = await run(rows, {
		operation: 'create',
		prompt: '={{ $json.prompt }}',
		options: { maxConcurrency: 2 },
	});
	while (creates().length < 3) await sleep(50);
	await host.session.stopExecution(executionId);
	const { status } = await over(host, executionId);
	while (creates().some(({ endedAt }) => !endedAt)) await sleep(50);
	await sleep(500);
	expect(creates()).toHaveLength(3);
	expect(status).toBe('canceled');
});

test("the workflow's time-out ends a wait inside the node, and the execution is canceled", async () => {
	const { executionId, ids } = await runWait({ executionTimeout: 8 });
	const { status } = await over(host, executionId);
	const sent = asked(ids).length;
	await untilNextCheck();
	expect(asked(ids)).toHaveLength(sent);
	expect(status).toBe('canceled');
});

test(
	'SIGTERM while the node waits: n8n ends after its grace, nothing is asked after it, and at the next start the execution is crashed',
	async () => {
		const { executionId, ids } = await runWait();
		const written = host.n8n.logText().length;
		await host.n8n.terminate();
		const sent = asked(ids).length;
		await untilNextCheck();
		expect(asked(ids)).toHaveLength(sent);
		const log = host.n8n.logText().slice(written);
		expect(log).toContain('Waiting for 1 active executions to finish');
		expect(log).not.toMatch(/unhandled|seedance|globalai/i);

		await host.n8n.restart();
		const { status } = await over(host, executionId);
		expect(status).toBe('crashed');
		expect(asked(ids)).toHaveLength(sent);
	},
	LIMIT_MS,
);

import { sleep } from 'n8n-workflow';

import type { WorkflowJson } from '../host/session/workflow.cts';
import { useHost } from './harness/host';
import { terminate } from './harness/signals.cts';

/** Seconds that n8n gives its executions when it is asked to end. */
const GRACE = 2;

const host = useHost({ N8N_GRACEFUL_SHUTDOWN_TIMEOUT: String(GRACE) });

/** Seconds between two status checks, the fewest that there can be. */
const POLL_INTERVAL = 5;

const NODE = 'Seedance';

/** n8n is started once more in a test. */
const LIMIT_MS = 5 * 60_000;

/** Runs the node on rows, by hand. */
async function run(rows: object[], parameters: object, settings = {}): Promise<string> {
	const steps: Array<[name: string, type: string, typeVersion: number, parameters: object]> = [
		['Start', 'n8n-nodes-base.manualTrigger', 1, {}],
		['Rows', 'n8n-nodes-base.set', 3.4, { mode: 'raw', jsonOutput: JSON.stringify({ rows }), options: {} }],
		['Split Out', 'n8n-nodes-base.splitOut', 1, { fieldToSplitOut: 'rows', options: {} }],
		[NODE, 'n8n-nodes-globalaiopc.seedance', 1, { resource: 'video', ...parameters }],
	];
	const names = steps.map(([name]) => name);
	const workflow: WorkflowJson = {
		nodes: steps.map(([name, type, typeVersion, own]) => ({ name, type, typeVersion, parameters: own })),
		connections: Object.fromEntries(
			names.slice(1).map((node, at) => [names[at], { main: [[{ node, type: 'main', index: 0 }]] }]),
		),
		settings,
	};
	const { id } = await host.session.importWorkflow(workflow, { credentials: host.credentials });
	return await host.session.run(id);
}

/** Runs the node so that it waits for two tasks, and comes back when it has asked for both. */
async function runWait(settings = {}): Promise<{ executionId: string; ids: string[] }> {
	const ids = [host.api.addTask().id, host.api.addTask().id];
	const executionId = await run(
		ids.map((id) => ({ id })),
		{
			operation: 'get',
			taskId: '={{ $json.id }}',
			waitUntilDone: 'inNode',
			giveUpAfter: 30,
			options: { pollInterval: POLL_INTERVAL },
		},
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
	const { status } = await host.session.waitForExecution(executionId);
	await untilNextCheck();
	expect(asked(ids)).toHaveLength(2);
	expect(status).toBe('canceled');
});

test('Stop ends a batch that is being created: creates under way are cut, others never sent', async () => {
	host.api.fault({ method: 'POST', kind: 'hang', after: 1, times: Infinity });
	const rows = Array.from({ length: 6 }, (_, row) => ({ prompt: `Row ${row}` }));
	const executionId = await run(rows, {
		operation: 'create',
		waitUntilDone: 'no',
		prompt: '={{ $json.prompt }}',
		options: { maxConcurrency: 2 },
	});
	while (creates().length < 3) await sleep(50);
	await host.session.stopExecution(executionId);
	const { status } = await host.session.waitForExecution(executionId);
	while (creates().some(({ endedAt }) => !endedAt)) await sleep(50);
	await sleep(500);
	expect(creates()).toHaveLength(3);
	expect(status).toBe('canceled');
});

test("the workflow's time-out ends a wait inside the node, and the execution is canceled", async () => {
	const { executionId, ids } = await runWait({ executionTimeout: 8 });
	const { status } = await host.session.waitForExecution(executionId);
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
		await terminate(host.n8n);
		const sent = asked(ids).length;
		await untilNextCheck();
		expect(asked(ids)).toHaveLength(sent);
		const log = host.n8n.logText().slice(written);
		expect(log).toContain('Waiting for 1 active executions to finish');
		expect(log).not.toMatch(/unhandled|seedance|globalai/i);

		await host.n8n.restart();
		const { status } = await host.session.waitForExecution(executionId);
		expect(status).toBe('crashed');
		expect(asked(ids)).toHaveLength(sent);
	},
	LIMIT_MS,
);

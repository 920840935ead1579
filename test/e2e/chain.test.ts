import waitForManyVideos from '../../examples/wait-for-many-videos.json';
import waitForOneVideo from '../../examples/wait-for-one-video.json';
import type { Execution } from '../host/session/execution';
import type { WorkflowJson, WorkflowNode } from '../host/session/workflow';
import { useHost, type Host } from './harness/host';

const disturbed = useHost();
const undisturbed = useHost();

const NODE = 'Is My Video Done?';
const TRIGGER = 'When clicking ‘Execute workflow’';

/** Three rounds of 66 s, and time for a restart. */
const LIMIT_MS = 6 * 60_000;

interface Row {
	title: string;
	id: string;
}

/** Imports an example, lets a webhook start it as in production, and starts it. */
async function start(host: Host, example: unknown, path: string, edit: (nodes: Record<string, WorkflowNode>) => void) {
	const { id } = await host.session.importWorkflow(example as WorkflowJson, {
		credentials: host.credentials,
		edit: (nodes) => {
			const trigger = nodes[TRIGGER] as WorkflowNode;
			Object.assign(trigger, { type: 'n8n-nodes-base.webhook', typeVersion: 2, webhookId: path });
			trigger.parameters = { path, httpMethod: 'POST', options: {} };
			edit(nodes);
		},
	});
	await host.session.publish(id);
	await host.session.callWebhook(path);
	const [execution] = await host.session.executions({ workflowId: id });
	if (!execution) throw new Error('The webhook started nothing');
	return execution.id;
}

/** Starts the batch example on rows. Every round lasts 66 s. */
async function startBatch(host: Host, rows: Row[], credential?: { id: string; name: string }) {
	return await start(host, waitForManyVideos, `batch-${rows[0]?.id}`, (nodes) => {
		(nodes.Rows as WorkflowNode).parameters.jsonOutput = JSON.stringify({ rows });
		const node = nodes[NODE] as WorkflowNode;
		node.parameters.options = { pollInterval: 5 };
		if (credential) node.credentials = { globalAiOpcApi: credential };
	});
}

async function parked(host: Host, id: string): Promise<Execution> {
	return await host.session.waitForExecution(id, { until: ({ status }) => status === 'waiting' });
}

/** Everything a node put out, over all its runs. */
function allItems(execution: Execution, node: string) {
	const runs = execution.data.runData[node] ?? [];
	return runs.flatMap(({ data }) => data?.main?.[0] ?? []).map(({ json }) => json);
}

describe('a batch, n8n killed while it is parked', () => {
	/** Seconds from the start at which each task ends; rounds are asked at about 0, 66 and 132 s. */
	const addTasks = (host: Host) => {
		const add = (title: string, task: object) => ({ title, id: host.api.addTask(task).id });
		return [
			add('done at once', { finishAfter: 0 }),
			add('done in the first park', { finishAfter: 40 }),
			add('done in the second park', { finishAfter: 100 }),
			add('failed in the first park', { finishAfter: 40, outcome: 'failed', error: 'prompt refused' }),
			add('cancelled in the second park', { finishAfter: 100, outcome: 'cancelled' }),
			add('vanishes in the second park', { finishAfter: 3600 }),
			add('given up in the second park', { createdAgo: 30 * 60 - 100, finishAfter: 3600 }),
		];
	};

	const run = async (host: Host, disturb: (id: string) => Promise<void>) => {
		const rows = addTasks(host);
		const id = await startBatch(host, rows);
		const { waitTill } = await parked(host, id);
		const askedBefore = host.api.requests.length;
		await disturb(id);
		const second = await host.session.waitForExecution(id, {
			until: (execution) => execution.status === 'waiting' && execution.waitTill?.getTime() !== waitTill?.getTime(),
			timeoutMs: LIMIT_MS,
		});
		host.api.removeTask(rows.find(({ title }) => title.startsWith('vanishes'))?.id as string);
		const execution = await host.session.waitForExecution(id, { timeoutMs: LIMIT_MS });
		return { rows, execution, askedBefore, waits: [waitTill, second.waitTill] as Date[] };
	};

	test(
		'each task comes out once, in its own row, and nothing is asked meanwhile',
		async () => {
			const kill = async () => {
				await disturbed.n8n.kill();
				// A storm of refusals in the first round after the restart.
				disturbed.api.fault({ kind: 'status', status: 429, retryAfter: 1, times: 8 });
				await disturbed.n8n.restart();
			};
			const [killed, calm] = await Promise.all([run(disturbed, kill), run(undisturbed, async () => {})]);

			for (const [host, { rows, execution }] of [[disturbed, killed], [undisturbed, calm]] as const) {
				const idOf = (title: string) => rows.find((row) => row.title.startsWith(title))?.id as string;
				expect(execution.status).toBe('success');
				const finished = allItems(execution, 'Finished Videos');
				expect(finished).toEqual(
					['done at once', 'done in the first park', 'done in the second park'].map((title) => ({
						title,
						id: idOf(title),
						video_url: host.api.task(idOf(title))?.videoUrl,
						expiresAt: expect.any(String),
					})),
				);
				const failed = allItems(execution, 'Failed Videos');
				expect(failed.map(({ title, reason }) => [title, reason])).toEqual([
					['failed in the first park', `Task "${idOf('failed')}" failed: prompt refused`],
					['cancelled in the second park', `Task "${idOf('cancelled')}" was cancelled`],
					['vanishes in the second park', `GlobalAI OPC knows no task "${idOf('vanishes')}"`],
					[
						'given up in the second park',
						expect.stringMatching(/was still processing after 3\d minutes, so the wait was given up/),
					],
				]);
				expect(failed.map(({ id }) => id)).toEqual(['failed', 'cancelled', 'vanishes', 'given'].map(idOf));
			}

			// Refused questions of the storm aside, the kill costs one question more at most.
			const answered = (host: Host, { rows }: { rows: Row[] }) =>
				rows.map(({ id }) => host.api.requestsFor(id).filter(({ status }) => status !== 429).length);
			const calmCounts = answered(undisturbed, calm);
			answered(disturbed, killed).forEach((count, row) => {
				expect(count).toBeLessThanOrEqual((calmCounts[row] as number) + 1);
			});

			for (const [host, { askedBefore, waits }] of [[disturbed, killed], [undisturbed, calm]] as const) {
				const asked = host.api.requests.slice(askedBefore).map(({ at }) => at);
				const [firstDue, secondDue] = waits as [Date, Date];
				expect(asked.filter((at) => at < firstDue.getTime())).toHaveLength(0);
				// The second round is over well before half a minute has passed.
				const secondPark = asked.filter((at) => at > firstDue.getTime() + 30_000);
				expect(secondPark.filter((at) => at < secondDue.getTime())).toHaveLength(0);
			}
		},
		LIMIT_MS,
	);

	test(
		'a key revoked while everything is parked is an item error on each row',
		async () => {
			const key = ['sk', 'revoked', 'later'].join('-');
			undisturbed.api.apiKeys.add(key);
			const credential = await undisturbed.session.createCredential({
				name: 'Revoked later',
				type: 'globalAiOpcApi',
				data: { apiKey: key, baseUrl: undisturbed.api.baseUrl },
			});
			const rows = ['one', 'two'].map((title) => ({ title, id: undisturbed.api.addTask().id }));
			const id = await startBatch(undisturbed, rows, credential);
			await parked(undisturbed, id);
			undisturbed.api.apiKeys.delete(key);
			const execution = await undisturbed.session.waitForExecution(id, { timeoutMs: LIMIT_MS });
			expect(allItems(execution, 'Failed Videos')).toEqual(
				rows.map(({ title, id: taskId }) => ({
					title,
					id: taskId,
					reason: expect.stringContaining('refused the API key'),
				})),
			);
			expect(allItems(execution, 'Finished Videos')).toHaveLength(0);
			expect(JSON.stringify(execution)).not.toContain(key);
		},
		LIMIT_MS,
	);
});

test(
	'the example for one video waits parked, and gives the link',
	async () => {
		const { id } = disturbed.api.addTask({ createdAgo: 119, finishAfter: 20 });
		const executionId = await start(disturbed, waitForOneVideo, `one-${id}`, (nodes) => {
			(nodes['Task ID'] as WorkflowNode).parameters.assignments.assignments[0].value = id;
		});
		const { waitTill } = await parked(disturbed, executionId);
		expect(disturbed.api.requestsFor(id)).toHaveLength(1);
		const execution = await disturbed.session.waitForExecution(executionId, { timeoutMs: LIMIT_MS });
		expect(allItems(execution, 'Finished Video')).toMatchObject([{ id, status: 'completed' }]);
		const [, second, ...more] = disturbed.api.requestsFor(id);
		expect(second?.at).toBeGreaterThanOrEqual((waitTill as Date).getTime());
		expect(more).toHaveLength(0);
	},
	LIMIT_MS,
);

import waitForOneVideo from '../../examples/wait-for-one-video.json';
import type { WorkflowNode } from '../host/session/workflow.cts';
import { allItems, LIMIT_MS, parked, start, startBatch } from './harness/chain';
import { useHost } from './harness/host';

const host = useHost();

test(
	'a key revoked while everything is parked is an item error on each row',
	async () => {
		const key = ['sk', 'revoked', 'later'].join('-');
		host.api.apiKeys.add(key);
		const credential = await host.session.createCredential({
			name: 'Revoked later',
			type: 'globalAiOpcApi',
			data: { apiKey: key, baseUrl: host.api.baseUrl },
		});
		const rows = ['one', 'two'].map((title) => ({ title, id: host.api.addTask().id }));
		const id = await startBatch(host, rows, credential);
		await parked(host, id);
		host.api.apiKeys.delete(key);
		const execution = await host.session.waitForExecution(id, { timeoutMs: LIMIT_MS });
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

test(
	'the example for one video waits parked, and gives the link',
	async () => {
		const { id } = host.api.addTask({ createdAgo: 119, finishAfter: 3600 });
		const executionId = await start(host, waitForOneVideo, `one-${id}`, (nodes) => {
			(nodes['Task ID'] as WorkflowNode).parameters.assignments.assignments[0].value = id;
		});
		const { waitTill } = await parked(host, executionId);
		expect(host.api.requestsFor(id)).toHaveLength(1);
		host.api.finishTask(id);
		const execution = await host.session.waitForExecution(executionId, { timeoutMs: LIMIT_MS });
		expect(allItems(execution, 'Finished Video')).toMatchObject([{ id, status: 'completed' }]);
		const [, second, ...more] = host.api.requestsFor(id);
		expect(second?.at).toBeGreaterThanOrEqual((waitTill as Date).getTime());
		expect(more).toHaveLength(0);
	},
	LIMIT_MS,
);

import type { IDataObject } from 'n8n-workflow';

import { runNode } from './harness/engine';
import { runsWith } from './harness/runsWith';
import { KEY, useSimulator } from './harness/simulator';
import { until } from '../host/until.cts';

const simulator = useSimulator();

const get = runsWith(simulator, { parameters: { taskId: '={{ $json.id }}', waitUntilDone: 'no' } });

describe('Get Result, asked once', () => {
	test.each(['completed', 'failed', 'cancelled'] as const)('a %s task leaves as the API gave it', async (outcome) => {
		const { id } = simulator.api.addTask({ outcome, finishAfter: 0, createdAgo: 300, extra: { totalTokens: 7 } });
		const { outputs, error } = await get({ items: [{ id }] });
		expect(error).toBeUndefined();
		const [item] = outputs[0] ?? [];
		expect(item?.json).toMatchObject({ id, object: 'video', status: outcome, totalTokens: 7 });
		const created = item?.json.created as number;
		expect(item?.json.expiresAt).toBe(new Date((created + 86_400) * 1000).toISOString());
		if (outcome === 'completed') {
			expect(item?.json.video_url).toContain(simulator.api.filesUrl);
			expect(item?.json.actualDuration).toEqual(expect.any(Number));
		}
	});

	test.each([
		['queued', 0],
		['processing', 60],
	])('a %s task leaves as it is', async (status, createdAgo) => {
		const { id } = simulator.api.addTask({ createdAgo, finishAfter: 120 });
		const { outputs } = await get({ items: [{ id }] });
		expect(outputs[0]?.[0]?.json).toMatchObject({ id, status, video_url: null, error: null });
		expect(simulator.api.requestsFor(id)).toHaveLength(1);
	});

	test('an undocumented status leaves as it is', async () => {
		const { id } = simulator.api.addTask();
		simulator.api.fault({ id, kind: 'unknownStatus', status: 'expired' });
		const { outputs } = await get({ items: [{ id }] });
		expect(outputs[0]?.[0]?.json).toMatchObject({ id, status: 'expired' });
	});

	test('a completed task without a link leaves as it is', async () => {
		const { id } = simulator.api.addTask({ finishAfter: 0, missingVideoUrl: 1 });
		const { outputs } = await get({ items: [{ id }] });
		expect(outputs[0]?.[0]?.json).toMatchObject({ id, status: 'completed', video_url: null });
		expect(simulator.api.requestsFor(id)).toHaveLength(1);
	});

	test('the task ID is the incoming id unless told otherwise', async () => {
		const { id } = simulator.api.addTask();
		const { outputs } = await runNode({ credential: simulator.credential(), items: [{ id }] });
		expect(outputs[0]?.[0]?.json.id).toBe(id);
	});

	test('asks with the key, at the documented address, and for JSON', async () => {
		const { id } = simulator.api.addTask();
		await get({ items: [{ id }] });
		expect(simulator.api.requests).toMatchObject([
			{
				method: 'GET',
				path: `/kyyReactApiServer/v1/result/${id}`,
				authorization: `Bearer ${KEY}`,
				headers: { accept: 'application/json' },
			},
		]);
	});

	test.each([
		['blanks and "Bearer " around the key', `  Bearer ${KEY}\n`, ''],
		['a slash after the base URL', KEY, '/'],
	])('%s are forgiven', async (_case, apiKey, slash) => {
		const { id } = simulator.api.addTask();
		const credential = { apiKey, baseUrl: `${simulator.api.baseUrl}${slash}` };
		const { outputs } = await get({ credential, items: [{ id }] });
		expect(outputs[0]?.[0]?.json.id).toBe(id);
		expect(simulator.api.requests[0]?.authorization).toBe(`Bearer ${KEY}`);
	});
});

describe('many items', () => {
	test('each gets its own task, in its own order, linked to its own row', async () => {
		const rows = Array.from({ length: 40 }, (_, row) => ({ id: simulator.api.addTask().id, row }));
		// The first answers come last.
		simulator.api.fault({ id: rows[0]?.id, kind: 'slow', delay: 300 });
		const { outputs } = await get({ items: rows });
		expect(outputs[0]?.map(({ json }) => json.id)).toEqual(rows.map(({ id }) => id));
		expect(outputs[0]?.map(({ pairedItem }) => pairedItem)).toEqual(rows.map((_, item) => ({ item })));
	});

	test('requests in flight are bounded: 10, or Max Concurrency', async () => {
		const rows = Array.from({ length: 40 }, () => ({ id: simulator.api.addTask().id }));
		for (const [options, bound] of [[{}, 10], [{ maxConcurrency: 3 }, 3]] as const) {
			simulator.api.resetLog();
			const letGo = simulator.hold();
			const asking = get({ items: rows, parameters: { options } });
			await until(() => simulator.api.maxInFlight === bound);
			letGo();
			expect((await asking).outputs[0]).toHaveLength(40);
			expect(simulator.api.maxInFlight).toBe(bound);
		}
	});

	test('the same ID is asked for once and answered on every item', async () => {
		const { id } = simulator.api.addTask();
		const other = simulator.api.addTask().id;
		const { outputs } = await get({ items: [{ id }, { id: other }, { id }, { id }] });
		expect(outputs[0]?.map(({ json }) => json.id)).toEqual([id, other, id, id]);
		expect(simulator.api.requestsFor(id)).toHaveLength(1);
		// Four items of their own: changing one must not change another.
		expect(outputs[0]?.[0]?.json).not.toBe(outputs[0]?.[2]?.json);
	});

	test('Include Input Fields keeps the row, under the task', async () => {
		const { id } = simulator.api.addTask();
		const rows: IDataObject[] = [{ id, title: 'Cat', status: 'mine' }];
		const binary = { picture: { data: 'aGk=', mimeType: 'text/plain' } };
		const { outputs } = await get({
			items: [{ json: rows[0] as IDataObject, binary }],
			parameters: { options: { includeInput: true } },
		});
		expect(outputs[0]?.[0]?.json).toMatchObject({ id, title: 'Cat', status: 'queued' });
		expect(outputs[0]?.[0]?.binary).toMatchObject(binary);
	});

	test('without it only the task leaves', async () => {
		const { id } = simulator.api.addTask();
		const { outputs } = await get({ items: [{ id, title: 'Cat' }] });
		expect(outputs[0]?.[0]?.json).not.toHaveProperty('title');
	});
});

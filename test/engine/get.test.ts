import { runNode } from './harness/engine';
import { runsWith } from './harness/runsWith';
import { KEY, useSimulator } from './harness/simulator';
import { until } from './harness/until';

const simulator = useSimulator();

const get = runsWith(simulator, { parameters: { taskId: '={{ $json.id }}', waitUntilDone: 'no' } });

describe('Get Result, asked once', () => {
	test('by default: the incoming id, once, with the key, at the documented address, for JSON', async () => {
		const { id } = simulator.api.addTask();
		const { outputs } = await runNode({ credential: simulator.credential(), items: [{ id, title: 'Cat' }] });
		expect(outputs[0]?.[0]?.json.id).toBe(id);
		expect(outputs[0]?.[0]?.json).not.toHaveProperty('title');
		const path = `/kyyReactApiServer/v1/result/${id}`;
		expect(simulator.api.requests).toMatchObject([
			{ method: 'GET', path, authorization: `Bearer ${KEY}`, headers: { accept: 'application/json' } },
		]);
	});

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
		const binary = { picture: { data: 'aGk=', mimeType: 'text/plain' } };
		const items = [{ json: { id, title: 'Cat', status: 'mine' }, binary }];
		const { outputs } = await get({ items, parameters: { options: { includeInput: true } } });
		expect(outputs[0]?.[0]?.json).toMatchObject({ id, title: 'Cat', status: 'queued' });
		expect(outputs[0]?.[0]?.binary).toMatchObject(binary);
	});
});

describe('waiting inside the node', () => {
	const wait = runsWith(simulator, {
		parameters: { taskId: '={{ $json.id }}', waitUntilDone: 'inNode', options: { pollInterval: 5 } },
	});

	test('many wait side by side: nobody asks twice before everybody has asked once', async () => {
		const ids = Array.from({ length: 30 }, (_, n) => simulator.api.addTask({ finishAfterAnswers: n % 2 ? 1 : 2 }).id);
		const { outputs } = await wait({ items: ids.map((id) => ({ id })) });
		expect(outputs[0]?.map(({ json }) => [json.id, json.status])).toEqual(ids.map((id) => [id, 'completed']));
		const asked = simulator.api.requests.map(({ id }) => id);
		expect(new Set(asked.slice(0, 30)).size).toBe(30);
		expect(asked).toHaveLength(30 + 30 + 15);
	});

	test('a manual run tells the browser that it is alive', async () => {
		const { id } = simulator.api.addTask({ finishAfterAnswers: 1 });
		const consoleMessages: unknown[] = [];
		await wait({ items: [{ id }], consoleMessages });
		expect(consoleMessages).toEqual([
			[expect.stringMatching(new RegExp(`Task "${id}": (queued|processing).*status check\\(s\\), next at 20`))],
		]);
	});
});

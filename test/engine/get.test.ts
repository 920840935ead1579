import { runNode } from './harness/engine';
import { KEY, useSimulator } from './harness/simulator';

const simulator = useSimulator();

const get = simulator.runs({ parameters: { taskId: '={{ $json.id }}', waitUntilDone: 'no' } });

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

	test.each(['completed', 'failed', 'cancelled'] as const)(
		'a %s task leaves as the API gave it',
		async (outcome) => {
			const { id } = simulator.api.addTask({
				outcome,
				finishAfter: 0,
				createdAgo: 300,
				extra: { totalTokens: 7 },
			});
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
		},
	);
});

describe('many items', () => {
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

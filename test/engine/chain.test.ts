import { useSimulator } from './harness/simulator';

const simulator = useSimulator();

/** One round of a wait that is chained with the Wait node. */
const round = simulator.runs({
	connected: [0, 1],
	parameters: {
		taskId: '={{ $json.id }}',
		waitUntilDone: 'withWaitNode',
		giveUpAfter: 30,
		options: { maxRetries: 0 },
	},
});

test('finished tasks leave by Done, unfinished by Still Running, failed ones as item errors', async () => {
	const done = simulator.api.addTask({ finishAfter: 0 }).id;
	const running = simulator.api.addTask({ createdAgo: 200, finishAfter: 600 }).id;
	const failed = simulator.api.addTask({ outcome: 'failed', finishAfter: 0, error: 'no' }).id;
	const items = [{ id: running }, { id: failed }, { id: done }];
	const { outputs } = await round({ items, onError: 'continueErrorOutput' });
	expect(outputs.map((left) => left.map(({ json, pairedItem }) => [json.id, pairedItem]))).toEqual([
		[[done, { item: 2 }]],
		[[running, { item: 0 }]],
		[[failed, { item: 1 }]],
	]);
	expect(outputs[0]?.[0]?.json).not.toHaveProperty('polling');
	const time = expect.stringMatching(/^20.*Z$/);
	const polling = { attempt: 1, waitSeconds: 66, nextPollAt: time, startedAt: time, giveUpAt: time };
	const task = { id: running, object: 'video', status: 'processing', video_url: null, expiresAt: time };
	expect(outputs[1]?.[0]?.json).toMatchObject({ ...task, polling });
	expect(Object.keys(outputs[1]?.[0]?.json.polling as object).sort()).toEqual(Object.keys(polling).sort());
	expect(outputs[2]?.[0]?.json.error).toBe(`Task "${failed}" failed: no`);
});

test('an output that leads nowhere is told, and only then', async () => {
	const { id } = simulator.api.addTask();
	const done = simulator.api.addTask({ finishAfter: 0 }).id;
	const lost = await round({ items: [{ id }], connected: [0] });
	expect(lost.hints).toEqual([expect.stringContaining("'Still Running' leads nowhere")]);
	expect((await round({ items: [{ id }], connected: [] })).hints).toHaveLength(1);
	expect((await round({ items: [{ id }], connected: [1] })).hints).toHaveLength(0);
	expect((await round({ items: [{ id: done }], connected: [0] })).hints).toHaveLength(0);
});

describe('round after round', () => {
	test('rows of one task are asked for once in every round, and keep their own fields, in faults too', async () => {
		const { id } = simulator.api.addTask();
		const parameters = { options: { includeInput: true } };
		const first = await round({
			items: [
				{ id, title: 'Cat' },
				{ id, title: 'Dog' },
			],
			parameters,
		});
		const second = await round({ items: first.outputs[1], parameters });
		expect(simulator.api.requestsFor(id)).toHaveLength(2);
		simulator.api.fault({ id, kind: 'status', status: 503 });
		const third = await round({ items: second.outputs[1], parameters });
		const rows = (status: string) => ['Cat', 'Dog'].map((title) => ({ id, title, status }));
		expect(third.outputs[1]?.map(({ json }) => json)).toMatchObject(rows('queued'));
		expect(simulator.api.requestsFor(id)).toHaveLength(3);
		simulator.api.finishTask(id);
		const { outputs } = await round({ items: third.outputs[1], parameters });
		expect(outputs[0]?.map(({ json }) => json)).toMatchObject(rows('completed'));
		for (const { json } of outputs[0] ?? []) expect(json).not.toHaveProperty('polling');
	});

	test('a task that vanishes between rounds is an item error that keeps what was known', async () => {
		const { id } = simulator.api.addTask();
		const first = await round({ items: [{ id }] });
		simulator.api.removeTask(id);
		const second = await round({ items: first.outputs[1], onError: 'continueErrorOutput' });
		expect(second.outputs[2]?.[0]?.json).toMatchObject({
			error: `GlobalAI OPC has no task "${id}"`,
			details: { httpStatus: 404, task: { id, status: 'queued' } },
		});
	});
});

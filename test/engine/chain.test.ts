import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { runsWith } from './harness/runsWith';
import { useSimulator } from './harness/simulator';

const simulator = useSimulator();

interface Polling extends IDataObject {
	attempt: number;
	waitSeconds: number;
	nextPollAt: string;
	giveUpAt: string;
	startedAt: string;
}

/** One round of a wait that is chained with the Wait node. */
const round = runsWith(simulator, {
	connected: [0, 1],
	parameters: {
		taskId: '={{ $json.id }}',
		waitUntilDone: 'withWaitNode',
		serviceTier: 'online',
		giveUpAfter: 30,
		options: { maxRetries: 0 },
	},
});

function pollingOf(item: INodeExecutionData | undefined): Polling {
	return item?.json.polling as Polling;
}

/** Shifts the times in an item, as if it came back that much later. */
function later(item: INodeExecutionData | undefined, seconds: number): IDataObject {
	const json = item?.json ?? {};
	const shift = (time: string) => new Date(Date.parse(time) - seconds * 1000).toISOString();
	const polling = pollingOf(item);
	return {
		...json,
		polling: { ...polling, startedAt: shift(polling.startedAt), giveUpAt: shift(polling.giveUpAt) },
	};
}

describe('one round', () => {
	test('finished tasks leave by Done, unfinished by Still Running, failed ones as item errors', async () => {
		const done = simulator.api.addTask({ finishAfter: 0 }).id;
		const running = simulator.api.addTask().id;
		const failed = simulator.api.addTask({ outcome: 'failed', finishAfter: 0, error: 'no' }).id;
		const { outputs } = await round({
			items: [{ id: running }, { id: failed }, { id: done }],
			onError: 'continueErrorOutput',
		});
		expect(outputs.map((items) => items.map(({ json, pairedItem }) => [json.id, pairedItem]))).toEqual([
			[[done, { item: 2 }]],
			[[running, { item: 0 }]],
			[[failed, { item: 1 }]],
		]);
		expect(outputs[0]?.[0]?.json).not.toHaveProperty('polling');
		expect(outputs[2]?.[0]?.json.error).toBe(`Task "${failed}" failed: no`);
	});

	test('asks each task once', async () => {
		const ids = Array.from({ length: 25 }, () => simulator.api.addTask().id);
		const { outputs } = await round({ items: ids.map((id) => ({ id })) });
		expect(outputs[0]).toHaveLength(0);
		expect(outputs[1]?.map(({ json }) => json.id)).toEqual(ids);
		expect(simulator.api.requests).toHaveLength(25);
	});

	test('what leaves by Still Running carries the task and how it is polled', async () => {
		const { id } = simulator.api.addTask({ createdAgo: 200, finishAfter: 600 });
		const before = Date.now();
		const { outputs } = await round({ items: [{ id }] });
		const after = Date.now();
		const [item] = outputs[1] ?? [];
		const created = (item?.json.created as number) * 1000;
		expect(item?.json).toMatchObject({ id, object: 'video', status: 'processing', video_url: null });
		expect(item?.json.expiresAt).toBe(new Date(created + 86_400_000).toISOString());
		const polling = pollingOf(item);
		expect(polling).toEqual({
			attempt: 1,
			waitSeconds: 66,
			nextPollAt: expect.any(String),
			startedAt: expect.any(String),
			giveUpAt: new Date(created + 30 * 60_000).toISOString(),
		});
		expect(Date.parse(polling.startedAt)).toBeGreaterThanOrEqual(before);
		expect(Date.parse(polling.nextPollAt)).toBeGreaterThanOrEqual(before + 66_000);
		expect(Date.parse(polling.nextPollAt)).toBeLessThanOrEqual(after + 66_000);
	});

	test('items that leave together carry one time: the earliest that any of them needs', async () => {
		// Due in 200 s (1080p), in 140 s (720p), and in 150 s (720p).
		const items = [
			{ model: 'seedance_1_5_pro_1080p', createdAgo: 10 },
			{ model: 'seedance_1_5_pro_720p', createdAgo: 10 },
			{ model: 'seedance_1_5_pro_720p', createdAgo: 0 },
		].map((task) => ({ id: simulator.api.addTask({ ...task, finishAfter: 600 }).id }));
		const { outputs } = await round({ items });
		const pollings = (outputs[1] ?? []).map(pollingOf);
		expect(new Set(pollings.map(({ waitSeconds }) => waitSeconds)).size).toBe(1);
		expect(new Set(pollings.map(({ nextPollAt }) => nextPollAt)).size).toBe(1);
		const due = Number(simulator.api.task(String(items[1]?.id))?.created) * 1000 + 150_000;
		// Whole seconds, rounded up.
		expect(Date.parse(String(pollings[0]?.nextPollAt)) - due).toBeGreaterThanOrEqual(0);
		expect(Date.parse(String(pollings[0]?.nextPollAt)) - due).toBeLessThan(1000);
	});

	test('with Survive Restarts nothing leaves for less than 66 s; without it the schedule decides', async () => {
		const { id } = simulator.api.addTask({ createdAgo: 200, finishAfter: 600 });
		const parked = await round({ items: [{ id }], parameters: { options: { pollInterval: 5 } } });
		expect(pollingOf(parked.outputs[1]?.[0]).waitSeconds).toBe(66);
		const options = { surviveRestarts: false };
		const adaptive = await round({ items: [{ id }], parameters: { options } });
		expect(pollingOf(adaptive.outputs[1]?.[0]).waitSeconds).toBe(30);
		const fixed = await round({ items: [{ id }], parameters: { options: { ...options, pollInterval: 5 } } });
		expect(pollingOf(fixed.outputs[1]?.[0]).waitSeconds).toBe(5);
	});

	test('the same ID on several items is asked for once', async () => {
		const { id } = simulator.api.addTask();
		const { outputs } = await round({ items: [{ id }, { id }] });
		expect(outputs[1]?.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		expect(simulator.api.requests).toHaveLength(1);
	});

	test('an output that leads nowhere is told, and only then', async () => {
		const { id } = simulator.api.addTask();
		const done = simulator.api.addTask({ finishAfter: 0 }).id;
		const lost = await round({ items: [{ id }], connected: [0] });
		expect(lost.hints).toEqual([expect.stringContaining('"Still Running" leads nowhere')]);
		expect((await round({ items: [{ id }], connected: [] })).hints).toHaveLength(1);
		expect((await round({ items: [{ id }], connected: [1] })).hints).toHaveLength(0);
		expect((await round({ items: [{ id: done }], connected: [0] })).hints).toHaveLength(0);
	});
});

describe('round after round', () => {
	test('an item that comes back goes on counting', async () => {
		const { id } = simulator.api.addTask();
		const first = await round({ items: [{ id }] });
		const second = await round({ items: [first.outputs[1]?.[0] as INodeExecutionData] });
		const third = await round({ items: [second.outputs[1]?.[0] as INodeExecutionData] });
		const [before, after] = [first, third].map(({ outputs }) => pollingOf(outputs[1]?.[0]));
		expect(after).toMatchObject({ attempt: 3, startedAt: before?.startedAt, giveUpAt: before?.giveUpAt });
	});

	test('Done items leave without what the rounds counted', async () => {
		const { id } = simulator.api.addTask();
		const first = await round({ items: [{ id, title: 'Cat' }], parameters: { options: { includeInput: true } } });
		expect(first.outputs[1]?.[0]?.json).toMatchObject({ id, title: 'Cat', polling: { attempt: 1 } });
		simulator.api.finishTask(id);
		const second = await round({
			items: [first.outputs[1]?.[0] as INodeExecutionData],
			parameters: { options: { includeInput: true } },
		});
		const [done] = second.outputs[0] ?? [];
		expect(done?.json).toMatchObject({ id, title: 'Cat', status: 'completed' });
		expect(done?.json).not.toHaveProperty('polling');
	});

	test('rows of one task are asked for once in every round, and keep their own fields, in faults too', async () => {
		const { id } = simulator.api.addTask();
		const parameters = { options: { includeInput: true } };
		const first = await round({ items: [{ id, title: 'Cat' }, { id, title: 'Dog' }], parameters });
		const second = await round({ items: first.outputs[1], parameters });
		expect(simulator.api.requestsFor(id)).toHaveLength(2);
		simulator.api.fault({ id, kind: 'status', status: 503 });
		const third = await round({ items: second.outputs[1], parameters });
		expect(third.outputs[1]?.map(({ json }) => [json.title, json.status])).toEqual([
			['Cat', 'queued'],
			['Dog', 'queued'],
		]);
		expect(simulator.api.requestsFor(id)).toHaveLength(3);
	});

	test('give-up counts from created, across the rounds', async () => {
		const { id } = simulator.api.addTask({ createdAgo: 3600, finishAfter: 3600 });
		const { outputs } = await round({ items: [{ id }], onError: 'continueErrorOutput' });
		expect(outputs[1]).toHaveLength(0);
		expect(outputs[2]?.[0]?.json.error).toBe(
			`Task "${id}" was still processing after 60 minutes, so the wait was given up`,
		);
	});

	test('where created says nothing, give-up counts from the first question of all rounds', async () => {
		const { id } = simulator.api.addTask({ created: null });
		const first = await round({ items: [{ id }] });
		const back = later(first.outputs[1]?.[0], 31 * 60);
		const second = await round({ items: [back], onError: 'continueErrorOutput' });
		expect(second.outputs[2]?.[0]?.json.error).toContain('after 31 minutes, so the wait was given up');
	});

	test('a passing fault keeps the item going round with what was known', async () => {
		const { id } = simulator.api.addTask({ extra: { totalTokens: 5 } });
		simulator.api.fault({ id, kind: 'status', status: 503, after: 1 });
		const first = await round({ items: [{ id }] });
		const second = await round({ items: [first.outputs[1]?.[0] as INodeExecutionData] });
		expect(second.outputs[1]?.[0]?.json).toMatchObject({ id, totalTokens: 5, polling: { attempt: 2 } });
	});

	test('a passing fault on the very first question too', async () => {
		const { id } = simulator.api.addTask();
		simulator.api.fault({ id, kind: 'reset' });
		const first = await round({ items: [{ id }] });
		const startedAt = pollingOf(first.outputs[1]?.[0])?.startedAt;
		expect(first.outputs[1]?.[0]?.json).toEqual({ id, polling: expect.objectContaining({ attempt: 1 }) });
		const second = await round({ items: [first.outputs[1]?.[0] as INodeExecutionData] });
		expect(second.outputs[1]?.[0]?.json).toMatchObject({ id, status: 'queued', polling: { attempt: 2, startedAt } });
	});

	test('a task that vanishes between rounds is an item error that keeps what was known', async () => {
		const { id } = simulator.api.addTask();
		const first = await round({ items: [{ id }] });
		simulator.api.removeTask(id);
		const second = await round({
			items: [first.outputs[1]?.[0] as INodeExecutionData],
			onError: 'continueErrorOutput',
		});
		expect(second.outputs[2]?.[0]?.json).toMatchObject({
			error: `GlobalAI OPC knows no task "${id}"`,
			details: { httpStatus: 404, task: { id, status: 'queued' } },
		});
	});

	test('completed without a link goes round 3 times, then is an item error', async () => {
		const { id } = simulator.api.addTask({ finishAfter: 0, missingVideoUrl: Infinity });
		let item: INodeExecutionData = { json: { id } };
		for (let attempt = 1; attempt <= 3; attempt++) {
			const { outputs } = await round({ items: [item] });
			item = outputs[1]?.[0] as INodeExecutionData;
			expect(pollingOf(item)).toMatchObject({ attempt, completedWithoutVideo: attempt });
		}
		const { error } = await round({ items: [item] });
		expect(error?.message).toContain('no video link');
	});

	test.each([
		['of another task', { id: 'video_other', polling: { attempt: 9, startedAt: '2020-01-01T00:00:00Z' } }],
		['that is no polling', { polling: { attempt: 'x' } }],
		['that is text', { polling: 'soon' }],
		['without a time', { polling: { attempt: 3, startedAt: 'never' } }],
	])('a field `polling` %s starts afresh', async (_case, fields) => {
		const { id } = simulator.api.addTask();
		const { outputs } = await round({ items: [{ id, task: id, ...fields }], parameters: { taskId: '={{ $json.task }}' } });
		expect(pollingOf(outputs[1]?.[0])).toMatchObject({ attempt: 1 });
		expect(Date.parse(pollingOf(outputs[1]?.[0]).startedAt)).toBeGreaterThan(Date.now() - 60_000);
	});
});

describe('Give Up After by default', () => {
	const giveUpMinutes = async (serviceTier: string, giveUpAfter: number | string | undefined, items: IDataObject[]) => {
		const { outputs } = await round({ items, parameters: { serviceTier, giveUpAfter } });
		return outputs[1]?.map(({ json }) => (Date.parse(pollingOf({ json }).giveUpAt) / 1000 - (json.created as number)) / 60);
	};
	const tasks = (...tiers: string[]) => tiers.map((tier) => ({ id: simulator.api.addTask({ createdAgo: 60 }).id, tier }));

	test.each([
		['online', undefined, [30]],
		['flex', undefined, [720]],
		['online', 45, [45]],
		['flex', 45, [45]],
		['flex', '={{ 50 }}', [50]],
	])('tier %s, set to %p: %p minutes', async (tier, set, minutes) => {
		expect(await giveUpMinutes(tier, set, tasks(tier))).toEqual(minutes);
	});

	test('goes by the tier of each row where that is an expression, unless it is set', async () => {
		expect(await giveUpMinutes('={{ $json.tier }}', undefined, tasks('online', 'flex', 'online'))).toEqual([30, 720, 30]);
		expect(await giveUpMinutes('={{ $json.tier }}', 720, tasks('online', 'flex'))).toEqual([720, 720]);
		expect(await giveUpMinutes('={{ $json.tier }}', '={{ 40 + 5 }}', tasks('online', 'flex'))).toEqual([45, 45]);
	});
});

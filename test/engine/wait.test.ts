import { runsWith } from './harness/runsWith';
import { KEY, useSimulator } from './harness/simulator';
import { until } from '../host/until.cts';

const simulator = useSimulator();

/** Waits inside the node, asking every 5 s unless told otherwise. */
const wait = runsWith(simulator, {
	parameters: {
		taskId: '={{ $json.id }}',
		waitUntilDone: 'inNode',
		serviceTier: 'online',
		giveUpAfter: 30,
		options: { pollInterval: 5, maxRetries: 0 },
	},
});

describe('waiting inside the node', () => {
	test('asks again until the video is done', async () => {
		const { id } = simulator.api.addTask({ finishAfterAnswers: 2 });
		const { outputs, error } = await wait({ items: [{ id }] });
		expect(error).toBeUndefined();
		expect(outputs[0]?.[0]?.json).toMatchObject({ id, status: 'completed', video_url: expect.any(String) });
		expect(simulator.api.requestsFor(id)).toHaveLength(3);
	});

	test('a task that is done already is asked for once', async () => {
		const { id } = simulator.api.addTask({ finishAfter: 0 });
		const { outputs } = await wait({ items: [{ id }] });
		expect(outputs[0]?.[0]?.json.status).toBe('completed');
		expect(simulator.api.requestsFor(id)).toHaveLength(1);
	});

	test('adapts to the model: the next question comes half a minute after its earliest likely finish', async () => {
		const { id } = simulator.api.addTask({ createdAgo: 130, finishAfterAnswers: 1 });
		const { outputs } = await wait({ items: [{ id }], parameters: { options: { pollInterval: undefined } } });
		const created = outputs[0]?.[0]?.json.created as number;
		const [first, second, ...more] = simulator.api.requestsFor(id);
		expect(first?.at).toBeLessThan((created + 150) * 1000);
		expect(second?.at).toBeGreaterThanOrEqual((created + 150) * 1000);
		expect(more).toHaveLength(0);
	});

	test('many wait side by side: nobody asks twice before everybody has asked once', async () => {
		const ids = Array.from({ length: 30 }, (_, n) => simulator.api.addTask({ finishAfterAnswers: n % 2 ? 1 : 2 }).id);
		const { outputs } = await wait({ items: ids.map((id) => ({ id })) });
		expect(outputs[0]?.map(({ json }) => json.id)).toEqual(ids);
		expect(outputs[0]?.every(({ json }) => json.status === 'completed')).toBe(true);
		const asked = simulator.api.requests.map(({ id }) => id);
		expect(new Set(asked.slice(0, 30)).size).toBe(30);
		expect(asked).toHaveLength(30 + 30 + 15);
	});

	test('the same ID on several items is waited for once', async () => {
		const { id } = simulator.api.addTask({ finishAfterAnswers: 1 });
		const { outputs } = await wait({ items: [{ id }, { id }] });
		expect(outputs[0]?.map(({ json }) => json.status)).toEqual(['completed', 'completed']);
		expect(simulator.api.requestsFor(id)).toHaveLength(2);
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

describe('a task that ends without a video', () => {
	test.each([
		['failed', 'prompt refused', 'failed: prompt refused'],
		['cancelled', undefined, 'was cancelled'],
	] as const)('%s: an item error in the words of the API', async (outcome, words, message) => {
		const { id } = simulator.api.addTask({ outcome, finishAfter: 0, ...(words && { error: words }) });
		const other = simulator.api.addTask({ finishAfter: 0 }).id;
		const { outputs } = await wait({ items: [{ id }, { id: other }], onError: 'continueErrorOutput' });
		expect(outputs[0]?.map(({ json }) => json.id)).toEqual([other]);
		expect(outputs[1]?.[0]?.json).toMatchObject({
			error: `Task "${id}" ${message}`,
			details: { task: { id, status: outcome } },
		});
	});

	test('leaves like a finished one where the user wants that', async () => {
		const { id } = simulator.api.addTask({ outcome: 'failed', finishAfter: 0, error: 'prompt refused' });
		const { outputs, error } = await wait({ items: [{ id }], parameters: { options: { ifTaskFails: 'output' } } });
		expect(error).toBeUndefined();
		expect(outputs[0]?.[0]?.json).toMatchObject({ id, status: 'failed', error: 'prompt refused' });
	});

	test('an undocumented status is an error at once', async () => {
		const { id } = simulator.api.addTask();
		simulator.api.fault({ id, kind: 'unknownStatus', status: 'paused', times: Infinity });
		const { error } = await wait({ items: [{ id }] });
		expect(error?.message).toContain('"paused"');
		expect(simulator.api.requestsFor(id)).toHaveLength(1);
	});

	test('completed without a link: asked 3 times more, then an error', async () => {
		const { id } = simulator.api.addTask({ finishAfter: 0, missingVideoUrl: Infinity });
		const { error } = await wait({ items: [{ id }] });
		expect(error?.message).toContain('no video link');
		expect(simulator.api.requestsFor(id)).toHaveLength(4);
	});

	test('a link that comes late is taken', async () => {
		const { id } = simulator.api.addTask({ finishAfter: 0, missingVideoUrl: 1 });
		const { outputs } = await wait({ items: [{ id }] });
		expect(outputs[0]?.[0]?.json.video_url).toEqual(expect.any(String));
	});

	test('past Give Up After, counted from its creation: an error with ID, status and time', async () => {
		const { id } = simulator.api.addTask({ createdAgo: 52, finishAfter: 200 });
		const { outputs } = await wait({
			items: [{ id }],
			onError: 'continueErrorOutput',
			parameters: { giveUpAfter: 1 },
		});
		expect(outputs[1]?.[0]?.json).toMatchObject({
			error: `Task "${id}" was still processing after 1 minute, so the wait was given up`,
			details: { task: { id, status: 'processing' } },
		});
		const created = simulator.api.task(id)?.created as number;
		const last = simulator.api.requestsFor(id).at(-1);
		// The last question is asked when the time is over, and none after it.
		expect(last?.at).toBeGreaterThanOrEqual((created + 60) * 1000);
	});
});

describe('faults while waiting', () => {
	test.each([
		['408', { kind: 'status', status: 408 }],
		['429', { kind: 'status', status: 429 }],
		['503', { kind: 'status', status: 503 }],
		['a broken connection', { kind: 'reset' }],
		['HTML under 200', { kind: 'html200' }],
		['an error under 200', { kind: 'envelope200', envelope: 'codeMsg' }],
		['a redirect', { kind: 'redirect' }],
	])('%s passes', async (_case, fault) => {
		const { id } = simulator.api.addTask({ finishAfter: 2 });
		simulator.api.fault({ id, ...fault } as never);
		const { outputs, error } = await wait({ items: [{ id }] });
		expect(error).toBeUndefined();
		expect(outputs[0]?.[0]?.json.status).toBe('completed');
	});

	test('a task that vanishes (404) ends the wait, and what was known of it is not lost', async () => {
		const { id } = simulator.api.addTask();
		simulator.api.fault({ id, after: 1, kind: 'status', status: 404 });
		const { outputs } = await wait({ items: [{ id }], onError: 'continueErrorOutput' });
		expect(outputs[1]?.[0]?.json).toMatchObject({
			error: `GlobalAI OPC knows no task "${id}"`,
			details: { task: { id }, httpStatus: 404 },
		});
		expect(simulator.api.requestsFor(id)).toHaveLength(2);
	});

	test('a key revoked meanwhile (401) ends the wait', async () => {
		const { id } = simulator.api.addTask();
		const waiting = wait({ items: [{ id }] });
		await until(() => simulator.api.requestsFor(id).length === 1);
		simulator.api.apiKeys.delete(KEY);
		const { error } = await waiting;
		simulator.api.apiKeys.add(KEY);
		expect(error).toMatchObject({ httpCode: '401' });
	});
});

describe('the end of a run', () => {
	test('Stop ends a wait of minutes at once, and nothing more is asked', async () => {
		const ids = [0, 1, 2].map(() => simulator.api.addTask().id);
		let cancel = () => {};
		// Adaptive: the next question is two minutes away, and so is the end of this test without Stop.
		const waiting = wait({
			items: ids.map((id) => ({ id })),
			parameters: { options: { pollInterval: undefined } },
			onStart: (execution) => (cancel = () => execution.cancel()),
		});
		await until(() => simulator.api.requests.filter(({ endedAt }) => endedAt).length === 3);
		cancel();
		await waiting;
		expect(simulator.api.requests).toHaveLength(3);
	});

	test('Stop ends a request that gets no answer', async () => {
		const { id } = simulator.api.addTask();
		simulator.api.fault({ id, kind: 'hang' });
		let cancel = () => {};
		const waiting = wait({
			items: [{ id }],
			parameters: { options: { requestTimeout: 600 } },
			onStart: (execution) => (cancel = () => execution.cancel()),
		});
		await until(() => simulator.api.requestsFor(id).length === 1);
		cancel();
		await waiting;
		await until(() => simulator.api.requestsFor(id).every(({ endedAt }) => endedAt));
	});

	test('an error that stops the workflow does not wait for the other items', async () => {
		const slow = simulator.api.addTask().id;
		const failed = simulator.api.addTask({ outcome: 'failed', finishAfter: 0 }).id;
		const { error } = await wait({
			items: [{ id: slow }, { id: failed }],
			parameters: { options: { pollInterval: undefined } },
		});
		expect(error).toMatchObject({ message: expect.stringContaining(failed), context: { itemIndex: 1 } });
	});
});

describe('a bad setting is refused before any request', () => {
	test.each([
		[{ giveUpAfter: 0 }, 'Give Up After'],
		[{ giveUpAfter: 1441 }, 'Give Up After'],
		[{ giveUpAfter: '={{ "soon" }}' }, 'Give Up After'],
		[{ serviceTier: '={{ "best" }}' }, 'Service Tier'],
		[{ options: { pollInterval: 4 } }, 'Poll Interval'],
		[{ options: { pollInterval: '={{ "often" }}' } }, 'Poll Interval'],
		[{ options: { ifTaskFails: '={{ "ignore" }}' } }, 'If Task Fails'],
	])('%j', async (parameters, label) => {
		const { error } = await wait({ items: [{ id: 'video_1' }], parameters });
		expect(error?.message).toContain(label);
		expect(error?.description).toMatch(/^Give /);
		expect(simulator.api.requests).toHaveLength(0);
	});
});

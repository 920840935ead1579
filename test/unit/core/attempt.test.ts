import type { IDataObject } from 'n8n-workflow';

import {
	beginRun,
	nodeRun,
	type NodeRun,
	readRunSettings,
	sharedByTries,
} from '../../../nodes/Seedance/core/attempt';
import { advance, NOW, SECOND, useClock } from '../clock';
import { listenersOf } from '../expecting';
import { CREDENTIAL, KEY, refusal, stubContext, type StubContext } from '../stubContext';

useClock();

const SETTINGS = { requestTimeoutMs: 30_000, maxRetries: 4, maxConcurrency: 10 };

describe('the options of a run', () => {
	test.each<[IDataObject, object]>([
		[{}, {}],
		[
			{ requestTimeout: 1, maxRetries: 0, maxConcurrency: 1 },
			{ requestTimeoutMs: 1_000, maxRetries: 0, maxConcurrency: 1 },
		],
		[
			{ requestTimeout: 600, maxRetries: 20 },
			{ requestTimeoutMs: 600_000, maxRetries: 20 },
		],
		[{ maxConcurrency: 1000 }, { maxConcurrency: 1000 }],
		[
			{ requestTimeout: '2.0101', maxRetries: '3' },
			{ requestTimeoutMs: 2_011, maxRetries: 3 },
		],
	])('%j', (options, expected) => {
		expect(readRunSettings(stubContext(), 0, options)).toEqual({ ...SETTINGS, ...expected });
	});

	test.each<[string, string, string, unknown[]]>([
		['requestTimeout', 'Request Timeout', 'from 1 to 600 seconds.', [0.9, 601, null]],
		['maxRetries', 'Max Retries', 'from 0 to 20.', [-1, 21]],
		['maxConcurrency', 'Max Concurrency', 'from 1 to 1000.', [0, 1001]],
	])('%s has bounds', (name, label, bounds, values) => {
		for (const value of values) {
			const expected = {
				message: `'${label}' can't be ${value}`,
				description: `Give a number ${bounds}`,
				itemIndex: 4,
			};
			expect(refusal(() => readRunSettings(stubContext(), 4, { [name]: value } as IDataObject))).toEqual(
				expected,
			);
		}
	});
});

describe('the end of a run', () => {
	test("comes with n8n's stop, by its own hand, or has come before", () => {
		const controller = new AbortController();
		const stopped = beginRun(stubContext({ cancelSignal: controller.signal }));
		const ended = beginRun(stubContext());
		expect([stopped.signal.aborted, ended.signal.aborted]).toEqual([false, false]);
		controller.abort();
		ended.end();
		expect([stopped.signal.aborted, ended.signal.aborted]).toEqual([true, true]);
		expect(beginRun(stubContext({ cancelSignal: AbortSignal.abort() })).signal.aborted).toBe(true);
	});

	test("leaves no listener on n8n's signal", () => {
		const { signal } = new AbortController();
		const { added, removed } = listenersOf(signal);
		beginRun(stubContext({ cancelSignal: signal })).end();
		expect(added).toHaveBeenCalledTimes(1);
		expect(removed.mock.calls).toEqual(added.mock.calls);
	});
});

describe("the run's client", () => {
	test('is opened once, with the settings of who came first, and ends with the run', async () => {
		const getCredentials = jest.fn<Promise<object>, [string]>(async () => CREDENTIAL);
		const run = beginRun(stubContext({ more: { getCredentials } }));
		expect(getCredentials).not.toHaveBeenCalled();
		const [first, other] = await Promise.all([
			run.client(SETTINGS),
			run.client({ ...SETTINGS, maxRetries: 0 }),
		]);
		expect(getCredentials.mock.calls).toEqual([['globalAiOpcApi']]);
		if (!first.ok || !other.ok) throw new Error('No client was opened');
		expect(first.value).toBe(other.value);
		expect(first.value.settings).toEqual({ ...SETTINGS, signal: run.signal });
	});

	test.each<[string, StubContext['credential'], object]>([
		[
			'can not be used',
			{ apiKey: '', baseUrl: 'https://api.example' },
			{ message: 'The credential holds no API key' },
		],
		[
			'can not be had',
			() => Promise.reject(new Error('No credential of this name')),
			{ message: 'No credential of this name' },
		],
	])('is none where the credential %s', async (_case, credential, error) => {
		const run = beginRun(stubContext({ credential }));
		expect(await run.client(SETTINGS)).toMatchObject({ error });
		expect(run.presentable({ kind: 'badInput', message: KEY, description: '' }).message).toBe(KEY);
	});
});

describe('which run of the node it is', () => {
	test('by its execution, its round, and what n8n remembers of the node', () => {
		const memory = {};
		const getContext = jest.fn(() => memory);
		const getWorkflowDataProxy = jest.fn(() => ({ $thisRunIndex: 2 }));
		const run = nodeRun(stubContext({ executionId: 'one', more: { getContext, getWorkflowDataProxy } }));
		expect(run).toEqual({ memory, executionId: 'one', runIndex: 2 });
		expect(run?.memory).toBe(memory);
		// Not that of the workflow.
		expect([getContext.mock.calls, getWorkflowDataProxy.mock.calls]).toEqual([[['node']], [[0]]]);
	});

	test.each([
		['no memory', {}],
		['no execution', { memory: {}, executionId: '' }],
		['no round', { memory: {}, more: { getWorkflowDataProxy: () => ({}) } }],
	])('nobody knows where n8n tells of %s', (_case, stub) => {
		expect(nodeRun(stubContext(stub))).toBeUndefined();
	});
});

describe('the tries of a run', () => {
	const run = (more: Partial<NodeRun> = {}): NodeRun => ({
		memory: {},
		executionId: 'one',
		runIndex: 1,
		...more,
	});

	test.each([
		['are known by what n8n tells, and share what they know', undefined, true],
		['of a tool are calls of their own', { type: 'n8n-nodes-globalaiopc.seedanceTool' }, false],
	])('%s', (_case, node, share) => {
		const stub = run();
		const [first, again] = [1, 2].map(() => beginRun(stubContext({ ...stub, node })));
		expect([first?.nodeRun, again?.nodeRun]).toEqual([stub, stub]);
		expect(again?.shared.answers === first?.shared.answers).toBe(share);
	});

	test('share when the first began, the cooldown of the API, and final answers', async () => {
		const first = run();
		const shared = sharedByTries(first);
		expect(shared.startedAt).toBe(NOW);
		shared.answers.set('a', Promise.resolve());
		shared.rateLimiter.onRateLimited(NOW, NOW, 10 * SECOND);
		await advance(SECOND);
		const again = sharedByTries({ ...first });
		expect(again).toMatchObject({ startedAt: NOW, answers: shared.answers });
		expect(again.answers.size).toBe(1);
		expect(again.rateLimiter.cooldownMs(Date.now())).toBe(9 * SECOND);
	});

	test.each<[string, NodeRun | undefined, (first?: NodeRun) => NodeRun | undefined]>([
		['another round of a loop', run(), (first) => run({ ...first, runIndex: 2 })],
		['another node or execution', run(), () => run()],
		['a run that nobody knows', run(), () => undefined],
		['each other where nobody knows either', undefined, () => undefined],
	])('share nothing with %s', async (_case, first, other) => {
		const shared = sharedByTries(first);
		shared.answers.set('a', Promise.resolve());
		await advance(SECOND);
		const fresh = sharedByTries(other(first));
		expect(fresh).not.toBe(shared);
		expect(fresh).toMatchObject({ startedAt: NOW + SECOND, answers: new Map() });
		expect(fresh.rateLimiter).not.toBe(shared.rateLimiter);
	});
});

describe('an error as it may be shown', () => {
	test('holds no part of the key, in its task neither', async () => {
		const run = beginRun(stubContext({ credential: { ...CREDENTIAL, apiKey: `Bearer ${KEY}` } }));
		await run.client(SETTINGS);
		const task = { id: 'video_1', status: 'failed', error: { message: `bad key ${KEY}` }, [KEY]: 1 };
		const error = {
			kind: 'unauthorized',
			description: 'Mend it.',
			said: `cut ${KEY.slice(3, 10)}`,
			httpStatus: 401,
		} as const;
		expect(run.presentable({ ...error, message: `bad ${KEY}`, task })).toEqual({
			...error,
			message: 'bad ***',
			description: 'Mend it. The API said: cut ***',
			said: undefined,
			task: { id: 'video_1', status: 'failed', error: { message: 'bad key ***' }, '***': 1 },
		});
	});

	test('has the key taken out before its message is cut to what an error box holds', async () => {
		const run = beginRun(stubContext());
		await run.client(SETTINGS);
		const error = {
			kind: 'badInput',
			message: `${'x'.repeat(397)}${KEY}y`,
			description: 'x'.repeat(5_000),
		} as const;
		expect(run.presentable(error)).toEqual({ ...error, message: `${'x'.repeat(397)}***…` });
	});
});

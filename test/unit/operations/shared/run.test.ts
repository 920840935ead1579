import type { IDataObject } from 'n8n-workflow';

import { beginRun, readRunSettings } from '../../../../nodes/Seedance/operations/shared/run';
import { refusal, stubContext, type StubContext } from '../../stubContext';

const KEY = 'sk-0123456789ab';
const SETTINGS = { requestTimeoutMs: 30_000, maxRetries: 4, maxConcurrency: 10 };

describe('the options of a run', () => {
	test.each<[IDataObject, object]>([
		[{}, {}],
		[{ requestTimeout: 1, maxRetries: 0, maxConcurrency: 1 }, { requestTimeoutMs: 1_000, maxRetries: 0, maxConcurrency: 1 }],
		[{ requestTimeout: 600, maxRetries: 20, maxConcurrency: 1000 }, { requestTimeoutMs: 600_000, maxRetries: 20, maxConcurrency: 1000 }],
		[{ requestTimeout: '2.0101', maxRetries: '3' }, { requestTimeoutMs: 2_011, maxRetries: 3 }],
	])('%j', (options, expected) => {
		expect(readRunSettings(stubContext(), 0, options)).toEqual({ ...SETTINGS, ...expected });
	});

	test.each<[IDataObject, string, string]>([
		[{ requestTimeout: 0.9 }, "Request Timeout can't be 0.9", 'from 1 to 600 seconds.'],
		[{ requestTimeout: 601 }, "Request Timeout can't be 601", 'from 1 to 600 seconds.'],
		[{ requestTimeout: null }, "Request Timeout can't be null", 'from 1 to 600 seconds.'],
		[{ maxRetries: -1 }, "Max Retries can't be -1", 'from 0 to 20.'],
		[{ maxRetries: 21 }, "Max Retries can't be 21", 'from 0 to 20.'],
		[{ maxConcurrency: 0 }, "Max Concurrency can't be 0", 'from 1 to 1000.'],
		[{ maxConcurrency: 1001 }, "Max Concurrency can't be 1001", 'from 1 to 1000.'],
	])('%j is refused', (options, message, bounds) => {
		expect(refusal(() => readRunSettings(stubContext(), 4, options))).toEqual({
			message,
			description: `Give a number ${bounds}`,
			itemIndex: 4,
		});
	});
});

describe('the end of a run', () => {
	test("comes with n8n's stop, by its own hand, or has come before", () => {
		const controller = new AbortController();
		const stopped = beginRun(stubContext({ cancelSignal: controller.signal }));
		expect(stopped.signal.aborted).toBe(false);
		controller.abort();
		expect(stopped.signal.aborted).toBe(true);

		const ended = beginRun(stubContext());
		expect(ended.signal.aborted).toBe(false);
		ended.end();
		expect(ended.signal.aborted).toBe(true);

		expect(beginRun(stubContext({ cancelSignal: AbortSignal.abort() })).signal.aborted).toBe(true);
	});

	test("leaves no listener on n8n's signal", () => {
		const { signal } = new AbortController();
		const [listen, forget] = [jest.spyOn(signal, 'addEventListener'), jest.spyOn(signal, 'removeEventListener')];
		beginRun(stubContext({ cancelSignal: signal })).end();
		expect(listen).toHaveBeenCalledTimes(1);
		expect(forget.mock.calls).toEqual(listen.mock.calls);
	});
});

describe("the run's client", () => {
	test('is opened once, with the settings of who came first, and ends with the run', async () => {
		const getCredentials = jest.fn<Promise<object>, [string]>(async () => ({ apiKey: KEY, baseUrl: 'https://api.example' }));
		const run = beginRun(stubContext({ more: { getCredentials } }));
		expect(getCredentials).not.toHaveBeenCalled();
		const [first, other] = await Promise.all([run.client(SETTINGS), run.client({ ...SETTINGS, maxRetries: 0 })]);
		expect(getCredentials.mock.calls).toEqual([['globalAiOpcApi']]);
		if (!first.ok || !other.ok) throw new Error('No client was opened');
		expect(first.value).toBe(other.value);
		expect(first.value.settings).toEqual({ ...SETTINGS, signal: run.signal });
	});

	test.each<[string, StubContext['credential'], object]>([
		['can not be used', { apiKey: '', baseUrl: 'https://api.example' }, { message: 'The credential holds no API key' }],
		['can not be had', () => Promise.reject(new Error('No credential of this name')), { message: 'No credential of this name' }],
	])('is none where the credential %s', async (_case, credential, error) => {
		const run = beginRun(stubContext({ credential }));
		expect(await run.client(SETTINGS)).toMatchObject({ error });
		expect(run.presentable({ kind: 'badInput', message: KEY, description: '' }).message).toBe(KEY);
	});
});

describe('the tries of a run', () => {
	const memory = () => ({ memory: {}, executionId: 'one', runIndex: 1 });

	test('are known by what n8n tells, and share what they know', () => {
		const stub = memory();
		const [first, again] = [beginRun(stubContext(stub)), beginRun(stubContext(stub))];
		expect(first.nodeRun).toEqual(stub);
		expect(again.shared.answers).toBe(first.shared.answers);
	});

	test('of a tool are calls of their own', () => {
		const stub = { ...memory(), node: { type: 'n8n-nodes-globalaiopc.seedanceTool' } };
		const [first, again] = [beginRun(stubContext(stub)), beginRun(stubContext(stub))];
		expect(again.nodeRun).toEqual(first.nodeRun);
		expect(again.shared.answers).not.toBe(first.shared.answers);
	});
});

describe('an error as it may be shown', () => {
	test('holds no part of the key, in its task neither', async () => {
		const run = beginRun(stubContext({ credential: { apiKey: `Bearer ${KEY}`, baseUrl: 'https://api.example' } }));
		await run.client(SETTINGS);
		const task = { id: 'video_1', status: 'failed', error: { message: `bad key ${KEY}` }, [KEY]: 1 };
		expect(run.presentable({ kind: 'unauthorized', message: `bad ${KEY}`, description: 'Mend it.', said: `cut ${KEY.slice(3, 10)}`, httpStatus: 401, task })).toEqual({
			message: 'bad ***',
			kind: 'unauthorized',
			description: 'Mend it. The API said: cut ***',
			httpStatus: 401,
			task: { id: 'video_1', status: 'failed', error: { message: 'bad key ***' }, '***': 1 },
		});
	});

	test('has the key taken out before its message is cut to what an error box holds', async () => {
		const run = beginRun(stubContext());
		await run.client(SETTINGS);
		const { message, description, task } = run.presentable({ kind: 'badInput', message: `${'x'.repeat(397)}${KEY}y`, description: 'x'.repeat(5_000) });
		expect(message).toBe(`${'x'.repeat(397)}***…`);
		expect(description).toHaveLength(5_000);
		expect(task).toBeUndefined();
	});
});

import { sleep, type IDataObject, type INodeParameters } from 'n8n-workflow';

import { startSimulator } from '../simulator/index.cts';
import type { LogEntry } from '../simulator/http.cts';
import { freePort } from '../host/n8n/ports.cts';
import { until } from '../host/until.cts';
import { breakBinaryStore, useBinaryStore } from './harness/binaryData.cts';
import { StoredCredentials } from './harness/credentials';
import type { EngineResult, EngineRun } from './harness/engine';
import {
	activeResources,
	collectUnhandledRejections,
	listenersOn,
	resourcesBeyond,
} from './harness/leftovers.cts';
import { KEY, useSimulator } from './harness/simulator';

/** Every request that has ended, over all tests of this file. */
const ended: LogEntry[] = [];
const simulator = useSimulator({ onRequest: (entry: LogEntry) => ended.push(entry) });

/** What each stopped run asked about, and the last request that came before its Stop. */
const stopped: Array<{ words: string[]; last: number; at: number }> = [];
const rejections = collectUnhandledRejections();

/** Seconds of every pause that is stopped here: short enough to see, at the end, that nothing comes of it. */
const PAUSE = 5;

/** Generous for any test here, and less than the longer ones of the pauses that are stopped. */
jest.setTimeout(60_000);

const MODES = ['no', 'inNode', 'withWaitNode'];

const get = simulator.runs({
	connected: [0, 1],
	parameters: {
		taskId: '={{ $json.id }}',
		giveUpAfter: 30,
		options: { pollInterval: PAUSE, requestTimeout: 600 },
	},
});

const create = simulator.runs({
	parameters: {
		operation: 'create',
		waitUntilDone: 'no',
		prompt: '={{ $json.prompt }}',
		options: { requestTimeout: 600 },
	},
});

useBinaryStore();
beforeAll(async () => {
	// Some of n8n-core begins with the first run: what keeps the process from then on is not what a run leaves.
	await get({ items: [{ id: simulator.api.addTask({ finishAfter: 0 }).id }] });
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => rejections.end());

type Runner = (run: Partial<EngineRun>) => Promise<EngineResult>;
type Meanwhile = (stop: () => void, running: Promise<EngineResult>) => Promise<void>;

/** Runs the node, and expects that it has left nothing when it is over: no socket, no timer, no listener. */
async function watched(
	runner: Runner,
	run: Partial<EngineRun>,
	meanwhile: Meanwhile = async () => {},
): Promise<EngineResult> {
	const before = activeResources();
	let stop = () => {};
	let stopSignal: AbortSignal | undefined;
	const running = runner({
		...run,
		onStart: (execution, signal) => {
			stop = () => execution.cancel();
			stopSignal = signal;
			run.onStart?.(execution, signal);
		},
	});
	await meanwhile(() => stop(), running);
	const result = await running;
	expect(listenersOn(stopSignal as AbortSignal)).toBe(0);
	// Sockets close a moment later than the run is over; the simulator's ends of them are among these.
	for (let looks = 0; looks < 500 && resourcesBeyond(before).length > 0; looks++) await sleep(20);
	expect(resourcesBeyond(before)).toEqual([]);
	expect(simulator.api.requests.filter(({ endedAt }) => endedAt === null)).toEqual([]);
	return result;
}

/** Notes that this is the moment of a run's Stop. */
function noteStop({ items = [] }: Partial<EngineRun>): void {
	const words = (items as IDataObject[]).map(({ id, prompt }) => String(id ?? prompt));
	stopped.push({ words, last: simulator.api.requests.at(-1)?.n ?? 0, at: Date.now() });
}

/** Waits for a moment of a run, which has to come before its end. */
async function during(running: Promise<EngineResult>, moment: Promise<unknown>): Promise<void> {
	const tooLate = running.then(({ error }) => {
		throw new Error(`It was over before that moment: ${error?.message}`);
	});
	await Promise.race([moment, tooLate]);
}

/** Stops a run that does nothing but wait: nothing more is asked. */
async function stopWhen(
	reached: () => boolean,
	runner: Runner,
	run: Partial<EngineRun>,
): Promise<EngineResult> {
	let sent = 0;
	const result = await watched(runner, run, async (stop, running) => {
		await during(running, until(reached));
		// What the server has sent has to come in.
		await sleep(50);
		sent = simulator.api.requests.length;
		noteStop(run);
		stop();
	});
	await sleep(50);
	expect(simulator.api.requests).toHaveLength(sent);
	return result;
}

async function expectCanceled(stopping: Promise<EngineResult>): Promise<void> {
	expect((await stopping).run.status).toBe('canceled');
}

const arrived = (count: number) => () => simulator.api.requests.length === count;
const answered = (count: number) => () =>
	simulator.api.requests.filter(({ endedAt }) => endedAt !== null).length === count;
const filesAsked = () => simulator.api.requests.filter(({ host }) => host === 'files');

const tasks = (count: number, task: object = {}) =>
	Array.from({ length: count }, () => ({ id: simulator.api.addTask(task).id }));

let made = 0;
const prompts = (count: number) => Array.from({ length: count }, () => ({ prompt: `Prompt <${++made}>` }));

/** Retries come at once, but for a long one as soon as this holds. */
function pauseOnce(holds: () => boolean): void {
	jest.spyOn(Math, 'random').mockImplementation(() => (holds() ? 0.999 : 0));
}

type Moment = [when: string, fault: object, reached: () => boolean, options?: INodeParameters];

/** Moments of a run with two items. */
const REQUEST_MOMENTS: Moment[] = [
	['no answer comes', { kind: 'hang' }, arrived(2)],
	['answers drip', { kind: 'slowBody', interval: 1000 }, arrived(2)],
	['a refused run cools down', { kind: 'status', status: 429, retryAfter: PAUSE }, answered(2)],
	['one asks and one stands in line', { kind: 'hang' }, arrived(1), { maxConcurrency: 1 }],
];

describe.each(MODES)('Stop of Get Result (%s)', (waitUntilDone) => {
	const RETRIES: Moment = ['a retry is due', { kind: 'status', status: 503, retryAfter: PAUSE }, answered(2)];
	test.each([...REQUEST_MOMENTS, RETRIES])('while %s', async (_when, fault, reached, options = {}) => {
		simulator.api.fault({ ...fault, times: Infinity } as never);
		await expectCanceled(stopWhen(reached, get, { items: tasks(2), parameters: { waitUntilDone, options } }));
	});
});

test.each([
	['seconds', PAUSE],
	['minutes', undefined],
])('Stop between two status checks of a wait inside the node, %s apart', async (_apart, pollInterval) => {
	const run = { items: tasks(3), parameters: { waitUntilDone: 'inNode', options: { pollInterval } } };
	await expectCanceled(stopWhen(answered(3), get, run));
});

test('Stop of a tool of an AI agent', async () => {
	const run = { asTool: true, items: tasks(1), parameters: { waitUntilDone: 'inNode' } };
	await expectCanceled(stopWhen(answered(1), get, run));
});

describe('Stop of Create', () => {
	test.each(REQUEST_MOMENTS)('while %s', async (_when, fault, reached, options = {}) => {
		simulator.api.fault({ ...fault, times: Infinity } as never);
		await expectCanceled(stopWhen(reached, create, { items: prompts(2), parameters: { options } }));
	});

	test('while a retry is due, where no connection comes about', async () => {
		const port = await freePort();
		let tries = 0;
		pauseOnce(() => ++tries > 6);
		const credential = { ...simulator.credential(), baseUrl: `http://127.0.0.1:${port}` };
		const run = { items: prompts(1), credential, parameters: { options: { maxRetries: 20 } } };
		await expectCanceled(stopWhen(() => tries > 6, create, run));
		const late = await startSimulator({ port, apiKeys: [KEY] });
		await sleep(200);
		await late.close();
		expect(late.requests).toEqual([]);
	});

	test('names the tasks that exist and are billed', async () => {
		simulator.api.fault({ method: 'POST', kind: 'hang', after: 3, times: Infinity });
		const consoleMessages: unknown[] = [];
		const stopping = stopWhen(() => arrived(5)() && answered(3)(), create, {
			items: prompts(5),
			consoleMessages,
		});
		const { error, run } = await stopping;
		expect(run.status).toBe('canceled');
		expect(simulator.api.created).toHaveLength(3);
		for (const { id } of simulator.api.created) {
			expect(error?.description).toContain(id);
			// n8n stores no error of a node that was stopped by hand.
			expect(JSON.stringify(consoleMessages)).toContain(id);
		}
		expect(consoleMessages).toHaveLength(1);
		expect(error?.description).toContain('Items 3, 4 may also have created a video');
	});

	test('while others are waited for, after one that failed: that failure is what the user sees', async () => {
		simulator.api.fault({ method: 'POST', kind: 'status', status: 400, after: 3 });
		simulator.api.fault({ method: 'POST', kind: 'hang', times: Infinity });
		const { error } = await stopWhen(() => arrived(4)() && answered(1)(), create, { items: prompts(4) });
		expect(error).toMatchObject({ httpCode: '400', context: { itemIndex: 3 } });
		expect(error?.description).toContain('Items 0, 1, 2 may also have created a video');
	});
});

describe.each(MODES)('Stop of a download (%s)', (waitUntilDone) => {
	const oneFile = () => filesAsked().length === 1;
	const sevenTries = () => filesAsked().filter(({ endedAt }) => endedAt !== null).length === 7;
	test.each<[string, number, object, () => boolean, INodeParameters?]>([
		['no answer comes', 1, { kind: 'hang' }, oneFile],
		['the file comes', 1, { kind: 'slowBody', interval: 20, chunkBytes: 1000 }, oneFile],
		[
			'a server that failed is to be asked again',
			1,
			{ kind: 'status', status: 500 },
			sevenTries,
			{ maxRetries: 20 },
		],
		[
			'a file that broke off is to be taken up',
			1,
			{ kind: 'cutBody', at: 1000 },
			sevenTries,
			{ maxRetries: 20 },
		],
		['one downloads and one stands in line', 2, { kind: 'hang' }, oneFile, { maxConcurrency: 1 }],
	])('while %s', async (_when, count, fault, reached, options = {}) => {
		pauseOnce(() => filesAsked().length === 7);
		simulator.api.fault({ host: 'files', ...fault, times: Infinity } as never);
		const items = tasks(count, { finishAfter: 0, videoBytes: 2_000_000 });
		const parameters = { waitUntilDone, downloadVideo: true, options };
		await expectCanceled(stopWhen(reached, get, { items, parameters }));
	});
});

describe.each(['getDecrypted', 'authenticate'] as const)(
	'Stop while a request is made ready (%s)',
	(step) => {
		test.each<[string, Runner, () => Array<{ id: string } | { prompt: string }>]>([
			['Get Result', get, () => tasks(2)],
			['Create', create, () => prompts(2)],
		])('of %s: nothing is sent', async (_operation, runner, items) => {
			const real = StoredCredentials.prototype[step] as (...args: unknown[]) => Promise<never>;
			let isReady = false;
			let goOn = () => {};
			const stop = new Promise<void>((resolve) => (goOn = resolve));
			const waiting = async function (this: StoredCredentials, ...args: unknown[]) {
				isReady = true;
				await stop;
				return await real.apply(this, args);
			};
			jest.spyOn(StoredCredentials.prototype, step).mockImplementation(waiting as never);
			const onStart: EngineRun['onStart'] = (_execution, signal) =>
				signal.addEventListener('abort', goOn, { once: true });
			await expectCanceled(stopWhen(() => isReady, runner, { items: items(), onStart }));
			expect(simulator.api.requests).toEqual([]);
		});
	},
);

describe('Stop with other settings of the node', () => {
	test.each<[string, Partial<EngineRun>]>([
		['On Error: Continue', { onError: 'continueRegularOutput' }],
		['On Error: Continue (using error output)', { onError: 'continueErrorOutput' }],
		['Retry On Fail, by which n8n runs the node again after its Stop', { tries: 3 }],
	])('%s', async (_setting, setting) => {
		const inNode = { waitUntilDone: 'inNode' };
		await expectCanceled(stopWhen(answered(2), get, { ...setting, items: tasks(2), parameters: inNode }));
		simulator.api.resetLog();
		simulator.api.fault({ kind: 'hang', times: Infinity });
		await expectCanceled(stopWhen(arrived(2), create, { ...setting, items: prompts(2) }));
	});
});

test.each(MODES)(
	'an error that stops the workflow ends all requests, waits and downloads (%s)',
	async (waitUntilDone) => {
		const [silent, drips, fails, waits, failing] = tasks(5).map(({ id }) => id);
		const [file] = tasks(1, { finishAfter: 0, videoBytes: 2_000_000 }).map(({ id }) => id);
		let letGo = () => {};
		simulator.api.fault({ id: silent, kind: 'hang' });
		simulator.api.fault({ id: drips, kind: 'slowBody', interval: 1000 });
		simulator.api.fault({ id: fails, kind: 'status', status: 503, retryAfter: PAUSE });
		simulator.api.fault({
			id: failing,
			kind: 'hold',
			until: new Promise<void>((resolve) => (letGo = resolve)),
		});
		simulator.api.fault({ host: 'files', kind: 'slowBody', interval: 20, chunkBytes: 1000 });
		simulator.api.removeTask(failing as string);
		const run: Partial<EngineRun> = {
			items: [silent, drips, fails, waits, file, failing].map((id) => ({ id })),
			parameters: { waitUntilDone, downloadVideo: true },
		};
		const { error } = await watched(get, run, async () => {
			await until(() => arrived(7)() && filesAsked().length === 1);
			await sleep(50);
			// Where the failing task is not found, the other place is asked before that is an error.
			noteStop({ ...run, items: run.items?.filter(({ id }) => id !== failing) });
			letGo();
		});
		expect(error?.message).toContain(failing);
		expect(simulator.api.requests).toHaveLength(8);
	},
);

describe('nothing is left either', () => {
	test("by a file that n8n can't store", async () => {
		simulator.api.fault({ host: 'files', kind: 'slowBody', interval: 20, chunkBytes: 1000 });
		const mend = breakBinaryStore();
		const items = tasks(1, { finishAfter: 0, videoBytes: 2_000_000 });
		const { error } = await watched(get, { items, parameters: { waitUntilDone: 'no', downloadVideo: true } });
		mend();
		expect(error?.message).toContain("could not be put into n8n's storage");
	});

	test('by a run that comes to its end', async () => {
		const parameters = { waitUntilDone: 'inNode', downloadVideo: true };
		await watched(get, { items: tasks(20, { finishAfter: 0 }), parameters });
		await watched(create, { items: prompts(20) });
	});
});

test('when every pause that was stopped here is over, nobody has asked for anything more', async () => {
	const lastStop = Math.max(...stopped.map(({ at }) => at));
	while (Date.now() < lastStop + (PAUSE + 2) * 1000) await sleep(100);
	const late = stopped.flatMap(({ words, last }) =>
		ended.filter(
			({ n, path, body }) =>
				n > last && words.some((word) => `${path} ${JSON.stringify(body)}`.includes(word)),
		),
	);
	expect(late).toEqual([]);
	expect(rejections.reasons).toEqual([]);
});

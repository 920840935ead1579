import type { IDataObject, INodeExecutionData, OnError } from 'n8n-workflow';

import { FAULTS, FORMS, type FaultCase, type Waiting } from '../reliability/cases';
import { openBinaryStore, removeBinaryStore } from './harness/binaryData';
import type { EngineResult } from './harness/engine';
import { runsWith } from './harness/runsWith';
import { KEY, useSimulator } from './harness/simulator';

const simulator = useSimulator();

beforeAll(openBinaryStore);
afterAll(removeBinaryStore);

/** How the node treats errors: each of n8n's settings. */
const ON_ERROR: OnError[] = ['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'];
const CHECKS = FAULTS.filter((one): one is FaultCase & { waiting: Waiting } => one.waiting !== undefined);
const CREATES = FAULTS.filter(({ creating }) => creating !== undefined);

/** One retry, and a time-out that doesn't keep the tests waiting. */
const options = { maxRetries: 1, requestTimeout: 1 };

const get = runsWith(simulator, {
	connected: [0, 1],
	parameters: { taskId: '={{ $json.id }}', giveUpAfter: 30, options },
});

/** Asks the simulator for a fault in what it answers about one task. */
function faultOf(one: { fault: Record<string, unknown> }, filter: Record<string, unknown>): void {
	simulator.api.fault({ ...one.fault, ...filter } as never);
}

/** What a user reads of the errors of a run. */
function wordsOf({ error, outputs }: EngineResult): string {
	const items = outputs.flat().filter(({ json }) => typeof json.error === 'string');
	return JSON.stringify([error?.message, error?.description, items.map(({ json }) => [json.error, json.details])]);
}

function expectNoKey(words: string): void {
	for (let at = 0; at + 6 <= KEY.length; at++) expect(words).not.toContain(KEY.slice(at, at + 6));
}

describe.each(ON_ERROR)('a single status check (%s)', (onError) => {
	test.each(CHECKS)('$what', async (one) => {
		const ids = [0, 1, 2].map(() => simulator.api.addTask({ finishAfter: 0 }).id);
		faultOf(one, { id: ids[1], times: Infinity });
		const result = await get({ items: ids.map((id) => ({ id })), onError, parameters: { waitUntilDone: 'no' } });
		expect(simulator.api.requestsFor(ids[1] ?? '')).toHaveLength(one.retried ? 2 : 1);
		expect(wordsOf(result)).toContain(one.words);
		expectNoKey(wordsOf(result));
		if (onError === 'stopWorkflow') {
			expect(result.error?.context?.itemIndex).toBe(1);
			return;
		}
		expect(result.error).toBeUndefined();
		const rows = result.outputs.flat().map(({ json, pairedItem }) => [!json.error, pairedItem]);
		expect(rows).toHaveLength(3);
		expect(rows).toEqual(expect.arrayContaining([[true, { item: 0 }], [false, { item: 1 }], [true, { item: 2 }]]));
	});
});

/** How many faults in a row a wait lets pass. */
function passes(waiting: Waiting, answeredBefore: boolean): number {
	if (waiting === 'passes') return Infinity;
	if (waiting === 'passesThrice') return 3;
	return waiting === 'passesThriceOnceAnswered' && answeredBefore ? 3 : 0;
}

/** A wait of many rounds, chained with the Wait node, whose times nobody waits for. */
async function chained(items: IDataObject[], onError: OnError): Promise<INodeExecutionData[]> {
	const left: INodeExecutionData[] = [];
	for (let round = items; round.length > 0; ) {
		const result = await get({
			items: round,
			onError,
			parameters: { waitUntilDone: 'withWaitNode', options: { maxRetries: 0 } },
		});
		expect(result.error).toBeUndefined();
		const [done = [], running = [], failed = []] = result.outputs;
		left.push(...done, ...failed);
		expect(done.length + running.length + failed.length).toBe(round.length);
		round = running.map(({ json }) => json);
	}
	return left;
}

async function inNode(items: IDataObject[], onError: OnError): Promise<INodeExecutionData[]> {
	const { outputs, error } = await get({
		items,
		onError,
		parameters: { waitUntilDone: 'inNode', options: { maxRetries: 0, pollInterval: 5, maxConcurrency: 100 } },
	});
	expect(error).toBeUndefined();
	return outputs.flat();
}

describe.each([
	['inside the node', inNode, ['continueErrorOutput'] as OnError[]],
	['chained with the Wait node', chained, ['continueRegularOutput', 'continueErrorOutput'] as OnError[]],
])('a wait %s', (_mode, wait, settings) => {
	describe.each([
		['at its first status check', false],
		['at a later one', true],
	])('%s', (_moment, answeredBefore) => {
		test.each(settings)('lets pass what may pass, and ends for the rest (%s)', async (onError) => {
			const after = answeredBefore ? 1 : 0;
			const finish = answeredBefore ? { finishAfterAnswers: 1 } : { finishAfter: 0 };
			const cases = CHECKS.flatMap((one) => {
				const most = passes(one.waiting, answeredBefore);
				const passing = { one, id: simulator.api.addTask(finish).id, faults: Math.min(most, 5), checks: NaN };
				const ending = { one, id: simulator.api.addTask(finish).id, faults: Infinity, checks: after + most + 1 };
				return [...(most > 0 ? [passing] : []), ...(most < Infinity ? [ending] : [])];
			});
			for (const { one, id, faults } of cases) faultOf(one, { id, after, times: faults });
			const left = await wait(cases.map(({ id }, row) => ({ id, row })), onError);
			expect(left).toHaveLength(cases.length);

			const seen = cases.map(({ one, id, checks }) => {
				const item = left.find(({ json }) => json.id === id || String(json.error).includes(id));
				const end = item?.json.error ? 'error' : item?.json.status;
				return [one.what, end, checks && simulator.api.requestsFor(id).length];
			});
			const wanted = cases.map(({ one, checks }) => [one.what, Number.isNaN(checks) ? 'completed' : 'error', checks]);
			expect(seen).toEqual(wanted);
			expectNoKey(JSON.stringify(left));
		});
	});
});

describe('a wait that stops the workflow', () => {
	test.each(CHECKS.filter(({ waiting }) => passes(waiting, false) === 0))('$what', async (one) => {
		const { id } = simulator.api.addTask();
		faultOf(one, { id, times: Infinity });
		for (const waitUntilDone of ['inNode', 'withWaitNode']) {
			const { error } = await get({ items: [{ id }], parameters: { waitUntilDone } });
			expect(`${error?.message} ${error?.description}`).toContain(one.words);
		}
		expect(simulator.api.requestsFor(id)).toHaveLength(2);
	});
});

const create = runsWith(simulator, {
	items: [{ prompt: 'First' }, { prompt: 'Second' }],
	parameters: { operation: 'create', prompt: '={{ $json.prompt }}', options: { ...options, maxConcurrency: 1 } },
});

/** How often a create with this prompt reached the simulator. */
function sent(prompt: string): number {
	return simulator.api.requests.filter(({ body }) => JSON.stringify(body).includes(`"${prompt}"`)).length;
}

const CONSEQUENCE = {
	refused: 'No task was created',
	sentAgain: 'No task was created',
	unknown: 'may have been created all the same',
	failed: 'failed: provider rejected prompt',
};

describe.each(ON_ERROR)('a create (%s)', (onError) => {
	test.each(CREATES)('$what', async (one) => {
		const creating = one.creating ?? 'refused';
		// Once more than Max Retries, of one row alone: else others take their turn in between.
		const isSentAgain = creating === 'sentAgain';
		const times = isSentAgain ? 2 : 1;
		faultOf(one, { method: 'POST', times });
		const result = await create({ onError, ...(isSentAgain && { items: [{ prompt: 'First' }] }) });
		const words = wordsOf(result);
		expect(words).toContain(one.words);
		expect(words).toContain(CONSEQUENCE[creating]);
		expectNoKey(words);
		expect(sent('First')).toBe(times);
		expect(sent('Second')).toBe(onError === 'stopWorkflow' || isSentAgain ? 0 : 1);
		if (onError !== 'stopWorkflow') expect(result.outputs.flat()).toHaveLength(isSentAgain ? 1 : 2);
	});

	test.each(CREATES)('$what, with Retry On Fail', async (one) => {
		faultOf(one, { method: 'POST', times: 1 });
		const result = await create({ onError, tries: 3 });
		const isMade = one.creating === 'refused' || one.creating === 'sentAgain';
		expect(sent('First')).toBe(isMade ? 2 : 1);
		expect(sent('Second')).toBe(onError === 'stopWorkflow' && !isMade ? 0 : 1);
		if (isMade) expect(result.outputs[0]).toHaveLength(2);
		else expect(wordsOf(result)).toContain(one.words);
	});
});

describe.each(FORMS)('a task $what', ({ shape }) => {
	const isRenamed = (shape.as as string[]).includes('statusWord');
	const withoutId = (shape.as as string[]).includes('insideDataWithoutId');
	const reshaped = (filter: object = {}) => simulator.api.fault({ kind: 'shape', ...shape, times: Infinity, ...filter } as never);

	test.each(['no', 'inNode', 'withWaitNode'])('finished: leaves with its file (%s)', async (waitUntilDone) => {
		const { id } = simulator.api.addTask({ finishAfter: 0, fileEnding: 'mp4' });
		reshaped();
		const { outputs, error } = await get({ items: [{ id }], parameters: { waitUntilDone, downloadVideo: true } });
		expect(error).toBeUndefined();
		const [item] = outputs[0] ?? [];
		expect(item?.json).toMatchObject({ id, object: 'video', expiresAt: expect.any(String) });
		expect(String(item?.json.status)).toMatch(isRenamed ? /^(succeeded|COMPLETED)$/ : /^completed$/);
		expect(item?.binary?.data).toMatchObject({ fileName: `${id}.mp4`, mimeType: 'video/mp4' });
	});

	test.each(['inNode', 'withWaitNode'])('failed, cancelled: errors in its words (%s)', async (waitUntilDone) => {
		const failed = simulator.api.addTask({ outcome: 'failed', finishAfter: 0, error: 'content rejected' }).id;
		const cancelled = simulator.api.addTask({ outcome: 'cancelled', finishAfter: 0 }).id;
		reshaped();
		const { outputs } = await get({
			items: [{ id: failed }, { id: cancelled }],
			onError: 'continueErrorOutput',
			parameters: { waitUntilDone },
		});
		expect(outputs.at(-1)?.map(({ json }) => json.error)).toEqual([
			expect.stringMatching(new RegExp(`^Task "${failed}" (failed|expired): content rejected$`)),
			`Task "${cancelled}" was cancelled`,
		]);
	});

	test('under way: is waited for', async () => {
		const { id } = simulator.api.addTask({ createdAgo: 30 });
		reshaped();
		const { outputs } = await get({ items: [{ id }], parameters: { waitUntilDone: 'withWaitNode' } });
		expect(outputs[1]?.[0]?.json).toMatchObject({ id, polling: { attempt: 1 } });
	});

	test('created: leaves with its ID, or nobody knows it', async () => {
		reshaped({ method: 'POST' });
		const { outputs, error } = await create({ items: [{ prompt: 'First' }] });
		if (withoutId) expect(error?.description).toContain('may have been created all the same');
		else expect(outputs[0]?.[0]?.json.id).toBe(simulator.api.created.at(-1)?.id);
		expect(sent('First')).toBe(1);
	});
});

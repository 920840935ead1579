import { FAULTS, FORMS, requestTimeoutFor, type FaultCase } from '../reliability/cases.cts';
import { useBinaryStore } from './harness/binaryData.cts';
import { ON_ERROR, type EngineResult } from './harness/engine';
import { KEY, useSimulator } from './harness/simulator';
import { leaksOf } from './harness/virtualWords';

const simulator = useSimulator();
useBinaryStore();

// Faults of the network are proven in reliabilityOfNetworks.test.ts.
const ON_THE_WIRE = FAULTS.filter(({ fault }) => fault.kind !== 'network');
const CHECKS = ON_THE_WIRE.filter(({ waiting }) => waiting !== undefined);
const CREATES = ON_THE_WIRE.filter(({ creating }) => creating !== undefined);

/** One retry doesn't keep the tests waiting. */
const options = { maxRetries: 1 };

const get = simulator.runs({
	connected: [0, 1],
	parameters: { taskId: '={{ $json.id }}', giveUpAfter: 30, options },
});

/** Asks the simulator for a fault in what it answers about one task, or to creates. */
function faultOf(one: FaultCase, filter: object): void {
	simulator.api.fault({ ...one.fault, ...filter });
}

/** What a user reads of the errors of a run. */
function wordsOf({ error, outputs }: EngineResult): string {
	const items = outputs.flat().filter(({ json }) => typeof json.error === 'string');
	return JSON.stringify([
		error?.message,
		error?.description,
		items.map(({ json }) => [json.error, json.details]),
	]);
}

describe.each(ON_ERROR)('a single status check (%s)', (onError) => {
	test.each(CHECKS)('$what', async (one) => {
		const ids = [0, 1, 2].map(() => simulator.api.addTask({ finishAfter: 0 }).id);
		faultOf(one, { id: ids[1], times: Infinity });
		const parameters = { waitUntilDone: 'no', options: { requestTimeout: requestTimeoutFor(one) } };
		const result = await get({ items: ids.map((id) => ({ id })), onError, parameters });
		expect(simulator.api.requestsFor(ids[1] ?? '')).toHaveLength(one.retried || one.elsewhere ? 2 : 1);
		expect(wordsOf(result)).toContain(one.words);
		expect(leaksOf([wordsOf(result)], KEY)).toEqual([]);
		if (onError === 'stopWorkflow') {
			expect(result.error?.context?.itemIndex).toBe(1);
			return;
		}
		expect(result.error).toBeUndefined();
		const rows = result.outputs.flat().map(({ json, pairedItem }) => [!json.error, pairedItem]);
		expect(rows).toHaveLength(3);
		expect(rows).toEqual(
			expect.arrayContaining([
				[true, { item: 0 }],
				[false, { item: 1 }],
				[true, { item: 2 }],
			]),
		);
	});
});

const create = simulator.runs({
	items: [{ prompt: 'First' }, { prompt: 'Second' }],
	parameters: {
		operation: 'create',
		waitUntilDone: 'no',
		prompt: '={{ $json.prompt }}',
		options: { ...options, maxConcurrency: 1 },
	},
});

/** How often a create with this prompt reached the simulator. */
function sent(prompt: string): number {
	return simulator.api.requests.filter(({ body }) => JSON.stringify(body).includes(`"${prompt}"`)).length;
}

const CONSEQUENCE = {
	refused: 'No task was created',
	sentAgain: 'No task was created',
	unknown: 'may exist and be billed',
	failed: 'failed: provider rejected prompt',
};

describe.each(ON_ERROR)('a create (%s)', (onError) => {
	test.each(CREATES)('$what', async (one) => {
		const creating = one.creating ?? 'refused';
		// Once more than Max Retries, of one row alone: else others take their turn in between.
		const isSentAgain = creating === 'sentAgain';
		const times = isSentAgain ? 2 : 1;
		faultOf(one, { method: 'POST', times });
		const parameters = { options: { requestTimeout: requestTimeoutFor(one) } };
		const result = await create({
			onError,
			parameters,
			...(isSentAgain && { items: [{ prompt: 'First' }] }),
		});
		const words = wordsOf(result);
		expect(words).toContain(one.words);
		expect(words).toContain(CONSEQUENCE[creating]);
		expect(leaksOf([words], KEY)).toEqual([]);
		expect(sent('First')).toBe(times);
		expect(sent('Second')).toBe(onError === 'stopWorkflow' || isSentAgain ? 0 : 1);
		if (onError !== 'stopWorkflow') expect(result.outputs.flat()).toHaveLength(isSentAgain ? 1 : 2);
	});

	test.each(CREATES)('$what, with Retry On Fail', async (one) => {
		faultOf(one, { method: 'POST', times: 1 });
		const result = await create({
			onError,
			tries: 3,
			parameters: { options: { requestTimeout: requestTimeoutFor(one) } },
		});
		const isMade = one.creating === 'refused' || one.creating === 'sentAgain';
		expect(sent('First')).toBe(isMade ? 2 : 1);
		expect(sent('Second')).toBe(onError === 'stopWorkflow' && !isMade ? 0 : 1);
		if (isMade) expect(result.outputs[0]).toHaveLength(2);
		else expect(wordsOf(result)).toContain(one.words);
	});
});

describe.each(FORMS)('a task $what', ({ shape }) => {
	const isRenamed = shape.as.includes('statusWord');
	const withoutId = shape.as.includes('insideDataWithoutId');
	const reshaped = (filter: object = {}) =>
		simulator.api.fault({ kind: 'shape', ...shape, times: Infinity, ...filter });

	test.each(['no', 'inNode', 'withWaitNode'])(
		'finished: leaves with its file (%s)',
		async (waitUntilDone) => {
			const { id } = simulator.api.addTask({ finishAfter: 0, fileEnding: 'mp4' });
			reshaped();
			const { outputs, error } = await get({
				items: [{ id }],
				parameters: { waitUntilDone, downloadVideo: true },
			});
			expect(error).toBeUndefined();
			const [item] = outputs[0] ?? [];
			expect(item?.json).toMatchObject({ id, object: 'video', expiresAt: expect.any(String) });
			expect(String(item?.json.status)).toMatch(isRenamed ? /^(succeeded|COMPLETED|Done)$/ : /^completed$/);
			expect(item?.binary?.data).toMatchObject({ fileName: `${id}.mp4`, mimeType: 'video/mp4' });
		},
	);

	test.each(['inNode', 'withWaitNode'])(
		'failed, cancelled: errors in its words (%s)',
		async (waitUntilDone) => {
			const failed = simulator.api.addTask({
				outcome: 'failed',
				finishAfter: 0,
				error: 'content rejected',
			}).id;
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
		},
	);

	test('under way: is waited for', async () => {
		const { id } = simulator.api.addTask({ createdAgo: 30 });
		reshaped();
		const { outputs } = await get({ items: [{ id }], parameters: { waitUntilDone: 'withWaitNode' } });
		expect(outputs[1]?.[0]?.json).toMatchObject({ id, polling: { attempt: 1 } });
	});

	test('created: leaves with its ID, or nobody knows it', async () => {
		reshaped({ method: 'POST' });
		const { outputs, error } = await create({ items: [{ prompt: 'First' }] });
		if (withoutId) expect(error?.description).toContain('may exist and be billed');
		else expect(outputs[0]?.[0]?.json.id).toBe(simulator.api.created.at(-1)?.id);
		expect(sent('First')).toBe(1);
	});
});

import { ON_ERROR, type EngineResult } from './harness/engine';
import { useSimulator } from './harness/simulator';

const simulator = useSimulator();

const MODES = ['no', 'inNode', 'withWaitNode'];

const create = simulator.runs({
	tries: 3,
	parameters: {
		operation: 'create',
		waitUntilDone: 'no',
		prompt: '={{ $json.prompt }}',
		options: { maxRetries: 0, requestTimeout: 60 },
	},
});

const get = simulator.runs({
	tries: 3,
	parameters: { taskId: '={{ $json.id }}', waitUntilDone: 'no', options: { maxRetries: 0 } },
});

const rows = (count: number) => Array.from({ length: count }, (_, row) => ({ prompt: `Row ${row}`, row }));

/** Creates that reached the simulator, by prompt. */
function sent(): string[] {
	return simulator.api.requests.map(
		({ body }) => (body as { content: Array<{ text: string }> }).content[0]?.text ?? '',
	);
}

describe('Create with Retry On Fail', () => {
	test.each(ON_ERROR.slice(1))(
		'a bad first row makes n8n try again; the others are made once (%s)',
		async (onError) => {
			const items = [{ prompt: '', row: 0 }, ...rows(10).slice(1)];
			const { outputs } = await create({ items, onError });
			expect(simulator.api.created).toHaveLength(9);
			const ids = outputs
				.flat()
				.filter(({ json }) => !json.error)
				.map(({ json }) => json.id);
			expect(ids).toEqual(simulator.api.created.map(({ id }) => id));
			expect(outputs.flat().filter(({ json }) => json.error)).toHaveLength(1);
		},
	);

	test('a refusal of the fifth that stops: the first four are made once, and named', async () => {
		simulator.api.fault({ method: 'POST', kind: 'status', status: 400, after: 4, times: Infinity });
		const { error } = await create({ items: rows(10), parameters: { options: { maxConcurrency: 1 } } });
		expect(simulator.api.created).toHaveLength(4);
		expect(sent().filter((prompt) => prompt === 'Row 4')).toHaveLength(3);
		expect(error?.context?.itemIndex).toBe(4);
		for (const { id } of simulator.api.created) expect(error?.description).toContain(id);
	});

	test('a prompt that an expression draws anew in each try is still the same order', async () => {
		const items = [{ prompt: '' }, { prompt: 'A cat' }];
		const prompt = '={{ $json.prompt && $json.prompt + Math.random() }}';
		await create({ items, onError: 'continueErrorOutput', parameters: { prompt } });
		expect(simulator.api.created).toHaveLength(1);
	});

	test('where nothing failed, nothing is remembered: it would be stored with the execution', async () => {
		const remembered = ({ run }: EngineResult) => run.data.executionData?.contextData['node:Seedance'];
		expect(remembered(await create({ items: rows(2) }))).toEqual({});
		const failed = await create({ items: [{ prompt: '' }, ...rows(1)], onError: 'continueErrorOutput' });
		expect(remembered(failed)).toMatchObject({
			sentCreates: { 1: { task: { id: simulator.api.created.at(-1)?.id } } },
		});
	});
});

describe('Executions → Retry', () => {
	test('tasks that exist are handed on, the failed one is sent again', async () => {
		simulator.api.fault({ method: 'POST', kind: 'status', status: 400, after: 2, times: 1 });
		const options = { maxConcurrency: 1 };
		const failed = await create({ items: rows(4), tries: 0, parameters: { options } });
		expect(failed.error).toBeDefined();
		const before = simulator.api.created.map(({ id }) => id);
		expect(before).toHaveLength(2);
		const retried = await create({ items: rows(4), tries: 0, retryOf: failed.run, parameters: { options } });
		expect(retried.error).toBeUndefined();
		expect(retried.outputs[0]?.map(({ json }) => json.id)).toEqual(simulator.api.created.map(({ id }) => id));
		expect(simulator.api.created).toHaveLength(4);
		expect(simulator.api.created.slice(0, 2).map(({ id }) => id)).toEqual(before);
	});

	test('a create of unknown fate is not sent again, unless its request was changed', async () => {
		simulator.api.fault({ method: 'POST', kind: 'cutAfterAccept', times: Infinity });
		const failed = await create({ items: rows(1), tries: 0 });
		simulator.api.clearFaults();
		const same = await create({ items: rows(1), tries: 0, retryOf: failed.run });
		expect(same.error?.description).toContain('may exist and be billed');
		expect(sent()).toHaveLength(1);
		const other = await create({
			items: rows(1),
			tries: 0,
			retryOf: failed.run,
			parameters: { prompt: 'A dog' },
		});
		expect(other.error).toBeUndefined();
		expect(sent()).toEqual(['Row 0', 'A dog']);
	});
});

describe('Get Result with Retry On Fail', () => {
	test.each(MODES)('a finished task is not asked for again (%s)', async (waitUntilDone) => {
		const done = simulator.api.addTask({ finishAfter: 0 }).id;
		const other = simulator.api.addTask({ finishAfter: 0 }).id;
		const { outputs } = await get({
			items: [{ id: done }, { id: 'no such' }, { id: other }],
			onError: 'continueRegularOutput',
			parameters: { waitUntilDone },
		});
		expect(outputs[0]).toHaveLength(3);
		expect(simulator.api.requestsFor(done)).toHaveLength(1);
		expect(simulator.api.requestsFor(other)).toHaveLength(1);
	});

	test('a failed task that leaves as data is not asked for again, though n8n takes its error for a failure', async () => {
		const { id } = simulator.api.addTask({ outcome: 'failed', finishAfter: 0, error: 'no' });
		const { outputs } = await get({
			items: [{ id }],
			parameters: { waitUntilDone: 'inNode', options: { ifTaskFails: 'output' } },
		});
		expect(outputs[0]?.[0]?.json).toMatchObject({ id, status: 'failed' });
		expect(simulator.api.requestsFor(id)).toHaveLength(1);
	});

	test('what failed is asked for again', async () => {
		const { id } = simulator.api.addTask({ finishAfter: 0 });
		simulator.api.fault({ id, kind: 'status', status: 503 });
		const { outputs, error } = await get({ items: [{ id }], onError: 'continueErrorOutput' });
		expect(error).toBeUndefined();
		expect(outputs[0]?.[0]?.json.id).toBe(id);
		expect(simulator.api.requestsFor(id)).toHaveLength(2);
	});
});

describe.each(ON_ERROR)('an option that throws for one row (%s)', (onError) => {
	const throwing = {
		options: { includeInput: '={{ $json.row === 1 ? $("Nowhere").first().json.x : true }}' },
	};

	test('of three creates makes the two others, with their IDs, or none', async () => {
		const { outputs, error } = await create({ items: rows(3), onError, tries: 0, parameters: throwing });
		if (onError === 'stopWorkflow') {
			expect(error?.context?.itemIndex).toBe(1);
			expect(simulator.api.requests).toHaveLength(0);
			return;
		}
		const items = outputs.flat();
		expect(items).toHaveLength(3);
		const made = items.filter(({ json }) => !json.error);
		expect(made.map(({ json }) => [json.id, json.row])).toEqual([
			[simulator.api.created[0]?.id, 0],
			[simulator.api.created[1]?.id, 2],
		]);
		expect(simulator.api.created).toHaveLength(2);
	});

	test.each(MODES)('of three status checks sends the two others, or none (%s)', async (waitUntilDone) => {
		const items = [0, 1, 2].map((row) => ({ id: simulator.api.addTask({ finishAfter: 0 }).id, row }));
		const { outputs, error } = await get({
			items,
			onError,
			tries: 0,
			parameters: { waitUntilDone, ...throwing },
		});
		if (onError === 'stopWorkflow') expect(error?.context?.itemIndex).toBe(1);
		else expect(outputs.flat().filter(({ json }) => json.status === 'completed')).toHaveLength(2);
		expect(simulator.api.requests).toHaveLength(onError === 'stopWorkflow' ? 0 : 2);
	});
});

test('a task whose fields can not even be read as text leaves the others unharmed', async () => {
	const odd = simulator.api.addTask({
		createdAgo: 30,
		extra: { model: { toString: null }, error: { toString: null } },
	}).id;
	const done = simulator.api.addTask({ finishAfter: 0 }).id;
	const items = [{ id: done }, { id: odd }];
	const { outputs, error } = await get({
		items,
		tries: 0,
		connected: [0, 1],
		parameters: { waitUntilDone: 'withWaitNode' },
	});
	expect(error).toBeUndefined();
	expect(outputs.flat().map(({ json }) => json.id)).toEqual([done, odd]);
});

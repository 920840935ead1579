import { useSimulator } from './harness/simulator';

const simulator = useSimulator();

const get = simulator.runs({
	parameters: { taskId: '={{ $json.id }}', waitUntilDone: 'no', options: { maxRetries: 0 } },
});

describe('On Error', () => {
	test('"continue" keeps every item in its place, and the row with Include Input Fields', async () => {
		const { id } = simulator.api.addTask();
		const items = [
			{ id: 'no such', row: 0 },
			{ id, row: 1 },
		];
		const parameters = { options: { includeInput: true } };
		const { outputs } = await get({ items, onError: 'continueRegularOutput', parameters });
		expect(outputs[0]).toHaveLength(2);
		expect(outputs[0]?.[0]?.json).toMatchObject({
			row: 0,
			error: expect.stringContaining('contains a space'),
		});
		expect(outputs[0]?.[1]?.json).toMatchObject({ row: 1, id, status: 'queued' });
	});

	test('"stop" names the item, and asks nothing more', async () => {
		const ids = Array.from({ length: 30 }, () => simulator.api.addTask().id);
		simulator.api.fault({ id: ids[3], kind: 'status', status: 403 });
		simulator.api.fault({ kind: 'slow', delay: 100, times: Infinity });
		const { error } = await get({ items: ids.map((id) => ({ id })) });
		expect(error?.context?.itemIndex).toBe(3);
		expect(simulator.api.requests.length).toBeLessThanOrEqual(10);
	});

	test("the details tell what to do, the HTTP status, and n8n's error output gets the row", async () => {
		const { outputs } = await get({ items: [{ id: 'video_gone', row: 7 }], onError: 'continueErrorOutput' });
		expect(outputs[1]?.[0]?.json).toEqual({
			id: 'video_gone',
			row: 7,
			error: 'GlobalAI OPC has no task "video_gone"',
			details: { description: expect.stringContaining('one day'), httpStatus: 404 },
		});
	});

	test('an expression that fails is an error of its item', async () => {
		const { id } = simulator.api.addTask();
		const { outputs } = await get({
			items: [{ row: 0 }, { id }],
			onError: 'continueErrorOutput',
			parameters: { taskId: '={{ $json.id.toString() }}' },
		});
		expect(outputs[0]?.map(({ json }) => json.id)).toEqual([id]);
		expect(outputs[1]?.[0]?.json).toMatchObject({ row: 0, error: expect.any(String) });
	});

	test('no credential set: every item gets its error', async () => {
		const items = [{ id: 'video_1' }, { id: 'video_2' }];
		const { outputs } = await get({ items, credential: null, onError: 'continueErrorOutput' });
		expect(outputs[0]).toHaveLength(0);
		const words = expect.stringContaining('credential');
		expect(outputs[1]?.map(({ json }) => json.error)).toEqual([words, words]);
	});
});

test('a rest longer than two minutes is not sat out: the error says how long it is', async () => {
	const { id } = simulator.api.addTask();
	simulator.api.fault({ id, kind: 'status', status: 429, retryAfter: 3600, times: Infinity });
	const { error } = await get({ items: [{ id }], parameters: { options: { maxRetries: 4 } } });
	expect(error?.description).toContain('3600 s');
	expect(simulator.api.requestsFor(id)).toHaveLength(1);
});

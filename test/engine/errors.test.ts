import { useSimulator } from './harness/simulator';

const simulator = useSimulator();

const get = simulator.runs({
	parameters: { taskId: '={{ $json.id }}', waitUntilDone: 'no', options: { maxRetries: 0 } },
});

describe('On Error', () => {
	test("the details tell what to do, the HTTP status, and n8n's error output gets the row", async () => {
		const { outputs } = await get({ items: [{ id: 'video_gone', row: 7 }], onError: 'continueErrorOutput' });
		expect(outputs[1]?.[0]?.json).toEqual({
			id: 'video_gone',
			row: 7,
			error: 'GlobalAI OPC has no task "video_gone"',
			details: { description: expect.stringContaining('one day'), httpStatus: 404 },
		});
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

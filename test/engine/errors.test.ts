import { runsWith } from './harness/runsWith';
import { KEY, useSimulator } from './harness/simulator';

const simulator = useSimulator();

const get = runsWith(simulator, {
	// Retries have tests of their own, below.
	parameters: { taskId: '={{ $json.id }}', waitUntilDone: 'no', options: { maxRetries: 0 } },
});

describe('a bad task ID is refused before any request', () => {
	test.each([
		['empty', '', 'is empty'],
		['blank', '  ', 'is empty'],
		['missing', undefined, 'is empty'],
		['with a space', 'video 1', 'blank'],
		['with a line break', 'video_1\n', 'blank'],
		['with a slash', '../v1/seedance/videos', 'character'],
		['with a control character', 'video\u0007', 'character'],
		['too long', 'x'.repeat(201), '201 characters'],
		['not text', { id: 1 }, 'not text'],
	])('%s', async (_case, id, words) => {
		const { error } = await get({ items: [{ id }] });
		expect(error?.message).toContain(words);
		expect(error?.description).toContain('Task ID');
		expect(error?.context?.itemIndex).toBe(0);
		expect(simulator.api.requests).toHaveLength(0);
	});
});

describe('a bad option is refused before any request', () => {
	test.each([
		['maxConcurrency', 0, 'Max Concurrency'],
		['maxConcurrency', 'many', 'Max Concurrency'],
		['maxRetries', -1, 'Max Retries'],
		['requestTimeout', 0, 'Request Timeout'],
		['requestTimeout', '', 'Request Timeout'],
	])('%s: %p', async (option, value, words) => {
		const { error } = await get({ items: [{ id: 'video_1' }], parameters: { options: { [option]: value } } });
		expect(error?.message).toContain(words);
		expect(error?.description).toContain('Give a number from');
		expect(simulator.api.requests).toHaveLength(0);
	});
});

/** Each way an answer can be wrong: how the simulator is asked for it, and words the user has to read. */
const FAULTS: Array<[string, object, string, string]> = [
	['401', { kind: 'status', status: 401, envelope: 'errorObject' }, 'refused the API key', 'Paste it again'],
	['403', { kind: 'status', status: 403, envelope: 'codeMsg' }, 'does not let this API key', 'account'],
	['404', { kind: 'status', status: 404, envelope: 'html' }, 'knows no task', 'one day'],
	['408', { kind: 'status', status: 408, envelope: 'empty' }, 'gave up on the request', 'Try again'],
	['429', { kind: 'status', status: 429, envelope: 'empty' }, 'limiting requests', 'Max Concurrency'],
	['500', { kind: 'status', status: 500, envelope: 'errorString' }, 'error of its own (HTTP 500)', 'Try again'],
	['502', { kind: 'status', status: 502, envelope: 'html' }, 'HTTP 502', 'Try again'],
	['400', { kind: 'status', status: 400, envelope: 'codeMessage' }, 'rejected', 'Check the Task ID'],
	['a broken connection', { kind: 'reset' }, 'broke the connection', 'network'],
	['an answer cut short', { kind: 'cutBody' }, 'broke the connection', 'network'],
	['no answer', { kind: 'hang' }, 'did not answer', 'Request Timeout'],
	['an answer too slow', { kind: 'slowBody', interval: 50 }, 'did not answer', 'Request Timeout'],
	['HTML under 200', { kind: 'html200' }, 'is a web page', 'Base URL'],
	['an empty body under 200', { kind: 'empty200' }, 'is empty', 'Base URL'],
	['broken JSON under 200', { kind: 'malformedJson' }, "can't be read", 'Base URL'],
	['a list under 200', { kind: 'jsonArray' }, "can't be read", 'Base URL'],
	['an error under 200', { kind: 'envelope200', envelope: 'errorObject' }, 'task', ''],
	['a body without id', { kind: 'missingField', field: 'id' }, 'no task ID', 'Base URL'],
	['a body without status', { kind: 'missingField', field: 'status' }, 'no status', 'Base URL'],
	['another task', { kind: 'wrongId' }, 'about another', 'proxy'],
	['an endless body', { kind: 'endlessBody' }, 'does not end', 'Base URL'],
	['a redirect', { kind: 'redirect' }, 'elsewhere', 'was not followed'],
];

describe.each(FAULTS)('%s', (_case, fault, message, advice) => {
	const options = { requestTimeout: 2 };

	test('stops the workflow with an error that a user can act on', async () => {
		const { id } = simulator.api.addTask();
		simulator.api.fault({ id, ...fault } as never);
		const { error, outputs } = await get({ items: [{ id }], parameters: { options } });
		expect(error?.message).toContain(message);
		expect(error?.description).toContain(advice);
		expect(error?.context?.itemIndex).toBe(0);
		expect(JSON.stringify([error, outputs])).not.toContain(KEY);
		expect(simulator.api.requestsFor(id).filter(({ host }) => host === 'files')).toHaveLength(0);
	});

	test('is an item error that leaves the other items unharmed', async () => {
		const ids = [0, 1, 2].map(() => simulator.api.addTask().id);
		simulator.api.fault({ id: ids[1], ...fault } as never);
		const items = ids.map((id, row) => ({ id, row }));
		const { outputs, error } = await get({ items, onError: 'continueErrorOutput', parameters: { options } });
		expect(error).toBeUndefined();
		const [done = [], failed = []] = outputs;
		expect(done.map(({ json }) => json.id)).toEqual([ids[0], ids[2]]);
		expect(done.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 2 }]);
		expect(failed).toHaveLength(1);
		expect(failed[0]?.json).toMatchObject({ row: 1, id: ids[1], error: expect.stringContaining(message) });
		expect(failed[0]?.pairedItem).toEqual({ item: 1 });
		expect(JSON.stringify(failed)).not.toContain(KEY);
	});
});

describe('On Error', () => {
	test('"continue" keeps every item in its place, and the row with Include Input Fields', async () => {
		const { id } = simulator.api.addTask();
		const items = [{ id: 'no such', row: 0 }, { id, row: 1 }];
		const { outputs } = await get({
			items,
			onError: 'continueRegularOutput',
			parameters: { options: { includeInput: true } },
		});
		expect(outputs[0]).toHaveLength(2);
		expect(outputs[0]?.[0]?.json).toMatchObject({ row: 0, error: expect.stringContaining('blank') });
		expect(outputs[0]?.[1]?.json).toMatchObject({ row: 1, id, status: 'queued' });
	});

	test('"stop" names the item, and asks nothing more', async () => {
		const ids = Array.from({ length: 30 }, () => simulator.api.addTask().id);
		simulator.api.fault({ id: ids[3], kind: 'status', status: 404 });
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
			error: 'GlobalAI OPC knows no task "video_gone"',
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
});

describe('credential', () => {
	test.each([
		['no key', { apiKey: ' ' }, 'holds no API key'],
		['a key with a line break', { apiKey: `${KEY}\n${KEY}` }, "can't be right"],
		['a base URL that is none', { baseUrl: 'zcbservice' }, 'not an http or https address'],
	])('%s is refused before any request', async (_case, change, words) => {
		const credential = { ...simulator.credential(), ...change };
		const { error } = await get({ items: [{ id: 'video_1' }], credential });
		expect(error?.message).toContain(words);
		expect(error?.description).toContain('GlobalAI OPC API');
		expect(JSON.stringify(error)).not.toContain(KEY);
		expect(simulator.api.requests).toHaveLength(0);
	});

	test('a wrong key is refused by the API', async () => {
		const credential = { ...simulator.credential(), apiKey: 'sk-wrong-key' };
		const { error } = await get({ items: [{ id: simulator.api.addTask().id }], credential });
		expect(error).toMatchObject({ httpCode: '401', message: expect.stringContaining('refused the API key') });
		expect(JSON.stringify(error)).not.toContain('sk-wrong-key');
	});

	test('no credential set: every item gets its error', async () => {
		const items = [{ id: 'video_1' }, { id: 'video_2' }];
		const { outputs } = await get({ items, credential: null, onError: 'continueErrorOutput' });
		expect(outputs[0]).toHaveLength(0);
		expect(outputs[1]?.map(({ json }) => json.error)).toEqual([
			expect.stringContaining('credential'),
			expect.stringContaining('credential'),
		]);
	});

	test('no server there', async () => {
		const credential = { ...simulator.credential(), baseUrl: 'http://127.0.0.1:9' };
		const { error } = await get({ items: [{ id: 'video_1' }], credential });
		expect(error?.message).toBe('GlobalAI OPC\'s server refused the connection (task "video_1")');
	});

	test('a server that echoes the key: the error does not', async () => {
		const { id } = simulator.api.addTask();
		simulator.api.fault({ id, kind: 'status', status: 400, body: JSON.stringify({ error: `bad key ${KEY}` }) });
		const { error } = await get({ items: [{ id }] });
		expect(error?.description).toContain('bad key ***');
		expect(JSON.stringify(error)).not.toContain(KEY);
	});
});

describe('retries', () => {
	test.each([
		['429 with Retry-After', { kind: 'status', status: 429, retryAfter: 1 }],
		['408', { kind: 'status', status: 408 }],
		['500', { kind: 'status', status: 500 }],
		['503 with Retry-After', { kind: 'status', status: 503, retryAfter: 1 }],
		['a broken connection', { kind: 'reset' }],
		['an answer cut short', { kind: 'cutBody' }],
		['no answer in time', { kind: 'hang' }],
	])('%s: asked again', async (_case, fault) => {
		const { id } = simulator.api.addTask();
		simulator.api.fault({ id, ...fault, times: 1 } as never);
		const { outputs, error } = await get({
			items: [{ id }],
			parameters: { options: { maxRetries: 4, requestTimeout: 5 } },
		});
		expect(error).toBeUndefined();
		expect(outputs[0]?.[0]?.json.id).toBe(id);
		expect(simulator.api.requestsFor(id)).toHaveLength(2);
	});

	test.each([
		['401', { kind: 'status', status: 401 }],
		['403', { kind: 'status', status: 403 }],
		['404', { kind: 'status', status: 404 }],
		['400', { kind: 'status', status: 400 }],
		['a redirect', { kind: 'redirect' }],
		['HTML under 200', { kind: 'html200' }],
	])('%s: not asked again', async (_case, fault) => {
		const { id } = simulator.api.addTask();
		simulator.api.fault({ id, ...fault, times: Infinity } as never);
		const { error } = await get({ items: [{ id }], parameters: { options: { maxRetries: 4 } } });
		expect(error).toBeDefined();
		expect(simulator.api.requestsFor(id)).toHaveLength(1);
	});

	test('Max Retries bounds them', async () => {
		const { id } = simulator.api.addTask();
		simulator.api.fault({ id, kind: 'status', status: 503, times: Infinity });
		const { error } = await get({ items: [{ id }], parameters: { options: { maxRetries: 2 } } });
		expect(error).toMatchObject({ httpCode: '503' });
		expect(simulator.api.requestsFor(id)).toHaveLength(3);
	});

	test('one 429 holds back every request of the run', async () => {
		const ids = Array.from({ length: 10 }, () => simulator.api.addTask().id);
		simulator.api.fault({ id: ids[0], kind: 'status', status: 429, retryAfter: 2 });
		const { outputs } = await get({
			items: ids.map((id) => ({ id })),
			parameters: { options: { maxConcurrency: 1, maxRetries: 4 } },
		});
		expect(outputs[0]).toHaveLength(10);
		const [refused, ...others] = simulator.api.requests;
		for (const { at } of others) expect(at - (refused?.endedAt as number)).toBeGreaterThanOrEqual(1_900);
	});

	test('after a 429 one request at a time tries whether there is room, each time for another item', async () => {
		const ids = Array.from({ length: 12 }, () => simulator.api.addTask().id);
		simulator.api.fault({ kind: 'status', status: 429, retryAfter: 1, times: 12 });
		const { outputs } = await get({
			items: ids.map((id) => ({ id })),
			parameters: { options: { maxConcurrency: 10, maxRetries: 2 } },
		});
		expect(outputs[0]).toHaveLength(12);
		expect(outputs[0]?.filter(({ json }) => json.error)).toHaveLength(0);
		const tries = simulator.api.requests.slice(10, 13);
		for (const [place, { at }] of tries.slice(1).entries()) {
			expect(at).toBeGreaterThanOrEqual(tries[place]?.endedAt as number);
		}
		const refused = simulator.api.requests.filter(({ status }) => status === 429);
		expect(refused).toHaveLength(12);
	});

	test('a rest longer than two minutes is not sat out: the error says how long it is', async () => {
		const { id } = simulator.api.addTask();
		simulator.api.fault({ id, kind: 'status', status: 429, retryAfter: 3600, times: Infinity });
		const { error } = await get({ items: [{ id }], parameters: { options: { maxRetries: 4 } } });
		expect(error?.description).toContain('3600 s');
		expect(simulator.api.requestsFor(id)).toHaveLength(1);
	});
});

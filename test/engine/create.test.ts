import type { IDataObject } from 'n8n-workflow';

import { runsWith } from './harness/runsWith';
import { KEY, useSimulator } from './harness/simulator';
import { until } from '../host/until.cts';

const simulator = useSimulator();

const create = runsWith(simulator, {
	items: [{ prompt: 'A cat' }],
	parameters: { operation: 'create', prompt: '={{ $json.prompt }}', options: { requestTimeout: 5 } },
});

/** Creates that reached the simulator, by prompt, whatever became of them. */
function sent(): string[] {
	return simulator.api.requests.map(({ body }) => {
		const [text] = (body as { content: Array<{ text: string }> }).content;
		return text?.text ?? '';
	});
}

beforeEach(() => simulator.api.created.splice(0));

describe('what is sent', () => {
	test('the defaults, once, with the key', async () => {
		const { outputs, error } = await create();
		expect(error).toBeUndefined();
		expect(simulator.api.created).toMatchObject([
			{
				authorization: `Bearer ${KEY}`,
				body: {
					model: 'seedance_1_5_pro_720p',
					content: [{ type: 'text', text: 'A cat' }],
					ratio: 'adaptive',
					duration: 5,
					generate_audio: false,
				},
			},
		]);
		const [item] = outputs[0] ?? [];
		const created = item?.json.created as number;
		expect(item?.json).toMatchObject({ id: simulator.api.created[0]?.id, object: 'video', status: 'queued' });
		expect(item?.json.expiresAt).toBe(new Date((created + 86_400) * 1000).toISOString());
		expect(item?.pairedItem).toEqual({ item: 0 });
		expect(simulator.api.requests).toHaveLength(1);
	});

	test('every field', async () => {
		await create({
			parameters: {
				model: '={{ "seedance_1_5_pro_1080p" }}',
				firstFrameUrl: ' https://pictures.example/first.png ',
				lastFrameUrl: 'https://pictures.example/last.png',
				ratio: '9:16',
				duration: -1,
				generateAudio: true,
			},
		});
		expect(simulator.api.created[0]?.body).toEqual({
			model: 'seedance_1_5_pro_1080p',
			content: [
				{ type: 'text', text: 'A cat' },
				{ type: 'image_url', image_url: { url: 'https://pictures.example/first.png' }, role: 'first_frame' },
				{ type: 'image_url', image_url: { url: 'https://pictures.example/last.png' }, role: 'last_frame' },
			],
			ratio: '9:16',
			duration: -1,
			generate_audio: true,
		});
	});

	test('equal items make a task each, in the order of the items, bounded in flight', async () => {
		const letGo = simulator.hold();
		const items = Array.from({ length: 12 }, (_, row) => ({ prompt: row % 2 ? 'A cat' : `Row ${row}`, row }));
		const creating = create({ items, parameters: { options: { maxConcurrency: 4, includeInput: true } } });
		await until(() => simulator.api.maxInFlight === 4);
		letGo();
		const { outputs } = await creating;
		expect(outputs[0]?.map(({ json }) => json.row)).toEqual(items.map(({ row }) => row));
		expect(new Set(outputs[0]?.map(({ json }) => json.id)).size).toBe(12);
		expect(simulator.api.maxInFlight).toBe(4);
		for (const { json } of outputs[0] ?? []) {
			const body = simulator.api.created.find(({ id }) => id === json.id)?.body as { content: IDataObject[] };
			expect(body.content[0]?.text).toBe(json.prompt);
		}
	});
});

describe('refused before anything is sent, item by item', () => {
	const chinese = '猫'.repeat(501);
	const english = Array.from({ length: 1001 }, () => 'cat').join(' ');
	test.each([
		[{ prompt: '={{ "" }}' }, 'The Prompt is empty'],
		[{ prompt: '  \n' }, 'The Prompt is empty'],
		[{ prompt: '={{ $json.missing }}' }, 'The Prompt is empty'],
		[{ prompt: chinese }, 'too long: 501 Chinese characters'],
		[{ prompt: english }, 'too long: 1001 words'],
		[{ duration: 3 }, "The Duration can't be 3"],
		[{ duration: 13 }, "The Duration can't be 13"],
		[{ duration: 0 }, "The Duration can't be 0"],
		[{ duration: 4.5 }, "The Duration can't be 4.5"],
		[{ duration: '={{ "long" }}' }, "The Duration can't be long"],
		[{ duration: '={{ null }}' }, "The Duration can't be empty"],
		[{ lastFrameUrl: 'https://pictures.example/last.png' }, 'Last Frame URL but no First Frame URL'],
		[{ firstFrameUrl: 'pictures.example/first.png' }, 'First Frame URL is not an http'],
		[{ firstFrameUrl: 'ftp://pictures.example/first.png' }, 'First Frame URL is not an http'],
		[{ firstFrameUrl: 'https://' }, 'First Frame URL is not an http'],
		[{ firstFrameUrl: 'https://a.example/1.png', lastFrameUrl: 'file:///etc/passwd' }, 'Last Frame URL is not an http'],
		[{ ratio: '={{ "2:1" }}' }, 'Ratio can\'t be "2:1"'],
		[{ model: '={{ "" }}' }, 'The Model is empty'],
	])('%j', async (parameters, words) => {
		const { error } = await create({ parameters });
		expect(error?.message).toContain(words);
		expect(error?.description).toBeTruthy();
		expect(error?.context?.itemIndex).toBe(0);
		expect(simulator.api.requests).toHaveLength(0);
	});

	test.each([
		['500 Chinese characters', '猫'.repeat(500)],
		['1,000 English words', Array.from({ length: 1000 }, () => 'cat,').join(' ')],
		['both at their limits', `${'猫'.repeat(500)} ${Array.from({ length: 1000 }, () => 'cat').join(' ')}`],
	])('%s are not too long', async (_case, prompt) => {
		expect((await create({ parameters: { prompt } })).error).toBeUndefined();
	});

	test.each([4, 12, -1, '={{ "6" }}'])('a duration of %p is sent', async (duration) => {
		expect((await create({ parameters: { duration } })).error).toBeUndefined();
	});

	test('one bad row stops the workflow before any task is made, or leaves by itself', async () => {
		const items = [{ prompt: 'A cat' }, { prompt: '' }, { prompt: 'A dog' }];
		const stopped = await create({ items });
		expect(stopped.error?.context?.itemIndex).toBe(1);
		expect(simulator.api.requests).toHaveLength(0);
		const { outputs } = await create({ items, onError: 'continueErrorOutput' });
		expect(outputs[0]).toHaveLength(2);
		expect(outputs[1]?.map(({ json, pairedItem }) => [json.error, pairedItem])).toEqual([
			['The Prompt is empty', { item: 1 }],
		]);
	});
});

describe('a create is sent once', () => {
	const uncertain = 'may have been created all the same';
	const certain = 'No task was created';
	test.each([
		['no answer in time', { kind: 'hang' }, uncertain],
		['a broken connection', { kind: 'reset' }, uncertain],
		['a connection that breaks once the task is made', { kind: 'cutAfterAccept' }, uncertain],
		['an answer cut short', { kind: 'cutBody' }, uncertain],
		['408', { kind: 'status', status: 408 }, uncertain],
		['500', { kind: 'status', status: 500 }, uncertain],
		['503 with Retry-After', { kind: 'status', status: 503, retryAfter: 1 }, uncertain],
		['HTML under 200', { kind: 'html200' }, uncertain],
		['an empty answer', { kind: 'empty200' }, uncertain],
		['an answer without ID', { kind: 'missingField', field: 'id' }, uncertain],
		['401', { kind: 'status', status: 401 }, certain],
		['403', { kind: 'status', status: 403 }, certain],
		['400', { kind: 'status', status: 400, envelope: 'errorString', message: 'bad prompt' }, certain],
		['an error under 200', { kind: 'envelope200', envelope: 'codeMsg', code: 403 }, certain],
		['a redirect', { kind: 'redirect' }, certain],
	])('%s', async (_case, fault, consequence) => {
		simulator.api.fault({ method: 'POST', ...fault, times: Infinity } as never);
		const { error } = await create();
		expect(error?.description).toContain(consequence);
		expect(JSON.stringify(error)).not.toContain(KEY);
		expect(simulator.api.requests).toHaveLength(1);
	});

	test.each([
		[400, 'rejected the request for a new task', 'Check the prompt'],
		[402, 'does not let this API key create', 'credit'],
		[403, 'does not let this API key create', 'credit'],
		[404, 'did not find the model', 'Check the Model'],
		[429, 'limiting requests', 'Create fewer tasks'],
	])('%d says what a person who makes videos can do', async (status, message, description) => {
		simulator.api.fault({ method: 'POST', kind: 'status', status, envelope: 'errorString', message: 'no' });
		const { error } = await create({ parameters: { options: { maxRetries: 0 } } });
		expect(error?.message).toContain(message);
		expect(error?.description).toContain(description);
		expect(error?.description).toContain('The API said: no');
		expect(`${error?.message} ${error?.description}`).not.toMatch(/Task ID|Poll Interval/);
	});

	test('where nothing can have reached the server, nothing was created', async () => {
		const credential = { ...simulator.credential(), baseUrl: 'http://127.0.0.1:9' };
		const { error } = await create({ credential, parameters: { options: { maxRetries: 1 } } });
		expect(error?.message).toContain('refused the connection');
		expect(error?.description).toContain(certain);
	});

	test('50 creates, some failing in each way: none is sent twice, every row comes out', async () => {
		const items = Array.from({ length: 50 }, (_, row) => ({ prompt: `Row ${row}`, row }));
		const faults = [
			{ kind: 'status', status: 500 },
			{ kind: 'status', status: 400 },
			{ kind: 'reset' },
			{ kind: 'cutAfterAccept' },
			{ kind: 'hang' },
			{ kind: 'html200' },
			{ kind: 'cutBody' },
		];
		faults.forEach((fault, n) => simulator.api.fault({ method: 'POST', after: 5 * n, ...fault } as never));
		const { outputs } = await create({ items, onError: 'continueErrorOutput' });
		expect(sent().sort()).toEqual(items.map(({ prompt }) => prompt).sort());
		expect(outputs[1]).toHaveLength(faults.length);
		const rows = [...(outputs[0] ?? []), ...(outputs[1] ?? [])].map(({ pairedItem }) => (pairedItem as { item: number }).item);
		expect(rows.sort((a, b) => a - b)).toEqual(items.map(({ row }) => row));
	});
});

describe('a run that stops', () => {
	test('creates that were not sent yet are not sent, and the error names those that exist', async () => {
		const items = Array.from({ length: 10 }, (_, row) => ({ prompt: `Row ${row}` }));
		simulator.api.fault({ method: 'POST', after: 3, kind: 'status', status: 400 });
		const { error } = await create({ items, parameters: { options: { maxConcurrency: 1 } } });
		expect(error?.context?.itemIndex).toBe(3);
		expect(sent()).toEqual(['Row 0', 'Row 1', 'Row 2', 'Row 3']);
		for (const { id } of simulator.api.created) expect(error?.description).toContain(id);
	});

	test('creates under way are waited for, so that the error names them too', async () => {
		const items = Array.from({ length: 10 }, (_, row) => ({ prompt: `Row ${row}` }));
		simulator.api.fault({ method: 'POST', kind: 'status', status: 400, after: 3 });
		const letGo = simulator.hold();
		const creating = create({ items, parameters: { options: { maxConcurrency: 4 } } });
		await until(() => simulator.api.requests.some(({ status }) => status === 400));
		letGo();
		const { error } = await creating;
		expect(simulator.api.requests).toHaveLength(4);
		expect(simulator.api.created).toHaveLength(3);
		for (const { id } of simulator.api.created) expect(error?.description).toContain(id);
	});

	test('Stop sends nothing more', async () => {
		const items = Array.from({ length: 10 }, (_, row) => ({ prompt: `Row ${row}` }));
		simulator.api.fault({ method: 'POST', kind: 'hang', times: Infinity });
		let cancel = () => {};
		const creating = create({
			items,
			parameters: { options: { maxConcurrency: 2, requestTimeout: 600 } },
			onStart: (execution) => (cancel = () => execution.cancel()),
		});
		await until(() => simulator.api.requests.length === 2);
		cancel();
		await creating;
		expect(simulator.api.requests).toHaveLength(2);
	});
});

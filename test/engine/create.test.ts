import { ON_ERROR } from './harness/engine';
import { CAN_PARK } from './harness/parking';
import { KEY, useSimulator } from './harness/simulator';
import { PLAIN_RUN, play, type World } from './harness/virtualRun';

const simulator = useSimulator();

const create = simulator.runs({
	items: [{ prompt: 'A cat' }],
	parameters: {
		operation: 'create',
		waitUntilDone: 'no',
		prompt: '={{ $json.prompt }}',
		options: { requestTimeout: 5 },
	},
});

describe('what is sent', () => {
	test('the defaults, once, with the key', async () => {
		const { outputs, error } = await create();
		expect(error).toBeUndefined();
		const body = {
			model: 'seedance_1_5_pro_720p',
			content: [{ type: 'text', text: 'A cat' }],
			ratio: 'adaptive',
			duration: 5,
			generate_audio: false,
		};
		expect(simulator.api.created).toMatchObject([{ authorization: `Bearer ${KEY}`, body }]);
		const [item] = outputs[0] ?? [];
		const created = item?.json.created as number;
		expect(item?.json).toMatchObject({ id: simulator.api.created[0]?.id, object: 'video', status: 'queued' });
		expect(item?.json.expiresAt).toBe(new Date((created + 86_400) * 1000).toISOString());
		expect(item?.pairedItem).toEqual({ item: 0 });
		expect(simulator.api.requests).toHaveLength(1);
	});

	test.each([
		['ordered', [{ prompt: 'A cat' }, { prompt: '' }], 'The video is ordered, not made yet.'],
		['refused', [{ prompt: '' }], undefined],
	])('a video that is %s, as the editor tells it', async (_case, items, expected) => {
		const { hints } = await create({ items, onError: 'continueRegularOutput' });
		expect(hints).toEqual(expected === undefined ? [] : [expect.stringContaining(expected)]);
	});

	test('every field', async () => {
		await create({
			parameters: {
				model: '={{ "seedance_1_5_pro_1080p" }}',
				firstFrame: ' https://pictures.example/first.png ',
				lastFrame: 'https://pictures.example/last.png',
				ratio: '9:16',
				duration: '={{ "6" }}',
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
			duration: 6,
			generate_audio: true,
		});
	});

	test('equal items make a task each', async () => {
		const { outputs } = await create({ items: [{ prompt: 'A cat' }, { prompt: 'A cat' }] });
		expect(outputs[0]?.map(({ json }) => json.id)).toEqual(simulator.api.created.map(({ id }) => id));
		expect(simulator.api.created).toHaveLength(2);
	});
});

test('one bad row stops the workflow before any task is made, or leaves by itself', async () => {
	const items = [{ prompt: 'A cat' }, { prompt: '' }, { prompt: 'A dog' }];
	const stopped = await create({ items });
	expect(stopped.error?.context?.itemIndex).toBe(1);
	expect(simulator.api.requests).toHaveLength(0);
	const { outputs } = await create({ items, onError: 'continueErrorOutput' });
	expect(outputs[0]).toHaveLength(2);
	expect(outputs[1]?.map(({ json, pairedItem }) => [json.error, pairedItem])).toEqual([
		["The 'Prompt' is empty", { item: 1 }],
	]);
});

describe('a task that failed before its create was answered', () => {
	const FAILED = { status: 'failed', error: 'provider rejected prompt' };
	const items = [{ prompt: 'A cat' }, { prompt: 'A dog' }];
	const outputs = (waitUntilDone: string, ifTaskFails = 'output') => ({
		waitUntilDone,
		options: { ifTaskFails, maxConcurrency: 1 },
	});

	beforeEach(() => simulator.api.fault({ method: 'POST', kind: 'seen', answer: 'failedAtOnce' }));

	test.each(ON_ERROR)('leaves as it is, and the others go on (inNode, %s)', async (onError) => {
		simulator.api.fault({
			method: 'POST',
			kind: 'shape',
			as: 'statusWord',
			words: { queued: 'failed' },
			after: 1,
		});
		const { outputs: left, error } = await create({ items, onError, parameters: outputs('inNode') });
		expect(error).toBeUndefined();
		expect(left[0]?.map(({ json, pairedItem }) => [json.status, pairedItem])).toEqual([
			['failed', { item: 0 }],
			['failed', { item: 1 }],
		]);
		expect(left[0]?.[0]?.json).toMatchObject(FAILED);
		// Nothing is asked about a task that is over.
		expect(simulator.api.requests.map(({ method }) => method)).toEqual(['POST', 'POST']);
	});

	test('leaves as the same task where n8n takes its error for a failure, and tries again', async () => {
		const { outputs: left, error } = await create({
			items: [{ prompt: 'A cat' }],
			tries: 3,
			parameters: outputs('inNode'),
		});
		expect(error).toBeUndefined();
		expect(left[0]?.[0]?.json).toMatchObject(FAILED);
		expect(simulator.api.requests).toHaveLength(1);
	});

	test.each(['no', 'inNode'])('is an error without that option (%s)', async (waitUntilDone) => {
		const { error } = await create({
			items,
			parameters: outputs(waitUntilDone, waitUntilDone === 'no' ? 'output' : 'error'),
		});
		expect(error?.message).toContain('failed: provider rejected prompt');
		expect(simulator.api.requests).toHaveLength(1);
	});

	if (CAN_PARK)
		test('leaves with the others, parked', async () => {
			const world: World<unknown> = {
				faults: [{ kind: 'seen', answer: 'failedAtOnce', method: 'POST' }],
				order: (prompt) => ({ id: `video_${prompt}` }),
			};
			const form = { operation: 'create', prompt: '={{ $json.prompt }}', ...outputs('parked') };
			const { leaving, error, log } = await play(
				{ ...PLAIN_RUN, onError: 'stopWorkflow' },
				items.map((item, row) => ({ ...item, row })),
				form,
				world,
			);
			expect(error).toBeUndefined();
			expect(leaving.map(({ row, item }) => [row, item.json.status])).toEqual([
				[0, 'failed'],
				[1, 'completed'],
			]);
			expect(log.map(({ kind, subject }) => [kind, subject])).toEqual([
				['create', 'A cat'],
				['create', 'A dog'],
				['query', 'video_A dog'],
			]);
		});
});

test('where nothing can have reached the server, nothing was created', async () => {
	const credential = { ...simulator.credential(), baseUrl: 'http://127.0.0.1:9' };
	const { error } = await create({ credential, parameters: { options: { maxRetries: 1 } } });
	expect(error?.message).toContain('refused the connection');
	expect(error?.description).toContain('No task was created');
});

import { KEY, useSimulator } from './harness/simulator';

const simulator = useSimulator();

const create = simulator.runs({
	items: [{ prompt: 'A cat' }],
	parameters: { operation: 'create', prompt: '={{ $json.prompt }}', options: { requestTimeout: 5 } },
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

	test('every field', async () => {
		await create({
			parameters: {
				model: '={{ "seedance_1_5_pro_1080p" }}',
				firstFrameUrl: ' https://pictures.example/first.png ',
				lastFrameUrl: 'https://pictures.example/last.png',
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

test('where nothing can have reached the server, nothing was created', async () => {
	const credential = { ...simulator.credential(), baseUrl: 'http://127.0.0.1:9' };
	const { error } = await create({ credential, parameters: { options: { maxRetries: 1 } } });
	expect(error?.message).toContain('refused the connection');
	expect(error?.description).toContain('No task was created');
});

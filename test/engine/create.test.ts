import type { IDataObject } from 'n8n-workflow';

import { until } from '../host/until.cts';
import { runsWith } from './harness/runsWith';
import { KEY, useSimulator } from './harness/simulator';

const simulator = useSimulator();

const create = runsWith(simulator, {
	items: [{ prompt: 'A cat' }],
	parameters: { operation: 'create', prompt: '={{ $json.prompt }}', options: { requestTimeout: 5 } },
});

beforeEach(() => simulator.api.created.splice(0));

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

test('a run that stops: creates under way are waited for, so that the error names them too', async () => {
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

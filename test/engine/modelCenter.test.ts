import { until } from '../host/until.cts';
import type { Behaviour } from '../simulator/behaviour.cts';
import { readStoredFile, useBinaryStore } from './harness/binaryData.cts';
import { useSimulator } from './harness/simulator';

const simulator = useSimulator();
useBinaryStore();

const get = simulator.runs({
	parameters: {
		taskId: '={{ $json.id }}',
		waitUntilDone: 'no',
		options: { requestTimeout: 5, maxRetries: 0 },
	},
});

const pathsOf = (id: string) =>
	simulator.api.requestsFor(id).map(({ path }) => path.replace('/kyyReactApiServer', '').replace(id, '…'));

const V1 = '/v1/result/…';
const CENTER = '/v2/model-center/tasks/…';

describe('a task of the model center', () => {
	test.each<Behaviour['queryShape']>(['data', 'dataWithoutId', 'envelope', 'bare'])(
		'is read, answered as %s',
		async (queryShape) => {
			simulator.api.behaviour.queryShape = queryShape;
			const { id, videoUrl } = simulator.api.addTask({ place: 'center', finishAfter: 0 });
			const { outputs, error } = await get({ items: [{ id }] });
			expect(error).toBeUndefined();
			expect(outputs[0]?.[0]?.json).toMatchObject({ id, status: 'completed' });
			expect(JSON.stringify(outputs[0]?.[0]?.json)).toContain(videoUrl);
			expect(pathsOf(id)).toEqual([CENTER]);
		},
	);

	test.each<Behaviour['failure']>(['text', 'object'])('that failed says why, as %s', async (failure) => {
		simulator.api.behaviour.failure = failure;
		const task = simulator.api.addTask({
			place: 'center',
			outcome: 'failed',
			error: '风控拒绝',
			finishAfter: 0,
		});
		const { error } = await get({ items: [{ id: task.id }], parameters: { waitUntilDone: 'inNode' } });
		expect(`${error?.message} ${error?.description}`).toContain('风控拒绝');
	});

	test('with a link before its end is not done', async () => {
		simulator.api.behaviour.earlyLink = 'video_url';
		const { id } = simulator.api.addTask({ place: 'center' });
		const parameters = { downloadVideo: true };
		const { outputs, hints } = await get({ items: [{ id }], parameters });
		expect(outputs[0]?.[0]?.json).toMatchObject({ id, status: expect.stringMatching(/queued|processing/) });
		expect(outputs[0]?.[0]?.binary).toBeUndefined();
		expect(hints).toEqual([expect.stringContaining('not done yet')]);
		expect(simulator.api.requests.filter(({ host }) => host === 'files')).toEqual([]);
	});
});

describe('where a task is asked for', () => {
	test.each<Behaviour['unknownTask']>(['status404', 'unknownId200', 'unknownIdCode404'])(
		'the other place too, where the first does not know it (%s)',
		async (unknownTask) => {
			simulator.api.behaviour.unknownTask = unknownTask;
			const odd = simulator.api.addTask({ id: `vgen_${unknownTask}`, place: 'center', finishAfter: 0 });
			const back = simulator.api.addTask({ id: `mcp_${unknownTask}`, place: 'v1', finishAfter: 0 });
			const { outputs } = await get({ items: [{ id: odd.id }, { id: back.id }] });
			expect(outputs[0]?.map(({ json }) => [json.id, json.status])).toEqual([
				[odd.id, 'completed'],
				[back.id, 'completed'],
			]);
			expect(pathsOf(odd.id)).toEqual([V1, CENTER]);
			expect(pathsOf(back.id)).toEqual([CENTER, V1]);
		},
	);

	test('neither knows it: one error, for that item', async () => {
		const { outputs } = await get({ items: [{ id: 'mcp_none' }], onError: 'continueErrorOutput' });
		expect(outputs[1]?.[0]?.json).toMatchObject({ error: 'GlobalAI OPC has no task "mcp_none"' });
		expect(pathsOf('mcp_none')).toEqual([CENTER, V1]);
	});

	test('a chained wait remembers the place from round to round', async () => {
		const { id } = simulator.api.addTask({ id: 'vgen_chained', place: 'center' });
		const parameters = { waitUntilDone: 'withWaitNode' };
		const first = await get({ items: [{ id }], parameters });
		const second = await get({ items: first.outputs[1], parameters });
		simulator.api.finishTask(id);
		const { outputs } = await get({ items: second.outputs[1], parameters });
		expect(outputs[0]?.[0]?.json).toMatchObject({ id, status: 'completed' });
		expect(pathsOf(id)).toEqual([V1, CENTER, CENTER, CENTER]);
	});
});

describe('the last frame', () => {
	const options = { requestTimeout: 5, maxRetries: 0, downloadLastFrame: true };
	const parameters = { downloadVideo: true, options };

	test('comes as a second file', async () => {
		const { id } = simulator.api.addTask({
			place: 'center',
			finishAfter: 0,
			lastFrame: true,
			videoBytes: 5000,
		});
		const { outputs, hints } = await get({ items: [{ id }], parameters });
		const { data, lastFrame } = outputs[0]?.[0]?.binary ?? {};
		expect(data).toMatchObject({ fileName: `${id}.mp4`, mimeType: 'video/mp4' });
		expect(lastFrame).toMatchObject({ fileName: `${id}_last_frame.png`, mimeType: 'image/png' });
		expect(
			readStoredFile(lastFrame?.id as string)
				.subarray(1, 4)
				.toString(),
		).toBe('PNG');
		expect(outputs[0]?.[0]?.json).not.toHaveProperty('lastFrameError');
		expect(hints).toEqual([]);
	});

	test.each([
		['is dead', { lastFrame: true, lastFrameUrl: 'http://127.0.0.1:9/none.png' }, 'last frame'],
		['is missing', {}, 'has no link to a last frame'],
	])('whose link %s is told, and the video comes', async (_case, more, words) => {
		const { id } = simulator.api.addTask({ place: 'center', finishAfter: 0, videoBytes: 5000, ...more });
		const { outputs, error, hints } = await get({ items: [{ id }], parameters });
		expect(error).toBeUndefined();
		expect(Object.keys(outputs[0]?.[0]?.binary ?? {})).toEqual(['data']);
		expect(outputs[0]?.[0]?.json).toMatchObject({ lastFrameError: expect.stringContaining(words) });
		expect(hints).toEqual(["The last frame could not be downloaded: see the field 'lastFrameError'."]);
	});
});

describe('Create', () => {
	const create = simulator.runs({
		items: [{}],
		parameters: {
			operation: 'create',
			prompt: 'A cat',
			model: { __rl: true, mode: 'list', value: 'sd_2.0_discount' },
			waitUntilDone: 'inNode',
			options: { requestTimeout: 5, pollInterval: 5 },
		},
	});

	test('waits for a video of the model center, and brings its last frame', async () => {
		const running = create({ parameters: { downloadVideo: true, options: { downloadLastFrame: true } } });
		await until(() => simulator.api.created.length > 0);
		const { id, body } = simulator.api.created[0] ?? { id: '', body: {} };
		simulator.api.finishTask(id);
		const { outputs, error } = await running;
		expect(error).toBeUndefined();
		expect(body).toMatchObject({ model: 'sd_2.0_discount', resolution: '720p', return_last_frame: true });
		expect(id).toMatch(/^mcp_/);
		expect(outputs[0]?.[0]?.json).toMatchObject({ id, status: 'completed' });
		expect(Object.keys(outputs[0]?.[0]?.binary ?? {}).sort()).toEqual(['data', 'lastFrame']);
		const checks = pathsOf(id).filter((path) => path.startsWith('/v'));
		expect(new Set(checks)).toEqual(new Set([CENTER]));
	});

	test.each([
		['refused', 'minimax-9', /does not offer the model "minimax-9" now .*模型不可用/],
		['taken by its ID', 'minimax-h3', undefined],
	])('a model that the list lacks is %s', async (_case, value, words) => {
		const model = { __rl: true, mode: 'id', value };
		const { outputs, error } = await create({ parameters: { model, waitUntilDone: 'no' } });
		if (words) expect(`${error?.message} ${error?.description}`).toMatch(words);
		else
			expect(outputs[0]?.[0]?.json).toMatchObject({ id: expect.stringMatching(/^mcp_/), status: 'queued' });
		if (!words)
			expect(simulator.api.created[0]?.body).toEqual({
				model: value,
				prompt: 'A cat',
				duration: 5,
				tools: [],
			});
	});
});

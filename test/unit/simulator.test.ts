import { sleep } from 'n8n-workflow';
import { request } from 'undici';
import { startSimulator } from '../simulator/index.cts';
import type { Simulator, SimulatorOptions } from '../simulator/index.cts';
import type { FaultOptions } from '../simulator/faults.cts';
import { videoOf } from '../simulator/video.cts';

// What the node makes of each answer and fault is proven by the engine's tests. Here is what they rely on.

const NOW = 1_761_635_478_000;
const KEY = 'sk-simulator';
/** Of a file, in bytes. */
const SIZE = 200_000;

let simulator: Simulator;
let now = NOW;

/** Starts the simulator under a clock that stands still until a test moves it. */
async function start(options: SimulatorOptions = {}): Promise<void> {
	await simulator?.close();
	now = NOW;
	simulator = await startSimulator({ clock: () => now, ...options });
}

beforeEach(async () => await start());
afterAll(async () => await simulator.close());

interface Call {
	method?: 'GET' | 'POST' | 'HEAD' | 'DELETE';
	key?: string;
	body?: unknown;
	headers?: Record<string, string>;
}

async function ask(url: string, { key = KEY, body, headers, ...more }: Call = {}) {
	const sent = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
	const type = sent === undefined ? {} : { 'content-type': 'application/json' };
	const answer = await request(url, {
		...more,
		headers: { authorization: `Bearer ${key}`, ...type, ...headers },
		...(sent === undefined ? {} : { body: sent }),
	});
	const bytes = Buffer.from(await answer.body.arrayBuffer());
	return { status: answer.statusCode, headers: answer.headers, bytes, text: bytes.toString('utf8') };
}

async function json(url: string, options: Call = {}) {
	const { text, ...answer } = await ask(url, options);
	const value: Record<string, unknown> = JSON.parse(text);
	return { ...answer, value };
}

async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await sleep(5);
}

const resultUrl = (id: string) => `${simulator.baseUrl}/v1/result/${id}`;
const createUrl = () => `${simulator.baseUrl}/v1/seedance/videos`;
const fileUrl = (id: string) => `${simulator.filesUrl}/files/${id}.mp4`;
const create = async (body: unknown, more: Call = {}) =>
	await json(createUrl(), { method: 'POST', body, ...more });

/** Of a task's file. */
const part = (id: string, size: number, start = 0, end = size) =>
	Buffer.concat([...videoOf(id, size).read(start, end)]);

const TEXT = { type: 'text', text: 'A cat on a roof' };
const BODY = { model: 'seedance_1_5_pro_720p', content: [TEXT] };

describe('a task', () => {
	test('goes from queued over processing to completed, in the documented shape', async () => {
		const { id } = simulator.addTask({ finishAfter: 100 });
		const shown = {
			id,
			object: 'video',
			created: NOW / 1000,
			model: BODY.model,
			video_url: null,
			error: null,
		};
		for (const [at, status] of [
			[0, 'queued'],
			[10_000, 'processing'],
			[99_999, 'processing'],
		] as const) {
			now = NOW + at;
			expect((await json(resultUrl(id))).value).toEqual({ ...shown, status });
		}
		now = NOW + 100_000;
		const done = { ...shown, status: 'completed', video_url: fileUrl(id), actualDuration: 5 };
		expect((await json(resultUrl(id))).value).toEqual(done);
	});

	test.each([
		[{}, 120, 300],
		[{ model: 'seedance_1_5_pro_1080p' }, 180, 480],
		[{ model: 'seedance_2_0_x1_official', resolution: '1080p' }, 180, 480],
		[{ tier: 'flex' }, 600, 7200],
	] as const)('%j takes %d to %d s, divided by the speed', async (options, min, max) => {
		await start({ speed: 60 });
		for (let index = 0; index < 100; index++) {
			const seconds = ((simulator.addTask(options).finishAt - NOW) / 1000) * 60;
			expect(seconds).toBeGreaterThanOrEqual(min);
			expect(seconds).toBeLessThanOrEqual(max);
		}
	});

	test('has the age it is given, and ages by the speed until it is gone, file and all', async () => {
		await start({ retention: 1000, speed: 10 });
		const { id, created } = simulator.addTask({ createdAgo: 200, finishAfter: 0 });
		expect(created).toBe(NOW / 1000 - 200);
		const statuses = async () => [(await ask(resultUrl(id))).status, (await ask(fileUrl(id))).status];
		now += 79_999;
		expect(await statuses()).toEqual([200, 200]);
		now += 1;
		expect(await statuses()).toEqual([404, 404]);
		expect(simulator.task(id)).toBeNull();
	});

	test('is reproducible by the seed', async () => {
		const drawn = async (seed: number) => {
			await start({ seed });
			const { id, finishAt } = simulator.addTask();
			return { id, finishAt };
		};
		const first = await drawn(7);
		expect(first.id).toMatch(/^video_[0-9a-f]{12}$/);
		expect(await drawn(7)).toEqual(first);
		expect(await drawn(8)).not.toEqual(first);
	});

	test('can report what no page documents', async () => {
		simulator.addTask({
			id: 'a b/c',
			finishAfter: 0,
			extra: { model: 'other' },
			created: undefined,
			videoUrl: 'ftp://x',
		});
		const { value } = await json(resultUrl(encodeURIComponent('a b/c')));
		expect(value).toMatchObject({ id: 'a b/c', model: 'other', video_url: 'ftp://x' });
		expect(value).not.toHaveProperty('created');
	});
});

test('a port that is taken is refused', async () => {
	const port = Number(new URL(simulator.baseUrl).port);
	await expect(startSimulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test.each([
	['simulator', { speed: 0 }, 'speed: Too small'],
	['simulator', { retention: -1 }, 'retention: expected a number above 0, or Infinity'],
	['simulator', { rateLimit: { requests: 0, seconds: 1 } }, 'rateLimit.requests: Too small'],
	['simulator', { apiKeys: [''] }, 'apiKeys[0]: Too small'],
	['simulator', { clock: 5 }, 'clock: expected a function'],
	['simulator', { sped: 5 }, 'Unrecognized key: "sped"'],
	['task', { finishAfter: NaN }, 'finishAfter: Invalid input: expected number'],
	['task', { outcome: 'done' }, 'outcome: Invalid option: expected one of "completed"|'],
	['task', { videoBytes: 2 ** 32 }, 'videoBytes: Too big'],
	['task', { fileType: 'png' }, 'fileType: expected a media type'],
	['task', { fileEnding: '.png' }, 'fileEnding: expected letters and digits'],
	['task', { outcom: 'failed' }, 'Unrecognized key: "outcom"'],
	['task', { id: 'taken' }, 'there is one with the id taken already'],
	['fault', {}, 'kind: Invalid option: expected one of "status"|'],
	['fault', { kind: 'reset', times: 0 }, 'times: expected a whole number from 1, or Infinity'],
	['fault reset', { kind: 'reset', delay: 5 }, 'Unrecognized key: "delay"'],
	['fault noRange', { kind: 'noRange' }, 'host must be files'],
	['fault wrongId', { kind: 'wrongId', host: 'files' }, 'host must be api'],
	['fault status', { kind: 'status', status: '500' }, 'status: Invalid input: expected number'],
	['fault status', { kind: 'status', retryAfter: -1 }, 'retryAfter: expected seconds, a string or a date'],
	['fault hold', { kind: 'hold', until: 5 }, 'until: expected a promise'],
	['fault missingField', { kind: 'missingField' }, 'field: Invalid input'],
	['fault seen', { kind: 'seen', answer: 'badKey' }, 'answer: Invalid option: expected one of "badKey200"|'],
	['fault shape', { kind: 'shape', as: [] }, 'as: expected one or more of errorObject, '],
	['fault shape', { kind: 'shape', as: 'linkIn', words: {} }, 'words and statusWord need each other'],
	['fault shape', { kind: 'shape', as: 'statusWord', words: { done: 'x' } }, 'words.done: Invalid key'],
	['fault shape', { kind: 'shape', as: 'insideData', field: 'url' }, 'field needs linkIn'],
])('options that do not fit are refused: %s %j', async (what, options: object, message) => {
	simulator.addTask({ id: 'taken' });
	const refused = async () => {
		if (what === 'simulator') await startSimulator(options);
		else if (what === 'task') simulator.addTask(options);
		else simulator.fault(options as FaultOptions);
	};
	await expect(refused).rejects.toThrow(`${what}: ${message}`);
});

describe('the API', () => {
	const asText = { method: 'POST', body: BODY, headers: { 'content-type': 'text/plain' } } as const;
	test.each<[string, string, Call, object]>([
		['without the key', '/v1/result/x', { key: 'wrong' }, { status: 401 }],
		['without the key, elsewhere', '/elsewhere', { key: 'wrong' }, { status: 401 }],
		['an unknown task', '/v1/result/x', {}, { status: 404 }],
		['another path', '/elsewhere', {}, { status: 404 }],
		['an id that is none', '/v1/result/%E0%A4%A', {}, { status: 404 }],
		[
			'another method than GET',
			'/v1/result/x',
			{ method: 'DELETE' },
			{ status: 405, headers: { allow: 'GET' } },
		],
		['another method than POST', '/v1/seedance/videos', {}, { status: 405, headers: { allow: 'POST' } }],
		['another media type', '/v1/seedance/videos', asText, { status: 400 }],
		['a body that is no JSON', '/v1/seedance/videos', { method: 'POST', body: '{' }, { status: 400 }],
		['a body that is no object', '/v1/seedance/videos', { method: 'POST', body: '[]' }, { status: 400 }],
		[
			'an endless body',
			'/v1/seedance/videos',
			{ method: 'POST', body: 'x'.repeat(2 ** 20 + 1) },
			{ status: 413 },
		],
	])('refuses %s', async (_what, path, options, expected) => {
		const error = { message: expect.any(String), code: expect.any(String) };
		expect(await json(`${simulator.baseUrl}${path}`, options)).toMatchObject({
			...expected,
			value: { error },
		});
		expect(simulator.created).toEqual([]);
	});

	test('limits the rate of each key in a sliding window', async () => {
		await start({ apiKeys: [KEY, 'other'], rateLimit: { requests: 2, seconds: 10, retryAfter: true } });
		const asked: unknown[] = [];
		for (const [at, key] of [
			[0, KEY],
			[4000, KEY],
			[5500, KEY],
			[5500, 'other'],
			[10_000, KEY],
			[10_000, KEY],
		] as const) {
			now = NOW + at;
			const { status, headers } = await ask(resultUrl('x'), { key });
			asked.push([status, headers['retry-after']]);
		}
		const passed = [404, undefined];
		expect(asked).toEqual([passed, passed, [429, '5'], passed, passed, [429, '4']]);
	});

	test.each([
		[{ retryAfter: false }, undefined, 429],
		[{ retryAfter: 'date' }, new Date(NOW + 10_000).toUTCString(), 429],
		[{ method: 'GET' }, undefined, 200],
	] as const)('limits the rate with %j', async (options, retryAfter, posted) => {
		await start({ rateLimit: { requests: 1, seconds: 10, ...options } });
		await ask(resultUrl('x'));
		const { status, headers } = await ask(resultUrl('x'));
		expect([status, headers['retry-after']]).toEqual([429, retryAfter]);
		expect((await create(BODY)).status).toBe(posted);
	});
});

const LINK = 'https://example.com/a';
const ASSET = 'asset://a-1';
const image = (url: string, role?: string) => ({ type: 'image_url', image_url: { url }, role });
const video = (url: string, role?: string) => ({ type: 'video_url', video_url: { url }, role });
const audio = (url: string, role?: string) => ({ type: 'audio_url', audio_url: { url }, role });
const content = (...parts: unknown[]) => ({ content: [TEXT, ...parts] });
const prompt = (text: string) => ({ content: [{ ...TEXT, text }] });

/** The least that each family takes, with its path. */
const LEAST = {
	'1.5': ['/v1/seedance/videos', BODY],
	'2.0': ['/v1/kyyvideo2/videos', { model: 'seedance_2_0_pro', prompt: TEXT.text }],
	X1: ['/v1/seedance-x1/videos', { model: 'seedance_2_0_x1_official', ...content(image(LINK)) }],
	banana: ['/v1/banana/images', { model: 'nano-banana-pro', prompt: TEXT.text }],
} as const;
type Family = keyof typeof LEAST;
const FAMILIES = Object.keys(LEAST) as Family[];

describe('create', () => {
	const post = async (family: Family, more: object = {}) => {
		const [path, least] = LEAST[family];
		return await json(`${simulator.baseUrl}${path}`, { method: 'POST', body: { ...least, ...more } });
	};

	// That it takes what the pages allow is proven by the engine's tests of every model.
	test.each<[Family, object, object]>([
		['1.5', {}, { object: 'video', actualDuration: 5, outcome: 'completed' }],
		['1.5', { duration: 12 }, { actualDuration: 12 }],
		[
			'2.0',
			{ model: 'seedance_2_0_fast', referenceVideos: [ASSET], duration: 15 },
			{ object: 'video', actualDuration: 15 },
		],
		['X1', { resolution: '1080p', duration: 4 }, { object: 'video', actualDuration: 4, resolution: '1080p' }],
		['X1', {}, { object: 'video', actualDuration: 5, resolution: '720p' }],
		['X1', content(video(ASSET, 'reference_video'), audio(ASSET, 'reference_audio')), { actualDuration: 5 }],
		[
			'banana',
			{ resolution: '4k', size: '16:9', image_urls: [LINK] },
			{ object: 'nanobanana', actualDuration: null, fileType: 'image/png' },
		],
	])('%s, registers the task, once a request: %j', async (family, more, task) => {
		const body = { ...LEAST[family][1], ...more };
		const { status, value } = await post(family, more);
		const id = value.id as string;
		expect(status).toBe(200);
		expect(simulator.created).toEqual([{ id, body, at: NOW, authorization: `Bearer ${KEY}` }]);
		const registered = simulator.task(id);
		expect(registered).toMatchObject({ model: body.model, ...task });
		expect(value).toEqual({
			id,
			object: registered?.object,
			created: NOW / 1000,
			model: body.model,
			status: 'queued',
		});
	});

	test('lets the model choose the duration', async () => {
		for (let index = 0; index < 30; index++) await create({ ...BODY, duration: -1 });
		const durations = simulator.created.map(({ id }) => simulator.task(id)?.actualDuration ?? 0);
		expect(Math.min(...durations)).toBeGreaterThanOrEqual(4);
		expect(Math.max(...durations)).toBeLessThanOrEqual(12);
		expect(new Set(durations).size).toBeGreaterThan(1);
	});

	const refuses = async (family: Family, more: object, words: string) => {
		const error = { message: expect.stringContaining(words), code: 'invalid_parameter' };
		expect([more, await post(family, more)]).toMatchObject([more, { status: 400, value: { error } }]);
		expect(simulator.created).toEqual([]);
	};

	test.each<[Family, Record<string, unknown[]>]>([
		['1.5', { model: [undefined], content: [undefined, []], ratio: ['2:1'], duration: [3, 13, 4.5] }],
		['1.5', { generate_audio: ['true'], generateAudio: [true] }],
		['2.0', { prompt: [' '], duration: [3, 16, -1], aspect_ratio: ['adaptive'], generate_audio: [true] }],
		[
			'2.0',
			{ first_image: ['ftp://a/a.png', 'asset://'], referenceImages: [[]], referenceVideos: [['a.mp4']] },
		],
		['X1', { resolution: ['4k'], ratio: ['adaptive'], duration: [3, 16, -1], generate_audio: [true] }],
		[
			'banana',
			{ prompt: [''], resolution: ['1080p'], size: ['wide'], image_urls: [[ASSET]], ratio: ['1:1'] },
		],
	])('%s, refuses by its name a field with one of these: %j', async (family, fields) => {
		for (const [field, values] of Object.entries(fields)) {
			for (const value of values) await refuses(family, { [field]: value }, field);
		}
	});

	test.each<[Family, object, string]>([
		['1.5', content(null), 'content[1]: '],
		['1.5', { content: [{ type: 'text' }] }, 'content[0].text: '],
		['1.5', prompt(' '), 'content[0].text: must not be empty'],
		['1.5', prompt('猫'.repeat(501)), 'content[0].text: must not be longer'],
		['1.5', prompt('cat '.repeat(1001)), 'content[0].text: must not be longer'],
		['1.5', content(TEXT), 'content: must not hold more than one text'],
		[
			'1.5',
			content(image(LINK), image(LINK, 'first_frame')),
			'content: must not hold more than one first_frame',
		],
		['1.5', content(image(LINK, 'last_frame')), 'content: last_frame needs a first_frame'],
		['1.5', content(image('ftp://a/a.png')), 'content[1].image_url.url: must be an http or https address'],
		['1.5', content(image(ASSET)), 'content[1].image_url.url: must be an http or https address'],
		['1.5', content(image(LINK, 'reference_image')), 'content[1].role: '],
		['1.5', content({ ...image(LINK), rol: 'last_frame' }), 'content[1]: Unrecognized key: "rol"'],
		[
			'1.5',
			content(video(LINK, 'reference_video')),
			'content[1].type: must be a part of type text or image_url',
		],
		['2.0', { last_image: LINK }, 'last_image: needs first_image'],
		['2.0', { first_image: LINK, referenceAudios: [LINK] }, 'first_image: must not come with references'],
		['2.0', { model: 'seedance_2_0' }, 'referenceVideos: needed by seedance_2_0'],
		[
			'2.0',
			{ model: 'seedance_2_0_fast', referenceImages: [LINK] },
			'referenceVideos: needed by seedance_2_0_fast',
		],
		['X1', { content: [image(LINK)] }, 'content: must hold a text'],
		['X1', content(), 'content: must hold a picture or a reference'],
		['X1', content(TEXT, image(LINK)), 'content: must not hold more than one text'],
		[
			'X1',
			content(image('a.png')),
			'content[1].image_url.url: must be an http or https address, or asset://<id>',
		],
		['X1', content(image(LINK, 'reference_video')), 'content[1].role: '],
		['X1', content(video(LINK)), 'content[1].role: '],
		['X1', content(audio(LINK)), 'content[1].role: '],
		[
			'X1',
			content({ type: 'video' }),
			'content[1].type: must be a part of type text, image_url, video_url or audio_url',
		],
	])('%s, refuses %j with "%s..."', refuses);

	test.each(FAMILIES)('%s, refuses the models of the others', async (family) => {
		for (const { model } of FAMILIES.map((other) => LEAST[other][1])) {
			expect((await post(family, { model })).status).toBe(model === LEAST[family][1].model ? 200 : 400);
		}
	});

	test.each(FAMILIES)('%s, reads in the prompt how the task ends', async (family) => {
		for (const [marker, outcome] of [
			['[fail]', 'failed'],
			['[cancel]', 'cancelled'],
			['[never]', 'never'],
		] as const) {
			const words = `A cat ${marker}`;
			// In the content or by itself.
			const body = JSON.parse(JSON.stringify(LEAST[family][1]).replace(TEXT.text, words)) as object;
			const { value } = await post(family, body);
			expect(simulator.task(value.id as string)?.outcome).toBe(outcome);
		}
	});
});

describe('a fault', () => {
	let id = '';
	let task = '';

	beforeEach(async () => {
		({ id } = simulator.addTask({ finishAfter: 0, videoBytes: SIZE }));
		task = (await ask(resultUrl(id))).text;
		simulator.resetLog();
	});

	const shown = () => JSON.parse(task) as Record<string, unknown>;

	// The kinds that are left out here are met by the engine's tests, each with words of its own.
	test.each<[FaultOptions, () => object]>([
		[
			{ kind: 'status', status: 418, body: 'teapot', headers: { 'X-Tea': 'green' }, retryAfter: 7 },
			() => ({ status: 418, text: 'teapot', headers: { 'x-tea': 'green', 'retry-after': '7' } }),
		],
		[
			{ kind: 'status', message: 'Busy', retryAfter: new Date(NOW) },
			() => ({
				status: 500,
				text: '{"error":{"message":"Busy","code":"simulated_error"}}',
				headers: { 'retry-after': new Date(NOW).toUTCString() },
			}),
		],
		[{ kind: 'jsonScalar', value: null }, () => ({ status: 200, text: 'null' })],
		[{ kind: 'slow', delay: 5 }, () => ({ status: 200, text: task })],
		[{ kind: 'slowBody', interval: 1, chunkBytes: 40 }, () => ({ status: 200, text: task })],
		[
			{ kind: 'unknownStatus' },
			() => ({ status: 200, text: JSON.stringify({ ...shown(), status: 'expired' }) }),
		],
		[
			{
				kind: 'shape',
				as: ['insideData', 'statusWord', 'linkIn'],
				field: 'url',
				words: { completed: 'done' },
			},
			() => {
				const { video_url: url, ...others } = shown();
				return { text: JSON.stringify({ code: 0, msg: null, data: { ...others, status: 'done', url } }) };
			},
		],
	])('of the API, once: %j', async (options, expected) => {
		simulator.fault(options);
		expect(await ask(resultUrl(id))).toMatchObject(expected());
		expect(simulator.requests).toMatchObject([{ fault: options.kind }]);
		expect(await ask(resultUrl(id))).toMatchObject({ status: 200, text: task });
	});

	test.each<[FaultOptions, string, number]>([
		[{ kind: 'reset' }, 'ECONNRESET', 0],
		[{ kind: 'cutAfterAccept' }, 'ECONNRESET', 1],
		[{ kind: 'cutBody' }, 'UND_ERR_SOCKET', 1],
	])('breaks the connection: %j is %s, with %d tasks made', async (options, code, count) => {
		simulator.fault(options);
		await expect(create(BODY)).rejects.toMatchObject({ code });
		await until(() => simulator.requests[0]?.endedAt !== null);
		expect(simulator.requests).toMatchObject([
			{ status: code === 'ECONNRESET' ? null : 200, fault: options.kind },
		]);
		expect(simulator.created).toHaveLength(count);
	});

	test.each<FaultOptions>([
		{ kind: 'hang' },
		{ kind: 'slow', delay: 60_000 },
		{ kind: 'slowBody', interval: 60_000 },
		{ kind: 'endlessBody' },
		{ kind: 'hold', until: new Promise(() => {}) },
	])('goes on until the simulator is closed: %j', async (options) => {
		simulator.fault(options);
		const running = expect(ask(resultUrl(id))).rejects.toThrow();
		await until(() => simulator.requests.length === 1);
		await simulator.close();
		await running;
	});

	test('meets the requests it is meant for, in order, as often as it is told', async () => {
		const other = simulator.addTask().id;
		simulator.fault({ kind: 'status', status: 501, id, times: 2, after: 1 });
		simulator.fault({ kind: 'status', status: 502, path: /\/result\/video_[0-9a-f]+$/g });
		const posts = simulator.fault({ kind: 'status', status: 503, method: 'post', times: Infinity });
		simulator.fault({ kind: 'status', status: 504, path: '?late' });
		const statuses: number[] = [];
		for (const path of [id, id, id, id, other, `${other}?late`])
			statuses.push((await ask(resultUrl(path))).status);
		expect(statuses).toEqual([502, 501, 501, 200, 200, 504]);
		expect([(await create(BODY)).status, (await create(BODY)).status, posts.used]).toEqual([503, 503, 2]);
		posts.remove();
		expect((await create(BODY)).status).toBe(200);
		simulator.fault({ kind: 'reset', times: Infinity });
		simulator.clearFaults();
		expect((await ask(resultUrl(id))).status).toBe(200);
	});

	test.each<[FaultOptions, number, object]>([
		[{ kind: 'redirect' }, 302, { location: expect.stringMatching(/\.mp4\?redirected$/) }],
		[{ kind: 'noLength' }, 206, { 'transfer-encoding': 'chunked' }],
		[{ kind: 'noRange' }, 200, { 'content-length': String(SIZE) }],
	])('of the files host: %j', async (options, status, headers) => {
		simulator.fault({ ...options, host: 'files' });
		expect(await ask(fileUrl(id), { headers: { range: 'bytes=5-' } })).toMatchObject({ status, headers });
	});

	test('of the body is not spent on a HEAD', async () => {
		const handle = simulator.fault({ kind: 'endlessBody', host: 'files' });
		expect((await ask(fileUrl(id), { method: 'HEAD' })).status).toBe(200);
		expect(handle.used).toBe(0);
	});
});

describe('the files host', () => {
	let id = '';
	beforeEach(() => ({ id } = simulator.addTask({ finishAfter: 0, videoBytes: SIZE })));

	// GET, and types of files, are proven by the engine's downloads.
	test('serves a finished file, under its own name alone', async () => {
		const url = fileUrl(id);
		const head = { 'content-type': 'video/mp4', 'content-length': String(SIZE) };
		expect(await ask(url, { method: 'HEAD' })).toMatchObject({ status: 200, headers: head, text: '' });
		const dotted = simulator.addTask({ id: 'a.png', finishAfter: 0 });
		expect((await ask(fileUrl(dotted.id))).status).toBe(200);
		for (const missing of [url.replace(/\w+$/, 'webm'), fileUrl(simulator.addTask().id)]) {
			expect((await ask(missing)).status).toBe(404);
		}
	});

	test.each([
		['bytes=0-0', 0, 1],
		['bytes=100-70000', 100, 70_001],
		['bytes=131072-', 131_072, SIZE],
		['bytes=199999-999999', 199_999, SIZE],
		['bytes=-500', 199_500, SIZE],
		['bytes=-900000', 0, SIZE],
	])('serves %s', async (range, from, to) => {
		const { status, headers, bytes } = await ask(fileUrl(id), { headers: { range } });
		expect(status).toBe(206);
		expect(headers).toMatchObject({
			'content-length': String(to - from),
			'content-range': `bytes ${from}-${to - 1}/${SIZE}`,
		});
		expect(bytes.equals(part(id, SIZE).subarray(from, to))).toBe(true);
	});

	test.each(['bytes=200000-', 'bytes=5-4', 'bytes=-0', 'bytes=-', 'bytes=0-1,5-6', 'lines=0-1'])(
		'refuses %s',
		async (range) => {
			const refusal = await ask(fileUrl(id), { headers: { range } });
			expect(refusal).toMatchObject({ status: 416, headers: { 'content-range': `bytes */${SIZE}` } });
		},
	);

	test('respects If-Range', async () => {
		const { etag, 'last-modified': modified } = (await ask(fileUrl(id))).headers;
		const status = async (condition: unknown) =>
			(await ask(fileUrl(id), { headers: { range: 'bytes=5-', 'if-range': String(condition) } })).status;
		expect([await status(etag), await status(modified), await status('"another"')]).toEqual([206, 206, 200]);
	});

	test.each([
		[0, 2723],
		[2723, 2723],
		[2724, 2724],
		[50_000, 50_000],
	])('pads a video of %d bytes to %d', (wanted, size) => {
		const video = part('a', wanted, 0, Infinity);
		expect(video).toHaveLength(size);
		const boxes: string[] = [];
		for (let at = 0; at < size; at += video.readUInt32BE(at))
			boxes.push(video.toString('latin1', at + 4, at + 8));
		expect(boxes).toEqual(['ftyp', 'moov', 'mdat', 'free']);
	});

	test('repeats no part of a video, and reads it in small blocks', () => {
		const size = 2 ** 32 - 1;
		const places = [10_000, 20_000, 75_536, 2 ** 31, size - 100].map((at) =>
			part('a', size, at, at + 100).toString('hex'),
		);
		expect(new Set([...places, part('b', size, 10_000, 10_100).toString('hex')]).size).toBe(6);
		expect(part('a', size, 65_000, 70_000).equals(part('a', size, 0, 300_000).subarray(65_000, 70_000))).toBe(
			true,
		);
		for (const chunk of videoOf('a', size).read(0, 300_000)) expect(chunk.length).toBeLessThanOrEqual(65_536);
	});
});

describe('control over HTTP', () => {
	const control = async (name: string, options: Call = {}) =>
		await json(new URL(`/__simulator/${name}`, simulator.baseUrl).href, { key: '', ...options });
	const post = async (name: string, body: unknown) => await control(name, { method: 'POST', body });

	test('tells how it is, and what it was asked', async () => {
		const { baseUrl, filesUrl } = simulator;
		expect((await control('health')).value).toEqual({ ok: true, baseUrl, filesUrl });
		await ask(resultUrl('x'));
		expect((await control('requests')).value).toMatchObject([{ n: 1, id: 'x', status: 404 }]);
	});

	test('adds tasks and faults', async () => {
		const added = await post('tasks', { id: 'video_a', finishAfter: 0 });
		expect(added).toMatchObject({ status: 201, value: { id: 'video_a', status: 'completed' } });
		expect((await post('faults', { kind: 'status', status: 503, times: 'Infinity' })).status).toBe(201);
		expect((await ask(resultUrl('video_a'))).status).toBe(503);
		expect((await control('faults', { method: 'DELETE' })).status).toBe(200);
		expect((await ask(resultUrl('video_a'))).status).toBe(200);
	});

	test.each([
		['tasks', '{', 'body: must be JSON'],
		['tasks', '[]', 'body: Invalid input: expected object'],
		['tasks', { id: 5 }, 'task: id: Invalid input: expected string'],
		['faults', {}, 'fault: kind: Invalid option'],
		['faults', { kind: 'slow', delay: 'long' }, 'fault slow: delay: Invalid input: expected number'],
	])('refuses %s %j', async (name, body, message) => {
		const error = { message: expect.stringContaining(message), code: 'invalid_control' };
		expect(await post(name, body)).toMatchObject({ status: 400, value: { error } });
	});

	test('knows its paths and methods', async () => {
		expect((await control('nonsense')).status).toBe(404);
		expect((await control('tasks')).status).toBe(405);
	});
});

import { sleep } from 'n8n-workflow';
import { request } from 'undici';
import { startSimulator } from '../simulator/index.cts';
import type { Simulator, SimulatorOptions } from '../simulator/index.cts';
import type { FaultOptions } from '../simulator/faults.cts';
import { videoOf } from '../simulator/video.cts';
import { SEEN } from '../simulator/seen.cts';

const NOW = 1_761_635_478_000;
const KEY = 'sk-simulator';

let simulator: Simulator;
let now = NOW;

/** Starts the simulator under a clock that stands still until a test moves it. */
async function start(options: SimulatorOptions = {}): Promise<void> {
	now = NOW;
	simulator = await startSimulator({ clock: () => now, ...options });
}

afterEach(async () => {
	await simulator.close();
});

interface Call {
	method?: 'GET' | 'POST' | 'HEAD' | 'DELETE';
	key?: string | null;
	body?: unknown;
	headers?: Record<string, string>;
	signal?: AbortSignal;
}

async function call(url: string, { method = 'GET', key = KEY, body, headers = {}, signal }: Call = {}) {
	return await request(url, {
		method,
		headers: {
			...(key === null ? {} : { authorization: `Bearer ${key}` }),
			...(body === undefined ? {} : { 'content-type': 'application/json' }),
			...headers,
		},
		...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
		...(signal === undefined ? {} : { signal }),
	});
}

async function answer(url: string, options: Call = {}) {
	const { statusCode, headers, body } = await call(url, options);
	const text = await body.text();
	return { status: statusCode, headers, text };
}

async function json(url: string, options: Call = {}) {
	const { status, headers, text } = await answer(url, options);
	const value: unknown = JSON.parse(text);
	return { status, headers, value };
}

async function bytes(url: string, headers: Record<string, string> = {}) {
	const { statusCode, headers: received, body } = await call(url, { key: null, headers });
	return { status: statusCode, headers: received, body: Buffer.from(await body.arrayBuffer()) };
}

async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await sleep(5);
}

/** Asks, and leaves once the simulator has the request, its `nth` from 0. */
async function leaveAfterArrival(url: string, nth: number): Promise<void> {
	const leaving = new AbortController();
	const asking = expect(call(url, { signal: leaving.signal })).rejects.toThrow('abort');
	await until(() => simulator.requests.length > nth);
	leaving.abort();
	await asking;
	await until(() => simulator.requests[nth]?.endedAt !== null);
}

const resultUrl = (id: string) => `${simulator.baseUrl}/v1/result/${id}`;
const createUrl = () => `${simulator.baseUrl}/v1/seedance/videos`;
const fileUrl = (id: string) => `${simulator.filesUrl}/files/${id}.mp4`;
const controlUrl = (name: string) => new URL(`/__simulator/${name}`, simulator.baseUrl).href;
const createBody = (prompt = 'A cat on a roof') => ({
	model: 'seedance_1_5_pro_720p',
	content: [{ type: 'text', text: prompt }],
});

describe('a task', () => {
	it('goes from queued over processing to completed, in the documented shape', async () => {
		await start();
		const { id } = simulator.addTask({ finishAfter: 100 });
		const unfinished = {
			id,
			object: 'video',
			created: 1_761_635_478,
			model: 'seedance_1_5_pro_720p',
			video_url: null,
			error: null,
		};
		expect((await json(resultUrl(id))).value).toEqual({ ...unfinished, status: 'queued' });
		now += 10_000;
		expect((await json(resultUrl(id))).value).toEqual({ ...unfinished, status: 'processing' });
		now += 89_999;
		expect((await json(resultUrl(id))).value).toEqual({ ...unfinished, status: 'processing' });
		now += 1;
		expect(await json(resultUrl(id))).toMatchObject({
			status: 200,
			value: { ...unfinished, status: 'completed', video_url: fileUrl(id), actualDuration: 5 },
		});
	});

	it.each([
		['failed', { error: 'The prompt was refused.' }],
		['cancelled', { error: null }],
	] as const)('can end as %s', async (outcome, more) => {
		await start();
		const { id } = simulator.addTask({ outcome, finishAfter: 0, error: 'The prompt was refused.' });
		const { value } = await json(resultUrl(id));
		expect(value).toMatchObject({ status: outcome, video_url: null, ...more });
		expect(value).not.toHaveProperty('actualDuration');
	});

	it('can go on forever, and be ended by hand', async () => {
		await start({ retention: Infinity });
		const { id } = simulator.addTask({ outcome: 'never' });
		now += 1e9;
		expect(simulator.task(id)?.status).toBe('processing');
		simulator.finishTask(id);
		expect(simulator.task(id)?.status).toBe('completed');
		simulator.finishTask(id, 'failed');
		expect(simulator.task(id)?.status).toBe('failed');
		expect(() => simulator.finishTask('nobody')).toThrow('none with the id nobody');
	});

	it.each([
		['seedance_1_5_pro_720p', 'online', 120, 300],
		['seedance_1_5_pro_1080p', 'online', 180, 480],
		['seedance_1_5_pro_720p', 'flex', 600, 7200],
	] as const)('%s (%s) takes %d to %d s, divided by the speed', async (model, tier, min, max) => {
		await start({ speed: 60 });
		for (let index = 0; index < 100; index++) {
			const seconds = ((simulator.addTask({ model, tier }).finishAt - NOW) / 1000) * 60;
			expect(seconds).toBeGreaterThanOrEqual(min);
			expect(seconds).toBeLessThanOrEqual(max);
		}
	});

	it('has the age it is given, and ages by the speed from then on', async () => {
		await start({ speed: 60 });
		const young = simulator.addTask({ createdAgo: 60 });
		expect(young.created).toBe(NOW / 1000 - 60);
		expect(young.finishAt).toBeGreaterThanOrEqual(NOW + 1000);
		expect(young.finishAt).toBeLessThanOrEqual(NOW + 4000);
		expect(young.expiresAt).toBe(NOW + ((86_400 - 60) / 60) * 1000);
		expect(simulator.addTask({ createdAgo: 3600 }).status).toBe('completed');
	});

	it('is reproducible by the seed', async () => {
		const drawn = async (seed: number) => {
			await start({ seed });
			const { id, finishAt } = simulator.addTask();
			await simulator.close();
			return { id, finishAt };
		};
		const first = await drawn(7);
		expect(first.id).toMatch(/^video_[0-9a-f]{12}$/);
		expect(await drawn(7)).toEqual(first);
		expect(await drawn(8)).not.toEqual(first);
	});

	it('can report what no page documents', async () => {
		await start();
		simulator.addTask({ id: 'a b/c', extra: { totalTokens: 12, model: 'other' }, created: undefined });
		const { value } = await json(resultUrl(encodeURIComponent('a b/c')));
		expect(value).toMatchObject({ id: 'a b/c', totalTokens: 12, model: 'other' });
		expect(value).not.toHaveProperty('created');
		simulator.addTask({ id: 'odd', created: '2025', videoUrl: 'ftp://x', finishAfter: 0 });
		expect((await json(resultUrl('odd'))).value).toMatchObject({ created: '2025', video_url: 'ftp://x' });
	});

	it('can be completed before its video_url is there', async () => {
		await start();
		const { id } = simulator.addTask({ finishAfter: 10, missingVideoUrl: 2 });
		const urls: unknown[] = [];
		for (let poll = 0; poll < 4; poll++) {
			const { value } = await json(resultUrl(id));
			urls.push((value as { video_url: unknown }).video_url);
			now += 10_000;
		}
		expect(urls).toEqual([null, null, null, fileUrl(id)]);
	});

	it('can end with an answer instead of with time', async () => {
		await start();
		const { id } = simulator.addTask({ finishAfterAnswers: 2, outcome: 'cancelled' });
		const statuses: unknown[] = [];
		for (let poll = 0; poll < 4; poll++) {
			now += 3_600_000;
			statuses.push(((await json(resultUrl(id))).value as { status: unknown }).status);
		}
		expect(statuses).toEqual(['processing', 'processing', 'cancelled', 'cancelled']);
	});

	it('is gone, file and all, after its retention', async () => {
		await start({ retention: 1000, speed: 10 });
		const { id } = simulator.addTask({ createdAgo: 200, finishAfter: 0 });
		now += 79_999;
		expect((await json(resultUrl(id))).status).toBe(200);
		expect((await bytes(fileUrl(id))).status).toBe(200);
		now += 1;
		expect(await json(resultUrl(id))).toMatchObject({
			status: 404,
			value: { error: { message: 'task not found', code: 'task_not_found' } },
		});
		expect((await bytes(fileUrl(id))).status).toBe(404);
		expect(simulator.task(id)).toBeNull();
	});

	it('is refused when its options do not fit', async () => {
		await start();
		simulator.addTask({ id: 'taken' });
		expect(() => simulator.addTask({ id: 'taken' })).toThrow('one with the id taken already');
		expect(() => simulator.addTask({ finishAfter: NaN })).toThrow('task: finishAfter: Invalid input: expected number');
		expect(() => simulator.addTask({ fileType: 'png' })).toThrow('fileType: expected a media type');
		expect(() => simulator.addTask({ fileEnding: '.png' })).toThrow('fileEnding: expected letters and digits');
		expect(() => simulator.addTask(JSON.parse('{"outcom":"failed"}'))).toThrow('task: Unrecognized key: "outcom"');
		expect(simulator.removeTask('taken')).toBe(true);
		expect(simulator.removeTask('taken')).toBe(false);
	});
});

describe('the API', () => {
	it('asks for the key before anything else', async () => {
		await start();
		const refusal = {
			status: 401,
			value: { error: { message: 'Invalid API key', code: 'invalid_api_key' } },
		};
		expect(await json(resultUrl('x'), { key: null })).toMatchObject(refusal);
		expect(await json(resultUrl('x'), { key: 'wrong' })).toMatchObject(refusal);
		expect(await json(`${simulator.baseUrl}/elsewhere`, { key: 'wrong' })).toMatchObject(refusal);
		simulator.apiKeys.add('wrong');
		expect((await json(resultUrl('x'), { key: 'wrong' })).status).toBe(404);
	});

	it('knows its paths and methods', async () => {
		await start();
		expect((await json(`${simulator.baseUrl}/elsewhere`)).status).toBe(404);
		expect((await json(resultUrl(''))).status).toBe(404);
		expect((await json(resultUrl('%E0%A4%A'))).status).toBe(404);
		expect(await json(resultUrl('x'), { method: 'DELETE' })).toMatchObject({
			status: 405, headers: { allow: 'GET' },
		});
		expect(await json(createUrl())).toMatchObject({ status: 405, headers: { allow: 'POST' } });
	});

	it('limits the rate of each key in a sliding window', async () => {
		await start({ apiKeys: [KEY, 'other'], rateLimit: { requests: 2, seconds: 10, retryAfter: true } });
		const { id } = simulator.addTask();
		const status = async (key = KEY) => (await json(resultUrl(id), { key })).status;
		expect(await status()).toBe(200);
		now += 4000;
		expect(await status()).toBe(200);
		now += 1500;
		expect(await json(resultUrl(id))).toMatchObject({
			status: 429,
			headers: { 'retry-after': '5' },
			value: { error: { code: 'rate_limit_exceeded' } },
		});
		expect(await status('other')).toBe(200);
		now += 4500;
		expect(await status()).toBe(200);
		expect(await status()).toBe(429);
	});

	it.each([
		[false, undefined],
		['date', new Date(NOW + 10_000).toUTCString()],
	] as const)('rate-limits with retryAfter %s', async (retryAfter, header) => {
		await start({ rateLimit: { requests: 1, seconds: 10, retryAfter } });
		await json(resultUrl('x'));
		const { status, headers } = await json(resultUrl('x'));
		expect(status).toBe(429);
		expect(headers['retry-after']).toBe(header);
	});

	it.each(['GET', 'POST'] as const)('can limit the rate of %s alone', async (method) => {
		await start({ rateLimit: { requests: 1, seconds: 10, method } });
		const statuses: Record<string, number[]> = { GET: [], POST: [] };
		for (let index = 0; index < 2; index++) {
			statuses.GET?.push((await answer(resultUrl('x'))).status);
			statuses.POST?.push((await answer(createUrl(), { method: 'POST', body: createBody() })).status);
		}
		expect(statuses).toEqual({ GET: [404, 404], POST: [200, 200], [method]: [expect.anything(), 429] });
		expect(simulator.created).toHaveLength(method === 'POST' ? 1 : 2);
	});

	it('logs what it was asked', async () => {
		await start();
		const { id } = simulator.addTask({ finishAfter: 0 });
		await json(`${resultUrl(id)}?again=1`);
		await bytes(fileUrl(id), { range: 'bytes=0-9' });
		await json(createUrl(), { method: 'POST', body: createBody() });
		await until(() => simulator.requests.every(({ endedAt }) => endedAt !== null));
		expect(simulator.requests).toMatchObject([
			{
				n: 1, host: 'api', method: 'GET', path: `/kyyReactApiServer/v1/result/${id}?again=1`, id,
				at: NOW, status: 200, authorization: `Bearer ${KEY}`, body: null, fault: null, range: null,
				connection: 1,
			},
			{ n: 2, host: 'files', id, status: 206, authorization: null, range: 'bytes=0-9', connection: 2 },
			{ n: 3, host: 'api', method: 'POST', id: null, status: 200, body: createBody() },
		]);
		expect(simulator.requestsFor(id).map(({ n }) => n)).toEqual([1, 2]);
		simulator.resetLog();
		expect(simulator.requests).toEqual([]);
	});

	it('counts the requests it has at once', async () => {
		await start();
		const { id } = simulator.addTask();
		let letGo = () => {};
		simulator.fault({ kind: 'hold', until: new Promise<void>((resolve) => (letGo = resolve)), times: 5 });
		const held = Promise.all(Array.from({ length: 5 }, async () => await json(resultUrl(id))));
		await until(() => simulator.maxInFlight === 5);
		expect(simulator.requests.every(({ endedAt }) => endedAt === null)).toBe(true);
		letGo();
		expect((await held).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
		await json(resultUrl(id));
		expect(simulator.maxInFlight).toBe(5);
		await until(() => simulator.requests.every(({ endedAt }) => endedAt !== null));
		simulator.resetLog();
		expect(simulator.maxInFlight).toBe(0);
	});

	it('refuses options that do not fit, and ports that are taken', async () => {
		await start();
		await expect(startSimulator({ speed: 0 })).rejects.toThrow('simulator: speed: Too small: expected number to be >0');
		const rateLimit = { requests: 0, seconds: 1 };
		await expect(startSimulator({ rateLimit })).rejects.toThrow('simulator: rateLimit.requests: Too small');
		const unknownMethod = startSimulator({ rateLimit: JSON.parse('{"method":"PUT"}') });
		await expect(unknownMethod).rejects.toThrow('rateLimit.method: Invalid option: expected one of "GET"|"POST"');
		const port = Number(new URL(simulator.baseUrl).port);
		await expect(startSimulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
	});
});

describe('create', () => {
	const create = async (body: unknown) => await json(createUrl(), { method: 'POST', body });

	it('registers the task, once a request', async () => {
		await start();
		const body = {
			model: 'seedance_1_5_pro_1080p',
			content: [
				{ type: 'text', text: '一只猫' },
				{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
				{ type: 'image_url', image_url: { url: 'https://example.com/b.png' }, role: 'last_frame' },
			],
			ratio: '21:9',
			duration: 12,
			generate_audio: true,
		};
		const { status, value } = await create(body);
		expect(status).toBe(200);
		const { id } = value as { id: string };
		expect(value).toEqual({
			id: expect.stringMatching(/^video_/),
			object: 'video',
			created: NOW / 1000,
			model: 'seedance_1_5_pro_1080p',
			status: 'queued',
		});
		expect(simulator.created).toEqual([{ id, body, at: NOW, authorization: `Bearer ${KEY}` }]);
		simulator.finishTask(id);
		expect((await json(resultUrl(id))).value).toMatchObject({ status: 'completed', actualDuration: 12 });
	});

	it.each([['[fail]', 'failed'], ['[cancel]', 'cancelled'], ['[never]', 'never']])(
		'takes %s in the prompt for a task that ends as %s',
		async (marker, outcome) => {
			await start();
			const { value } = await create(createBody(`A cat ${marker}`));
			expect(simulator.task((value as { id: string }).id)?.outcome).toBe(outcome);
		},
	);

	it('lets the model choose the duration', async () => {
		await start();
		for (let index = 0; index < 30; index++) await create({ ...createBody(), duration: -1 });
		const durations = simulator.created.map(({ id }) => simulator.task(id)?.actualDuration ?? 0);
		expect(Math.min(...durations)).toBeGreaterThanOrEqual(4);
		expect(Math.max(...durations)).toBeLessThanOrEqual(12);
		expect(new Set(durations).size).toBeGreaterThan(1);
	});

	const image = (more: object = {}) => {
		const url = 'https://example.com/a.png';
		return { type: 'image_url', image_url: { url }, ...more };
	};
	const text = { type: 'text', text: 'A cat' };
	const withContent = (...content: unknown[]) => ({ ...createBody(), content });
	it.each<[string, unknown]>([
		['Invalid input: expected object, received array', '[]'],
		['body must be JSON', '{'],
		['model: ', { ...createBody(), model: 'seedance_2' }],
		['model: ', { content: [text] }],
		['content: ', { model: 'seedance_1_5_pro_720p' }],
		['content: ', withContent()],
		['content: ', { ...createBody(), content: 'A cat' }],
		['content[0]: ', withContent(null)],
		['content[0].type: must be', withContent({ type: 'video' })],
		['content[0].text: ', withContent({ type: 'text' })],
		['content[0].text: ', createBody(' ')],
		['content[0].text: ', createBody('猫'.repeat(501))],
		['content[0].text: ', createBody('cat '.repeat(1001))],
		['content[1].role: ', withContent(text, image({ role: 'middle' }))],
		['content[1].image_url.url: must be an http', withContent(text, image({ image_url: { url: 'a.png' } }))],
		['content[0]: Unrecognized key: "rol"', withContent(image({ rol: 'last_frame' }))],
		['content: must not hold more than one text', withContent(text, text)],
		['content: must not hold more than one first_frame', withContent(image(), image())],
		['ratio: ', { ...createBody(), ratio: '2:1' }],
		['duration: must be a whole number from 4 to 12', { ...createBody(), duration: 3 }],
		['duration: must be a whole number from 4 to 12', { ...createBody(), duration: 13 }],
		['duration: must be a whole number from 4 to 12', { ...createBody(), duration: 4.5 }],
		['duration: must be a whole number from 4 to 12', { ...createBody(), duration: '5' }],
		['generate_audio: ', { ...createBody(), generate_audio: 'true' }],
		['Unrecognized key: "generateAudio"', { ...createBody(), generateAudio: true }],
	])('refuses with "%s..."', async (message, body) => {
		await start();
		const { status, value } = await create(body);
		expect(status).toBe(400);
		const { error } = value as { error: { message: string; code: string } };
		expect(error.message.startsWith(message)).toBe(true);
		expect(error.code).toBe('invalid_parameter');
		expect(simulator.created).toEqual([]);
	});

	it('refuses another media type and endless bodies', async () => {
		await start();
		const headers = { 'content-type': 'text/plain' };
		expect((await json(createUrl(), { method: 'POST', body: createBody(), headers })).status).toBe(400);
		expect((await create(createBody('x'.repeat(2 ** 20)))).status).toBe(413);
	});
});

describe('a fault of the API', () => {
	let id = '';
	const fault = (options: FaultOptions) => simulator.fault(options);
	const result = async () => await answer(resultUrl(id));

	beforeEach(async () => {
		await start();
		id = simulator.addTask({ finishAfter: 0 }).id;
	});

	it.each([
		['html', 'text/html; charset=utf-8', /^<!DOCTYPE html>/],
		['empty', undefined, /^$/],
		['errorString', 'application/json; charset=utf-8', /^{"error":"Busy"}$/],
		['errorObject', 'application/json; charset=utf-8', /^{"error":{"message":"Busy","code":"busy"}}$/],
		['codeMessage', 'application/json; charset=utf-8', /^{"code":"busy","message":"Busy"}$/],
		['codeMsg', 'application/json; charset=utf-8', /^{"code":"busy","msg":"Busy"}$/],
	] as const)('answers in the shape %s, as an error and under 200', async (envelope, type, text) => {
		fault({ kind: 'status', status: 503, envelope, message: 'Busy', code: 'busy' });
		fault({ kind: 'envelope200', envelope, message: 'Busy', code: 'busy' });
		for (const status of [503, 200]) {
			const received = await result();
			expect(received.status).toBe(status);
			expect(received.headers['content-type']).toBe(type);
			expect(received.text).toMatch(text);
		}
	});

	it('status: takes body, headers and Retry-After', async () => {
		const date = new Date(NOW);
		fault({ kind: 'status' });
		fault({ kind: 'status', status: 418, body: 'teapot', headers: { 'X-Tea': 'green' }, retryAfter: 7 });
		fault({ kind: 'status', status: 429, body: { a: 1 }, retryAfter: date });
		expect(await result()).toMatchObject({
			status: 500, text: '{"error":{"message":"Internal Server Error","code":"simulated_error"}}',
		});
		expect(await result()).toMatchObject({
			status: 418, text: 'teapot', headers: { 'x-tea': 'green', 'retry-after': '7' },
		});
		expect(await result()).toMatchObject({
			status: 429, text: '{"a":1}', headers: { 'retry-after': date.toUTCString() },
		});
		expect((await result()).status).toBe(200);
	});

	it('brings answers that are no task', async () => {
		fault({ kind: 'html200' });
		fault({ kind: 'empty200' });
		fault({ kind: 'malformedJson' });
		fault({ kind: 'jsonArray' });
		fault({ kind: 'jsonScalar' });
		fault({ kind: 'jsonScalar', value: null });
		const texts: string[] = [];
		for (let index = 0; index < 6; index++) {
			const { status, text } = await result();
			expect(status).toBe(200);
			texts.push(text);
		}
		const task = (await result()).text;
		expect(texts[0]).toContain('<html>');
		expect(texts.slice(1)).toEqual(['', task.slice(0, task.length / 2), `[${task}]`, '"ok"', 'null']);
	});

	it('brings tasks that are not as they should be', async () => {
		const task: unknown = JSON.parse((await result()).text);
		fault({ kind: 'wrongId', answerId: 'video_other' });
		fault({ kind: 'missingField', field: 'status' });
		fault({ kind: 'unknownStatus' });
		fault({ kind: 'unknownStatus', status: '' });
		expect(JSON.parse((await result()).text)).toEqual({ ...(task as object), id: 'video_other' });
		expect(JSON.parse((await result()).text)).toEqual({ ...(task as object), status: undefined });
		expect(JSON.parse((await result()).text)).toEqual({ ...(task as object), status: 'expired' });
		expect(JSON.parse((await result()).text)).toEqual({ ...(task as object), status: '' });
	});

	it('leaves other answers than tasks alone when it is about tasks', async () => {
		fault({ kind: 'unknownStatus' });
		expect((await json(resultUrl(id), { key: 'wrong' })).status).toBe(401);
		expect(simulator.requests[0]?.fault).toBe('unknownStatus');
	});

	const noHandler = 'No handler found for POST /kyyReactApiServer/v1/seedance/videos';
	const unauthorized = {
		code: 'AuthenticationError',
		message: 'the API key in the request is missing or invalid',
		type: 'Unauthorized',
	};
	const seen = [
		['badKey200', 'seen', 200, { code: '204', msg: '登录验证失败' }],
		['badKey401', 'seen', 401, { error: unauthorized }],
		['wrongAddress200', 'seen', 200, { code: 500, data: null, msg: noHandler }],
		['wrongAddress404', 'seen', 404, { message: noHandler }],
		['missingParameter', 'seen', 200, { msg: '缺少必填参数: prompt' }],
		['unknownModel', 'seen', 400, { error: { message: '模型不可用' } }],
		['failedAtOnce', 'seen', 200, {
			id: expect.stringMatching(/^video_[0-9a-f]{12}$/), status: 'failed', error: 'provider rejected prompt',
		}],
		['empty204', 'seen', 204, null],
		['unknownId200', 'guess', 200, { code: 500, data: null, msg: '任务不存在' }],
		['unknownIdCode404', 'guess', 200, { code: 404, msg: 'task not found', data: null }],
		['noCredit200', 'guess', 200, { code: 402, msg: '余额不足', data: null }],
		['busy200', 'guess', 200, { code: 500, data: null, msg: '系统繁忙' }],
		['genericError200', 'seen', 200, { code: 500, data: null, msg: 'internal error' }],
	] as const;

	it.each(seen)('seen: %s (%s)', async (name, mark, status, value) => {
		fault({ kind: 'seen', answer: name });
		const received = await answer(`${createUrl()}?a=1`, { method: 'POST', body: createBody() });
		expect(received.status).toBe(status);
		expect(received.text === '' ? null : JSON.parse(received.text)).toEqual(value);
		expect(received.headers['content-length'] === undefined).toBe(status === 204);
		expect(SEEN[name].mark).toBe(mark);
		expect(simulator.requests).toMatchObject([{ fault: 'seen', status, body: createBody() }]);
		expect(simulator.created).toEqual([]);
	});

	it('seen: is tested whole, and draws the same ids again', async () => {
		expect(seen.map(([name]) => name)).toEqual(Object.keys(SEEN));
		const drawn = async () => {
			await simulator.close();
			await start();
			fault({ kind: 'seen', answer: 'failedAtOnce', times: 2 });
			return [(await answer(createUrl())).text, (await answer(createUrl())).text];
		};
		const first = await drawn();
		expect(first[0]).not.toBe(first[1]);
		expect(await drawn()).toEqual(first);
	});

	type Shown = Record<string, unknown>;
	const moved = ({ video_url: link, ...others }: Shown, field = 'result_url') => ({ ...others, [field]: link });
	const extra = {
		totalTokens: '123456', amount: '0.32', usage: { total_tokens: '123456' }, progress: 100,
		resolution: '720p', officialMediaUrl: 'https://vidgen.x.ai/a.mp4', actualDuration: '10',
	};
	const succeeded = { completed: 'succeeded' };

	it.each<[Omit<Extract<FaultOptions, { kind: 'shape' }>, 'kind'>, (task: Shown) => unknown]>([
		[{ as: 'insideData' }, (task) => ({ code: 0, msg: null, data: task })],
		[{ as: 'insideDataCodeText' }, (task) => ({ code: '0', msg: 'success', data: task })],
		[{ as: 'insideDataWithoutId' }, (task) => ({ data: { ...task, id: undefined } })],
		[{ as: 'errorObject' }, (task) => task],
		[{ as: 'extraFields' }, (task) => ({ ...task, ...extra })],
		[{ as: 'linkIn' }, (task) => moved(task)],
		[{ as: 'linkIn', field: 'url' }, (task) => moved(task, 'url')],
		[{ as: 'statusWord', words: succeeded }, (task) => ({ ...task, status: 'succeeded' })],
		[{ as: 'statusWord', words: { failed: 'error' } }, (task) => task],
		[
			{ as: ['insideData', 'statusWord', 'linkIn'], words: succeeded },
			(task) => ({ code: 0, msg: null, data: { ...moved(task), status: 'succeeded' } }),
		],
	])('shape: %j', async (options, expected) => {
		const task = (await json(resultUrl(id))).value as Shown;
		fault({ kind: 'shape', ...options });
		expect((await json(resultUrl(id))).value).toEqual(expected(task));
	});

	it('shape: puts a byte order mark before the JSON', async () => {
		const { text } = await result();
		fault({ kind: 'shape', as: ['byteOrderMark'] });
		const { body, headers } = await bytes(resultUrl(id), { authorization: `Bearer ${KEY}` });
		expect(body).toEqual(Buffer.from(`\uFEFF${text}`));
		expect(headers['content-type']).toBe('application/json; charset=utf-8');
	});

	it('shape: makes an object of the error of a failed task', async () => {
		simulator.finishTask(id, 'failed');
		fault({ kind: 'shape', as: ['statusWord', 'errorObject'], words: { failed: 'error' } });
		expect((await json(resultUrl(id))).value).toMatchObject({
			status: 'error', error: { message: simulator.task(id)?.error },
		});
	});

	it('shape: lets a create make its task, and other answers be', async () => {
		fault({ kind: 'shape', as: 'insideData', times: 2 });
		const { value } = await json(createUrl(), { method: 'POST', body: createBody() });
		expect(simulator.created).toHaveLength(1);
		expect(value).toMatchObject({ code: 0, data: { id: simulator.created[0]?.id, status: 'queued' } });
		expect((await json(resultUrl('x'))).value).toMatchObject({ error: { code: 'task_not_found' } });
		const log = { fault: 'shape', id: null };
		expect(simulator.requests).toMatchObject([{ ...log, status: 200 }, { ...log, id: 'x', status: 404 }]);
	});

	it('redirect: to the files host, or where it is told', async () => {
		fault({ kind: 'redirect' });
		fault({ kind: 'redirect', status: 307, to: 'https://example.com/' });
		expect(await result()).toMatchObject({
			status: 302, headers: { location: `${simulator.filesUrl}/kyyReactApiServer/v1/result/${id}` },
		});
		expect(await result()).toMatchObject({ status: 307, headers: { location: 'https://example.com/' } });
	});

	it('reset: breaks the connection before an answer, and the request has no effect', async () => {
		fault({ kind: 'reset', times: 2 });
		await expect(result()).rejects.toMatchObject({ code: 'ECONNRESET' });
		const posted = json(createUrl(), { method: 'POST', body: createBody() });
		await expect(posted).rejects.toMatchObject({ code: 'ECONNRESET' });
		const unanswered = { status: null, fault: 'reset' };
		expect(simulator.requests).toMatchObject([unanswered, unanswered]);
		expect(simulator.created).toEqual([]);
		expect((await result()).status).toBe(200);
	});

	it('cutAfterAccept: the create counts, but no answer comes', async () => {
		fault({ kind: 'cutAfterAccept' });
		expect((await result()).status).toBe(200);
		const posted = json(createUrl(), { method: 'POST', body: createBody() });
		await expect(posted).rejects.toMatchObject({ code: 'ECONNRESET' });
		expect(simulator.created).toHaveLength(1);
	});

	it('cutBody: promises more than it sends', async () => {
		const whole = (await result()).text;
		for (const [at, length] of [[undefined, Math.floor(whole.length / 2)], [0, 0], [17, 17]] as const) {
			fault(at === undefined ? { kind: 'cutBody' } : { kind: 'cutBody', at });
			const { statusCode, headers, body } = await call(resultUrl(id));
			expect(statusCode).toBe(200);
			expect(headers['content-length']).toBe(String(whole.length));
			let received = '';
			const reading = async () => {
				for await (const chunk of body) received += String(chunk);
			};
			await expect(reading()).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
			expect(received).toBe(whole.slice(0, length));
		}
	});

	it('hang: never answers', async () => {
		fault({ kind: 'hang' });
		await leaveAfterArrival(resultUrl(id), 0);
		expect(simulator.requests[0]).toMatchObject({ status: null, fault: 'hang' });
	});

	it('slow: answers late, and not at all to a client that has gone', async () => {
		fault({ kind: 'slow', delay: 60 });
		const startedAt = Date.now();
		expect((await result()).status).toBe(200);
		expect(Date.now() - startedAt).toBeGreaterThanOrEqual(59);
		fault({ kind: 'slow', delay: 60_000 });
		await leaveAfterArrival(resultUrl(id), 1);
		expect(simulator.requests[1]?.status).toBeNull();
	});

	it('slowBody: the head at once, the body in drops', async () => {
		fault({ kind: 'slowBody', interval: 20, chunkBytes: 40 });
		const startedAt = Date.now();
		const { statusCode, headers, body } = await call(resultUrl(id));
		expect(statusCode).toBe(200);
		expect(simulator.requests[0]?.endedAt).toBeNull();
		const text = await body.text();
		expect(Date.now() - startedAt).toBeGreaterThanOrEqual(19 * Math.ceil(text.length / 40));
		expect(headers['content-length']).toBe(String(text.length));
		expect(JSON.parse(text)).toMatchObject({ id });
	});

	it('endlessBody: goes on until the client leaves', async () => {
		fault({ kind: 'endlessBody' });
		const { headers, body } = await call(resultUrl(id));
		expect(headers).not.toHaveProperty('content-length');
		let text = '';
		for await (const chunk of body) {
			text += String(chunk);
			if (text.length > 2 ** 20) break;
		}
		expect(JSON.parse(`${text}"}`)).toMatchObject({ id, status: 'completed' });
		await until(() => simulator.requests[0]?.endedAt !== null);
	});

	it('meets the requests it is meant for, in order, as often as it is told', async () => {
		const other = simulator.addTask().id;
		fault({ kind: 'status', status: 501, id, times: 2, after: 1 });
		fault({ kind: 'status', status: 502, path: /\/result\/video_[0-9a-f]+$/g });
		const posts = fault({ kind: 'status', status: 503, method: 'post', times: Infinity });
		fault({ kind: 'status', status: 504, path: '?late' });
		const statuses: number[] = [];
		for (const path of [id, id, id, id, other, `${other}?late`]) {
			statuses.push((await answer(resultUrl(path))).status);
		}
		expect(statuses).toEqual([502, 501, 501, 200, 200, 504]);
		expect((await answer(createUrl(), { method: 'POST' })).status).toBe(503);
		expect((await answer(createUrl(), { method: 'POST' })).status).toBe(503);
		expect(posts.used).toBe(2);
		posts.remove();
		expect((await answer(createUrl(), { method: 'POST' })).status).toBe(400);
		fault({ kind: 'reset', times: Infinity });
		simulator.clearFaults();
		expect((await result()).status).toBe(200);
	});

	it('lets requests pass first that another fault took, and waits for its turn', async () => {
		fault({ kind: 'status', status: 501, times: 2 });
		fault({ kind: 'status', status: 502, after: 1 });
		const statuses: number[] = [];
		for (let index = 0; index < 4; index++) statuses.push((await result()).status);
		expect(statuses).toEqual([501, 501, 502, 200]);
		simulator.clearFaults();
		fault({ kind: 'status', status: 501 });
		fault({ kind: 'status', status: 502, after: 1 });
		expect((await result()).status).toBe(501);
		expect((await result()).status).toBe(502);
	});

	it('is refused when its options do not fit', () => {
		expect(() => fault({ kind: 'nonsense' } as never)).toThrow('fault: kind: Invalid option: expected one of "status"|');
		expect(() => fault({ kind: 'reset', delay: 5 } as never)).toThrow('fault reset: Unrecognized key: "delay"');
		expect(() => fault({ kind: 'noRange' })).toThrow('host must be files');
		expect(() => fault({ kind: 'wrongId', host: 'files' })).toThrow('host must be api');
		expect(() => fault({ kind: 'status', status: '500' } as never)).toThrow('status: Invalid input: expected number');
		expect(() => fault({ kind: 'status', times: 0 })).toThrow('times: expected a whole number from 1');
	});

	it.each([
		[{ kind: 'missingField' }, 'missingField: field: Invalid input'],
		[{ kind: 'seen' }, 'seen: answer: Invalid option'],
		[{ kind: 'seen', answer: 'badKey' }, 'seen: answer: Invalid option: expected one of "badKey200"|'],
		[{ kind: 'seen', answer: 'badKey200', host: 'files' }, 'seen: host must be api'],
		[{ kind: 'shape' }, 'shape: as: expected one or more of errorObject, '],
		[{ kind: 'shape', as: [] }, 'shape: as: expected one or more of errorObject, '],
		[{ kind: 'shape', as: ['linkIn', 'x'] }, 'shape: as: expected one or more of'],
		[{ kind: 'shape', as: 'statusWord' }, 'shape: words and statusWord need each other'],
		[{ kind: 'shape', as: 'linkIn', words: {} }, 'shape: words and statusWord need each other'],
		[{ kind: 'shape', as: 'statusWord', words: { done: 'x' } }, 'shape: words.done: Invalid key'],
		[{ kind: 'shape', as: 'insideData', field: 'url' }, 'shape: field needs linkIn'],
	])('is refused when its params do not fit: %j', (options, message) => {
		expect(() => fault(options as FaultOptions)).toThrow(message);
	});

	it.each<FaultOptions>([
		{ kind: 'hang' },
		{ kind: 'slow', delay: 60_000 },
		{ kind: 'slowBody', interval: 60_000 },
		{ kind: 'endlessBody' },
	])('does not keep the simulator from closing: $kind', async (options) => {
		fault(options);
		const running = result();
		await until(() => simulator.requests.length === 1);
		await simulator.close();
		await expect(running).rejects.toThrow();
	});
});

describe('the files host', () => {
	let id = '';
	let video = Buffer.alloc(0);
	const fault = (options: FaultOptions) => simulator.fault({ ...options, host: 'files' });

	beforeEach(async () => {
		await start();
		id = simulator.addTask({ finishAfter: 0, videoBytes: 200_000 }).id;
		const { size, read } = videoOf(id, 200_000);
		video = Buffer.concat([...read(0, size)]);
	});

	it('serves the video of a completed task', async () => {
		const { status, headers, body } = await bytes(fileUrl(id));
		expect(status).toBe(200);
		expect(headers).toMatchObject({
			'content-type': 'video/mp4', 'content-length': '200000', 'accept-ranges': 'bytes',
		});
		expect(body.equals(video)).toBe(true);
		const head = await answer(fileUrl(id), { method: 'HEAD', key: null });
		expect(head).toMatchObject({ status: 200, text: '', headers: { 'content-length': '200000' } });
		expect(head.headers.etag).toBe(headers.etag);
		expect((await bytes(fileUrl(simulator.addTask().id))).status).toBe(404);
		expect((await bytes(fileUrl('unknown'))).status).toBe(404);
		expect((await answer(fileUrl(id), { method: 'DELETE' })).status).toBe(405);
	});

	it.each([
		[{ fileType: 'image/png', fileEnding: 'png' }, 'png', 'image/png'],
		[{ fileType: '' }, 'mp4', undefined],
		[{ id: 'a.png' }, 'mp4', 'video/mp4'],
	])('serves what it is told: %j', async (options, ending, type) => {
		const task = simulator.addTask({ finishAfter: 0, ...options });
		const url = `${simulator.filesUrl}/files/${task.id}.${ending}`;
		expect((await json(resultUrl(task.id))).value).toMatchObject({ video_url: url });
		const { status, headers } = await bytes(url);
		expect([status, headers['content-type']]).toEqual([200, type]);
		expect((await bytes(`${simulator.filesUrl}/files/${task.id}.webm`)).status).toBe(404);
		expect(simulator.requestsFor(task.id).map(({ host }) => host)).toEqual(['api', 'files', 'files']);
	});

	it.each([
		['bytes=0-0', 0, 1],
		['bytes=100-70000', 100, 70_001],
		['bytes=131072-', 131_072, 200_000],
		['bytes=199999-999999', 199_999, 200_000],
		['bytes=-500', 199_500, 200_000],
		['bytes=-900000', 0, 200_000],
	])('serves %s', async (range, from, to) => {
		const { status, headers, body } = await bytes(fileUrl(id), { range });
		expect(status).toBe(206);
		expect(headers).toMatchObject({
			'content-length': String(to - from), 'content-range': `bytes ${from}-${to - 1}/200000`,
		});
		expect(body.equals(video.subarray(from, to))).toBe(true);
	});

	it.each(['bytes=200000-', 'bytes=5-4', 'bytes=-0', 'bytes=-', 'bytes=0-1,5-6', 'lines=0-1'])(
		'refuses %s',
		async (range) => {
			const { status, headers } = await bytes(fileUrl(id), { range });
			expect(status).toBe(416);
			expect(headers['content-range']).toBe('bytes */200000');
		},
	);

	it('respects If-Range', async () => {
		const { etag, 'last-modified': modified } = (await bytes(fileUrl(id))).headers;
		const status = async (condition: unknown) =>
			(await bytes(fileUrl(id), { range: 'bytes=5-', 'if-range': String(condition) })).status;
		expect(await status(etag)).toBe(206);
		expect(await status(modified)).toBe(206);
		expect(await status('"another"')).toBe(200);
	});

	it('can fail in the ways of a file host', async () => {
		fault({ kind: 'status', status: 403, envelope: 'html' });
		fault({ kind: 'html200' });
		fault({ kind: 'empty200' });
		fault({ kind: 'redirect' });
		fault({ kind: 'noLength' });
		fault({ kind: 'noRange' });
		expect((await bytes(fileUrl(id))).status).toBe(403);
		expect((await bytes(fileUrl(id))).headers['content-type']).toBe('text/html; charset=utf-8');
		expect((await bytes(fileUrl(id))).body).toHaveLength(0);
		expect((await bytes(fileUrl(id))).headers.location).toBe(`${fileUrl(id)}?redirected`);
		const unmeasured = await bytes(fileUrl(id));
		expect(unmeasured.headers).toMatchObject({ 'transfer-encoding': 'chunked' });
		expect(unmeasured.headers).not.toHaveProperty('content-length');
		expect(unmeasured.body.equals(video)).toBe(true);
		const whole = await bytes(fileUrl(id), { range: 'bytes=5-' });
		expect(whole.status).toBe(200);
		expect(whole.headers).not.toHaveProperty('accept-ranges');
		expect(whole.body.equals(video)).toBe(true);
		expect((await bytes(`${fileUrl(id)}?redirected`, { range: 'bytes=5-' })).status).toBe(206);
	});

	it.each<[FaultOptions, string, number, string]>([
		[{ kind: 'cutBody', at: 150_000 }, '200000', 150_000, 'UND_ERR_SOCKET'],
		[{ kind: 'wrongLength', by: 10 }, '200010', 200_000, 'UND_ERR_SOCKET'],
	])('breaks off a body: %j', async (options, length, sent, code) => {
		fault(options);
		const { headers, body } = await call(fileUrl(id), { key: null });
		expect(headers['content-length']).toBe(length);
		const received: Buffer[] = [];
		const reading = async () => {
			for await (const chunk of body) received.push(Buffer.from(chunk));
		};
		await expect(reading()).rejects.toMatchObject({ code });
		expect(Buffer.concat(received).equals(video.subarray(0, sent))).toBe(true);
		expect((await bytes(fileUrl(id), { range: `bytes=${sent - 1}-` })).status).toBe(206);
	});

	it('can be reset, hang, drip and never end', async () => {
		fault({ kind: 'reset' });
		await expect(bytes(fileUrl(id))).rejects.toMatchObject({ code: 'ECONNRESET' });
		fault({ kind: 'hang' });
		await leaveAfterArrival(fileUrl(id), simulator.requests.length);
		fault({ kind: 'slowBody', interval: 1, chunkBytes: 50_000 });
		expect((await bytes(fileUrl(id))).body.equals(video)).toBe(true);
		fault({ kind: 'endlessBody' });
		const { body } = await call(fileUrl(id));
		let size = 0;
		for await (const chunk of body) {
			size += Buffer.from(chunk).length;
			if (size > 2 * video.length) break;
		}
		await until(() => simulator.requests.every(({ endedAt }) => endedAt !== null));
	});

	it('does not spend a fault of the body on a HEAD', async () => {
		const handle = fault({ kind: 'endlessBody' });
		expect((await answer(fileUrl(id), { method: 'HEAD' })).status).toBe(200);
		expect(handle.used).toBe(0);
	});
});

describe('a video', () => {
	beforeEach(async () => await start());

	const part = (seed: string, size: number, start = 0, end = Infinity) => Buffer.concat([...videoOf(seed, size).read(start, end)]);

	it('is the same for the same task, and another for another', () => {
		const video = part('a', 100_000);
		expect(video).toHaveLength(100_000);
		expect(part('a', 100_000).equals(video)).toBe(true);
		expect(part('b', 100_000).equals(video)).toBe(false);
	});

	it('is the film and a free box up to the size, or as small as that can be', () => {
		const smallest = videoOf('a', 0).size;
		expect(smallest).toBeLessThan(4000);
		for (const [wanted, size] of [[1, smallest], [smallest + 1, smallest + 1], [50_000, 50_000]] as const) {
			const video = part('a', wanted);
			expect(video).toHaveLength(size);
			const boxes: string[] = [];
			let start = 0;
			for (; start < size; start += video.readUInt32BE(start)) boxes.push(video.toString('latin1', start + 4, start + 8));
			expect(boxes).toEqual(['ftyp', 'moov', 'mdat', 'free']);
			expect(start).toBe(size);
		}
	});

	it.each([[0, 100], [2000, 140_000], [65_536, 131_072], [65_535, 65_537], [299_999, 300_000], [5, 5]])(
		'reads the same from any place: %d to %d',
		(start, end) => {
			expect(part('a', 300_000, start, end).equals(part('a', 300_000).subarray(start, end))).toBe(true);
		},
	);

	it('repeats nothing, and is never in memory as a whole', () => {
		const { size, read } = videoOf('a', 2 ** 32 - 1);
		expect(size).toBe(2 ** 32 - 1);
		const places = [10_000, 20_000, 75_536, 2 ** 31, 2 ** 32 - 101].map((at) => Buffer.concat([...read(at, at + 100)]).toString('hex'));
		expect(new Set(places).size).toBe(places.length);
		for (const chunk of videoOf('a', 300_000).read(0, 300_000)) expect(chunk.length).toBeLessThanOrEqual(65_536);
	});
});

describe('control over HTTP', () => {
	beforeEach(async () => await start());
	const control = async (name: string, options: Call = {}) =>
		await json(controlUrl(name), { key: null, ...options });

	it('tells how it is, and what it was asked', async () => {
		expect((await control('health')).value).toEqual({
			ok: true, baseUrl: simulator.baseUrl, filesUrl: simulator.filesUrl,
		});
		await json(resultUrl('x'));
		expect((await control('requests')).value).toMatchObject([{ n: 1, id: 'x', status: 404 }]);
	});

	it('adds tasks and faults', async () => {
		const added = await control('tasks', { method: 'POST', body: { id: 'video_a', finishAfter: 0 } });
		expect(added).toMatchObject({ status: 201, value: { id: 'video_a', status: 'completed' } });
		const body = { kind: 'status', status: 503, times: 'Infinity' };
		expect((await control('faults', { method: 'POST', body })).status).toBe(201);
		expect((await answer(resultUrl('video_a'))).status).toBe(503);
		expect((await control('faults', { method: 'DELETE' })).status).toBe(200);
		expect((await answer(resultUrl('video_a'))).status).toBe(200);
	});

	it.each([
		['tasks', '{', 'body: must be JSON'],
		['tasks', '[]', 'body: Invalid input: expected object, received array'],
		['tasks', { id: 5 }, 'task: id: Invalid input: expected string'],
		['tasks', { speed: 5 }, 'task: Unrecognized key: "speed"'],
		['faults', {}, 'fault: kind: Invalid option: expected one of'],
		['faults', { kind: 'slow', delay: 'long' }, 'fault slow: delay: Invalid input: expected number'],
	])('refuses %s %j', async (name, body, message) => {
		const { status, value } = await control(name, { method: 'POST', body });
		expect(status).toBe(400);
		expect((value as { error: { message: string } }).error.message).toContain(message);
	});

	it('knows its paths and methods', async () => {
		expect((await control('nonsense')).status).toBe(404);
		expect((await control('tasks')).status).toBe(405);
	});
});

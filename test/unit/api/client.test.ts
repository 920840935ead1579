import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { ApiClient, type ClientSettings } from '../../../nodes/Seedance/api/client';
import { createBody, type VideoRequest } from '../../../nodes/Seedance/api/models';
import { RateLimiter } from '../../../nodes/Seedance/api/rateLimiter';
import type { VideoTask } from '../../../nodes/Seedance/api/task';
import type { Result } from '../../../nodes/Seedance/shared/error';
import { advance, after, finish, MINUTE, NOW, SECOND, settle, useClock } from '../clock';
import { bodyOf, streamed, type StubBody } from './responses';

useClock();

const KEY = 'sk-0123456789ab';

interface Sent {
	/** Milliseconds since the test began. */
	at: number;
	method: string;
	url: string;
	body?: IDataObject;
}

type Answer = { statusCode: number; headers: Record<string, unknown>; body: StubBody };

/** What the API makes of a request, which may throw or take its time. */
type Reply = (sent: Sent, number: number) => Answer | Promise<Answer>;

/** A client, and what it has sent so far to an API that answers so. */
function client(reply: Reply, settings: Partial<ClientSettings> = {}, rateLimiter = new RateLimiter()) {
	const sent: Sent[] = [];
	const httpRequestWithAuthentication = async (_credential: string, { method, url, body }: Sent) => {
		const request = { at: Date.now() - NOW, method, url, ...(body && { body }) };
		sent.push(request);
		if (sent.length > 50) throw new Error('It sends without end');
		return await reply(request, sent.length);
	};
	const context = { helpers: { httpRequestWithAuthentication } } as unknown as IExecuteFunctions;
	const access = { baseUrl: 'https://api.example/base', apiKey: KEY };
	const all = { requestTimeoutMs: 30 * SECOND, maxRetries: 2, maxConcurrency: 10, ...settings };
	const api = new ApiClient(context, access, all, rateLimiter);
	return { api, sent, times: () => sent.map(({ at }) => at) };
}

const idOf = ({ url }: Sent) => decodeURIComponent(url.split('/').at(-1) as string);
const task = (sent: Sent) => streamed(200, { id: idOf(sent), status: 'processing' });
const limited = (retryAfter?: number) => streamed(429, '', retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) });
const broken = (code: string): never => {
	throw Object.assign(new Error('broken'), { code });
};
const slowly = (ms: number): Reply => async (sent) => {
	await after(ms);
	return task(sent);
};
/** One answer after another; the last for all that follow. */
const inTurn = (...replies: Reply[]): Reply => (sent, number) => (replies[number - 1] ?? (replies.at(-1) as Reply))(sent, number);

const kindOf = <T>(outcome: Result<T>) => (outcome.ok ? 'ok' : outcome.error.kind);

beforeEach(() => {
	// The longest back-off: 0.5 s, 1 s, 2 s.
	jest.spyOn(Math, 'random').mockReturnValue(1);
});

describe('a question', () => {
	test('is sent once for a task that is answered', async () => {
		const { api, sent } = client(task);
		expect(await finish(api.queryTask('任务+1'))).toEqual({ ok: true, value: { id: '任务+1', status: 'processing' } });
		expect(sent).toEqual([{ at: 0, method: 'GET', url: 'https://api.example/base/v1/result/%E4%BB%BB%E5%8A%A1%2B1' }]);
	});

	const NOTHING = streamed.bind(undefined, 204, '');
	test.each<[string, Reply]>([
		['serverError', () => streamed(500, '')],
		['serverError', () => streamed(200, { code: 503, msg: 'busy' })],
		['timeout', () => streamed(408, '')],
		['empty', () => NOTHING()],
		['connection', () => broken('ECONNREFUSED')],
		['connection', () => broken('ECONNRESET')],
		['connection', () => ({ ...streamed(200, ''), body: bodyOf('{"id":', new Error('broken')) })],
		['timeout', () => broken('ETIMEDOUT')],
	])('that meets %s is asked again after the back-off, as often as Max Retries says', async (kind, reply) => {
		const { api, times } = client(reply);
		expect(kindOf(await finish(api.queryTask('video_1')))).toBe(kind);
		expect(times()).toEqual([0, 500, 1_500]);
	});

	test('that meets silence is asked again after the time limit', async () => {
		const { api, times } = client(() => new Promise<never>(() => {}), { maxRetries: 1 });
		expect(kindOf(await finish(api.queryTask('video_1')))).toBe('timeout');
		expect(times()).toEqual([0, 30_500]);
	});

	test('that is answered in the end has its answer', async () => {
		const { api, times } = client(inTurn(() => streamed(503, ''), () => broken('ECONNRESET'), task));
		expect(kindOf(await finish(api.queryTask('video_1')))).toBe('ok');
		expect(times()).toEqual([0, 500, 1_500]);
	});

	test.each<[string, Reply]>([
		['unauthorized', () => streamed(401, '')],
		['unauthorized', () => streamed(200, { code: '204', msg: '登录验证失败' })],
		['forbidden', () => streamed(403, '')],
		['notFound', () => streamed(404, '')],
		['wrongAddress', () => streamed(404, { message: 'No handler found for GET /v1' })],
		['rejected', () => streamed(400, '')],
		['redirect', () => streamed(302, '')],
		['unknownError', () => streamed(200, { code: 7, msg: 'no' })],
		['unreadable', () => streamed(200, '<html>')],
		['unreadable', () => streamed(200, { id: 'video_2', status: 'queued' })],
	])('that meets %s is asked once', async (kind, reply) => {
		const { api, times } = client(reply);
		expect(kindOf(await finish(api.queryTask('video_1')))).toBe(kind);
		expect(times()).toEqual([0]);
	});

	test('is asked once with no retries', async () => {
		const { api, times } = client(() => streamed(500, ''), { maxRetries: 0 });
		await finish(api.queryTask('video_1'));
		expect(times()).toEqual([0]);
	});

	test.each([
		['0.1', [0, 500, 1_500]],
		['0.7', [0, 700, 1_700]],
		['120', [0, 120_000, 240_000]],
		['121', [0]],
	])('waits for the Retry-After of %s s where it is longer than the back-off, up to two minutes', async (retryAfter, times) => {
		const { api, times: sent } = client(() => streamed(503, '', { 'retry-after': retryAfter }));
		expect(await finish(api.queryTask('video_1'))).toMatchObject({ error: { kind: 'serverError', retryAfterMs: Number(retryAfter) * 1000 } });
		expect(sent()).toEqual(times);
		expect(Date.now() - NOW).toBe(times.at(-1));
	});

	test.each([
		[499, [0]],
		[500, [0, 500]],
		[1_499, [0, 500]],
		[1_500, [0, 500, 1_500]],
	])('is not asked again past %d ms, where that is its end', async (until, times) => {
		const { api, times: sent } = client(() => streamed(500, ''));
		expect(kindOf(await finish(api.queryTask('video_1', NOW + until)))).toBe('serverError');
		expect(sent()).toEqual(times);
	});

	test('about another task is answered by an error, though the redacted answer would pass', async () => {
		const { api } = client(() => streamed(200, { id: KEY, status: 'queued' }));
		expect(await finish(api.queryTask('***'))).toMatchObject({ error: { kind: 'unreadable', message: expect.stringContaining('"***"') as unknown } });
	});
});

describe('a stop', () => {
	test('before anything was sent', async () => {
		const { api, sent } = client(task, { signal: AbortSignal.abort() });
		expect(await finish(api.queryTask('video_1'))).toMatchObject({ error: { kind: 'canceled', unsent: true } });
		expect(sent).toEqual([]);
	});

	test.each<[string, Reply, number]>([
		['while a request is under way', () => new Promise<never>(() => {}), 700],
		['in the pause before a retry', () => streamed(500, ''), 300],
		['in the rest after a 429', () => limited(60), 300],
	])('%s', async (_case, reply, ms) => {
		const controller = new AbortController();
		const { api, sent } = client(reply, { signal: controller.signal });
		const outcome = api.queryTask('video_1');
		await advance(ms);
		controller.abort();
		expect(kindOf(await finish(outcome))).toBe('canceled');
		expect(Date.now() - NOW).toBe(ms);
		expect(sent).toHaveLength(1);
	});

	test('while it waits for a place', async () => {
		const controller = new AbortController();
		const { api, sent } = client(slowly(5 * SECOND), { maxConcurrency: 1, signal: controller.signal });
		const outcomes = Promise.all(['a', 'b', 'c'].map(async (id) => await api.queryTask(id)));
		await advance(SECOND);
		controller.abort();
		expect((await finish(outcomes)).map(kindOf)).toEqual(['canceled', 'canceled', 'canceled']);
		expect(Date.now() - NOW).toBe(SECOND);
		expect(sent).toHaveLength(1);
	});
});

describe('a 429', () => {
	test('rests longer each time where it names none', async () => {
		const { api, times } = client(() => limited(), { maxRetries: 4 });
		expect(kindOf(await finish(api.queryTask('video_1')))).toBe('rateLimited');
		expect(times()).toEqual([0, 1_000, 6_000, 24_000, 60_000]);
	});

	test('rests as long as it says, up to two minutes', async () => {
		const { api, times } = client(inTurn(() => limited(120), task));
		expect(kindOf(await finish(api.queryTask('video_1')))).toBe('ok');
		expect(times()).toEqual([0, 120_000]);
	});

	test('that asks for more ends the question, and every other until two minutes are left', async () => {
		const { api, times } = client(inTurn(() => limited(300), task));
		const expected = (retryAfterMs: number, subject: string) => ({
			ok: false,
			error: { kind: 'rateLimited', unsent: true, retryAfterMs, message: expect.stringContaining(subject) as unknown },
		});
		expect(await finish(api.queryTask('video_1'))).toMatchObject(expected(300_000, 'task "video_1"'));
		await advance(MINUTE);
		expect(await finish(api.queryTask('video_2'))).toMatchObject(expected(240_000, 'task "video_2"'));
		expect(times()).toEqual([0]);
		await advance(2 * MINUTE);
		expect(kindOf(await finish(api.queryTask('video_3')))).toBe('ok');
		expect(times()).toEqual([0, 300_000]);
	});

	test.each([
		[9_999, 'rateLimited', [0]],
		[10_000, 'ok', [0, 10_000]],
	])('is not waited for past %d ms, where that is the end', async (until, kind, times) => {
		const { api, times: sent } = client(inTurn(() => limited(10), task));
		expect(kindOf(await finish(api.queryTask('video_1', NOW + until)))).toBe(kind);
		expect(sent()).toEqual(times);
	});

	test('past the end, nothing rests that has not to', async () => {
		const { api, times } = client(task);
		await advance(SECOND);
		expect(kindOf(await finish(api.queryTask('video_1', NOW)))).toBe('ok');
		expect(times()).toEqual([SECOND]);
	});

	test('rests the whole run, then one request finds out whether there is room, before the others', async () => {
		const { api, sent } = client(inTurn(() => limited(10), slowly(2 * SECOND)));
		const first = api.queryTask('a');
		await settle();
		const others = ['b', 'c'].map(async (id) => await api.queryTask(id));
		expect((await finish(Promise.all([first, ...others]))).map(kindOf)).toEqual(['ok', 'ok', 'ok']);
		expect(sent.map((one) => [idOf(one), one.at])).toEqual([
			['a', 0],
			['a', 10_000],
			['b', 12_000],
			['c', 12_000],
		]);
	});

	test('a request that no answer came to has found nothing out', async () => {
		const { api, times } = client(
			inTurn(() => limited(1), async () => {
				await after(SECOND);
				return broken('ECONNRESET');
			}, slowly(SECOND)),
		);
		const first = api.queryTask('a');
		await settle();
		await finish(Promise.all([first, api.queryTask('b')]));
		// Resting until 1 s, broken at 2 s; only what is answered at 3 s lets the other go.
		expect(times()).toEqual([0, 1_000, 2_000, 3_000]);
	});

	test('an answer that is an error has found room', async () => {
		const { api, times } = client(inTurn(() => limited(1), () => streamed(404, ''), slowly(SECOND)));
		await finish(api.queryTask('a'));
		await finish(Promise.all([api.queryTask('b'), api.queryTask('c')]));
		expect(times()).toEqual([0, 1_000, 1_000, 1_000]);
	});

	test('is told to what keeps the pace, as is every other answer, with the times', async () => {
		const rateLimiter = new RateLimiter();
		const told = {
			onSend: jest.spyOn(rateLimiter, 'onSend'),
			onSuccess: jest.spyOn(rateLimiter, 'onSuccess'),
			onRateLimited: jest.spyOn(rateLimiter, 'onRateLimited'),
		};
		const refused: Reply = async () => {
			await after(SECOND);
			return limited(7);
		};
		const replies = inTurn(slowly(SECOND), () => streamed(404, ''), refused, () => broken('EPIPE'));
		const { api } = client(replies, { maxRetries: 0 }, rateLimiter);
		for (const id of ['a', 'b', 'c', 'd']) await finish(api.queryTask(id));
		expect(told.onSend.mock.calls).toEqual([[NOW], [NOW + SECOND], [NOW + SECOND], [NOW + 9 * SECOND]]);
		expect(told.onSuccess.mock.calls).toEqual([[NOW], [NOW + SECOND]]);
		expect(told.onRateLimited.mock.calls).toEqual([[NOW + SECOND, NOW + 2 * SECOND, 7 * SECOND]]);
	});

	test('that comes while others wait for their place rests them too', async () => {
		const { api, times } = client(
			inTurn(async () => {
				await after(2 * SECOND);
				return limited(10);
			}, task),
			{ maxConcurrency: 1 },
		);
		await finish(Promise.all([api.queryTask('a'), api.queryTask('b')]));
		expect(times()).toEqual([0, 12_000, 12_000]);
	});
});

describe('requests that wait for their turn', () => {
	test('are sent in their order, as many at once as may be', async () => {
		const { api, sent } = client(slowly(SECOND), { maxConcurrency: 2 });
		await finish(Promise.all(['a', 'b', 'c', 'd', 'e'].map(async (id) => await api.queryTask(id))));
		expect(sent.map((one) => [idOf(one), one.at])).toEqual([['a', 0], ['b', 0], ['c', 1_000], ['d', 1_000], ['e', 2_000]]);
	});

	test('give their place back when they fail', async () => {
		const { api, times } = client(inTurn(() => streamed(404, ''), () => broken('EPIPE'), task), { maxConcurrency: 1, maxRetries: 0 });
		for (const id of ['a', 'b', 'c']) await finish(api.queryTask(id));
		expect(times()).toEqual([0, 0, 0]);
	});

	test('share their places with downloads', async () => {
		const { api, times } = client(task, { maxConcurrency: 1 });
		const download = api.places.run(async () => await after(7 * SECOND));
		await finish(Promise.all([download, api.queryTask('a')]));
		expect(times()).toEqual([7_000]);
	});

	test.each([
		['whose wait has a while left', 20_000, 31_000, 'ok', 20_000],
		['whose wait has a while left, for too long', 40_000, 31_000, 'timeout', 31_000],
		['whose wait has little left', 0, 1, 'ok', 0],
		['whose wait is over: for as long as a request may take', 29_999, 0, 'ok', 29_999],
		['whose wait is over, for too long', 40_000, 0, 'timeout', 30_000],
		['whose wait was over before, for too long', 40_000, -5_000, 'timeout', 30_000],
	])('wait for their place, one %s', async (_case, busyMs, until, kind, at) => {
		const { api, times } = client(task, { maxConcurrency: 1 });
		void api.places.run(async () => await after(busyMs));
		await settle();
		const outcome = await finish(api.queryTask('a', NOW + until));
		expect(kindOf(outcome)).toBe(kind);
		expect(Date.now() - NOW).toBe(at);
		if (kind === 'ok') return;
		expect(outcome).toMatchObject({
			error: {
				unsent: true,
				message: 'The request for task "a" could not be sent in time',
				description: expect.stringContaining('Raise Max Concurrency') as unknown,
			},
		});
		expect(times()).toEqual([]);
		// It stands in nobody's way any more.
		expect(kindOf(await finish(api.queryTask('b', NOW + MINUTE)))).toBe('ok');
	});

	test.each([
		[1_499, 'timeout', 0],
		[1_500, 'ok', 1_500],
	])('keep the pace of the run, but not past %d ms, where that is the end', async (until, kind, at) => {
		const rateLimiter = new RateLimiter();
		jest.spyOn(rateLimiter, 'delayMs').mockImplementation((now) => Math.max(0, NOW + 1_500 - now));
		const { api, times } = client(task, {}, rateLimiter);
		const outcome = await finish(api.queryTask('a', NOW + until));
		expect(kindOf(outcome)).toBe(kind);
		expect(Date.now() - NOW).toBe(at);
		expect(times()).toEqual(kind === 'ok' ? [1_500] : []);
	});

	test('in line behind one that gets no place are no better off', async () => {
		const { api, sent } = client(task, { maxConcurrency: 1 });
		void api.places.run(async () => await after(MINUTE));
		await settle();
		const outcomes = await finish(Promise.all([api.queryTask('a', NOW + 45 * SECOND), api.queryTask('b', NOW), api.queryTask('c', NOW + 90 * SECOND)]));
		expect(outcomes).toMatchObject([{ error: { kind: 'timeout' } }, { error: { kind: 'timeout', unsent: true, message: expect.stringContaining('"b"') as unknown } }, { ok: true }]);
		expect(sent.map((one) => [idOf(one), one.at])).toEqual([['c', MINUTE]]);
	});
});

const VIDEO: VideoRequest = { model: 'm', prompt: 'A cat', ratio: '16:9', duration: 5, generateAudio: false };

const created: Reply = () => streamed(200, { id: 'video_1', status: 'queued' });

describe('a create', () => {
	/** Sends a create, and notes what the run is told of it. */
	function create(api: ApiClient, isStopped = () => false) {
		const told: string[] = [];
		const onOutcome = (outcome: Result<VideoTask>) => told.push(kindOf(outcome));
		return { told, outcome: api.createTask(VIDEO, { onOutcome, isStopped }) };
	}

	test('is sent once, and its task told to the run', async () => {
		const { api, sent } = client(created);
		const { told, outcome } = create(api);
		expect(await finish(outcome)).toEqual({ ok: true, value: { id: 'video_1', status: 'queued' } });
		expect(sent).toEqual([{ at: 0, method: 'POST', url: 'https://api.example/base/v1/seedance/videos', body: createBody(VIDEO) }]);
		expect(told).toEqual(['ok']);
	});

	test.each<[string, Reply]>([
		['serverError', () => streamed(500, '')],
		['serverError', () => streamed(503, '', { 'retry-after': '1' })],
		['timeout', () => streamed(408, '')],
		['timeout', () => new Promise<never>(() => {})],
		['timeout', () => broken('ETIMEDOUT')],
		['connection', () => broken('ECONNRESET')],
		['connection', () => ({ ...streamed(200, ''), body: bodyOf('{"id":', new Error('broken')) })],
		['empty', () => streamed(204, '')],
		['unreadable', () => streamed(200, '<html>')],
		['unauthorized', () => streamed(401, '')],
		['forbidden', () => streamed(402, '')],
		['notFound', () => streamed(404, '')],
		['rejected', () => streamed(400, { error: { message: '模型不可用' } })],
		['redirect', () => streamed(307, '', { location: 'https://api.example' })],
		['unknownError', () => streamed(200, { msg: '缺少必填参数: prompt' })],
	])('that meets %s is never sent again', async (kind, reply) => {
		const { api, sent } = client(reply);
		const { told, outcome } = create(api);
		expect(await finish(outcome)).toMatchObject({ error: { kind } });
		await advance(10 * MINUTE);
		expect(sent).toHaveLength(1);
		expect(told).toEqual([kind]);
	});

	test.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])('is sent again where no connection came about: %s', async (code) => {
		const { api, times } = client(inTurn(() => broken(code), () => broken(code), created));
		const { told, outcome } = create(api);
		expect(kindOf(await finish(outcome))).toBe('ok');
		expect(times()).toEqual([0, 500, 1_500]);
		expect(told).toEqual(['ok']);
	});

	test('is sent again after a 429, when the rest is over', async () => {
		const { api, times } = client(inTurn(() => limited(7), () => limited(), created));
		const { told, outcome } = create(api);
		expect(kindOf(await finish(outcome))).toBe('ok');
		expect(times()).toEqual([0, 7_000, 12_000]);
		expect(told).toEqual(['ok']);
	});

	test.each<[string, Reply]>([
		['rateLimited', () => limited(1)],
		['connection', () => broken('ECONNREFUSED')],
	])('that meets %s is sent again as often as Max Retries says, and told once', async (kind, reply) => {
		const { api, sent } = client(reply);
		const { told, outcome } = create(api);
		expect(kindOf(await finish(outcome))).toBe(kind);
		expect(sent).toHaveLength(3);
		expect(told).toEqual([kind]);
	});

	test('whose rest would take over two minutes ends, and no other is sent meanwhile', async () => {
		const { api, sent } = client(() => limited(121));
		const one = create(api);
		const limit = { error: { kind: 'rateLimited', unsent: true, message: expect.stringContaining('a new task') as unknown } };
		expect(await finish(one.outcome)).toMatchObject(limit);
		const other = create(api);
		expect(await finish(other.outcome)).toMatchObject(limit);
		expect(sent).toHaveLength(1);
		expect([...one.told, ...other.told]).toEqual(['rateLimited', 'rateLimited']);
	});

	test('waits for its turn however long that takes', async () => {
		const { api, times } = client(created, { maxConcurrency: 1 });
		void api.places.run(async () => await after(10 * MINUTE));
		await settle();
		const { outcome } = create(api);
		expect(kindOf(await finish(outcome))).toBe('ok');
		expect(times()).toEqual([10 * MINUTE]);
	});

	test('is not sent once the run is over', async () => {
		const { api, sent } = client(created);
		const { told, outcome } = create(api, () => true);
		expect(await finish(outcome)).toMatchObject({ error: { kind: 'canceled', unsent: true } });
		expect(Date.now()).toBe(NOW);
		expect(sent).toEqual([]);
		expect(told).toEqual(['canceled']);
	});

	test('is not sent again once the run is over', async () => {
		let stopped = false;
		const { api, sent } = client(() => broken('ECONNREFUSED'));
		const { told, outcome } = create(api, () => stopped);
		await advance(100);
		stopped = true;
		expect(kindOf(await finish(outcome))).toBe('canceled');
		expect(sent).toHaveLength(1);
		expect(told).toEqual(['canceled']);
	});

	test('that fails stops the run before the next goes out', async () => {
		let stopped = false;
		const { api, sent } = client(() => streamed(400, ''), { maxConcurrency: 1 });
		const isStopped = () => stopped;
		const onOutcome = () => (stopped = true);
		const outcomes = [1, 2, 3].map(async () => await api.createTask(VIDEO, { onOutcome, isStopped }));
		expect((await finish(Promise.all(outcomes))).map(kindOf)).toEqual(['rejected', 'canceled', 'canceled']);
		expect(sent).toHaveLength(1);
	});

	test('is stopped in the pause before it is sent again', async () => {
		const controller = new AbortController();
		const { api, sent } = client(() => broken('ECONNREFUSED'), { signal: controller.signal });
		const { told, outcome } = create(api);
		await advance(100);
		controller.abort();
		expect(await finish(outcome)).toMatchObject({ error: { kind: 'canceled', unsent: true } });
		expect(Date.now() - NOW).toBe(100);
		expect(sent).toHaveLength(1);
		expect(told).toEqual(['canceled']);
	});
});

describe('an error that leaves the client', () => {
	const error = async (reply: Reply, id = 'video_1') => {
		const outcome = await finish(client(reply, { maxRetries: 0 }).api.queryTask(id));
		if (outcome.ok) throw new Error('It is no error');
		return outcome.error;
	};

	test.each<[string, Reply]>([
		['in its words', () => streamed(200, { code: 7, msg: `bad key ${KEY}` })],
		['in what it said', () => streamed(403, { msg: `bad key ${KEY}` })],
		['in a part', () => streamed(403, { msg: `bad key ${KEY.slice(3, 12)}…` })],
		['in a page', () => streamed(200, `Bearer ${KEY}`)],
		['in an object that is no task', () => streamed(200, { authorization: `Bearer ${KEY}` })],
		['in a redirect', () => streamed(302, '', { location: `https://${KEY}.example` })],
		['in an error of the connection', () => Promise.reject(new Error(`Bearer ${KEY}`))],
	])('never holds the key: %s', async (_case, reply) => {
		const text = JSON.stringify(await error(reply));
		expect(text).toContain('***');
		for (let start = 0; start + 6 <= KEY.length; start++) expect(text).not.toContain(KEY.slice(start, start + 6));
	});

	test('has the key taken out before its words are cut, so that not even a few letters of it are left', async () => {
		const page = await error(() => streamed(200, `${'x'.repeat(57)}${KEY}`));
		expect(page.message).toMatch(/x{57}\*{3}$/);
		const { said } = await error(() => streamed(403, { msg: `${'x'.repeat(298)}${KEY}` }));
		expect(said).toBe(`${'x'.repeat(298)}**…`);
	});

	test('is no longer than an error box, whatever the API says', async () => {
		const words = 'x'.repeat(5_000);
		const { message, description } = await error(() => streamed(200, { code: 7, msg: words }), 'y'.repeat(200));
		expect(message).toHaveLength(301);
		expect(message).toMatch(/…$/);
		expect(description).toContain('Its code: 7.');
		const long = await error(() => Promise.reject(new Error(words)));
		expect(long.description).toHaveLength(601);
		expect(long.description).toMatch(/…$/);
		expect((await error(() => streamed(403, { msg: words }))).said).toBe(`${'x'.repeat(300)}…`);
	});

	test('names its task, of many, once', async () => {
		expect((await error(() => broken('ECONNRESET'))).message).toMatch(/^GlobalAI OPC's server broke .* \(task "video_1"\)$/);
		expect((await error(() => broken('ECONNRESET'), KEY)).message).toMatch(/ \(task "\*{3}"\)$/);
		expect((await error(() => streamed(404, ''))).message).toMatch(/knows no task "video_1"$/);
	});

	test('of a create, or of a stop, names none', async () => {
		const run = { onOutcome: () => {}, isStopped: () => false };
		const outcome = await finish(client(() => broken('ECONNRESET')).api.createTask(VIDEO, run));
		expect(outcome).toMatchObject({ error: { message: expect.stringMatching(/complete$/) as unknown } });
		const controller = new AbortController();
		const asked = client(() => new Promise<never>(() => {}), { signal: controller.signal }).api.queryTask('video_1');
		await settle();
		controller.abort();
		expect(await finish(asked)).toMatchObject({ error: { message: 'The execution was canceled' } });
	});

	test('says nothing for an API that said nothing', async () => {
		expect((await error(() => streamed(403, ''))).said).toBeUndefined();
	});
});

import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { ApiClient, type ClientSettings } from '../../../nodes/Seedance/http/client';
import { createVideo, getVideo } from '../../../nodes/Seedance/resources/video/endpoints';
import { createRequest, type VideoRequest } from '../../../nodes/Seedance/resources/video/models';
import { Pace } from '../../../nodes/Seedance/http/pace';
import type { VideoTask } from '../../../nodes/Seedance/resources/video/video';
import type { Result } from '../../../nodes/Seedance/core/error';
import { redactor } from '../../../nodes/Seedance/core/text';
import { advance, after, finish, MINUTE, NOW, SECOND, settle, useClock } from '../clock';
import { containing, expectHidden, matching } from '../expecting';
import { CREDENTIAL, KEY } from '../stubContext';
import { bodyOf, broken, silence, streamed } from './responses';

useClock();

beforeEach(() => {
	// The longest back-off: 0.5 s, 1 s, 2 s.
	jest.spyOn(Math, 'random').mockReturnValue(1);
});

interface Sent {
	/** Milliseconds since the test began. */
	at: number;
	method: string;
	url: string;
	body?: IDataObject;
}

type Response = ReturnType<typeof streamed>;

/** What the API makes of a request, which may throw or take its time. */
type Reply = (sent: Sent, number: number) => Response | Promise<Response>;

/** A client, and what it has sent so far to an API that replies so. */
function client(
	reply: Reply,
	settings: Partial<ClientSettings> = {},
	pace = new Pace(),
	apiKey = CREDENTIAL.apiKey,
) {
	const sent: Sent[] = [];
	const httpRequestWithAuthentication = async (_credential: string, { method, url, body }: Sent) => {
		const request = { at: Date.now() - NOW, method, url, ...(body && { body }) };
		sent.push(request);
		if (sent.length > 50) throw new Error('It sends without end');
		return await reply(request, sent.length);
	};
	const context = { helpers: { httpRequestWithAuthentication } } as unknown as IExecuteFunctions;
	const all = { requestTimeoutMs: 30 * SECOND, maxRetries: 2, maxConcurrency: 10, ...settings };
	const api = new ApiClient(context, { ...CREDENTIAL, apiKey, redact: redactor(apiKey) }, all, pace);
	/** Checks the status of each of these tasks, all at once. */
	const queryAll = async (...ids: string[]) =>
		await Promise.all(ids.map(async (id) => await api.call(getVideo, id)));
	return {
		api,
		sent,
		queryAll,
		times: () => sent.map(({ at }) => at),
	};
}

const idOf = ({ url }: Sent) => decodeURIComponent(url.split('/').at(-1) as string);
const kindOf = <T>(result: Result<T>) => (result.ok ? 'ok' : result.error.kind);

const answered: Reply = (sent) => streamed(200, { id: idOf(sent), status: 'processing' });
const limited = (retryAfter?: number) =>
	streamed(429, '', retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) });
const cutOff: Reply = () => ({ ...streamed(200, ''), body: bodyOf('{"id":', new Error('broken')) });
const slowly =
	(ms: number, reply = answered): Reply =>
	async (...sent) => {
		await after(ms);
		return await reply(...sent);
	};
/** One reply after another; the last for all that follow. */
const inTurn =
	(...replies: Reply[]): Reply =>
	(sent, number) =>
		(replies[number - 1] ?? (replies.at(-1) as Reply))(sent, number);

/** Checks one task's status, and says when requests were sent, what came of it and when; in milliseconds. */
async function check(reply: Reply, settings: Partial<ClientSettings> = {}, until?: number) {
	const { api, times } = client(reply, settings);
	const result = await finish(api.call(getVideo, 'video_1', { deadline: until }));
	return { result, kind: kindOf(result), times: times(), endedAt: Date.now() - NOW };
}

/** An error of each kind that may pass, and one of those that will not; which kinds do is the table of kinds'. */
const PASSING: Array<[kind: string, reply: Reply]> = [
	['serverError', () => streamed(200, { code: 503, msg: 'busy' })],
	['timeout', () => streamed(408, '')],
	['empty', () => streamed(204, '')],
	['connection', cutOff],
];
/** What certainly made no task, and may pass. */
const UNREACHED: typeof PASSING = [
	['unreachable', () => broken('ECONNREFUSED')],
	['notConnected', () => broken('EAI_AGAIN')],
];
/** What certainly made no task, and seconds don't mend. */
const SHUT_OUT: typeof PASSING = [
	['untrusted', () => broken('DEPTH_ZERO_SELF_SIGNED_CERT')],
	['proxyRefused', () => streamed(407, '')],
];
const LASTING: typeof PASSING = [
	['unauthorized', () => streamed(200, { code: '204', msg: '登录验证失败' })],
	['redirect', () => streamed(302, '', { location: 'https://api.example' })],
	['unreadable', () => streamed(200, '<html>')],
];

describe('a status check', () => {
	test('is sent once for a task that is answered', async () => {
		const { api, sent } = client(answered);
		expect(await finish(api.call(getVideo, '任务+1'))).toEqual({
			ok: true,
			value: { id: '任务+1', status: 'processing' },
		});
		expect(sent).toEqual([
			{ at: 0, method: 'GET', url: 'https://api.example/base/v1/result/%E4%BB%BB%E5%8A%A1%2B1' },
		]);
	});

	test.each([...PASSING, ...UNREACHED])(
		'that meets %s is sent again after the back-off, as often as Max Retries says',
		async (kind, reply) => {
			expect(await check(reply)).toMatchObject({ kind, times: [0, 500, 1_500] });
			expect(await check(reply, { maxRetries: 0 })).toMatchObject({ kind, times: [1_500] });
		},
	);

	test.each([
		...LASTING,
		...SHUT_OUT,
		['unreadable', () => streamed(200, { id: 'video_2', status: 'queued' })] as (typeof LASTING)[0],
	])('that meets %s is sent once', async (kind, reply) => {
		expect(await check(reply)).toMatchObject({ kind, times: [0] });
	});

	const busy = (retryAfter?: string) => () => streamed(503, '', { 'retry-after': retryAfter });

	test('that meets silence is sent again after the time limit', async () => {
		const expected = { kind: 'timeout', times: [0, 30_500] };
		expect(await check(silence, { maxRetries: 1 })).toMatchObject(expected);
	});

	test('is answered by the first answer that is none of these', async () => {
		const reply = inTurn(busy(), () => broken('ECONNRESET'), answered);
		expect(await check(reply)).toMatchObject({ kind: 'ok', times: [0, 500, 1_500] });
	});

	test.each([
		['shorter than the back-off', '0.1', [0, 500, 1_500]],
		['longer than the back-off', '0.7', [0, 700, 1_700]],
		['of two minutes', '120', [0, 120_000, 240_000]],
		['of over two minutes', '121', [0]],
	])(
		'that is told a Retry-After %s is sent again after the longer of both',
		async (_case, seconds, times) => {
			expect(await check(busy(seconds))).toMatchObject({ kind: 'serverError', times });
		},
	);

	test.each([
		[499, [0]],
		[500, [0, 500]],
		[1_499, [0, 500]],
		[1_500, [0, 500, 1_500]],
	])('is not sent again past the end of its wait, after %d ms', async (until, times) => {
		expect(await check(busy(), {}, NOW + until)).toMatchObject({ kind: 'serverError', times });
	});

	test.each([
		['that may be waited for', 120, Infinity, 'ok', [0, 120_000]],
		['past the end of its wait', 10, 9_999, 'notSent', [0]],
	])('is sent again after a cooldown %s', async (_case, seconds, until, kind, times) => {
		const reply = inTurn(() => limited(seconds), answered);
		expect(await check(reply, {}, NOW + until)).toMatchObject({ kind, times });
	});

	test('about another task is answered by an error, though its ID looks the same without the key', async () => {
		const { api } = client(() => streamed(200, { id: KEY, status: 'queued' }));
		expect(await finish(api.call(getVideo, '***'))).toMatchObject({
			error: { kind: 'unreadable', message: containing('"***"') },
		});
	});
});

describe('a stop', () => {
	test('before anything was sent', async () => {
		const { result, times } = await check(answered, { signal: AbortSignal.abort() });
		expect(result).toMatchObject({ error: { kind: 'withdrawn' } });
		expect(times).toEqual([]);
	});

	test.each<[string, Reply, string]>([
		['while requests are under way, or wait for a slot', silence, 'canceled'],
		['before a retry', () => streamed(500, ''), 'withdrawn'],
		['in the cooldown after a 429', () => limited(60), 'withdrawn'],
	])('%s ends all at once', async (_case, reply, kind) => {
		const controller = new AbortController();
		const { queryAll, sent } = client(reply, { maxConcurrency: 1, signal: controller.signal });
		const results = queryAll('a', 'b', 'c');
		await advance(300);
		const sentBefore = sent.length;
		controller.abort();
		expect((await finish(results)).map(kindOf)).toEqual([kind, 'withdrawn', 'withdrawn']);
		expect(Date.now() - NOW).toBe(300);
		expect(sent).toHaveLength(sentBefore);
	});
});

describe('a 429', () => {
	test('that names more than two minutes ends the status check, and every other until two minutes are left', async () => {
		const { api, times } = client(inTurn(() => limited(300), answered));
		const expected = (retryAfterMs: number, subject: string) => ({
			error: { kind: 'notSent', retryAfterMs, message: containing(subject) },
		});
		expect(await finish(api.call(getVideo, 'video_1'))).toMatchObject(expected(300_000, 'task "video_1"'));
		await advance(MINUTE);
		expect(await finish(api.call(getVideo, 'video_2'))).toMatchObject(expected(240_000, 'task "video_2"'));
		expect(times()).toEqual([0]);
		await advance(2 * MINUTE);
		expect(kindOf(await finish(api.call(getVideo, 'video_3')))).toBe('ok');
		expect(times()).toEqual([0, 300_000]);
	});

	test('that is over holds nothing up, past the end neither', async () => {
		await advance(SECOND);
		expect(await check(answered, {}, NOW)).toMatchObject({ kind: 'ok', times: [SECOND] });
	});

	test('is told to the pace, as is every other answer, with the times', async () => {
		const pace = new Pace();
		const onSend = jest.spyOn(pace, 'onSend');
		const onAccepted = jest.spyOn(pace, 'onAccepted');
		const onRateLimited = jest.spyOn(pace, 'onRateLimited');
		const replies = [
			slowly(SECOND),
			() => streamed(404, ''),
			slowly(SECOND, () => limited(7)),
			() => broken('EPIPE'),
		];
		const { api } = client(inTurn(...replies), { maxRetries: 0 }, pace);
		for (const id of ['a', 'b', 'c', 'd']) await finish(api.call(getVideo, id));
		expect(onSend.mock.calls).toEqual([[NOW], [NOW + SECOND], [NOW + SECOND], [NOW + 9 * SECOND]]);
		expect(onAccepted.mock.calls).toEqual([[NOW], [NOW + SECOND]]);
		expect(onRateLimited.mock.calls).toEqual([[NOW + SECOND, NOW + 2 * SECOND, 7 * SECOND]]);
	});
});

// How the gate queues requests is proven in gate.test.ts.
describe('requests that wait for their turn', () => {
	test('give their slot back when they fail', async () => {
		const replies = inTurn(
			() => streamed(404, ''),
			() => broken('EPIPE'),
			answered,
		);
		const { queryAll, times } = client(replies, { maxConcurrency: 1, maxRetries: 0 });
		expect((await finish(queryAll('a', 'b', 'c'))).map(kindOf)).toEqual(['notFound', 'connection', 'ok']);
		expect(times()).toEqual([0, 0, 0]);
	});

	/** A client whose only slot is taken for so long. */
	async function busyClient(ms: number, reply = answered) {
		const busy = client(reply, { maxConcurrency: 1 });
		void busy.api.gate.slots.run(async () => await after(ms));
		await settle();
		return busy;
	}

	test('and get no slot in time are not sent', async () => {
		const { api, times } = await busyClient(40 * SECOND);
		const result = await finish(api.call(getVideo, 'a', { deadline: NOW + 31 * SECOND }));
		const message = 'The request for task "a" could not be sent in time';
		expect(result).toMatchObject({
			error: { kind: 'notSent', message, description: containing("Raise 'Max Concurrency'") },
		});
		expect(Date.now() - NOW).toBe(31 * SECOND);
		expect(times()).toEqual([]);
	});

	test('to create a task do so however long that takes', async () => {
		const { api, times } = await busyClient(10 * MINUTE, created);
		expect(kindOf(await finish(create(api).result))).toBe('ok');
		expect(times()).toEqual([10 * MINUTE]);
	});
});

const VIDEO: VideoRequest = {
	model: 'seedance_1_5_pro_720p',
	prompt: 'A cat',
	ratio: '16:9',
	duration: 5,
	generateAudio: false,
};

const created: Reply = () => streamed(200, { id: 'video_1', status: 'queued' });

/** Sends a create, and notes what the run is told of it. */
function create(api: ApiClient, isOff = () => false) {
	const told: string[] = [];
	const onOutcome = (result: Result<VideoTask>) => told.push(kindOf(result));
	const announced: number[] = [];
	const onSend = () => announced.push(Date.now() - NOW);
	return { told, announced, result: api.call(createVideo, VIDEO, { onSend, onOutcome, isOff }) };
}

describe('a create', () => {
	/** Sends one, and waits for its end; see `check`. */
	async function createOne(reply: Reply, settings: Partial<ClientSettings> = {}) {
		const { api, times } = client(reply, settings);
		const { told, result } = create(api);
		const kind = kindOf(await finish(result));
		await advance(10 * MINUTE);
		return { kind, times: times(), told };
	}

	test('is sent once, and its task told to the run', async () => {
		const { api, sent } = client(created);
		const { told, result } = create(api);
		expect(await finish(result)).toEqual({ ok: true, value: { id: 'video_1', status: 'queued' } });
		const url = 'https://api.example/base/v1/seedance/videos';
		expect(sent).toEqual([{ at: 0, method: 'POST', url, body: createRequest(VIDEO).body }]);
		expect(told).toEqual(['ok']);
	});

	test('is announced right before it is sent, each time, and not where it is not sent', async () => {
		const { api, times } = client(inTurn(() => limited(10), created));
		const { announced, result } = create(api);
		await finish(result);
		expect(announced).toEqual([0, 10_000]);
		expect(times()).toEqual(announced);
		const stopped = create(api, () => true);
		await finish(stopped.result);
		expect(stopped.announced).toEqual([]);
	});

	test('whose announcement throws is not sent', async () => {
		const { api, sent } = client(created);
		const broken = {
			isOff: () => false,
			onOutcome: () => {},
			onSend: () => {
				throw new Error('no room');
			},
		};
		await expect(finish(api.call(createVideo, VIDEO, broken))).rejects.toThrow('no room');
		expect(sent).toEqual([]);
	});

	test.each<[string, Reply]>([
		...PASSING,
		...LASTING,
		...SHUT_OUT,
		['serverError', () => streamed(503, '', { 'retry-after': '1' })],
		['timeout', silence],
	])('that meets %s is never sent again', async (kind, reply) => {
		expect(await createOne(reply)).toEqual({ kind, times: [0], told: [kind] });
	});

	test.each<[string, Reply, number[]]>([
		['nobody was there', () => broken('ECONNREFUSED'), [0, 500, 1_500]],
		['the network brought it nowhere', () => broken('ENETUNREACH'), [0, 500, 1_500]],
		['the API had no room for it, after the cooldown', () => limited(7), [0, 7_000, 14_000]],
		['the API had no room for it, and named no time', () => limited(), [0, 1_000, 6_000]],
	])('is sent again where %s; as often as Max Retries says, and told once', async (_case, reply, times) => {
		expect(await createOne(inTurn(reply, reply, created))).toEqual({ kind: 'ok', times, told: ['ok'] });
		const { kind, told, times: late } = await createOne(reply, { maxRetries: 1 });
		expect(kind).toMatch(/^(unreachable|notConnected|rateLimited)$/);
		expect([told, late]).toEqual([[kind], [expect.any(Number), expect.any(Number)]]);
	});

	test('whose cooldown would take over two minutes ends, and no other is sent meanwhile', async () => {
		const { api, sent } = client(() => limited(121));
		for (let count = 0; count < 2; count++) {
			const { told, result } = create(api);
			const error = { kind: 'notSent', message: containing('a new task') };
			expect(await finish(result)).toMatchObject({ error });
			expect(told).toEqual(['notSent']);
		}
		expect(sent).toHaveLength(1);
	});

	test.each([
		['is not sent once the run is over', 0, undefined],
		['is not sent again once the run is over', 100, undefined],
		['is not sent again once the user has stopped it, at once', 100, new AbortController()],
	])('%s', async (_case, ms, user) => {
		let stopped = ms === 0;
		const { api, times } = client(() => broken('ECONNREFUSED'), { signal: user?.signal });
		const { told, result } = create(api, () => stopped && !user);
		await advance(ms);
		stopped = true;
		user?.abort();
		expect(await finish(result)).toMatchObject({ error: { kind: 'withdrawn' } });
		expect(times()).toEqual(ms === 0 ? [] : [0]);
		expect(told).toEqual(['withdrawn']);
		if (user) expect(Date.now() - NOW).toBe(ms);
	});

	test('that fails stops the run before the next goes out', async () => {
		let stopped = false;
		const { api, sent } = client(() => streamed(400, ''), { maxConcurrency: 1 });
		const run = { onSend: () => {}, isOff: () => stopped, onOutcome: () => (stopped = true) };
		const results = [1, 2, 3].map(async () => await api.call(createVideo, VIDEO, run));
		expect((await finish(Promise.all(results))).map(kindOf)).toEqual(['rejected', 'withdrawn', 'withdrawn']);
		expect(sent).toHaveLength(1);
	});
});

describe('an error that leaves the client', () => {
	const error = async (reply: Reply, id = 'video_1') => {
		const result = await finish(client(reply, { maxRetries: 0 }).api.call(getVideo, id));
		if (result.ok) throw new Error('It is no error');
		return result.error;
	};

	test.each<[string, Reply]>([
		['in its words', () => streamed(200, { code: 7, msg: `bad key ${KEY}` })],
		['in what it said', () => streamed(403, { msg: `bad key ${KEY}` })],
		['escaped in its words', () => streamed(200, `{"code":7,"msg":"${KEY.replace('12', '\\u00312')}"}`)],
		['in the ID of another task', () => streamed(200, { id: KEY, status: 'queued' })],
		['in a page', () => streamed(200, `Bearer ${KEY}`)],
		['in a redirect', () => streamed(302, '', { location: `https://${KEY}.example` })],
		['in an error of the connection', () => Promise.reject(new Error(`Bearer ${KEY}`))],
	])('never holds the key: %s', async (_case, reply) => {
		const text = JSON.stringify(await error(reply));
		expect(text).toContain('***');
		expectHidden(text);
	});

	test('has the key taken out before its words are cut, so that not even a few letters of it are left', async () => {
		const page = await error(() => streamed(200, `${'x'.repeat(57)}${KEY}`));
		expect(page.message).toMatch(/x{57}\*{3}$/);
		const other = await error(() => streamed(200, { id: `${'x'.repeat(97)}${KEY}`, status: 'queued' }));
		expect(other.message).toMatch(/"x{97}\*{3}"$/);
		const { said } = await error(() => streamed(403, { msg: `${'x'.repeat(298)}${KEY}` }));
		expect(said).toBe(`${'x'.repeat(298)}**…`);
	});

	test.each<[string, (key: string) => string]>([
		['as it is', (key) => key],
		['in JSON', (key) => JSON.stringify(key).slice(1, -1)],
		['in an address', encodeURIComponent],
	])('holds no letter of a key that an answer echoes where it is cut: %s', async (_case, echo) => {
		const apiKey = 'KEY/KEY+KEY"KEY=KEY';
		// A page is cut after 60 characters, an object after 100.
		for (let length = 1; length < 100; length++) {
			const pages = ['', '{"x":"'].map((begin) => `${begin.padEnd(length, '-')}${echo(apiKey)}"}`);
			for (const page of pages) {
				const { api } = client(() => streamed(200, page), { maxRetries: 0 }, undefined, apiKey);
				expect(JSON.stringify(await finish(api.call(getVideo, 'video_1')))).not.toContain('K');
			}
		}
	});

	test.each(['completed', 'video_1', 'id', 'not-found-404', '"status"'])(
		'is of the same kind, and a task is the same, whatever words the key consists of: %s',
		async (apiKey) => {
			const task = { id: 'video_1', status: 'completed', video_url: 'https://files.example/id' };
			const replies = inTurn(
				() => streamed(200, task),
				() => streamed(200, { code: 7, msg: 'video not found' }),
			);
			const { api } = client(replies, {}, undefined, apiKey);
			expect(await finish(api.call(getVideo, 'video_1'))).toEqual({ ok: true, value: task });
			expect(kindOf(await finish(api.call(getVideo, 'video_1')))).toBe('notFound');
		},
	);

	test('is no longer than an error box, whatever the API says', async () => {
		const words = 'x'.repeat(5_000);
		const unknown = await error(() => streamed(200, { code: 7, msg: words }), 'y'.repeat(200));
		expect(unknown).toMatchObject({ message: matching(/^.{300}…$/), description: containing('(code 7)') });
		expect((await error(() => Promise.reject(new Error(words)))).description).toMatch(/^.{600}…$/);
		expect((await error(() => streamed(403, { msg: words }))).said).toBe(`${'x'.repeat(300)}…`);
	});

	test('names its task, of many, once', async () => {
		const reset = () => broken('ECONNRESET');
		expect((await error(reset)).message).toMatch(/^GlobalAI OPC's server broke .* \(task "video_1"\)$/);
		expect((await error(reset, KEY)).message).toMatch(/ \(task "\*{3}"\)$/);
		expect((await error(() => streamed(404, ''))).message).toMatch(/has no task "video_1"$/);
	});

	test('of a create, or of a stop, names none', async () => {
		const { result } = create(client(() => broken('ECONNRESET')).api);
		expect(await finish(result)).toMatchObject({ error: { message: matching(/complete$/) } });
		const controller = new AbortController();
		const stopped = client(silence, { signal: controller.signal }).api.call(getVideo, 'video_1');
		await settle();
		controller.abort();
		expect(await finish(stopped)).toMatchObject({ error: { message: 'The execution was canceled' } });
	});

	test('says nothing for an API that said nothing', async () => {
		expect((await error(() => streamed(403, ''))).said).toBeUndefined();
	});
});

describe('a caller that waits for a slot by itself', () => {
	test('gets a 429 at once, and other errors that pass after their retries', async () => {
		const isRetried = ({ kind }: { kind: string }) => kind !== 'rateLimited';
		const { api, times } = client(
			inTurn(
				() => broken('ECONNREFUSED'),
				() => limited(),
			),
		);
		const result = await finish(api.call(createVideo, VIDEO, { isRetried }));
		expect(kindOf(result)).toBe('rateLimited');
		expect(times()).toHaveLength(2);
	});

	test.each([
		['of the rate', true, SECOND],
		['of what is running', false, 0],
	])('says whether a 429 is %s: only that slows down status checks', async (_case, isOfRate, at) => {
		const kinds: string[] = [];
		const onAnswer = (answer: Result<unknown>) => {
			kinds.push(kindOf(answer));
			return isOfRate;
		};
		const { api, times } = client(inTurn(() => limited(), answered));
		await finish(api.call(createVideo, VIDEO, { isRetried: () => false, onAnswer }));
		expect(kinds).toEqual(['rateLimited']);
		await finish(api.call(getVideo, 'video_1'));
		expect(times()).toEqual([0, at]);
	});

	test('holds status checks too where the API asks for a pause', async () => {
		const { api, times } = client(inTurn(() => limited(5), answered));
		await finish(api.call(createVideo, VIDEO, { isRetried: () => false, onAnswer: () => false }));
		await finish(api.call(getVideo, 'video_1'));
		expect(times()).toEqual([0, 5 * SECOND]);
	});
});

import {
	checkTaskId,
	DOCUMENTED_FIELDS,
	expiresAt,
	idOf,
	readTask,
	resultLink,
} from '../../../nodes/Seedance/api/task';
import { success } from '../../../nodes/Seedance/shared/error';
import { NOW } from '../clock';
import { answerOf } from './responses';

function read(status: number, body: unknown, id = 'video_1') {
	return readTask(answerOf(status, body), id, NOW);
}

describe('task IDs', () => {
	test.each([
		'video_abc123def456', 'vgen_1', 'dh_1', 'mcp_1', 'a', 'A-b_c.d~e', 'a..b', '.a', 'a.', 'x'.repeat(200), '任务1',
	])('%s is one', (id) => {
		expect(checkTaskId(id)).toEqual(success(id));
	});

	test('a number is taken as text', () => expect(checkTaskId(123)).toEqual(success('123')));

	test.each([
		['', 'The Task ID is empty'],
		['   ', 'The Task ID is empty'],
		['\n', 'The Task ID is empty'],
		[undefined, 'The Task ID is empty'],
		[null, 'The Task ID is empty'],
		[{ id: 'video_1' }, 'The Task ID is not text'],
		[['video_1'], 'The Task ID is not text'],
		[true, 'The Task ID is not text'],
		['video 1', 'The Task ID holds a blank or a line break: "video 1"'],
		['video_1\n', 'The Task ID holds a blank or a line break: "video_1\\n"'],
		['a/b', 'The Task ID holds a character that no ID has: "a/b"'],
		['a\\b', 'The Task ID holds a character that no ID has: "a\\\\b"'],
		['a?b', 'The Task ID holds a character that no ID has: "a?b"'],
		['a#b', 'The Task ID holds a character that no ID has: "a#b"'],
		['a%2fb', 'The Task ID holds a character that no ID has: "a%2fb"'],
		['a\u0000b', 'The Task ID holds a character that no ID has: "a\\u0000b"'],
		['a\u200bb', 'The Task ID holds a character that no ID has: "a\u200bb"'],
		['.', 'The Task ID holds a character that no ID has: "."'],
		['..', 'The Task ID holds a character that no ID has: ".."'],
		['x'.repeat(201), 'The Task ID is 201 characters long; an ID has 200 at most'],
	])('%j is refused', (value, message) => {
		expect(checkTaskId(value)).toMatchObject({
			ok: false,
			error: { kind: 'badInput', message, description: expect.stringContaining('Set Task ID to the ID') as unknown },
		});
	});
});

test("the fields of a task are those of the vendor's page", () => {
	expect(DOCUMENTED_FIELDS).toEqual(['id', 'object', 'created', 'model', 'status', 'video_url', 'actualDuration', 'error']);
});

describe('answers that are tasks', () => {
	test('every field passes, unknown ones too', () => {
		const task = {
			id: 'video_1',
			object: 'video',
			created: 1761635478,
			model: 'seedance_1_5_pro_720p',
			status: 'processing',
			video_url: null,
			error: null,
			totalTokens: 12,
			usage: { total_tokens: '123456' },
			nested: { officialMediaUrl: ['https://x'] },
		};
		expect(read(200, task)).toEqual({ ok: true, value: task });
	});

	test.each([
		['a failed task, though it has words of error', { id: 'video_1', status: 'failed', error: 'no' }],
		['one that failed with an object', { id: 'video_1', status: 'failed', error: { message: 'no', code: 401 } }],
		['one that speaks of its key', { id: 'video_1', status: 'failed', error: 'the API key expired' }],
		['one with a status that nobody knows', { id: 'video_1', status: 'constructor' }],
		['one that brings data of its own', { id: 'video_1', status: 'queued', data: { id: 'video_2', status: 'failed' } }],
	])('%s', (_case, task) => {
		expect(read(200, task)).toEqual({ ok: true, value: task });
	});

	test.each([
		['inside data', { code: 0, msg: null, data: { id: 'video_1', status: 'completed', url: 'https://x' } }],
		['inside data, with a code as text', { code: '0', msg: 'success', data: { id: 'video_1', status: 'completed', url: 'https://x' } }],
		['inside data, without an id', { data: { status: 'completed', url: 'https://x' } }],
		['inside data, with an empty id', { data: { id: ' ', status: 'completed', url: 'https://x' } }],
		['with blanks around its id', { id: ' video_1\n', status: 'completed', url: 'https://x' }],
	])('%s', (_case, body) => {
		expect(read(200, body)).toEqual({ ok: true, value: { id: 'video_1', status: 'completed', url: 'https://x' } });
	});

	test('an id that is a number is text from then on', () => {
		expect(read(201, { id: 7, status: 'queued' }, '7')).toEqual({ ok: true, value: { id: '7', status: 'queued' } });
	});
});

describe('answers that are none', () => {
	test('an error status, whatever comes with it', () => {
		expect(read(503, { id: 'video_1', status: 'completed' })).toMatchObject({ ok: false, error: { kind: 'serverError' } });
	});

	test('an error under HTTP 200, which names the task', () => {
		expect(read(200, { code: 404, msg: 'no' })).toMatchObject({
			ok: false,
			error: { kind: 'notFound', message: expect.stringContaining('task "video_1"') as unknown },
		});
	});

	test.each([
		['nothing', 204, '', 'empty', 'about task "video_1" is empty', 'Try again later'],
		['blanks', 200, ' \n', 'empty', 'about task "video_1" is empty', 'Try again later'],
		['a page', 200, '\n<!doctype html><html></html>', 'unreadable', 'is a web page', 'is no answer of the API'],
		['a task that is cut short', 200, '{"id":"video_1",\n"sta', 'unreadable', `can't be read: {"id":"video_1", "sta`, 'is no answer of the API'],
		['a list', 200, [], 'unreadable', "can't be read: []", 'is no answer of the API'],
		['a word', 200, '"ok"', 'unreadable', `can't be read: "ok"`, 'is no answer of the API'],
		['null', 200, 'null', 'unreadable', "can't be read: null", 'is no answer of the API'],
		['a task without id', 200, { status: 'queued' }, 'unreadable', 'holds no task ID', 'The answer began: {"status":"queued"}'],
		['an empty object', 200, {}, 'unreadable', 'holds no task ID', 'The answer began: {}'],
		['a task without status', 200, { id: 'video_1' }, 'unreadable', 'holds no status', 'The API may have changed'],
		['a task with an empty status', 200, { id: 'video_1', status: ' ' }, 'unreadable', 'holds no status', 'The API may have changed'],
		['a task with a status that is no text', 200, { id: 'video_1', status: 3 }, 'unreadable', 'holds no status', 'The API may have changed'],
		['no status inside data', 200, { data: { id: 'video_1' } }, 'unreadable', 'holds no status', '{"data":{"id":"video_1"}}'],
		['data that is null', 200, { code: 0, data: null }, 'unreadable', 'holds no task ID', '{"code":0,"data":null}'],
		['data that is a list', 200, { id: 'video_1', data: [{ status: 'queued' }] }, 'unreadable', 'holds no status', 'The API may have changed'],
	])('%s', (_case, status, body, kind, message, description) => {
		const outcome = read(status, body);
		expect(outcome).toEqual({
			ok: false,
			error: {
				kind,
				message: expect.stringContaining(message) as unknown,
				description: expect.stringContaining(description) as unknown,
				httpStatus: status,
			},
		});
		expect(outcome).toMatchObject({ error: { message: expect.stringMatching(/^GlobalAI OPC's answer about task "video_1" \S/) as unknown } });
	});

	test.each([
		['about another task', { id: 'video_2', status: 'queued' }, '"video_2"'],
		['about another task, inside data', { data: { id: 'video_2', status: 'queued' } }, '"video_2"'],
		['about a task with a long id', { id: `v\n${'x'.repeat(200)}`, status: 'queued' }, `"v ${'x'.repeat(98)}"`],
	])('%s', (_case, body, another) => {
		expect(read(200, body)).toEqual({
			ok: false,
			error: {
				kind: 'unreadable',
				message: `GlobalAI OPC was asked for task "video_1" and answered about another: ${another}`,
				description: expect.stringContaining('The answer was not used') as unknown,
			},
		});
	});

	test('the end of a long answer is not shown', () => {
		expect(read(200, 'x'.repeat(5_000))).toMatchObject({ error: { message: expect.stringMatching(/read: x{60}$/) as unknown } });
		const outcome = read(200, { a: 'x'.repeat(100) });
		expect(outcome).toMatchObject({ error: { description: expect.stringMatching(/began: \{"a":"x{94}$/) as unknown } });
	});
});

test.each([
	[1761635478, '2025-10-29T07:11:18.000Z'],
	[0, '1970-01-02T00:00:00.000Z'],
	['1761635478', undefined],
	[undefined, undefined],
	[Date.UTC(9999, 11, 30) / 1000, '9999-12-31T00:00:00.000Z'],
	[Date.UTC(9999, 11, 31) / 1000, undefined],
	[1761635478000, undefined],
	[1e20, undefined],
	[NaN, undefined],
])('created %p expires at %s', (created, expected) => {
	expect(expiresAt({ created })).toBe(expected);
});

describe("a finished task's link", () => {
	const LINK = 'https://cdn.example/v.mp4';
	const link = (fields: object) => resultLink({ id: 'video_1', status: 'completed', ...fields });

	test.each(['video_url', 'result_url', 'image_url', 'audioUrl', 'url'])('may be in %s', (field) => {
		expect(link({ [field]: LINK })).toBe(LINK);
		expect(link({ [field]: ` ${LINK}\n` })).toBe(LINK);
		for (const none of [null, undefined, '', ' ', 42, {}]) expect(link({ [field]: none })).toBeUndefined();
	});

	test('is the documented one where there are several', () => {
		expect(link({ url: 'https://other', video_url: LINK })).toBe(LINK);
		expect(link({ video_url: null, audioUrl: LINK })).toBe(LINK);
	});

	test('is in no other field', () => expect(link({ last_frame_url: LINK, officialMediaUrl: LINK })).toBeUndefined());
});

test.each([
	['video_1', 'video_1'],
	[' video_1\n', 'video_1'],
	[7, '7'],
	['', ''],
	[null, ''],
	[undefined, ''],
	[{}, ''],
	[true, ''],
])('the id %j is %j', (id, expected) => {
	expect(idOf({ id })).toBe(expected);
});

import {
	checkTaskId,
	createdAt,
	DOCUMENTED_FIELDS,
	expiresAt,
	idOf,
	readCreated,
	readTask,
	resultLink,
	taskState,
} from '../../../../nodes/Seedance/resources/video/video';
import { NEW_TASK, taskTarget } from '../../../../nodes/Seedance/resources/video/endpoints';
import { success } from '../../../../nodes/Seedance/core/error';
import { HOUR, MINUTE, NOW, SECOND } from '../../clock';
import { containing, matching } from '../../expecting';
import { answerOf } from '../../http/responses';

function read(status: number, body: unknown, id = 'video_1') {
	return readTask(answerOf(status, body), id, taskTarget(id), NOW);
}

describe('task IDs', () => {
	test.each([
		...['video_abc123def456', 'vgen_1', 'dh_1', 'mcp_1', 'a', 'A-b_c.d~e', 'a..b', '.a', 'a.', '任务1'],
		'x'.repeat(200),
	])('%s is one', (id) => {
		expect(checkTaskId(id)).toEqual(success(id));
	});

	test.each<[unknown, string]>([
		[123, '123'],
		[9007199254740991, '9007199254740991'],
		[12345678901234567n, '12345678901234567'],
		['12345678901234567', '12345678901234567'],
		['1e5', '1e5'],
	])('%p is taken as text', (value, id) => expect(checkTaskId(value)).toEqual(success(id)));

	test.each<[string, unknown]>([
		['12345678901234568', Number('12345678901234567')],
		['9007199254740992', 2 ** 53],
		['1e+21', 1e21],
		['1.23457E+16', '1.23457E+16'],
		['1,23E+17', '1,23E+17'],
	])('a number whose digits are lost is said to be one: %s', (shown, value) => {
		const message = `The 'Task ID' is a number that is too long for n8n, so that its last digits are lost: ${shown}`;
		const error = { kind: 'badInput', message, description: containing('Store IDs as text') };
		expect(checkTaskId(value)).toEqual({ ok: false, error });
	});

	test.each<[string, unknown]>([
		['is an object, not a text', { id: 'video_1' }],
		['is a list, not a text', ['video_1']],
		['is true, not a text', true],
		['is "null"', 'null'],
		['contains "[object Object]"', '[object Object]'],
		['contains an expression that n8n did not evaluate: {{ $json.id }}', '{{ $json.id }}'],
	])('one that %s', (is, value) => {
		expect(checkTaskId(value)).toMatchObject({
			ok: false,
			error: { kind: 'badInput', message: `The 'Task ID' ${is}` },
		});
	});

	test.each<[string, unknown[]]>([
		["The 'Task ID' is empty", ['', '   ', '\n', undefined, null]],
		["The 'Task ID' is 201 characters long; an ID has 200 at most", ['x'.repeat(201)]],
		["The 'Task ID' contains a space or a line break: ", ['video 1', 'video_1\n']],
		[
			"The 'Task ID' contains a character that no ID has: ",
			['a/b', 'a\\b', 'a?b', 'a#b', 'a%2fb', 'a\u0000b', 'a\u200bb', '.', '..'],
		],
	])('%s %j', (words, values) => {
		for (const value of values) {
			const message = words.endsWith(' ') ? words + JSON.stringify(value) : words;
			const error = { kind: 'badInput', message, description: containing("Set 'Task ID' to the ID") };
			expect(checkTaskId(value)).toEqual({ ok: false, error });
		}
	});
});

test("the fields of a task are those of the vendor's page", () => {
	expect(DOCUMENTED_FIELDS.join()).toBe('id,object,created,model,status,video_url,actualDuration,error');
});

describe('answers that are tasks', () => {
	const documented = { object: 'video', created: 1761635478, model: 'm_720p', video_url: null, error: null };
	const failed = { id: 'video_1', status: 'failed' };
	const queued = { id: 'video_1', status: 'queued' };
	test.each([
		['with fields that nobody knows', { ...queued, ...documented, nested: { media: ['https://x'] } }],
		['that failed, though it has words of error', { ...failed, error: 'no' }],
		['that failed with an object', { ...failed, error: { message: 'no', code: 401 } }],
		['that speaks of its key', { ...failed, error: 'the API key expired' }],
		['with a status that nobody knows', { id: 'video_1', status: 'constructor' }],
		['that brings data of its own', { ...queued, data: { id: 'video_2', status: 'failed' } }],
	])('one %s', (_case, task) => {
		expect(read(200, task)).toEqual({ ok: true, value: task });
	});

	test('those of the model center: bare from a create, inside data from a check', () => {
		const usage = { total_tokens: '123456' };
		const file = { result_url: 'https://x', video_url: 'https://x', actualDuration: 8, resolution: '2k' };
		const done = { status: 'completed', progress: 100, ...file, amount: 0.32, totalTokens: '123456', usage };
		for (const id of [undefined, 'mcp_1'])
			expect(read(200, { data: { id, ...done } }, 'mcp_1')).toEqual(success({ ...done, id: 'mcp_1' }));
		const queued = { id: 'mcp_1', object: 'video', model: 'minimax-h3', status: 'queued', error: null };
		for (const status of [200, 202])
			expect(readCreated(answerOf(status, queued), NEW_TASK, NOW)).toEqual(success(queued));
		for (const error of ['风控拒绝', { message: '风控拒绝' }]) {
			const value = { id: 'mcp_1', status: 'failed', error };
			expect(read(200, { data: { status: 'failed', error } }, 'mcp_1')).toEqual(success(value));
		}
	});

	const done = { id: 'video_1', status: 'completed', url: 'https://x' };
	test.each([
		['inside data', { code: 0, msg: null, data: done }],
		['inside data, without an id', { data: { ...done, id: undefined } }],
		['inside data, with an empty id', { data: { ...done, id: ' ' } }],
		['with blanks around its id', { ...done, id: ' video_1\n' }],
	])('%s', (_case, body) => {
		expect(read(200, body)).toEqual({ ok: true, value: done });
	});

	const status = 'queued';
	test.each([
		['task_id', { task_id: 'video_1', status }],
		['taskId, inside data', { data: { taskId: 'video_1', status } }],
		['request_id, where that is what was asked for', { request_id: 'video_1', status }],
		['projectId, inside data, beside an id of its own', { data: { id: 7, projectId: 'video_1', status } }],
	])('its id may be in %s', (_case, body) => {
		expect(read(200, body)).toMatchObject({ ok: true, value: { id: 'video_1', status } });
	});

	test('the id of the request is none of the task', () => {
		const error = { message: containing('has no task ID') };
		expect(read(200, { request_id: 'r-1', status })).toMatchObject({ ok: false, error });
		const value = { id: 'video_1' };
		expect(read(200, { request_id: 'r-1', data: { status } })).toMatchObject({ ok: true, value });
	});

	test('an id that is a number is text from then on', () => {
		expect(read(201, { id: 7, status }, '7')).toEqual({ ok: true, value: { id: '7', status } });
	});
});

describe('answers that are none', () => {
	test('an error status, whatever comes with it', () => {
		expect(read(503, { id: 'video_1', status: 'completed' })).toMatchObject({
			ok: false,
			error: { kind: 'serverError' },
		});
	});

	test('an error under HTTP 200, which names the task', () => {
		const error = { kind: 'notFound', message: containing('task "video_1"') };
		expect(read(200, { code: 404, msg: 'no' })).toMatchObject({ ok: false, error });
	});

	const ABOUT = 'GlobalAI OPC\'s answer about task "video_1"';
	const LATER = 'Try again later';
	const NO_ANSWER = 'is no answer of the API';
	const CHANGED = 'the API may have changed';
	const id = 'video_1';
	test.each<[string, number, unknown, string, string]>([
		['nothing', 204, '', 'is empty', LATER],
		['blanks', 200, ' \n', 'is empty', LATER],
		['a page', 200, '\n<!doctype html><html></html>', 'is a web page', NO_ANSWER],
		['a task that is cut short', 200, '{"id":"a",\n"sta', `can't be read: {"id":"a", "sta`, NO_ANSWER],
		['a list', 200, [], "can't be read: []", NO_ANSWER],
		['a word', 200, '"ok"', `can't be read: "ok"`, NO_ANSWER],
		['null', 200, 'null', "can't be read: null", NO_ANSWER],
		['a task without id', 200, { status: 'new' }, 'has no task ID', 'The answer began: {"status":"new"}'],
		['an empty object', 200, {}, 'has no task ID', 'The answer began: {}'],
		['a task without status', 200, { id }, 'has no status', CHANGED],
		['a task with an empty status', 200, { id, status: ' ' }, 'has no status', CHANGED],
		['a task with a status that is no text', 200, { id, status: 3 }, 'has no status', CHANGED],
		['no status inside data', 200, { data: { id } }, 'has no status', CHANGED],
		['data that is a list', 200, { id, data: [{ status: 'queued' }] }, 'has no status', CHANGED],
	])('%s', (_case, httpStatus, body, words, description) => {
		const kind = words === 'is empty' ? 'empty' : 'unreadable';
		const error = { kind, message: `${ABOUT} ${words}`, description: containing(description), httpStatus };
		expect(read(httpStatus, body)).toEqual({ ok: false, error });
	});

	const LONG = `v\n${'x'.repeat(200)}`;
	test.each([
		['about another task', { id: 'video_2', status: 'queued' }, '"video_2"'],
		['about another task, inside data', { data: { id: 'video_2', status: 'queued' } }, '"video_2"'],
		['about a task with a long id', { id: LONG, status: 'queued' }, `"${LONG.replace(/\s+/g, ' ')}"`],
	])('%s', (_case, body, another) => {
		const message = `GlobalAI OPC answered the request for task "video_1" with another task: ${another}`;
		const error = { kind: 'unreadable', message, description: containing('The answer was not used') };
		expect(read(200, body)).toEqual({ ok: false, error });
	});

	test('the end of a long answer is not shown', () => {
		expect(read(200, 'x'.repeat(5_000))).toMatchObject({ error: { message: matching(/read: x{60}$/) } });
		const object = { a: 'x'.repeat(100) };
		expect(read(200, object)).toMatchObject({ error: { description: matching(/began: \{"a":"x{94}$/) } });
	});
});

test.each([
	['completed', 'completed|succeeded|success|COMPLETED| Completed\n|finished|done|Done|complete|succeed'],
	['completed', 'TASK_STATUS_SUCCEED'],
	['ended', 'failed|cancelled|canceled|expired|error|FAILED|fail|Fail|failure|rejected|timed_out|time-out'],
	['ended', 'JOB_STATE_FAILED'],
	['running', 'queued|processing|pending|submitted|running|Running|waiting|queuing|Queueing|in_queue'],
	['running', 'in_progress|IN_PROGRESS|in-progress|In Progress|inProgress|Preparing|starting|created'],
	['running', 'scheduling|THROTTLED|dreaming|generating|not_start'],
	['unknown', '| |_|paused|ready|notcompleted|unfinished|constructor|__proto__|unknown|task_status|已完成'],
])('%s is said by %j', (kind, words) => {
	for (const word of words.split('|')) expect([word, taskState(word)]).toEqual([word, kind]);
});

test.each<[unknown, string | undefined]>([
	[1761635478, '2025-10-29T07:11:18.000Z'],
	[0, '1970-01-02T00:00:00.000Z'],
	[Date.UTC(9999, 11, 30) / 1000, '9999-12-31T00:00:00.000Z'],
	['1761635478', undefined],
	[undefined, undefined],
	[1e20, undefined],
	[NaN, undefined],
	[Date.UTC(9999, 11, 31) / 1000, undefined],
	[1761635478000, undefined],
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

	test('is in no other field', () =>
		expect(link({ last_frame_url: LINK, officialMediaUrl: LINK })).toBeUndefined());
});

test.each<[string, unknown[]]>([
	['video_1', ['video_1', ' video_1\n']],
	['7', [7]],
	['', ['', null, undefined, {}, true]],
])('%j is the id in %j', (expected, ids) => {
	expect(ids.map((id) => idOf({ id }))).toEqual(ids.map(() => expected));
});

describe('an answer that is a created task', () => {
	const created = { id: 'video_1', object: 'video', created: 1761635478, model: 'm', status: 'queued' };

	test.each<[string, object, object]>([
		['bare', created, created],
		['inside data', { code: 0, msg: null, data: created }, created],
		['inside data, beside an empty id', { id: '', data: created }, created],
		['one without a status', { id: 'v' }, { id: 'v' }],
		['one whose id is a number', { id: 7, status: 'queued' }, { id: '7', status: 'queued' }],
		['one without a status, inside data', { code: 0, data: { id: 'v' } }, { id: 'v' }],
		['an id alone', { code: 0, msg: 'success', data: 'video_9' }, { id: 'video_9' }],
		['an id alone, with blanks', { data: ' video_9\n' }, { id: 'video_9' }],
		['one that comes with the words of an error', { code: 500, msg: 'slow', data: { id: 'v' } }, { id: 'v' }],
	])('%s', (_case, body, task) => {
		for (const status of [200, 201])
			expect(readCreated(answerOf(status, body), NEW_TASK, NOW)).toEqual({ ok: true, value: task });
	});

	test.each<[string, object]>([
		['task_id', { task_id: 'v', status: 'queued' }],
		['task_id, inside data, beside the id of the request', { request_id: 'r', data: { task_id: 'v' } }],
		['taskId, inside data', { code: 200, msg: 'success', data: { taskId: 'v' } }],
		['projectId, inside data', { code: 0, data: { projectId: 'v' } }],
		['request_id', { request_id: 'v' }],
		['request_id, with a status', { request_id: 'v', status: 'IN_QUEUE' }],
		['request_id, inside data', { code: 0, data: { request_id: 'v' } }],
	])('may have its ID in %s', (_case, body: { data?: object }) => {
		const value = { ...(body.data ?? body), id: 'v' };
		expect(readCreated(answerOf(200, body), NEW_TASK, NOW)).toEqual({ ok: true, value });
	});

	test('may have failed at once', () => {
		const value = { id: 'v', status: 'failed', error: 'no' };
		expect(readCreated(answerOf(200, value), NEW_TASK, NOW)).toEqual({ ok: true, value });
	});
});

describe('an answer that is no created task', () => {
	const request_id = 'r-1';
	const odd = { code: 1001, msg: 'no credit left' };
	test.each<[number, unknown, string, string]>([
		[500, { id: 'video_1', status: 'queued' }, 'serverError', 'HTTP 500'],
		[400, { msg: 'no', data: { field: 'prompt' } }, 'rejected', 'HTTP 400'],
		[200, { msg: '缺少必填参数: prompt' }, 'unknownError', '缺少必填参数: prompt'],
		[200, { code: 0, msg: 'success', data: null }, 'unreadable', 'about a new task has no task ID'],
		// The id of a request is none of a task, where an error comes with it.
		[200, { ...odd, request_id }, 'unknownError', 'no credit left'],
		[200, { error: { message: 'no' }, request_id }, 'unknownError', 'declined'],
		[200, { code: 500, msg: 'busy', request_id }, 'serverError', 'HTTP'],
		[400, { error: 'no', request_id }, 'rejected', 'HTTP 400'],
		[200, { code: 0, data: null, request_id }, 'unreadable', 'has no task ID'],
		[200, { code: 0, msg: 'success', data: 'ok' }, 'unreadable', 'has no task ID'],
		[200, { code: 0, data: 'https://v.example/1' }, 'unreadable', 'has no task ID'],
		[200, { ...odd, data: '参数错误' }, 'unknownError', 'declined'],
		// This may be a task.
		[200, { ...odd, data: 'video_9' }, 'unreadable', 'no credit left'],
		[200, { data: [{ id: 'video_1' }] }, 'unreadable', 'about a new task has no task ID'],
		[200, [{ id: 'video_1' }], 'unreadable', "about a new task can't be read"],
	])('HTTP %d, %j', (status, body, kind, words) => {
		const error = { kind, message: containing(words) };
		expect(readCreated(answerOf(status, body), NEW_TASK, NOW)).toMatchObject({ ok: false, error });
	});
});

const DAY = 24 * HOUR;

test('the time of creation is taken only where it can be right', () => {
	const aged = (ms: number) => ({ id: 'video_1', status: 'processing', created: (NOW - ms) / 1000 });
	for (const age of [0, 5 * MINUTE, DAY]) expect(createdAt(aged(age), NOW)).toBe(NOW - age);
	for (const seen of [aged(DAY + SECOND), aged(-SECOND), undefined])
		expect(createdAt(seen, NOW)).toBeUndefined();
});

import { checkTaskId, expiresAt, readTask } from '../../nodes/Seedance/api/task';

const NOW = Date.UTC(2026, 0, 15, 12);

function read(status: number, body: unknown, headers: Record<string, unknown> = {}) {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return readTask({ status, headers, text }, 'video_1', NOW);
}

describe('task IDs', () => {
	test.each(['video_abc123def456', 'a', 'A-b_c.d~e', 'x'.repeat(200), '任务1'])('%s is one', (id) => {
		expect(checkTaskId(id)).toEqual({ id });
	});

	test('a number is taken as text', () => expect(checkTaskId(123)).toEqual({ id: '123' }));

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
	])('%j is refused', (value, problem) => {
		expect(checkTaskId(value)).toEqual({ problem });
	});
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
			nested: { officialMediaUrl: ['https://x'] },
		};
		expect(read(200, task)).toEqual({ ok: true, value: task });
	});

	test('a byte order mark and white space around are forgiven', () => {
		expect(read(200, '\uFEFF {"id":"video_1","status":"queued"}\n')).toMatchObject({ ok: true });
	});

	test('a failed task is a task, though it has words of error', () => {
		expect(read(200, { id: 'video_1', status: 'failed', error: 'no' })).toMatchObject({ ok: true });
	});

	test.each([
		[1761635478, '2025-10-29T07:11:18.000Z'],
		[0, '1970-01-02T00:00:00.000Z'],
		['1761635478', undefined],
		[undefined, undefined],
		[1e20, undefined],
		[NaN, undefined],
	])('created %p expires at %s', (created, expected) => {
		expect(expiresAt({ created })).toBe(expected);
	});
});

describe('answers that are not', () => {
	test.each([
		[401, 'unauthorized', /refused the API key/],
		[403, 'forbidden', /does not let this API key/],
		[404, 'notFound', /knows no task "video_1"/],
		[429, 'rateLimited', /limiting requests/],
		[500, 'serverError', /HTTP 500/],
		[503, 'serverError', /HTTP 503/],
		[302, 'redirect', /elsewhere \(HTTP 302\)/],
		[400, 'rejected', /rejected.*HTTP 400/],
		[418, 'rejected', /HTTP 418/],
	])('%d is %s and names the task', (status, kind, message) => {
		const outcome = read(status, '');
		expect(outcome).toMatchObject({ ok: false, fault: { kind, httpStatus: status, message: expect.stringMatching(message) } });
		expect(JSON.stringify(outcome)).toContain('video_1');
	});

	test('404 says that IDs live for one day', () => {
		expect(read(404, '')).toMatchObject({ fault: { description: expect.stringContaining('one day') } });
	});

	test.each([
		['a string', { error: 'no credits' }],
		['an object', { error: { message: 'no credits', code: 'x' } }],
		['code and message', { code: 7, message: 'no credits' }],
		['code and msg', { code: 7, msg: 'no credits' }],
	])("the API's words are passed on from %s, under an error status and under 200", (_case, body) => {
		expect(read(403, body)).toMatchObject({ fault: { description: expect.stringContaining('no credits') } });
		expect(read(200, body)).toMatchObject({ ok: false, fault: { kind: 'unreadable', message: expect.stringContaining('no credits') } });
	});

	test.each([
		[401, 'unauthorized'],
		['401', 'unauthorized'],
		[403, 'forbidden'],
		[404, 'notFound'],
		[429, 'rateLimited'],
		[503, 'serverError'],
	])('the code %p under HTTP 200 means what it means as a status', (code, kind) => {
		expect(read(200, { code, msg: 'x' })).toMatchObject({ fault: { kind, httpStatus: 200 } });
		expect(read(200, { error: { code, message: 'x' } })).toMatchObject({ fault: { kind } });
	});

	test.each([
		['empty', '', /is empty/],
		['blank', ' \n', /is empty/],
		['a page', '<!doctype html><html></html>', /is a web page/],
		['cut short', '{"id":"video_1","sta', /can't be read/],
		['a list', [], /can't be read/],
		['a word', '"ok"', /can't be read/],
		['null', null, /can't be read/],
		['without id', { status: 'queued' }, /no task ID/],
		['without status', { id: 'video_1' }, /no status/],
		['with an empty status', { id: 'video_1', status: '' }, /no status/],
		['with a status that is no text', { id: 'video_1', status: 3 }, /no status/],
		['an empty object', {}, /no task ID/],
		['about another task', { id: 'video_2', status: 'queued' }, /about another: "video_2"/],
	])('%s under HTTP 200 is unreadable', (_case, body, message) => {
		expect(read(200, body)).toMatchObject({ ok: false, fault: { kind: 'unreadable', message: expect.stringMatching(message) } });
	});

	test('Retry-After is read for 429 and 5xx', () => {
		expect(read(429, '', { 'retry-after': '7' })).toMatchObject({ fault: { retryAfterMs: 7000, description: expect.stringContaining('7 s') } });
		expect(read(503, '', { 'retry-after': '7' })).toMatchObject({ fault: { retryAfterMs: 7000 } });
	});

	test('a redirect names the host it was sent to, and not the rest', () => {
		const outcome = read(302, '', { location: 'https://elsewhere.example/path?secret=1' });
		expect(outcome).toMatchObject({ fault: { description: expect.stringContaining('elsewhere.example') } });
		expect(JSON.stringify(outcome)).not.toContain('secret');
	});

	test('long words are cut', () => {
		const outcome = read(500, { error: 'x'.repeat(5000) });
		expect(JSON.stringify(outcome).length).toBeLessThan(1000);
	});
});

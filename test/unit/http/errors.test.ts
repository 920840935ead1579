import {
	cooldownError,
	errorWords,
	isSuccess,
	parseRetryAfter,
	readErrorBody,
	responseError,
} from '../../../nodes/Seedance/http/errors';
import { NEW_TASK, taskTarget } from '../../../nodes/Seedance/resources/video/endpoints';
import { NOW } from '../clock';
import { containing, matching } from '../expecting';
import { answerOf } from './responses';

const TASK = taskTarget('video_1');

/** The error of an answer to a query, or to a create. */
function errorOf(status: number, body: unknown, subject = TASK, headers: Record<string, unknown> = {}) {
	return responseError(answerOf(status, body, headers), subject, NOW);
}

test('a success is a status from 200 to 299', () => {
	const statuses = [199, 200, 204, 299, 300, 500];
	expect(statuses.filter((status) => isSuccess(answerOf(status, '')))).toEqual([200, 204, 299]);
});

describe('an error in a body', () => {
	test.each([
		['text', { error: 'no credits' }, undefined],
		['an object', { error: { message: 'no credits', code: 'Quota' } }, 'Quota'],
		['an object with msg', { error: { msg: 'no credits' } }, undefined],
		['code and message', { code: 7, message: 'no credits' }, 7],
		['code and msg', { code: '7', msg: 'no credits', data: null }, '7'],
		['msg alone', { msg: 'no credits' }, undefined],
		['message before msg', { msg: 'other', message: 'no credits' }, undefined],
		['inner words before outer', { error: { message: 'no credits' }, message: 'other' }, undefined],
		[
			'outer message where there are no inner words',
			{ error: { code: 'Quota' }, message: 'no credits' },
			'Quota',
		],
		['outer msg where there are no inner words', { error: { code: 'Quota' }, msg: 'no credits' }, 'Quota'],
		['outer code where there is none inside', { error: { message: 'no credits', code: ' ' }, code: 3 }, 3],
		['words after blank ones', { error: { message: ' \n', msg: 'no credits' } }, undefined],
		['words on several lines', { error: '  no\n\tcredits ' }, undefined],
		[
			'codes of the model center before the words',
			{ error: { code: 'HTTP_400_C400999', message: '[SY_ERR:60] HTTP 400: no credits' } },
			'HTTP_400_C400999',
		],
		['one code of the model center', { error: '[SY_ERR:7] no credits' }, undefined],
	])('%s', (_case, body, code) => {
		expect(readErrorBody(body)).toEqual({ words: 'no credits', code });
	});

	test('a code alone has no words', () => expect(readErrorBody({ code: 0 })).toEqual({ words: '', code: 0 }));

	const WORDLESS = [{}, { error: {} }, { error: '' }, { error: ['no credits'] }, { code: null, msg: null }];
	const OTHERS = [{ code: true }, { code: '' }, { msg: 7 }, 'no credits', ['no credits'], null, undefined, 7];
	test.each<unknown>([...WORDLESS, ...OTHERS])('%j holds none', (body) => {
		expect(readErrorBody(body)).toBeUndefined();
	});
});

test.each([
	[
		'prompt refused',
		[' prompt\nrefused ', { message: 'prompt refused' }, { error: { message: 'prompt refused' } }],
	],
	['prompt refused', [{ code: 'Sensitive', message: 'prompt refused' }]],
	['prompt refused', ['[SY_ERR:60] HTTP 400: prompt refused', { message: '[SY_ERR:60] prompt refused' }]],
	['HTTP 400: [SY_ERR:60]', ['HTTP 400: [SY_ERR:60]']],
	['code Sensitive', [{ code: 'Sensitive' }]],
	['code 0', [{ code: 0 }]],
	['', ['', {}, null, undefined, 7]],
])("the API's words are %j in an error field of %j", (words, errors) => {
	expect(errors.map(errorWords)).toEqual(errors.map(() => words));
});

describe('what an HTTP status means, in words', () => {
	type Row = [status: number, kind: string, message: string, description: string];

	const OF_A_TASK: Row[] = [
		[
			300,
			'redirect',
			'sent the request for task "video_1" elsewhere (HTTP 300)',
			'so that your API key stays',
		],
		[399, 'redirect', '(HTTP 399)', "Check the 'Base URL'"],
		[
			400,
			'rejected',
			'rejected the request for task "video_1" (HTTP 400)',
			"the 'Task ID', and the 'Base URL'",
		],
		[402, 'rejected', '(HTTP 402)', "Check the 'Task ID'"],
		[499, 'rejected', '(HTTP 499)', "Check the 'Task ID'"],
		[401, 'unauthorized', 'refused the API key in the request for task "video_1"', 'Paste it again'],
		[403, 'forbidden', 'does not let this API key use task "video_1"', 'account that created the task'],
		[404, 'notFound', 'has no task "video_1"', 'live for one day only'],
		[
			408,
			'timeout',
			'The request for task "video_1" timed out at GlobalAI OPC (HTTP 408)',
			'Try again later',
		],
		[429, 'rateLimited', 'too many in a short time (task "video_1")', "raise 'Poll Interval'"],
		[500, 'serverError', 'could not answer the request for task "video_1" (HTTP 500)', 'in a few minutes'],
	];

	const OF_A_CREATE: Row[] = [
		[302, 'redirect', 'sent the request for a new task elsewhere (HTTP 302)', "Check the 'Base URL'"],
		[400, 'rejected', 'rejected the request for a new task (HTTP 400)', "Check the 'Prompt'"],
		[401, 'unauthorized', 'refused the API key in the request for a new task', 'Paste it again'],
		[402, 'noCredit', 'does not let this API key create the task (HTTP 402)', 'credit left'],
		[403, 'forbidden', 'does not let this API key create the task (HTTP 403)', 'credit left'],
		[404, 'notFound', 'did not find the model, or the address', "Check the 'Model', and the 'Base URL'"],
		[429, 'rateLimited', 'too many in a short time (a new task)', 'Create fewer tasks'],
		[503, 'serverError', 'could not answer the request for a new task (HTTP 503)', 'Nothing is wrong with'],
	];

	test.each([
		...OF_A_TASK.map((row) => [...row, TASK] as const),
		...OF_A_CREATE.map((row) => [...row, NEW_TASK] as const),
	])('HTTP %d is %s: %s; %s', (httpStatus, kind, message, description, subject) => {
		for (const body of ['', '<html></html>', { detail: 'no' }]) {
			const words = { message: containing(message), description: containing(description) };
			expect(errorOf(httpStatus, body, subject)).toEqual({ kind, ...words, httpStatus });
		}
	});
});

test('a rejection says in its message why', () => {
	const error = errorOf(400, { error: { message: 'duration is too long' } });
	expect(error?.message).toMatch(/ \(HTTP 400\): duration is too long$/);
	expect(error?.said).toBeUndefined();
});

test('an answer that is no JSON may be that of a proxy', () => {
	for (const status of [403, 405, 502]) {
		expect(errorOf(status, '<html></html>')?.description).toContain('a proxy in between may have given it');
		expect(errorOf(status, { detail: 'no' })?.description).not.toContain('proxy');
	}
});

describe('a code under HTTP 200 means what it means as a status', () => {
	test.each<[string, Array<number | string>]>([
		['rejected', [400, 402]],
		['unauthorized', [401, '401']],
		['forbidden', [403]],
		['notFound', [404]],
		['timeout', [408]],
		['rateLimited', [429]],
		['serverError', [500, '503', 599]],
		['unknownError', [399, 600, '404.5', 'Quota']],
	])('%s: %j', (kind, codes) => {
		for (const code of codes) {
			expect(errorOf(200, { code, msg: 'x' })).toMatchObject({ kind, httpStatus: 200 });
			expect(errorOf(200, { error: { code, message: 'x' } })).toMatchObject({ kind });
		}
	});

	test('402: an account without credit, to a create', () => {
		expect(errorOf(200, { code: 402, msg: '余额不足' }, NEW_TASK)).toMatchObject({ kind: 'noCredit' });
	});

	test('but under an error status, the status counts', () => {
		expect(errorOf(503, { code: 403, msg: 'x' })).toMatchObject({ kind: 'serverError' });
	});
});

describe('words that mean the same under any status', () => {
	const REFUSED_KEY =
		'登录验证失败, 鉴权失败, apikey is wrong, Invalid API key, bad api_key, bad api-key, ' +
		'Authentication failed, request unauthorized, request unauthorised';
	test.each(REFUSED_KEY.split(', '))('%s: a refused key', (msg) => {
		for (const status of [200, 400, 401, 404, 500]) {
			expect(errorOf(status, { msg })).toMatchObject({ kind: 'unauthorized', httpStatus: status, said: msg });
			expect(errorOf(status, { error: msg }, NEW_TASK)).toMatchObject({ kind: 'unauthorized' });
		}
	});

	const knowTheKey = [
		[402, 'rejected'],
		[403, 'forbidden'],
		[429, 'rateLimited'],
	] as const;
	test.each(knowTheKey)('HTTP %d that speaks of the key knows the key: %s', (status, kind) => {
		expect(errorOf(status, { msg: 'API key: no more requests' })).toMatchObject({ kind });
	});

	test.each([401, '401', 'AuthenticationError', 'Unauthorized'])('the code %p: a refused key', (code) => {
		const kinds = [200, 400, 403, 500].map((status) => errorOf(status, { code, msg: 'no' })?.kind);
		expect(kinds).toEqual(kinds.map(() => 'unauthorized'));
	});

	test('the code 204 is a failed login under a success status only', () => {
		expect(errorOf(200, { code: 204, msg: 'no' })).toMatchObject({ kind: 'unauthorized' });
		expect(errorOf(500, { code: 204, msg: 'no' })).toMatchObject({ kind: 'serverError' });
	});

	const UNKNOWN_TASK =
		'任务不存在, 未找到任务, 找不到任务, Task not found, the task does not exist, No such task, unknown task';
	test.each(UNKNOWN_TASK.split(', '))('%s: an unknown task, when one was asked for', (msg) => {
		const unknown = { kind: 'notFound', message: containing(TASK.subject) };
		for (const status of [200, 400, 500]) {
			expect(errorOf(status, { code: 1, msg })).toMatchObject(unknown);
			expect(errorOf(status, { code: 1, msg }, NEW_TASK)?.kind).not.toBe('notFound');
		}
	});

	test('the code 404, or one that begins with it: an unknown task, when one was asked for', () => {
		for (const code of [404, '404', 'HTTP_404_C404001', 'HTTP_404']) {
			expect(errorOf(500, { code, msg: 'no' })).toMatchObject({ kind: 'notFound' });
			expect(errorOf(500, { code, msg: 'no' }, NEW_TASK)).toMatchObject({ kind: 'serverError' });
		}
	});

	test.each(['HTTP_400_C404', 'HTTP_4040', 'C404', 4041])('the code %p: nothing about the task', (code) => {
		expect(errorOf(400, { error: { code, message: 'no' } })).toMatchObject({ kind: 'rejected' });
	});

	test('no handler: a wrong address, before anything else the words could mean', () => {
		const address =
			'The default is https://zcbservice.aizfw.cn/kyyReactApiServer, and an empty field means it.';
		const body = { code: 401, msg: 'no handler found for POST /v1/api_key' };
		for (const status of [200, 404, 405, 500]) {
			expect(errorOf(status, body)).toMatchObject({
				kind: 'wrongAddress',
				message: containing('leads to GlobalAI OPC, but not to its API'),
				description: containing(address),
			});
		}
	});
});

const INSTEAD = 'The API reported this instead of task "video_1"';
const LATER = 'Try again later, or look it up in your GlobalAI OPC console.';
const CHANGE = 'Change what the message names, most often the prompt, the model or a picture.';

test.each([
	[TASK, { error: 'no credits' }, 'no credits', `${INSTEAD}. ${LATER}`],
	[TASK, { code: 7, msg: 'no credits' }, 'no credits', `${INSTEAD} (code 7). ${LATER}`],
	[TASK, { code: 'Quota' }, 'code Quota', `${INSTEAD}. ${LATER}`],
	[NEW_TASK, { msg: '缺少参数' }, '缺少参数', CHANGE],
])(
	'of %j, an unknown error under HTTP 200, %j, is told in its words',
	(subject, body, words, description) => {
		const message = `GlobalAI OPC declined the request for ${subject.subject}: ${words}`;
		expect(errorOf(200, body, subject)).toEqual({
			kind: 'unknownError',
			message,
			description,
			httpStatus: 200,
		});
	},
);

test.each<unknown>([
	{ id: 'video_1', status: 'queued', error: null },
	...[0, '0', 200, '200'].map((code) => ({ code, msg: 'any' })),
	...[{ msg: 'OK' }, { message: 'Success' }, { msg: '成功' }, {}, '', '<html></html>'],
])('%j under HTTP 200 reports no error', (body) => {
	expect(errorOf(200, body)).toBeUndefined();
});

test.each([[{ code: 7, msg: 'success' }], [{ msg: 'not ok' }]])('%j under HTTP 200 does', (body) => {
	expect(errorOf(200, body)).toMatchObject({ kind: 'unknownError' });
});

describe('what else an error tells', () => {
	test("the API's own words, of an error status too", () => {
		for (const body of [{ error: 'no' }, { error: { message: 'no', code: 'x' } }, { code: 7, msg: 'no' }]) {
			expect(errorOf(403, body)).toMatchObject({ kind: 'forbidden', said: 'no' });
		}
	});

	test('the Retry-After of HTTP 429, in words too, and of HTTP 503', () => {
		const headers = { 'retry-after': '7.2' };
		const [limited, busy] = [429, 503].map((status) => errorOf(status, '', TASK, headers));
		expect(limited).toMatchObject({
			retryAfterMs: 7200,
			description: containing("under 'Options'. It asks to wait 8 s."),
		});
		expect(busy).toMatchObject({ kind: 'serverError', retryAfterMs: 7200 });
		for (const error of [busy, errorOf(429, '')]) expect(error?.description).not.toContain('asks to wait');
	});

	test('Retry-After of anything else says nothing', () => {
		for (const status of [200, 302, 403, 404]) {
			expect(errorOf(status, { code: 'x' }, TASK, { 'retry-after': '7' })?.retryAfterMs).toBeUndefined();
		}
	});

	const TARGET = 'https://elsewhere.example:8443/path?secret=1';
	test.each<[number, unknown, RegExp]>([
		[302, TARGET, / in the credential\. The redirect leads to elsewhere\.example:8443\.$/],
		[302, undefined, / in the credential\.$/],
		[302, '/path?secret=1', / in the credential\.$/],
		[302, ['https://elsewhere.example'], / in the credential\.$/],
		[400, 'https://elsewhere.example', / a proxy in between may have given it\.$/],
	])('HTTP %d to %j: the host of a redirect, and not the rest', (status, location, end) => {
		const error = errorOf(status, '', TASK, { location });
		expect(error?.description).toMatch(end);
		expect(JSON.stringify(error)).not.toContain('secret');
	});
});

test('a request that was not sent, since the API asks for a longer cooldown, says how long', () => {
	expect(cooldownError(TASK, 299_001)).toEqual({
		kind: 'notSent',
		message: containing(TASK.subject),
		description: matching(/lower 'Max Concurrency'.* It asks to wait 300 s\.$/),
		retryAfterMs: 299_001,
	});
});

test.each<[number | undefined, unknown[]]>([
	[0, ['0', '0.0004', 'Thu, 15 Jan 2026 11:00:00 GMT']],
	[1_500, ['1.5', ' 1.5 ', 1.5, ['1.5', '1']]],
	[10_250, ['10.25']],
	[30_000, ['Thu, 15 Jan 2026 12:00:30 GMT']],
	[120_000, ['120']],
	[24 * 60 * 60 * 1000, ['86400', '86401', 'Thu, 15 Jan 2032 12:00:30 GMT']],
	[undefined, ['-5', '5s', 'x5', '1.', '2026-01-15', 'soon', '', undefined, null, true, {}, [], [['9']]]],
])('a Retry-After is %p ms: %j', (ms, headers) => {
	expect(headers.map((header) => parseRetryAfter(header, NOW))).toEqual(headers.map(() => ms));
});

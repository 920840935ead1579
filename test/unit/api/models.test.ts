import { createBody, createError, isUncertain, readCreated, type VideoRequest } from '../../../nodes/Seedance/api/models';
import type { ErrorKind, TaskError } from '../../../nodes/Seedance/shared/error';
import { NOW } from '../clock';
import { containing, matching } from '../expecting';
import { answerOf } from './responses';

const VIDEO: VideoRequest = { model: 'm', prompt: 'A cat', ratio: '16:9', duration: 5, generateAudio: true };

const text = { type: 'text', text: 'A cat' };
const frame = (url: string, role: string) => ({ type: 'image_url', image_url: { url }, role });
const FIRST = frame('https://f', 'first_frame');

test.each([
	['a prompt alone', {}, [text]],
	['a first frame', { firstFrameUrl: 'https://f' }, [text, FIRST]],
	['both frames', { firstFrameUrl: 'https://f', lastFrameUrl: 'https://l' }, [text, FIRST, frame('https://l', 'last_frame')]],
])('the body of a create with %s', (_case, frames, content) => {
	const body = { model: 'm', content, ratio: '16:9', duration: 5, generate_audio: true };
	expect(createBody({ ...VIDEO, ...frames })).toEqual(body);
});

describe('an answer that is a created task', () => {
	const created = { id: 'video_1', object: 'video', created: 1761635478, model: 'm', status: 'queued' };

	test.each([
		['bare', created, created],
		['inside data', { code: 0, msg: null, data: created }, created],
		['inside data, beside an empty id', { id: '', data: created }, created],
		['one that failed at once', { id: 'v', status: 'failed', error: 'no' }, { id: 'v', status: 'failed', error: 'no' }],
		['one without a status', { id: 'v' }, { id: 'v' }],
		['one whose id is a number', { id: 7, status: 'queued' }, { id: '7', status: 'queued' }],
		['one that comes with the words of an error', { code: 500, msg: 'slow', data: { id: 'v' } }, { id: 'v' }],
	])('%s', (_case, body, task) => {
		for (const status of [200, 201]) expect(readCreated(answerOf(status, body), NOW)).toEqual({ ok: true, value: task });
	});
});

test.each([
	['an error status, whatever comes with it', 500, { id: 'video_1', status: 'queued' }, 'serverError', 'HTTP 500'],
	['an error under HTTP 200', 200, { msg: '缺少必填参数: prompt' }, 'unknownError', '缺少必填参数: prompt'],
	['a login that failed', 200, { code: '204', msg: '登录验证失败' }, 'unauthorized', 'a new task'],
	['an unknown model', 400, { error: { message: '模型不可用' } }, 'rejected', 'a new task'],
	['success without a task', 200, { code: 0, msg: 'success', data: null }, 'unreadable', 'about a new task holds no task ID'],
	['a task without id', 200, { status: 'queued' }, 'unreadable', 'about a new task holds no task ID'],
	['data that is a list', 200, { data: [{ id: 'video_1' }] }, 'unreadable', 'about a new task holds no task ID'],
	['a list', 200, [{ id: 'video_1' }], 'unreadable', "about a new task can't be read"],
	['nothing', 204, '', 'empty', 'about a new task is empty'],
])('%s is no created task', (_case, status, body, kind, words) => {
	const error = { kind, message: containing(words) };
	expect(readCreated(answerOf(status, body), NOW)).toMatchObject({ ok: false, error });
});

describe('whether the task of a create that failed may exist', () => {
	const errorOf = (kind: ErrorKind, more: Partial<TaskError> = {}): TaskError =>
		({ kind, message: 'It broke', description: 'Mend it.', ...more });

	const unclear = ['serverError', 'timeout', 'connection', 'empty', 'unreadable', 'canceled'] as const;
	test.each(unclear)('%s: nobody knows, if it was sent', (kind) => {
		const error = errorOf(kind, { said: 'no' });
		expect([isUncertain(error), isUncertain({ ...error, unsent: true })]).toEqual([true, false]);
		const description = matching(/^The task may have been created all the same, and be billed\. .* Mend it\.$/);
		expect(createError(error)).toEqual({ ...error, description });
	});

	test.each([
		'badCredential', 'unauthorized', 'forbidden', 'notFound', 'wrongAddress', 'rejected', 'rateLimited', 'redirect', 'unknownError',
	] as const)('%s: no', (kind) => {
		expect(isUncertain(errorOf(kind))).toBe(false);
		const description = 'No task was created for this item, and nothing is billed for it. Mend it.';
		expect(createError(errorOf(kind))).toEqual({ ...errorOf(kind), description });
	});

	test.each([
		[{ msg: 'accepted', data: { taskNo: 7 } }, true],
		[{ msg: '缺少必填参数: prompt' }, false],
		[{ code: '1001', msg: 'refused', data: null }, false],
	])('words that nobody knows, %j: %p', (body, expected) => {
		const result = readCreated(answerOf(200, body), NOW);
		expect(!result.ok && isUncertain(result.error)).toBe(expected);
		expect(result.ok).toBe(false);
	});
});

import {
	createError,
	failedTaskError,
	gaveUpError,
	isUncertain,
	noVideoError,
	unknownStatusError,
} from '../../../../nodes/Seedance/resources/video/messages';
import { NEW_TASK } from '../../../../nodes/Seedance/resources/video/endpoints';
import { readCreated, type VideoTask } from '../../../../nodes/Seedance/resources/video/video';
import type { GivenUp } from '../../../../nodes/Seedance/waiting/pollable';
import type { TaskError } from '../../../../nodes/Seedance/core/error';
import { HOUR, MINUTE, NOW, SECOND } from '../../clock';
import { containing, matching } from '../../expecting';
import { answerOf } from '../../http/responses';

const task = (fields: Partial<VideoTask> = {}): VideoTask => ({
	id: 'video_1',
	status: 'processing',
	...fields,
});

const CHANGE = 'Change what the reason names';
const CREATE = 'Create the task again if you still want';

test.each<[string, Partial<VideoTask>, string, string]>([
	['failed', { error: 'content policy' }, 'failed: content policy', CHANGE],
	['failed', { error: { code: 'Sensitive' } }, 'failed: code Sensitive', CHANGE],
	['failed', { error: null, message: 'content policy', msg: 'other' }, 'failed: content policy', CHANGE],
	['failed', { error: '', msg: 'content policy' }, 'failed: content policy', CHANGE],
	['failed', { error: 'content policy', message: 'other', msg: 'more' }, 'failed: content policy', CHANGE],
	['FAILED', { error: null }, 'failed: GlobalAI OPC gave no reason', CHANGE],
	['expired', {}, 'expired: GlobalAI OPC gave no reason', CHANGE],
	[' Expired ', { error: 'too old' }, 'expired: too old', CHANGE],
	['cancelled', { error: null }, 'was cancelled', CREATE],
	['cancelled', { error: 'by user' }, 'was cancelled: by user', CREATE],
	['canceled', {}, 'was cancelled', CREATE],
	[' CANCELLED ', {}, 'was cancelled', CREATE],
])('a task that ended without a video, %s %j, in the words of the API', (status, fields, message, advice) => {
	expect(failedTaskError(task({ status, ...fields }))).toEqual({
		kind: 'ended',
		message: `Task "video_1" ${message}`,
		description: matching(new RegExp(`^No video will come of it\\. ${advice}`)),
		details: { task: task({ status, ...fields }) },
	});
});

test('a status that nobody knows', () => {
	expect(unknownStatusError(task({ status: 'paused' }))).toEqual({
		kind: 'unknownStatus',
		message: 'Task "video_1" has a status that this node does not know: "paused"',
		description: containing('It was not waited for'),
		details: { task: task({ status: 'paused' }) },
	});
});

test('a completed task without a link', () => {
	expect(noVideoError(task({ status: 'completed' }), 3)).toEqual({
		kind: 'noResult',
		message: 'Task "video_1" is completed but has no video link',
		description: containing(
			'3 more status checks found none (in video_url, result_url, image_url, audioUrl, url)',
		),
		details: { task: task({ status: 'completed' }) },
	});
});

describe('a wait that is given up', () => {
	/** The error after so many milliseconds, which are as many as it may last. */
	const gaveUp = (ms: number, more: Partial<GivenUp> = {}): TaskError =>
		gaveUpError({ id: 'video_1', waitedMs: ms, giveUpAfterMs: ms, ...more });

	test.each([
		[29 * SECOND, '29 s'],
		[30 * SECOND, '1 minute'],
		[89 * SECOND, '1 minute'],
		[90 * SECOND, '2 minutes'],
		[119 * MINUTE, '119 minutes'],
		[2 * HOUR, '2 hours'],
		[2 * HOUR + 5 * MINUTE, '2 h 5 min'],
		[12 * HOUR, '12 hours'],
	])('%d ms are told as %s', (ms, words) => {
		expect(gaveUp(ms)).toMatchObject({
			message: containing(`in ${words}, so`),
			description: containing(`is set to ${words}, counted`),
		});
	});

	test('names id, last status and how long', () => {
		expect(gaveUp(30 * MINUTE, { value: task() })).toEqual({
			kind: 'gaveUp',
			message: 'Task "video_1" was still processing after 30 minutes, so the wait timed out',
			description: matching(/^'Give Up After' is set to 30 minutes, counted .* can take hours\.$/),
			details: { task: task() },
		});
	});

	test.each([
		[undefined, 'It broke.'],
		['busy', 'It broke (busy).'],
	])('tells the last error, and what the API said with it: %p', (said, words) => {
		const lastError: TaskError = {
			kind: 'serverError',
			message: 'It broke',
			description: 'Mend it.',
			httpStatus: 503,
			said,
		};
		const error = gaveUp(30 * MINUTE, { lastError });
		expect(error).toEqual({
			kind: 'gaveUp',
			message: 'Task "video_1" could not be checked in 30 minutes, so the wait timed out',
			description: containing(`can take hours. The last status check failed: ${words}`),
			httpStatus: 503,
		});
		expect(error.description.endsWith(words)).toBe(true);
	});
});

describe('whether the task of a create that failed may exist', () => {
	const timeout: TaskError = { kind: 'timeout', message: 'It broke', description: 'Mend it.', said: 'no' };
	const refused: TaskError = { ...timeout, kind: 'rejected' };

	test('nobody knows after an error that may leave one, if it was sent', () => {
		expect([isUncertain(timeout), isUncertain({ ...timeout, kind: 'notSent' })]).toEqual([true, false]);
		const description = matching(
			/^The video may exist and be billed even though .* did not retry\. Mend it\.$/,
		);
		expect(createError(timeout)).toEqual({ ...timeout, description });
	});

	test('it does not after any other', () => {
		expect(isUncertain(refused)).toBe(false);
		const description = 'No task was created for this item, and nothing is billed for it. Mend it.';
		expect(createError(refused)).toEqual({ ...refused, description });
	});

	test.each([
		[{ msg: 'accepted', data: { taskNo: 7 } }, true],
		[{ msg: '缺少必填参数: prompt' }, false],
		[{ code: '1001', msg: 'refused', data: null }, false],
	])('words that nobody knows, %j: %p', (body, expected) => {
		const result = readCreated(answerOf(200, body), NEW_TASK, NOW);
		expect(!result.ok && isUncertain(result.error)).toBe(expected);
		expect(result.ok).toBe(false);
	});
});

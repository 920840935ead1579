import {
	createError,
	failedTaskError,
	isUncertain,
	noVideoError,
} from '../../../../nodes/Seedance/resources/video/messages';
import { createVideo, NEW_TASK } from '../../../../nodes/Seedance/resources/video/endpoints';
import type { VideoRequest } from '../../../../nodes/Seedance/resources/video/models';
import { readCreated, type VideoTask } from '../../../../nodes/Seedance/resources/video/video';
import type { ItemError } from '../../../../nodes/Seedance/core/error';
import { NOW } from '../../clock';
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
	['failed', { error: '风控拒绝' }, 'failed: refused by content review (风控拒绝)', CHANGE],
	['failed', { error: { message: '风控拒绝' } }, 'failed: refused by content review (风控拒绝)', CHANGE],
	['failed', { error: '[SY_ERR:60] HTTP 400: Too long.' }, 'failed: Too long.', CHANGE],
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

describe('whether the task of a create that failed may exist', () => {
	const timeout: ItemError = { kind: 'timeout', message: 'It broke', description: 'Mend it.', said: 'no' };
	const refused: ItemError = { ...timeout, kind: 'rejected' };

	test('nobody knows after an error that may leave one, if it was sent', () => {
		expect([isUncertain(timeout), isUncertain({ ...timeout, kind: 'notSent' })]).toEqual([true, false]);
		const description = matching(
			/^The video may exist and be billed even though .* did not retry\. Mend it\.$/,
		);
		expect(createError(timeout)).toEqual({ ...timeout, description });
	});

	test('then no other advice says to try again', () => {
		const description = 'Try again. Mend it. Try again in a few minutes.';
		expect(createError({ ...timeout, description }).description).toMatch(/did not retry\. Mend it\.$/);
		expect(createError({ ...refused, description }).description).toContain(description);
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

describe("what the API's Chinese words to a create mean", () => {
	const create = (status: number, body: unknown) =>
		createVideo.read(answerOf(status, body), { model: 'minimax-9' } as VideoRequest, NOW);

	test.each([
		[400, { error: { message: '模型不可用' } }],
		[200, { code: 400, msg: '模型不可用' }],
		[404, { error: { code: 'HTTP_404_C404', message: '[SY_ERR:60] HTTP 404: Model x not found' } }],
	])('that the model is not offered: HTTP %d %j', (status, body) => {
		expect(create(status, body)).toMatchObject({
			error: {
				message: 'GlobalAI OPC does not offer the model "minimax-9" now',
				description: containing("Choose another in 'Model'"),
				said: matching(/^(模型不可用|Model x not found)$/),
			},
		});
	});

	test.each([
		[400, { error: { message: '[SY_ERR:60] HTTP 400: 风控拒绝' } }, 'rejected'],
		[200, { msg: '风控拒绝' }, 'unknownError'],
		[503, { msg: '风控拒绝' }, 'serverError'],
	])('that content review refused it: HTTP %d %j', (status, body, kind) => {
		expect(create(status, body)).toMatchObject({
			error: {
				kind,
				message: "GlobalAI OPC's content review refused the video",
				description: containing("Change the 'Prompt'"),
				said: '风控拒绝',
			},
		});
	});

	test('nothing, where they are plain', () => {
		const message = '[SY_ERR:60] HTTP 400: Duration must be between 1.8s and 30.2s.';
		expect(create(400, { error: { code: 'HTTP_400_C400999', message } })).toMatchObject({
			error: {
				message:
					'GlobalAI OPC rejected the request for a new task (HTTP 400): Duration must be between 1.8s and 30.2s.',
				description: containing("Check the 'Prompt', the 'Model'"),
				said: undefined,
			},
		});
	});
});

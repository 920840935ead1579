import type { ItemError } from '../../../nodes/Seedance/core/error';
import { pollableVideo } from '../../../nodes/Seedance/resources/video/pollable';
import type { VideoTask } from '../../../nodes/Seedance/resources/video/video';
import { gaveUpError, type GivenUp, unknownStatusError } from '../../../nodes/Seedance/waiting/errors';
import { HOUR, MINUTE, SECOND } from '../clock';
import { containing, matching } from '../expecting';

const task = (fields: Partial<VideoTask> = {}): VideoTask => ({
	id: 'video_1',
	status: 'processing',
	...fields,
});

test('a status that nobody knows', () => {
	expect(unknownStatusError(pollableVideo, task({ status: 'paused' }))).toEqual({
		kind: 'unknownStatus',
		message: 'Task "video_1" has a status that this node does not know: "paused"',
		description: containing('It was not waited for'),
		details: { task: task({ status: 'paused' }) },
	});
});

describe('a wait that is given up', () => {
	/** The error after so many milliseconds, which are as many as it may last. */
	const gaveUp = (ms: number, more: Partial<GivenUp> = {}): ItemError =>
		gaveUpError(pollableVideo, { id: 'video_1', waitedMs: ms, giveUpAfterMs: ms, ...more });

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
		const lastError: ItemError = {
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

	test('says what else to do, where no field sets the time', () => {
		const pollable = { ...pollableVideo, words: { ...pollableVideo.words, timedOut: 'Try again.' } };
		const facts = { id: 'video_1', waitedMs: MINUTE, giveUpAfterMs: MINUTE };
		const lastError: ItemError = { kind: 'serverError', message: 'It broke', description: '' };
		expect(gaveUpError(pollable, { ...facts, lastError }).description).toBe(
			'Try again. The last status check failed: It broke.',
		);
	});
});

test('the errors of another resource say nothing of tasks', () => {
	const sound = {
		detail: 'sound',
		words: { ...pollableVideo.words, one: 'sound', slow: undefined },
	};
	const value = { id: 's1', status: 'mixing' };
	const wait = { id: 's1', value, waitedMs: MINUTE, giveUpAfterMs: MINUTE };
	for (const error of [unknownStatusError(sound, value), gaveUpError(sound, wait)]) {
		expect(error.message).toMatch(/^Sound "s1" /);
		expect(error.description).not.toMatch(/task|video/i);
		expect(error.details).toEqual({ sound: value });
	}
});

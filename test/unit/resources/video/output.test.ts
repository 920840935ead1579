import { toolAnswer } from '../../../../nodes/Seedance/resources/video/output';
import { HOUR, MINUTE, NOW } from '../../clock';
import { containing } from '../../expecting';

const LINK = 'https://cdn.example/v.mp4';
const DAY = 24 * HOUR;
const task = {
	id: 'video_1',
	object: 'video',
	model: 'seedance_1_5_pro_720p',
	created: (NOW - MINUTE) / 1000,
	status: 'processing',
	video_url: null,
	error: null,
	other: 'x'.repeat(5000),
};
const expiresAt = new Date(NOW - MINUTE + DAY).toISOString();

test.each([
	['queued', MINUTE, 'Still queued, ask again in 90 s with the same id.'],
	['processing', 3 * MINUTE, 'Still processing, ask again in 30 s with the same id.'],
	['in_progress', 3 * MINUTE, 'Still in_progress, ask again in 30 s with the same id.'],
	['Running', 10 * MINUTE, 'Still Running, ask again in 60 s with the same id.'],
	['queued', MINUTE + 100, 'Still queued, ask again in 90 s with the same id.'],
])('a tool answer about a %s task, %d ms old: when to ask again', (status, age, nextStep) => {
	const created = (NOW - age) / 1000;
	const expected = { id: 'video_1', status, expiresAt: new Date(NOW - age + DAY).toISOString(), nextStep };
	expect(toolAnswer({ ...task, status, created }, NOW)).toEqual(expected);
});

test.each([undefined, '', ' '])(
	'a tool answer about a task that was created with no word of its status, %j: when to ask',
	(status) => {
		const nextStep = 'The video was ordered, ask for it in 90 s with the same id.';
		expect(toolAnswer({ ...task, status: status as string }, NOW)).toEqual({
			id: 'video_1',
			status,
			expiresAt,
			nextStep,
		});
	},
);

test.each<[string, object, string]>([
	[
		'completed',
		{ video_url: LINK, actualDuration: 5 },
		'The video is done. Give the user the link and say that it is deleted',
	],
	['SUCCESS', { result_url: LINK }, 'The video is done. Give the user the link'],
	['completed', { image_url: LINK, audioUrl: LINK, url: LINK }, 'The video is done. Give the user the link'],
	['completed', {}, 'The video is done, but its link is not there yet. Ask again in 30 s'],
	['Done', { result_url: LINK }, 'The video is done. Give the user the link'],
	['FAIL', {}, 'No video will come of this task.'],
	['failed', { error: 'prompt refused' }, 'No video will come of this task. Tell the user why'],
	['failed', { error: { message: 'prompt refused' } }, 'No video will come of this task.'],
	['paused', {}, 'This status is not known. Do not wait for it'],
])('a tool answer about a task that is %s %j: what to do, and little else', (status, fields, words) => {
	const expected = { id: 'video_1', status, expiresAt, ...fields, nextStep: containing(words) };
	expect(toolAnswer({ ...task, status, ...fields }, NOW)).toEqual(expected);
});

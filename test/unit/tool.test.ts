import { toolAnswer } from '../../nodes/Seedance/operations/tool';

const NOW = Date.UTC(2026, 0, 15, 12);
const task = {
	id: 'video_1',
	object: 'video',
	model: 'seedance_1_5_pro_720p',
	created: NOW / 1000 - 60,
	status: 'processing',
	video_url: null,
	error: null,
	other: 'x'.repeat(5000),
};

test('a running task: when to ask again', () => {
	expect(toolAnswer(task, NOW)).toEqual({
		id: 'video_1',
		status: 'processing',
		expiresAt: new Date(NOW - 60_000 + 86_400_000).toISOString(),
		nextStep: 'Still processing, ask again in 90 s with the same id.',
	});
	expect(toolAnswer({ ...task, created: NOW / 1000 - 180 }, NOW).nextStep).toContain('ask again in 30 s');
});

test.each([
	['completed', { video_url: 'https://cdn.example/v.mp4', actualDuration: 5 }, 'Give the user the link'],
	['failed', { error: 'prompt refused' }, 'No video will come'],
	['cancelled', {}, 'No video will come'],
	['expired', {}, 'Do not wait for it'],
])('%s: what to do, and little else', (status, fields, words) => {
	const answer = toolAnswer({ ...task, status, ...fields }, NOW);
	expect(answer).toMatchObject({ id: 'video_1', status, ...fields, nextStep: expect.stringContaining(words) });
	expect(JSON.stringify(answer).length).toBeLessThan(400);
});

import { pollableVideo } from '../../../nodes/Seedance/resources/video/pollable';
import { hintUnfinished, isToCome } from '../../../nodes/Seedance/waiting/hints';
import type { Polled } from '../../../nodes/Seedance/waiting/pollable';
import { hintsOf } from '../stubContext';

test.each([
	[0, 3, true, []],
	[1, 1, true, ["The video is not done yet, so its file is missing. To wait for it, set 'Wait Until Done'."]],
	[1, 1, false, ["The video is not done yet. To wait for it, set 'Wait Until Done'."]],
	[
		2,
		3,
		true,
		["2 of 3 videos are not done yet, so their files are missing. To wait for them, set 'Wait Until Done'."],
	],
	[2, 3, false, ["2 of 3 videos are not done yet. To wait for them, set 'Wait Until Done'."]],
])(
	'of %d unfinished videos of %d (files wanted: %s) the editor is told %j',
	(count, all, wantsFiles, expected) => {
		const type = wantsFiles ? 'warning' : 'info';
		expect(
			hintsOf((context) => hintUnfinished(context, pollableVideo, count, all, wantsFiles), type),
		).toEqual(expected);
	},
);

test('no hint is longer than n8n wants it', () => {
	const longest = hintsOf((context) => {
		hintUnfinished(context, pollableVideo, 10_000, 10_000, true);
	});
	expect(longest).toHaveLength(1);
	for (const message of longest) expect(message.length).toBeLessThanOrEqual(120);
});

test.each([
	[{ status: 'queued' }, true],
	[{ status: 'processing' }, true],
	[{}, true],
	[{ status: '' }, true],
	[{ status: 'completed' }, true],
	[{ status: 'completed', video_url: 'https://files.example/a.mp4' }, false],
	[{ status: 'failed' }, false],
	[{ status: 'cancelled' }, false],
	[{ status: 'baking' }, false],
])('the video of %j is to come: %s', (task, expected) => {
	expect(isToCome(pollableVideo, { id: 'video_1', ...task } as Polled)).toBe(expected);
});

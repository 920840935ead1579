import { hintOrdered } from '../../../../nodes/Seedance/resources/video/hints';
import { hintsOf } from '../../stubContext';

test.each([
	[0, []],
	[
		1,
		[
			"The video is ordered, not made yet. Fetch it with 'Get Result'. To wait here next time, set 'Wait Until Done'.",
		],
	],
	[
		3,
		[
			"3 videos are ordered, not made yet. Fetch them with 'Get Result'. To wait here next time, set 'Wait Until Done'.",
		],
	],
])('of %d ordered videos the editor is told %j', (count, expected) => {
	expect(hintsOf((context) => hintOrdered(context, count), 'info')).toEqual(expected);
});

test('no hint is longer than n8n wants it', () => {
	const longest = hintsOf((context) => {
		hintOrdered(context, 10_000);
	});
	expect(longest).toHaveLength(1);
	for (const message of longest) expect(message.length).toBeLessThanOrEqual(120);
});

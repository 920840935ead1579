import type { NodeExecutionHint } from 'n8n-workflow';

import { hintOrdered } from '../../../../nodes/Seedance/resources/video/hints';
import { stubContext } from '../../stubContext';

/** What the editor is told. */
function told(tell: (context: ReturnType<typeof stubContext>) => void, type?: string): string[] {
	const hints: NodeExecutionHint[] = [];
	tell(stubContext({ more: { addExecutionHints: (...more: NodeExecutionHint[]) => hints.push(...more) } }));
	for (const hint of hints) expect(hint).toMatchObject({ location: 'outputPane', ...(type && { type }) });
	return hints.map(({ message }) => message);
}

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
	expect(told((context) => hintOrdered(context, count), 'info')).toEqual(expected);
});

test('no hint is longer than n8n wants it', () => {
	const longest = told((context) => {
		hintOrdered(context, 10_000);
	});
	expect(longest).toHaveLength(1);
	for (const message of longest) expect(message.length).toBeLessThanOrEqual(120);
});

import type { IExecuteFunctions } from 'n8n-workflow';

import { tell } from '../../waiting/hints';

/** Says in the editor that videos are only ordered, and how to get them without paying again. */
export function hintOrdered(context: IExecuteFunctions, count: number): void {
	if (count === 0) return;
	const [what, them] = count === 1 ? ['The video is', 'it'] : [`${count} videos are`, 'them'];
	tell(
		context,
		'info',
		`${what} ordered, not made yet. Fetch ${them} with 'Get Result'. To wait here next time, set 'Wait Until Done'.`,
	);
}

import type { IExecuteFunctions } from 'n8n-workflow';

import { resultLink, taskState, type VideoTask } from './video';

/** Whether a task's video is still to come: not one that failed, or that has an unknown status. */
export function isToCome(task: VideoTask): boolean {
	// The API may answer a create with no more than an ID.
	if (typeof task.status !== 'string' || task.status.trim() === '') return true;
	const state = taskState(task.status);
	return state === 'running' || (state === 'completed' && resultLink(task) === undefined);
}

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

/**
 * Says in the editor that videos are not done, which a look at the output may not show.
 *
 * @param all how many items came in
 * @param wantsFiles whether their files were to be downloaded
 */
export function hintUnfinished(
	context: IExecuteFunctions,
	count: number,
	all: number,
	wantsFiles: boolean,
): void {
	if (count === 0) return;
	const [what, their, them] =
		all === 1
			? ['The video is', 'its file is', 'it']
			: [`${count} of ${all} videos are`, 'their files are', 'them'];
	const missing = wantsFiles ? `, so ${their} missing` : '';
	tell(
		context,
		wantsFiles ? 'warning' : 'info',
		`${what} not done yet${missing}. To wait for ${them}, set 'Wait Until Done'.`,
	);
}

/** @param type a warning if something is missing that the user wanted */
function tell(context: IExecuteFunctions, type: 'info' | 'warning', message: string): void {
	context.addExecutionHints({ message, type, location: 'outputPane' });
}

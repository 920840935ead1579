import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Pollable, Polled } from './pollable';

/** Whether the result of something is still to come: not of one that failed, or that has an unknown status. */
export function isToCome({ stateOf }: Pollable, value: Polled): boolean {
	// The API may answer a create with no more than an ID.
	if (typeof value.status !== 'string' || value.status.trim() === '') return true;
	return ['running', 'incomplete'].includes(stateOf(value));
}

/**
 * Says in the editor that results are not done, which a look at the output may not show.
 *
 * @param all how many items came in
 * @param wantsFiles whether their files were to be downloaded
 */
export function hintUnfinished(
	context: IExecuteFunctions,
	{ words: { result, results } }: Pick<Pollable, 'words'>,
	count: number,
	all: number,
	wantsFiles: boolean,
): void {
	if (count === 0) return;
	const [what, their, them] =
		all === 1
			? [`The ${result} is`, 'its file is', 'it']
			: [`${count} of ${all} ${results} are`, 'their files are', 'them'];
	const missing = wantsFiles ? `, so ${their} missing` : '';
	tell(
		context,
		// Something is missing that the user wanted.
		wantsFiles ? 'warning' : 'info',
		`${what} not done yet${missing}. To wait for ${them}, set 'Wait Until Done'.`,
	);
}

/** Says in the editor that further files are missing, and where to read why. */
export function hintFurther(
	context: IExecuteFunctions,
	{ further }: Pollable,
	items: INodeExecutionData[],
): void {
	if (!further) return;
	const count = items.filter(({ json }) => further.problemField in json).length;
	if (count === 0) return;
	const whose =
		items.length === 1 ? `The ${further.name}` : `The ${further.name} of ${count} of ${items.length} items`;
	tell(context, 'warning', `${whose} could not be downloaded: see the field '${further.problemField}'.`);
}

/** Says something beside the output. */
export function tell(context: IExecuteFunctions, type: 'info' | 'warning', message: string): void {
	context.addExecutionHints({ message, type, location: 'outputPane' });
}

import type { IExecuteFunctions } from 'n8n-workflow';

import type { GoOn } from '../polling/wait';

/**
 * Shows that a wait is alive: in the browser's console during a manual run, and in n8n's log at level info.
 */
export function reportWait(
	context: IExecuteFunctions,
	id: string,
	{ progress, nextPollAt, giveUpAt }: GoOn,
): void {
	const status = progress.task?.status ?? 'not answered yet';
	const next = new Date(nextPollAt).toISOString();
	const line = `Task "${id}": ${status} after ${progress.attempt} question(s), asking again at ${next}`;
	context.logger.info(line, {
		taskId: id,
		status,
		attempt: progress.attempt,
		nextPollAt: next,
		giveUpAt: new Date(giveUpAt).toISOString(),
	});
	context.sendMessageToUI(line);
}

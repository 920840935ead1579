import type { IExecuteFunctions } from 'n8n-workflow';

import type { Verdict } from '../polling/verdict';

/**
 * Shows that a wait is alive: in the browser's console during a manual run, and in n8n's log at level info.
 */
export function reportWait(
	context: IExecuteFunctions,
	id: string,
	{ progress, delayMs, giveUpAt }: Extract<Verdict, { kind: 'wait' }>,
): void {
	const status = progress.task?.status ?? 'not answered yet';
	const nextPollAt = new Date(Date.now() + delayMs).toISOString();
	const line = `Task "${id}": ${status} after ${progress.attempt} question(s), asking again at ${nextPollAt}`;
	context.logger.info(line, {
		taskId: id,
		status,
		attempt: progress.attempt,
		nextPollAt,
		giveUpAt: new Date(giveUpAt).toISOString(),
	});
	context.sendMessageToUI(line);
}

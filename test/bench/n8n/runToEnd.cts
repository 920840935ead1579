import { isFinished } from '../../host/session.cts';
import { until } from '../../host/until.cts';
import { LOOK_EVERY_MS } from './host.cts';

import type { BenchHost } from './host.cts';
import type { Simulator } from '../../simulator/index.cts';
import type { WorkflowJson } from '../../host/session/workflow.cts';

/**
 * Publishes a workflow, calls its webhook once and waits for the end of what that started.
 *
 * @param workflow its name is its webhook's path; it answers at once
 * @returns by n8n's own count, ms since 1970
 * @throws when it does not end well, or not in time
 */
export async function runToEnd(
	host: BenchHost,
	api: Simulator,
	workflow: WorkflowJson,
	rows: Array<Record<string, unknown>>,
	timeoutMs: number,
): Promise<{ startedAt: number; stoppedAt: number }> {
	const path = String(workflow.name);
	const workflowId = await host.publish(workflow, api);
	await host.session.callWebhook(path, { body: { rows } });
	const { status, startedAt, stoppedAt } = await until(
		async () => (await host.session.executions({ workflowId })).find(isFinished),
		{ what: 'the execution has ended', withinMs: timeoutMs, everyMs: LOOK_EVERY_MS },
	);
	if (status !== 'success') throw new Error(`An execution ended with ${status}`);
	return { startedAt: Number(startedAt), stoppedAt: Number(stoppedAt) };
}

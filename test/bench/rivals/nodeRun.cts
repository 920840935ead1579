import { randomUUID } from 'node:crypto';
import { LOOK_EVERY_MS } from '../n8n/host.cts';
import { isFinished, itemsOf, type Item } from '../../host/session.cts';
import { until } from '../../host/until.cts';
import { oneNodeWorkflow } from './nodes.cts';

import type { BenchHost } from '../n8n/host.cts';
import type { WorkflowNode } from '../../host/session/workflow.cts';
import type { Simulator } from '../../simulator/index.cts';

type Row = Record<string, unknown>;

/** What came of one run of a node. */
export interface NodeOutcome {
	/** The node's own time in n8n's record of the execution, all tries and what lies between them included */
	seconds: number;
	/** What left the node, but items that only tell of an error; empty where the node failed as a whole */
	items: Item[];
	/** All that n8n's record holds of the error of a node that failed as a whole; else empty */
	error: string;
}

/** Well beyond the longest that anything here takes. */
const WITHIN_MS = 10 * 60_000;

/**
 * Publishes a workflow with this one node, so that it can be run any number of times. The execution may fail.
 *
 * @returns runs it with these rows
 */
export async function publishNode(
	host: BenchHost,
	api: Simulator,
	node: WorkflowNode,
): Promise<(rows: Row[]) => Promise<NodeOutcome>> {
	const path = randomUUID();
	const workflowId = await host.publish(oneNodeWorkflow(path, node), api);
	const seen = new Set<string>();
	return async (rows) => {
		await host.session.callWebhook(path, { body: { rows } });
		const { id } = await until(
			async () =>
				(await host.session.executions({ workflowId })).find((one) => isFinished(one) && !seen.has(one.id)),
			{ what: `${node.name} has ended`, withinMs: WITHIN_MS, everyMs: LOOK_EVERY_MS },
		);
		seen.add(id);
		const execution = await host.session.execution(id);
		const run = execution.data.runData[node.name]?.[0];
		if (!run) throw new Error(`${node.name} did not run: ${execution.data.error?.message}`);
		const items = run.error
			? []
			: itemsOf(execution, node.name).filter(({ json }) => json['id'] && !json['error']);
		return { seconds: run.executionTime / 1000, items, error: run.error ? JSON.stringify(run.error) : '' };
	};
}

import { itemsOf, type Item } from '../../host/session.cts';
import { oneNodeWorkflow } from './workflows.cts';

import type { BenchHost } from './host.cts';
import type { WorkflowNode } from '../../host/session/workflow.cts';
import type { Simulator } from '../../simulator/index.cts';

/** What came of one run of a node. */
export interface NodeOutcome {
	/** The node's own time as n8n records it, all tries and the waits between them included */
	seconds: number;
	/** Its output without items that only tell of an error; empty where the node failed as a whole */
	items: Item[];
}

const WITHIN_MS = 10 * 60_000;

/** Publishes a workflow with this one node; returns a function that runs it with some rows. It may fail. */
export async function publishNode(
	host: BenchHost,
	api: Simulator,
	node: WorkflowNode,
): Promise<(rows: object[]) => Promise<NodeOutcome>> {
	const published = await host.publish(oneNodeWorkflow(node), api);
	return async (rows) => {
		const id = await published.run(rows);
		const execution = await host.session.waitForExecution(id, { timeoutMs: WITHIN_MS });
		const run = execution.data.runData[node.name]?.[0];
		if (!run) throw new Error(`${node.name} did not run: ${execution.data.error?.message}`);
		const items = run.error ? [] : itemsOf(execution, node.name);
		return {
			seconds: run.executionTime / 1000,
			items: items.filter(({ json }) => json['id'] && !json['error']),
		};
	};
}

/** Tasks that are finished, or never will be unless the bench finishes them; one row each. */
export function addTasks(api: Simulator, count: number, task: 'finished' | 'endless'): Array<{ id: string }> {
	const options = task === 'finished' ? { finishAfter: 0 } : { outcome: 'never' as const };
	return Array.from({ length: count }, () => ({ id: api.addTask(options).id }));
}

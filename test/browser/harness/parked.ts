import type { Host } from '../../e2e/harness/host';
import { GET_NODE, isMyVideoDone } from '../../host/examples.cts';
import type { Execution } from '../../host/session/execution.cts';
import { until } from '../../host/until.cts';
import { leadsTo, n8nNode } from '../../host/workflows.cts';
import type { Editor } from '../pages/editor.cts';

/** The node that comes after the parked one. */
export const AFTER = 'After';

/** A turn of a parked wait is 66 s; the rest is for a machine that many tests share. */
const TURN_LIMIT_MS = 4 * 60_000;

/** The executions of a run that is parked. */
export interface ParkedRun {
	/** The one that was started in the editor. */
	parent: ExecutionPath;
	/** The one that it is parked for. */
	keeping: ExecutionPath;
	/** The one that takes turns with the Wait node. */
	checking: ExecutionPath;
	/** Waits until an execution has ended, within the turn that it is parked for. */
	ended: (execution: ExecutionPath) => Promise<Execution>;
}

/** An execution, and the page of n8n that shows it. */
interface ExecutionPath {
	id: string;
	path: string;
}

/**
 * Runs a workflow with one parked node in the editor, and comes back when n8n has parked it.
 *
 * @param id of a task that is still running
 */
export async function runParked(host: Host, { canvas }: Editor, id: string): Promise<ParkedRun> {
	const workflow = isMyVideoDone(id, { waitUntilDone: 'parked', options: { pollInterval: 5 } });
	const next = n8nNode(AFTER, 'set', 3.4, { includeOtherFields: true });
	workflow.nodes.push({ ...next, position: [660, 0] });
	workflow.connections[GET_NODE] = leadsTo(AFTER);
	await canvas.paste(workflow);
	await canvas.run();
	await canvas.waiting(GET_NODE);
	const [checking, keeping, parent] = await until(
		async () => {
			const waiting = await host.session.executions({ status: 'waiting' });
			return waiting.length === 3 && waiting;
		},
		{ everyMs: 250 },
	);
	const pathOf = (execution: typeof parent) => {
		if (!execution) throw new Error('Three executions are parked, and one is missing');
		return { id: execution.id, path: `/workflow/${execution.workflowId}/executions/${execution.id}` };
	};
	return {
		parent: pathOf(parent),
		keeping: pathOf(keeping),
		checking: pathOf(checking),
		ended: async (execution) =>
			await host.session.waitForExecution(execution.id, { timeoutMs: TURN_LIMIT_MS }),
	};
}

import { GET_NODE } from '../../host/examples.cts';
import { nodeOf, type WorkflowJson } from '../../host/session/workflow.cts';

/**
 * Lets the first error stop the example "Wait for many videos", and nothing come after its node.
 * @param workflow changed in place
 */
export function stopOnError(workflow: WorkflowJson) {
	delete nodeOf(workflow, GET_NODE).onError;
	delete workflow.connections[GET_NODE];
	delete workflow.connections['Wait'];
	return workflow;
}

/** Rows of that example for these tasks. */
export const rowsFor = (ids: string[]) => ids.map((id, index) => ({ title: `Row ${index}`, id }));

import type { IExecuteFunctions, INodeExecutionData, IWorkflowBase } from 'n8n-workflow';

import type { ParkedFor } from './role';
import { helperNode, leading, settingsOf, startNode, unsavedWorkflow } from './workflow';

/** Why an n8n can't park a wait that does not tell a failed item of a sub-execution from others. */
const TOO_OLD = 'this takes n8n 2.36 or later';

/** The item of a rehearsal: a failed one, as this node outputs it. */
export const REHEARSED_ITEM: INodeExecutionData = { json: { error: 'This item fails', details: {} } };

/**
 * Finds out whether the node can park a wait here, before anything is sent, by a rehearsal: n8n has to let it start an
 * execution with this credential, and has to tell a failed item of a sub-execution from others. It learned that in 2.36,
 * after all else that a parked wait needs: a failed sub-execution fails its parent since 2.27.
 *
 * @returns the reason against it, as the end of a sentence; undefined where it can
 */
export async function whyNotParked(context: IExecuteFunctions): Promise<string | undefined> {
	if (!context.getExecutionId() || !context.getWorkflow().id) return 'this workflow is not saved in n8n';
	// Long before that n8n has no rehearsal to offer either.
	if (typeof context.getWorkflowSettings !== 'function') return TOO_OLD;
	try {
		const { data } = await context.executeWorkflow({ code: rehearsalOf(context) }, [{ json: {} }]);
		const [, failed] = data;
		return failed?.length ? undefined : TOO_OLD;
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
}

/** Its one node fails its item; n8n sends it to the error output if it recognizes failed items. n8n stores nothing of it. */
function rehearsalOf(context: IExecuteFunctions): IWorkflowBase {
	const { name: nodeName } = context.getNode();
	const start = startNode(nodeName);
	const parkedFor: ParkedFor = {
		role: 'rehearsal',
		nodeName,
		userExecutionId: '',
		keeperExecutionId: '',
		stopsOnError: false,
	};
	const node = helperNode(context, 'Rehearsal', 220, parkedFor);
	return {
		...unsavedWorkflow(context, `${nodeName}: rehearsal of a parked wait`),
		nodes: [start, node],
		connections: { [start.name]: leading([node]) },
		settings: {
			...settingsOf(context, undefined),
			saveDataSuccessExecution: 'none',
			saveDataErrorExecution: 'none',
		},
	};
}

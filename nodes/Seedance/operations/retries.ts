import type { IExecuteFunctions } from 'n8n-workflow';

/** One run of the node within an execution, which n8n may try several times ("Retry On Fail"). */
export interface NodeRun {
	/** n8n's own object for what this node has to remember; stored with the execution. */
	memory: Record<string, unknown>;
	executionId: string;
	/** Which run of the node it is: another one in each round of a loop, the same one in each try. */
	runIndex: number;
}

/**
 * Finds out which run this is.
 *
 * @returns undefined where n8n keeps no memory between tries, as for some of its AI agents
 */
export function nodeRun(context: IExecuteFunctions): NodeRun | undefined {
	try {
		const executionId = context.getExecutionId() as string | undefined;
		const { $thisRunIndex: runIndex } = context.getWorkflowDataProxy(0);
		if (!executionId || !Number.isInteger(runIndex)) return undefined;
		return { memory: context.getContext('node'), executionId, runIndex };
	} catch {
		return undefined;
	}
}

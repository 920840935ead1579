import type { IExecuteFunctions } from 'n8n-workflow';

import { RateLimiter } from '../api/rateLimiter';

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

/** What the tries of one run share while it is in use; nothing of it is stored. */
export interface SharedByTries {
	/** When the first try began, in milliseconds since 1970. */
	startedAt: number;
	/** A rest that the API asked for holds for the next try too. */
	rateLimiter: RateLimiter;
	/** Answers that can't change any more, by what was asked. */
	answers: Map<string, Promise<unknown>>;
}

/** By n8n's memory of the node, which lives as long as the execution is in use. */
const runs = new WeakMap<object, SharedByTries & { runIndex: number }>();

/**
 * What earlier tries of this run left. n8n tries a node again, with all its items, for the error of one; n8n 1.x does
 * so for a finished task too, whose `error` is null.
 */
export function sharedByTries(run: NodeRun | undefined): SharedByTries {
	const known = run && runs.get(run.memory);
	if (known?.runIndex === run?.runIndex && known) return known;
	const fresh = { startedAt: Date.now(), rateLimiter: new RateLimiter(), answers: new Map() };
	if (run) runs.set(run.memory, { ...fresh, runIndex: run.runIndex });
	return fresh;
}

import type { IExecuteFunctions } from 'n8n-workflow';

import { isTool } from './parameters';

/** One attempt at a run of the node: n8n may make several ("Retry On Fail"). */
export interface Attempt {
	/** Which run of the node it is, where n8n tells. */
	nodeRun?: NodeRun;
	/** Whether an AI agent called the node. */
	isTool: boolean;
	shared: Shared;
	/** Aborted when the user stops the execution, or when the attempt is over. */
	signal: AbortSignal;
	/** Ends everything that is under way; has to be called when the attempt is over. */
	end: () => void;
	/** Takes secrets out of text; set as soon as one is known. */
	redact: (text: string) => string;
}

/** Begins an attempt, tied to n8n's stop button. */
export function beginAttempt(context: IExecuteFunctions): Attempt {
	const controller = new AbortController();
	const stop = () => controller.abort();
	const canceled = context.getExecutionCancelSignal();
	if (canceled?.aborted) stop();
	canceled?.addEventListener('abort', stop);
	const thisRun = nodeRun(context);
	const tool = isTool(context);
	return {
		nodeRun: thisRun,
		isTool: tool,
		// Tool calls have no reliable run index, and each is a new order.
		shared: sharedByAttempts(tool ? undefined : thisRun),
		signal: controller.signal,
		end: () => {
			canceled?.removeEventListener('abort', stop);
			stop();
		},
		redact: (text) => text,
	};
}

/** One run of the node within an execution, which n8n may try several times ("Retry On Fail"). */
export interface NodeRun {
	/** n8n's own object for what this node has to remember; stored with the execution. */
	memory: Record<string, unknown>;
	executionId: string;
	/** Which run of the node it is: another one in each round of a loop, the same one in each attempt. */
	runIndex: number;
}

/**
 * Finds out which run this is.
 *
 * @returns undefined where n8n keeps no memory between attempts, as for some of its AI agents
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

/** What the attempts at one run share while it is in use; nothing of it is stored. */
export interface Shared {
	/** When the first attempt began, in milliseconds since 1970. */
	startedAt: number;
	/** A value under a name, made when it is wanted for the first time. */
	once: <T>(name: string, make: () => T) => T;
}

/** By n8n's memory of the node, which lives as long as the execution is in use. */
const runs = new WeakMap<object, { runIndex: number; shared: Shared }>();

/**
 * What earlier attempts at this run left. n8n tries a node again, with all its items, for the error of one; n8n 1.x
 * does so for a result too, whose `error` is null.
 */
export function sharedByAttempts(run: NodeRun | undefined): Shared {
	const known = run && runs.get(run.memory);
	if (known?.runIndex === run?.runIndex && known) return known.shared;
	const values = new Map<string, unknown>();
	const shared: Shared = {
		startedAt: Date.now(),
		once: <T>(name: string, make: () => T) => {
			if (!values.has(name)) values.set(name, make());
			return values.get(name) as T;
		},
	};
	if (run) runs.set(run.memory, { runIndex: run.runIndex, shared });
	return shared;
}

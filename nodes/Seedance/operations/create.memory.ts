import { createHash } from 'node:crypto';

import type { IExecuteFunctions } from 'n8n-workflow';

import type { VideoRequest } from '../api/create';
import { isObject } from '../api/envelope';
import type { VideoTask } from '../api/task';
import type { Problem } from '../polling/verdict';
import { isTool } from './parameters';
import type { NodeRun } from './retries';

/** What is known of a create that was sent: its task, or that nobody knows if there is one. */
export type SentCreate = { task: VideoTask } | { problem: Problem };

type Remembered = SentCreate & { executionId: string; runIndex: number; request: string };

/** Where n8n's memory of the node holds the creates: by item, or by request where an AI agent asks. */
const FIELD = 'sentCreates';

/** What is remembered of the creates of this run of the node. */
export interface CreateMemory {
	/** What came of an item's create in an earlier try; undefined where nothing was sent for it. */
	recall: (index: number, request: VideoRequest) => SentCreate | undefined;
	/** Remembers what came of a create that may have made a task. */
	keep: (index: number, request: VideoRequest, sent: SentCreate) => void;
	/** Forgets all of it, where n8n has no reason to run the node again: it is stored with the execution. */
	forget: () => void;
}

/**
 * Opens the memory of creates. n8n runs a node again, with all its items, for "Retry On Fail", and in an execution
 * that is retried by hand: a task that was paid for must not be made, and paid for, again.
 */
export function openCreateMemory(context: IExecuteFunctions, run: NodeRun | undefined): CreateMemory {
	if (!run) return { recall: () => undefined, keep: () => {}, forget: () => {} };
	const { memory, executionId, runIndex } = run;
	const tool = isTool(context);
	const stored = memory[FIELD];
	const known = Object.entries(isObject(stored) ? (stored as Record<string, Remembered>) : {});
	// In a loop every round wants tasks of its own. Runs of a tool can't be told apart as well.
	const sent = new Map(known.filter(([, entry]) => tool || entry.runIndex === runIndex));
	/** Whether what n8n stores is of this run, and not of an earlier one. */
	let isStored = false;
	const keyOf = (index: number, request: string) => (tool ? request : String(index));

	return {
		recall: (index, video) => {
			const request = fingerprint(video);
			const known = sent.get(keyOf(index, request));
			if (!known) return undefined;
			const isSameExecution = known.executionId === executionId;
			// An agent may want the same video twice, but not by asking again since it was not told of the first.
			if (tool) return isSameExecution && ('problem' in known || known.runIndex === runIndex) ? known : undefined;
			// In one execution an item's request can't change, only what its expressions draw or read off the clock.
			return isSameExecution || known.request === request ? known : undefined;
		},
		keep: (index, video, result) => {
			const request = fingerprint(video);
			// A create that was stopped on its way is no stop of a later try.
			const known = 'problem' in result ? { problem: { ...result.problem, canceled: false } } : result;
			const entry = { ...known, executionId, runIndex, request };
			if (!isStored) memory[FIELD] = Object.fromEntries(sent);
			isStored = true;
			sent.set(keyOf(index, request), entry);
			(memory[FIELD] as Record<string, Remembered>)[keyOf(index, request)] = entry;
		},
		forget: () => {
			delete memory[FIELD];
			isStored = false;
		},
	};
}

function fingerprint(video: VideoRequest): string {
	return createHash('sha256').update(JSON.stringify(video)).digest('hex');
}

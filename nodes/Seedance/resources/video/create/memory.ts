import { createHash } from 'node:crypto';

import type { VideoRequest } from '../models';
import type { VideoTask } from '../video';
import { failure, type Result, success, type TaskError } from '../../../core/error';
import { isObject } from '../../../core/text';
import type { Attempt } from '../../../core/attempt';

/**
 * What n8n stores of a create that was sent: its task, or that nobody knows if there is one; and of which request.
 * Executions in n8n's database have these names.
 */
type Remembered = ({ task: VideoTask } | { problem: TaskError }) & {
	executionId: string;
	runIndex: number;
	request: string;
};

/** Where n8n's memory of the node holds the creates: by item, or by request where an AI agent asks. */
const FIELD = 'sentCreates';

/** What is remembered of the creates of this run of the node. */
export interface CreateMemory {
	/** What came of an item's create in an earlier try; undefined where nothing was sent for it. */
	recall: (index: number, request: VideoRequest) => Result<VideoTask> | undefined;
	/** Remembers a create that may make, or have made, a task: before it is sent, and what came of it. */
	keep: (index: number, request: VideoRequest, sent: Result<VideoTask>) => void;
	/** Forgets a create that certainly made no task. */
	drop: (index: number, request: VideoRequest) => void;
	/** Forgets all of it, where n8n has no reason to run the node again: it is stored with the execution. */
	forget: () => void;
}

/**
 * Opens the memory of creates. n8n runs a node again, with all its items, for "Retry On Fail", and in an execution
 * that is retried by hand: a task that was paid for must not be made, and paid for, again.
 */
export function openCreateMemory({ nodeRun, isTool }: Pick<Attempt, 'nodeRun' | 'isTool'>): CreateMemory {
	if (!nodeRun) return { recall: () => undefined, keep: () => {}, drop: () => {}, forget: () => {} };
	const { memory, executionId, runIndex } = nodeRun;
	const stored = memory[FIELD];
	const known = Object.entries(isObject(stored) ? (stored as Record<string, Remembered>) : {});
	// In a loop every round wants tasks of its own. Runs of a tool can't be told apart as well.
	const sent = new Map(known.filter(([, entry]) => isTool || entry.runIndex === runIndex));
	/** Whether what n8n stores is of this run, and not of an earlier one. */
	let isStored = false;
	const keyOf = (index: number, request: string) => (isTool ? request : String(index));

	return {
		recall: (index, video) => {
			const request = fingerprint(video);
			const known = sent.get(keyOf(index, request));
			if (!known) return undefined;
			const isSameExecution = known.executionId === executionId;
			const isFound = isTool
				? // An agent may want the same video twice, but not by asking again since it was not told of the first.
					isSameExecution && ('problem' in known || known.runIndex === runIndex)
				: // In one execution an item's request can't change, only what its expressions draw or read off the clock.
					isSameExecution || known.request === request;
			if (!isFound) return undefined;
			return 'problem' in known ? failure(known.problem) : success(known.task);
		},
		keep: (index, video, result) => {
			const request = fingerprint(video);
			// A create that was stopped on its way is no stop of a later try.
			const asKept = ({ kind, ...error }: TaskError): TaskError => ({
				...error,
				kind: kind === 'canceled' ? 'unreadable' : kind,
			});
			const known = result.ok ? { task: result.value } : { problem: asKept(result.error) };
			const entry = { ...known, executionId, runIndex, request };
			if (!isStored) memory[FIELD] = Object.fromEntries(sent);
			isStored = true;
			sent.set(keyOf(index, request), entry);
			(memory[FIELD] as Record<string, Remembered>)[keyOf(index, request)] = entry;
		},
		drop: (index, video) => {
			const key = keyOf(index, fingerprint(video));
			if (!sent.delete(key) || !isStored) return;
			delete (memory[FIELD] as Record<string, Remembered>)[key];
			if (sent.size === 0) delete memory[FIELD];
			isStored = sent.size > 0;
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

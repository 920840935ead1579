import { createHash } from 'node:crypto';

import type { Attempt } from '../../../core/attempt';
import { failure, type Result, success, type ItemError } from '../../../core/error';
import { present } from '../../../core/present';
import { isObject } from '../../../core/text';
import { createError, failedTaskError, isUncertain, itemsInDoubt, SENT } from '../messages';
import type { Made } from '../../../waiting/parked';
import type { VideoRequest } from '../models';
import { taskOfError, taskState, type VideoTask } from '../video';

/** What came of a create: its task, or the error after which it is not known whether there is one. */
type Known = { task: VideoTask } | { problem: ItemError };

/**
 * What n8n stores of a create: what came of it, or in which execution a parked wait was to send it; and of which request.
 * Executions in n8n's database have these names.
 */
type Entry = (Known | { parkedIn: string }) & {
	executionId: string;
	runIndex: number;
	request: string;
};

/** Where n8n's memory of the node holds the entries: by item, or by request where an AI agent asks. */
const FIELD = 'sentCreates';

/**
 * The creates of one run of the node: which tasks exist, and which may. An entry is written before a create is sent, and
 * n8n stores it with the execution. So when n8n runs the node again, with all its items ("Retry On Fail", or an execution
 * that is retried by hand), a task that was paid for is not made and paid for again.
 */
export class CreateLedger {
	/** IDs of the tasks that exist. */
	private readonly created: string[] = [];

	/** Positions of items whose create may or may not have made a task. */
	private readonly uncertain = new Set<number>();

	/** What earlier attempts sent. */
	private readonly sent: Map<string, Entry>;

	/** Whether what n8n stores is of this run, and not of an earlier one. */
	private isStored = false;

	constructor(private readonly attempt: Pick<Attempt, 'nodeRun' | 'isTool' | 'redact'>) {
		const { nodeRun, isTool } = attempt;
		const stored = nodeRun?.memory[FIELD];
		const known = Object.entries(isObject(stored) ? (stored as Record<string, Entry>) : {});
		// Each round of a loop creates its own tasks. Tool calls have no reliable run index.
		this.sent = new Map(known.filter(([, entry]) => isTool || entry.runIndex === nodeRun?.runIndex));
	}

	/**
	 * Finds out what a parked wait made of the creates that it was to send, where n8n retries its execution. What it did not
	 * send is free again; what n8n no longer knows of may exist.
	 *
	 * @param readMade reads what exists of a wait, by item
	 */
	async recall(readMade: (executionId: string) => Promise<Made[] | undefined>): Promise<void> {
		for (const [key, entry] of this.sent) {
			if (!('parkedIn' in entry)) continue;
			const { parkedIn, ...rest } = entry;
			const made = await readMade(parkedIn);
			const { id, mayExist } = made ? (made[Number(key)] ?? {}) : { mayExist: true };
			if (id !== undefined) this.sent.set(key, { ...rest, task: { id, status: 'queued' } });
			else if (mayExist) this.sent.set(key, { ...rest, problem: SENT });
			else this.sent.delete(key);
		}
	}

	/** What came of an item's create in an earlier attempt; undefined where nothing was sent for it. */
	earlier(index: number, video: VideoRequest): Result<VideoTask> | undefined {
		const entry = this.entryOf(index, video);
		if (!entry || 'parkedIn' in entry) return undefined;
		const result = 'problem' in entry ? failure(entry.problem) : success(entry.task);
		if (!result.ok && !taskOfError(result.error)) this.uncertain.add(index);
		this.noteTask(result);
		return result;
	}

	/** Whether an earlier attempt sent an item's create, so that nothing is sent for it again. */
	knows(index: number, video: VideoRequest): boolean {
		return this.entryOf(index, video) !== undefined;
	}

	/** Writes down a create that is about to be sent. Whatever happens from now on, its task may exist. */
	sending(index: number, video: VideoRequest): void {
		// An agent may ask for the same video twice at the same time: that is no second attempt at this one.
		if (!this.attempt.isTool) this.write(index, video, failure(SENT));
	}

	/**
	 * Writes down what came of a create.
	 *
	 * @returns the task; or an error that says whether one may exist, also where the task had failed already
	 */
	settle(index: number, video: VideoRequest, outcome: Result<VideoTask>): Result<VideoTask> {
		if (outcome.ok) {
			const { value } = outcome;
			const result = isEnded(value) ? failure(failedTaskError(value)) : outcome;
			this.write(index, video, result);
			this.noteTask(result);
			return result;
		}
		const error = createError(outcome.error);
		if (isUncertain(outcome.error)) {
			this.uncertain.add(index);
			this.write(index, video, failure(present(error, this.attempt.redact)));
		} else {
			this.erase(index, video);
		}
		return failure(error);
	}

	/**
	 * Writes down that a task ended without a video, so that another attempt knows before it sends anything.
	 *
	 * @param error of the end, which has the task
	 */
	ended(index: number, video: VideoRequest, error: ItemError): void {
		this.write(index, video, failure(present(error, this.attempt.redact)));
	}

	/**
	 * Names the tasks of this run that exist, and the items whose tasks may; empty where there are none.
	 *
	 * @param exceptIndex the item whose error it is for, which says that of itself
	 */
	summary(exceptIndex?: number): string {
		const items = [...this.uncertain].filter((index) => index !== exceptIndex).sort((a, b) => a - b);
		const created =
			this.created.length === 0 ? '' : ` Tasks of this run that were created: ${this.created.join(', ')}.`;
		return items.length === 0 ? created : `${created} ${itemsInDoubt(items)}`;
	}

	/** Forgets all of it, where n8n has no reason to run the node again: it is stored with the execution. */
	forget(): void {
		delete this.attempt.nodeRun?.memory[FIELD];
		this.isStored = false;
	}

	private noteTask(result: Result<VideoTask>): void {
		const id = result.ok ? result.value.id : endedTask(result.error)?.id;
		if (id !== undefined) this.created.push(id);
	}

	private entryOf(index: number, video: VideoRequest): Entry | undefined {
		const request = fingerprint(video);
		const entry = this.sent.get(this.keyOf(index, request));
		return entry && this.isSameCreate(entry, request) ? entry : undefined;
	}

	private isSameCreate(entry: Entry, request: string): boolean {
		const { nodeRun, isTool } = this.attempt;
		const isSameExecution = entry.executionId === nodeRun?.executionId;
		// An agent may order the same video twice, but a repeat after a failed call is a retry, not a new order.
		if (isTool) return isSameExecution && ('problem' in entry || entry.runIndex === nodeRun?.runIndex);
		// In one execution an item's request can't change, only what its expressions draw or read off the clock.
		return isSameExecution || entry.request === request;
	}

	/** Writes down a create that a parked wait sends, in another execution. */
	leave(index: number, video: VideoRequest, parkedIn: string): void {
		this.store(index, video, { parkedIn });
	}

	private write(index: number, video: VideoRequest, result: Result<VideoTask>): void {
		this.store(index, video, known(result));
	}

	private store(index: number, video: VideoRequest, what: Known | { parkedIn: string }): void {
		const { nodeRun } = this.attempt;
		if (!nodeRun) return;
		const { memory, executionId, runIndex } = nodeRun;
		const request = fingerprint(video);
		const entry = { ...what, executionId, runIndex, request };
		if (!this.isStored) memory[FIELD] = Object.fromEntries(this.sent);
		this.isStored = true;
		this.sent.set(this.keyOf(index, request), entry);
		(memory[FIELD] as Record<string, Entry>)[this.keyOf(index, request)] = entry;
	}

	/** Takes back a create that certainly made no task. */
	private erase(index: number, video: VideoRequest): void {
		const key = this.keyOf(index, fingerprint(video));
		if (!this.sent.delete(key) || !this.isStored) return;
		const { memory } = this.attempt.nodeRun as NonNullable<Attempt['nodeRun']>;
		delete (memory[FIELD] as Record<string, Entry>)[key];
		if (this.sent.size === 0) delete memory[FIELD];
		this.isStored = this.sent.size > 0;
	}

	private keyOf(index: number, request: string): string {
		return this.attempt.isTool ? request : String(index);
	}
}

/** The task that had failed already when its create was answered, where the error is of such a one. */
export function endedTask(error: ItemError): VideoTask | undefined {
	return error.kind === 'ended' ? taskOfError(error) : undefined;
}

/** Whether a task had failed already when its create was answered. */
export function isEnded({ status }: VideoTask): boolean {
	return taskState(status) === 'ended';
}

function known(result: Result<VideoTask>): Known {
	if (result.ok) return { task: result.value };
	const { kind } = result.error;
	// A cancelled create must not cancel the next attempt.
	return { problem: { ...result.error, kind: kind === 'canceled' ? 'unreadable' : kind } };
}

function fingerprint(video: VideoRequest): string {
	return createHash('sha256').update(JSON.stringify(video)).digest('hex');
}

import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { type Credential, isLocal } from '../../../http/credential';
import type { VideoRequest } from '../models';
import { taskState, type VideoTask } from '../video';
import { createVideo } from '../endpoints';
import { createError, failedTaskError, isUncertain, SENT } from '../messages';
import { pollableVideo } from '../pollable';
import { type Pending, scheduleNext } from '../../../waiting/poll';
import { type PollState, startPolling } from '../../../waiting/schedule';
import {
	failure,
	fullDescription,
	internalError,
	type Result,
	success,
	type TaskError,
	thrownError,
} from '../../../core/error';
import { forEachItem, type OutputItem } from '../../../core/items';
import { hintOrdered, isToCome } from '../hints';
import { parkItems, type WaitingItems } from '../../../waiting/parked/items';
import { type Answer, answeredItem, ask, type ItemQuery, type Query } from '../../../waiting/query';
import { present } from '../../../core/present';
import { beginSession, readRunSettings, type Session } from '../../../http/session';
import { readDownloadSettings, readWaitMode, readWaitSettings, type WaitMode } from '../../../waiting/fields';
import { WAIT_FIELD } from './fields';
import { openCreateMemory } from './memory';
import { checkItemCount, localAddressRefusal, readRequest } from './parameters';

/** One item's create, ready to be sent. */
interface PreparedCreate extends Omit<ItemQuery, 'query'> {
	video: VideoRequest;
	/** How its video is waited for. */
	follows?: Omit<Query, 'id'>;
}

/**
 * Create: one task for each item, sent once, in the order of the items, also when n8n runs the node again; and its
 * video, where it is waited for. Where an item's error stops the workflow, tasks not yet sent are not sent, and the
 * error names those that exist by then.
 *
 * @returns the items; none where the execution is parked, since n8n puts them there when it goes on
 */
export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const session = beginSession(context);
	const memory = openCreateMemory(session);
	const waiting: WaitingItems = new Map();
	const waitMode = await readWaitMode(context, WAIT_FIELD);
	let mode: WaitMode | undefined;
	let isCountChecked = false;
	const underWay: Array<Promise<unknown>> = [];
	const created: string[] = [];
	/** Positions of items of which nobody knows whether their task exists. */
	const uncertain = new Set<number>();
	/** Tasks that leave before their videos are made. */
	let ordered = 0;

	/** The error that stops the run; items that were not sent for it fail with it. */
	let firstError: TaskError | undefined;
	let stopped = false;

	/** n8n keeps nothing of a node that was stopped by hand, not even its error. */
	let isTold = false;
	const tellOnce = (exists: string) => {
		if (isTold || exists === '') return;
		isTold = true;
		const line = `Creating videos was stopped.${exists}`;
		context.logger.warn(line);
		context.sendMessageToUI(line);
	};

	const stopUnlessGoingOn = () => {
		stopped = !context.continueOnFail();
	};

	const isStopping = (sent: Result<VideoTask>, prepared: PreparedCreate) => {
		const task = sent.ok ? sent.value : endedTask(sent.error);
		return task ? isEnded(task) && !outputsFailed(prepared) : true;
	};

	const send = async (prepared: PreparedCreate, index: number): Promise<Result<VideoTask>> => {
		const { video, settings } = prepared;
		const client = await session.client(settings);
		if (!client.ok) return client;
		let isSent = false;
		try {
			const outcome = await client.value.call(createVideo, video, {
				isOff: () => stopped,
				onSend: () => {
					// An agent may ask for the same video twice at the same time: that is no second try of this one.
					if (!session.isTool) memory.keep(index, video, failure(SENT));
					isSent = true;
				},
				onOutcome: (sent) => {
					if (isStopping(sent, prepared)) stopUnlessGoingOn();
				},
			});
			return remember(outcome, video, index);
		} catch (error) {
			stopUnlessGoingOn();
			return remember(
				failure(isSent ? internalError(error, 'after the create was sent') : thrownError(error)),
				video,
				index,
			);
		}
	};

	const remember = (outcome: Result<VideoTask>, video: VideoRequest, index: number): Result<VideoTask> => {
		if (outcome.ok) {
			const sent = isEnded(outcome.value) ? failure(failedTaskError(outcome.value)) : outcome;
			memory.keep(index, video, sent);
			return sent;
		}
		const error = createError(outcome.error);
		if (isUncertain(outcome.error)) {
			uncertain.add(index);
			memory.keep(index, video, failure(present(error, session.redact)));
		} else {
			memory.drop(index, video);
		}
		return failure(error);
	};

	const create = async (
		prepared: PreparedCreate,
		index: number,
		known: Result<VideoTask> | undefined,
	): Promise<Result<VideoTask>> => {
		if (known && !known.ok) {
			if (!known.error.task) uncertain.add(index);
			if (isStopping(known, prepared)) stopUnlessGoingOn();
		}
		const sent = known ?? (await send(prepared, index));
		const task = sent.ok ? sent.value : endedTask(sent.error);
		if (task) created.push(task.id);
		return task && outputsFailed(prepared) ? success(task) : sent;
	};

	/** Waits for a task, or takes the first step of it. One of an earlier try may be done by now. */
	const follow = async (
		task: VideoTask,
		{ query, settings }: ItemQuery,
		isNew: boolean,
	): Promise<Result<Answer>> => {
		const { id, wait } = query;
		if (!wait || isEnded(task)) return success({ value: task });
		const before = isNew ? newTaskState(task) : undefined;
		if (before && !query.inNode) {
			const first = scheduleNext(pollableVideo, id, before, wait, Date.now());
			if (first.state === 'pending') return success(first);
		}
		const followed = await ask(context, session, pollableVideo, { query: { ...query, before }, settings });
		if (followed.ok) return followed;
		stopUnlessGoingOn();
		return failure({ ...followed.error, task: followed.error.task ?? { ...task } });
	};

	const leave = async (
		task: VideoTask,
		{ follows, settings, includeInput, binaryField }: PreparedCreate,
		index: number,
		isNew: boolean,
	): Promise<Result<OutputItem<Pending>>> => {
		const itemQuery = { query: { ...follows, id: task.id }, settings, includeInput, binaryField };
		const followed = await follow(task, itemQuery, isNew);
		if (!followed.ok) return followed;
		waiting.set(index, itemQuery);
		if (!follows && isToCome(task)) ordered += 1;
		return success(
			answeredItem(
				pollableVideo,
				session.isTool,
				followed.value,
				items[index] as INodeExecutionData,
				index,
				itemQuery,
			),
		);
	};

	const leaving = await forEachItem<PreparedCreate, Pending>(context, {
		attempt: session,
		prepare: (index, options, includeInput) => {
			mode = waitMode();
			if (!isCountChecked) checkItemCount(context, items.length);
			isCountChecked = true;
			const prepared: PreparedCreate = {
				video: readRequest(context, index, options),
				settings: readRunSettings(context, index, options),
				includeInput,
			};
			if (mode === 'no') return prepared;
			const download = readDownloadSettings(context, index, options);
			const wait = readWaitSettings(context, index, options, mode);
			const follows = { wait, inNode: mode === 'inNode', maxBytes: download?.maxBytes };
			return { ...prepared, follows, binaryField: download?.field };
		},
		check: ({ video }) => checkReach(session, video),
		work: async (prepared, index) => {
			const known = memory.recall(index, prepared.video);
			const creating = create(prepared, index, known);
			underWay.push(creating);
			const sent = await creating;
			const result = sent.ok
				? await leave(sent.value, prepared, index, !known).catch((thrown: unknown) => {
						stopUnlessGoingOn();
						return failure(brokenAfterCreate(sent.value, thrown));
					})
				: sent;
			if (result.ok || !(stopped || session.signal.aborted)) return result;
			const { error } = result;
			if (error.kind !== 'canceled') firstError ??= { ...error, itemIndex: index };
			// These exist and are billed, and the error is the only thing that leaves.
			await Promise.allSettled(underWay);
			const told = firstError ?? error;
			const exists = whatExists(created, uncertain, told.itemIndex);
			if (context.getExecutionCancelSignal()?.aborted) tellOnce(exists);
			return failure({ ...told, description: `${fullDescription(told)}${exists}`, said: undefined });
		},
	});
	if (!session.isTool) hintOrdered(context, ordered);
	const done = await parkItems(context, session, leaving, waiting);
	// An error is what makes n8n run the node again; n8n 1.x takes a field of that name for one, whatever it holds. A
	// wait that was parked may end in one.
	const isOver =
		!leaving.some(({ stillRunning }) => stillRunning) && !done.some(({ json }) => 'error' in json);
	if (isOver && !session.isTool) memory.forget();
	return [done];
}

/** What is known of a wait for a task that was just created. */
function newTaskState(task: VideoTask): PollState {
	const state = startPolling(Date.now());
	return taskState(task.status) === 'running' ? { ...state, seen: task } : state;
}

/** Refuses addresses in a private network, unless the API that is to fetch them is in one too. */
function checkReach(session: Session, video: VideoRequest): Promise<Result<void>> | undefined {
	const refusal = localAddressRefusal(video);
	if (!refusal) return undefined;
	const [message, description] = refusal;
	// A credential that can't be read becomes an error when the create is sent.
	const isRefused = (credential: Result<Credential>) =>
		credential.ok && !isLocal(new URL(credential.value.baseUrl));
	return session
		.credential()
		.then((credential) =>
			isRefused(credential) ? failure({ kind: 'badInput', message, description }) : success(undefined),
		);
}

/** Whether a failed task leaves like a finished one. */
function outputsFailed({ follows }: PreparedCreate): boolean {
	return follows?.wait?.ifTaskFails === 'output';
}

/** The task that had failed already when its create was answered, where the error is of such a one. */
function endedTask({ kind, task }: TaskError): VideoTask | undefined {
	return kind === 'taskFailed' ? (task as VideoTask) : undefined;
}

/** An exception after a task was made: its ID must not be lost with it. */
function brokenAfterCreate(task: VideoTask, thrown: unknown): TaskError {
	const { message, description } = thrownError(thrown);
	return {
		kind: 'internal',
		message: `Task "${task.id}" was created, and then something went wrong: ${message}`,
		description: `${description} The task exists: ask for its result by its ID.`.trim(),
		task: { ...task },
	};
}

/** Whether a task had failed already when its create was answered. */
function isEnded({ status }: VideoTask): boolean {
	return taskState(status) === 'ended';
}

/**
 * Names the tasks of a run that exist, and the items whose tasks may.
 *
 * @param ownIndex the item whose error it is, which says that of itself
 */
function whatExists(created: string[], uncertain: ReadonlySet<number>, ownIndex?: number): string {
	const others = [...uncertain].filter((index) => index !== ownIndex).sort((a, b) => a - b);
	const named = created.length === 0 ? '' : ` Tasks of this run that were created: ${created.join(', ')}.`;
	if (others.length === 0) return named;
	const [items, them] =
		others.length === 1 ? [`Item ${others[0]}`, 'it'] : [`Items ${others.join(', ')}`, 'them'];
	return `${named} ${items} may also have created a video. Check your GlobalAI OPC console before you run ${them} again.`;
}

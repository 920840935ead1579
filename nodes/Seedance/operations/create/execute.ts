import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { createError, isUncertain, type VideoRequest } from '../../api/models';
import type { VideoTask } from '../../api/task';
import { failedTaskError } from '../../polling/errors';
import { taskState } from '../../polling/taskStatus';
import { failure, fullDescription, type Result, success, type TaskError } from '../../shared/error';
import { forEachItem, type OutputItem } from '../shared/forEachItem';
import { resultItem, taskFields, toolAnswer } from '../shared/output';
import { isTool } from '../shared/parameters';
import { beginRun, readRunSettings, type RunSettings } from '../shared/run';
import { openCreateMemory } from './memory';
import { readRequest } from './parameters';

/** One item's create, ready to be sent. */
interface PreparedCreate {
	video: VideoRequest;
	settings: RunSettings;
	includeInput: boolean;
}

/**
 * Create: one task for each item, sent once, in the order of the items, also when n8n runs the node again. Where an
 * item's error stops the workflow, tasks not yet sent are not sent, and the error names those that exist by then.
 */
export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const run = beginRun(context);
	const memory = openCreateMemory(context, run.nodeRun);
	const underWay: Array<Promise<unknown>> = [];
	const created: string[] = [];
	/** Positions of items of which nobody knows whether their task exists. */
	const uncertain = new Set<number>();

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

	const send = async ({ video, settings }: PreparedCreate, index: number): Promise<Result<VideoTask>> => {
		const client = await run.client(settings);
		if (!client.ok) return client;
		const outcome = await client.value.createTask(video, {
			isStopped: () => stopped,
			onOutcome: (sent) => {
				if (!sent.ok || isEnded(sent.value)) stopUnlessGoingOn();
			},
		});
		if (outcome.ok) {
			const sent = isEnded(outcome.value) ? failure(failedTaskError(outcome.value)) : outcome;
			memory.keep(index, video, sent);
			return sent;
		}
		const error = createError(outcome.error);
		if (isUncertain(outcome.error)) {
			uncertain.add(index);
			memory.keep(index, video, failure(run.presentable(error)));
		}
		return failure(error);
	};

	const create = async (prepared: PreparedCreate, index: number): Promise<Result<OutputItem>> => {
		const known = memory.recall(index, prepared.video);
		if (known && !known.ok) {
			if (!known.error.task) uncertain.add(index);
			stopUnlessGoingOn();
		}
		const sent = known ?? (await send(prepared, index));
		const id = sent.ok ? sent.value.id : sent.error.task?.id;
		if (typeof id === 'string') created.push(id);
		if (!sent.ok) return sent;
		const input = items[index] as INodeExecutionData;
		const json = isTool(context) ? toolAnswer(sent.value, Date.now()) : taskFields(sent.value);
		return success({ item: resultItem(input, index, json, prepared.includeInput) });
	};

	const leaving = await forEachItem<PreparedCreate>(context, {
		run,
		prepare: (index, options) => ({
			video: readRequest(context, index),
			settings: readRunSettings(context, index, options),
			includeInput: options.includeInput === true,
		}),
		work: async (prepared, index) => {
			const creating = create(prepared, index);
			underWay.push(creating);
			const result = await creating;
			if (result.ok || !(stopped || run.signal.aborted)) return result;
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
	const done = leaving.map(({ item }) => item);
	// An error is what makes n8n run the node again; n8n 1.x takes a field of that name for one, whatever it holds.
	if (!done.some(({ json }) => 'error' in json) && !isTool(context)) memory.forget();
	return [done];
}

/** Whether a task had failed already when its create was answered. */
function isEnded({ status }: VideoTask): boolean {
	return typeof status === 'string' && taskState(status) === 'ended';
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
	return `${named} Tasks that may have been created all the same, of the items ${others.join(', ')}: look at GlobalAI OPC before you send them again.`;
}

import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import type { ApiClient } from '../api/client';
import type { Outcome } from '../api/fault';
import { checkTaskId, type VideoTask } from '../api/task';
import { faultProblem } from '../polling/verdict';
import { waitUntilDone, type Ending } from '../polling/wait';
import { readWait, type ItemWait, type WaitMode } from './get.wait';
import { forEachItem, type ItemResult } from './itemLoop';
import { resultItem, taskFields, thrownProblem } from './items';
import { readOptions } from './parameters';
import { reportWait } from './progress';
import { openClient, runSignal } from './run';

/** One item's question. */
interface Question {
	id: string;
	includeInput: boolean;
	/** How to wait; undefined to ask once. */
	wait?: ItemWait;
}

/** Get Result: one item out for each item in, with the task, in the order of the items. */
export async function getResult(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const mode = context.getNodeParameter('waitUntilDone', 0) as WaitMode;
	const { signal, end } = runSignal(context);
	// Opened with the first question, so that a bad ID needs no credential to be refused.
	let client: Promise<Outcome<ApiClient>> | undefined;
	const asked = new Map<string, Promise<ItemAnswer>>();

	const answer = async ({ id, wait }: Question): Promise<ItemAnswer> => {
		client ??= openClient(context, signal);
		const opened = await client.catch(thrownAnswer);
		if ('problem' in opened) return opened;
		if (!opened.ok) return { problem: faultProblem(opened.fault) };
		const api = opened.value;
		if (!wait) return answerOf(await api.queryTask(id));
		const ending = await waitUntilDone(id, async (...question) => await api.queryTask(...question), wait, {
			signal,
			onWait: (verdict) => reportWait(context, id, verdict),
		});
		return endingOf(ending, wait);
	};

	const items = await forEachItem<Question>(context, {
		end,
		includesInput: (index) => includesInput(context, index),
		prepare: (index) => prepare(context, index, mode),
		work: async (question, index): Promise<ItemResult> => {
			const key = JSON.stringify([question.id, question.wait]);
			let shared = asked.get(key);
			if (!shared) asked.set(key, (shared = answer(question)));
			const result = await shared;
			if ('problem' in result) return result;
			const input = context.getInputData()[index] as INodeExecutionData;
			return { item: resultItem(input, index, taskFields(result.task), question.includeInput) };
		},
	});
	return [items];
}

type ItemAnswer = { task: VideoTask } | Extract<ItemResult, { problem: unknown }>;

function prepare(context: IExecuteFunctions, index: number, mode: WaitMode): Question {
	const checked = checkTaskId(context.getNodeParameter('taskId', index));
	if ('problem' in checked) {
		throw new NodeOperationError(context.getNode(), checked.problem, {
			itemIndex: index,
			description:
				'Set Task ID to the ID that creating the task gave you, for example video_abc123def456. If it is an expression, check that the incoming item has that field.',
		});
	}
	return {
		id: checked.id,
		includeInput: includesInput(context, index),
		wait: mode === 'no' ? undefined : readWait(context, index),
	};
}

function includesInput(context: IExecuteFunctions, index: number): boolean {
	return readOptions(context, index).includeInput === true;
}

function answerOf(outcome: Outcome<VideoTask>): ItemAnswer {
	return outcome.ok ? { task: outcome.value } : { problem: faultProblem(outcome.fault) };
}

function endingOf(ending: Ending, wait: ItemWait): ItemAnswer {
	if (ending.kind === 'completed') return { task: ending.task };
	if (ending.kind === 'ended' && wait.ifTaskFails === 'output') return { task: ending.task };
	return { problem: ending.problem };
}

function thrownAnswer(error: unknown): Extract<ItemResult, { problem: unknown }> {
	return { problem: thrownProblem(error) };
}

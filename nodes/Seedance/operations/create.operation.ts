import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { VideoRequest } from '../api/create';
import { faultProblem, type Problem } from '../polling/verdict';
import { readRequest } from './create.request';
import { forEachItem, type ItemResult } from './itemLoop';
import { resultItem, taskFields } from './items';
import { includesInput, isTool } from './parameters';
import { beginRun } from './run';
import { toolAnswer } from './tool';

/**
 * Create: one task for each item, sent once, in the order of the items. Where an item's error stops the
 * workflow, tasks not yet sent are not sent, and the error names those that exist by then.
 */
export async function createTasks(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const run = beginRun(context);
	const underWay: Array<Promise<unknown>> = [];
	const created: string[] = [];

	/** The failure that stops the run; items that were not sent for it fail with it. */
	let failure: Problem | undefined;
	let stopped = false;
	const onFailure = () => {
		stopped = !context.continueOnFail();
	};

	const create = async (request: VideoRequest, index: number): Promise<ItemResult> => {
		const opened = await run.client();
		if ('problem' in opened) return opened;
		const outcome = await opened.client.createTask(request, { onFailure, isStopped: () => stopped });
		if (!outcome.ok) return { problem: faultProblem(outcome.fault) };
		created.push(outcome.value.id);
		const input = items[index] as INodeExecutionData;
		const json = isTool(context) ? toolAnswer(outcome.value, Date.now()) : taskFields(outcome.value);
		return { item: resultItem(input, index, json, includesInput(context, index)) };
	};

	const leaving = await forEachItem<VideoRequest>(context, {
		end: run.end,
		prepare: (index) => readRequest(context, index),
		work: async (request, index) => {
			const creating = create(request, index);
			underWay.push(creating);
			const result = await creating;
			if (!stopped || 'item' in result) return result;
			const { problem } = result;
			if (!problem.canceled) failure ??= { ...problem, itemIndex: index };
			// These exist and are billed, and the error is the only thing that leaves.
			await Promise.all(underWay);
			return { problem: namingCreated(failure ?? problem, created) };
		},
	});
	return [leaving.map(({ item }) => item)];
}

function namingCreated(problem: Problem, ids: string[]): Problem {
	if (ids.length === 0) return problem;
	return {
		...problem,
		description: `${problem.description} Tasks of this run that were created: ${ids.join(', ')}.`,
	};
}

import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { ApiClient } from '../api/client';
import type { VideoRequest } from '../api/create';
import type { Outcome } from '../api/fault';
import { faultProblem, type Problem } from '../polling/verdict';
import { readRequest } from './create.request';
import { forEachItem, type ItemResult } from './itemLoop';
import { resultItem, taskFields, thrownProblem } from './items';
import { readOptions } from './parameters';
import { openClient, runSignal } from './run';
import { isTool, toolAnswer } from './tool';

/**
 * Create: one task for each item, sent once, in the order of the items. Where an item's error stops the
 * workflow, tasks not yet sent are not sent, and the error names those that exist by then.
 */
export async function createTasks(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const includesInput = (index: number) => readOptions(context, index).includeInput === true;
	const { signal, end } = runSignal(context);
	let opening: Promise<Outcome<ApiClient>> | undefined;
	const underWay: Array<Promise<unknown>> = [];
	const created: string[] = [];

	/** The failure that stops the run; items that were not sent for it fail with it. */
	let failure: Problem | undefined;
	let stopped = false;
	const onFailure = () => {
		stopped = !context.continueOnFail();
	};

	const create = async (request: VideoRequest, index: number): Promise<ItemResult> => {
		let opened;
		try {
			opened = await (opening ??= openClient(context, signal));
		} catch (error) {
			return { problem: thrownProblem(error) };
		}
		if (!opened.ok) return { problem: faultProblem(opened.fault) };
		const outcome = await opened.value.createTask(request, { onFailure, isStopped: () => stopped });
		if (!outcome.ok) return { problem: faultProblem(outcome.fault) };
		created.push(outcome.value.id);
		const input = items[index] as INodeExecutionData;
		const json = isTool(context) ? toolAnswer(outcome.value, Date.now()) : taskFields(outcome.value);
		return { item: resultItem(input, index, json, includesInput(index)) };
	};

	const leaving = await forEachItem<VideoRequest>(context, {
		end,
		includesInput,
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

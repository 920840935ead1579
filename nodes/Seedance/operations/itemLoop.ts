import { NodeOperationError, type IDataObject, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import type { Problem } from '../polling/verdict';
import type { GoOn } from '../polling/wait';
import { errorItem, problemError, thrownProblem } from './items';
import { readOptions } from './parameters';
import type { Run } from './run';

/** An item that leaves. */
export interface LeavingItem {
	item: INodeExecutionData;
	/** Set where it leaves with its task unfinished. */
	stillRunning?: GoOn;
}

/** What comes of one item: the item that leaves, or the problem that stood in the way. */
export type ItemResult = LeavingItem | { problem: Problem };

/** How an operation treats its items. */
export interface ItemWork<T> {
	run: Run;
	/**
	 * Reads and checks all of an item's parameters; whatever it throws becomes that item's error. What can be wrong
	 * with an item is found here, before anything is sent.
	 */
	prepare: (index: number, options: IDataObject) => T;
	/** Does the work, once every item is prepared. */
	work: (prepared: T, index: number) => Promise<ItemResult>;
}

/**
 * Does all items' work side by side; results come in the order of the items. An item's problem follows the
 * node's "On Error": it stops the workflow at once, or leaves as an error item. What would be refused anyway is
 * refused before any work begins. Ends the run, however it goes.
 *
 * @throws NodeOperationError or NodeApiError with the item's index, where "On Error" says to stop, and
 * NodeOperationError when the user stopped the execution; otherwise nothing, since n8n would take the incoming
 * items for results
 */
export async function forEachItem<T>(
	context: IExecuteFunctions,
	{ run, prepare, work }: ItemWork<T>,
): Promise<LeavingItem[]> {
	const items = context.getInputData();
	const settle = (result: ItemResult, index: number, includeInput: boolean): LeavingItem => {
		if ('item' in result) return result;
		const problem = run.presentable(result.problem);
		if (problem.canceled && run.signal.aborted) {
			const { message, description } = problem;
			throw new NodeOperationError(context.getNode(), message, { description });
		}
		if (!context.continueOnFail()) throw problemError(context, index, problem);
		return { item: errorItem(context, items[index] as INodeExecutionData, index, problem, includeInput) };
	};

	try {
		const prepared = items.map((_, index) => {
			const options = attempt(() => readOptions(context, index));
			const includeInput = 'value' in options && options.value.includeInput === true;
			const outcome = 'value' in options ? attempt(() => prepare(index, options.value)) : options;
			return 'problem' in outcome ? settle(outcome, index, includeInput) : { ...outcome, includeInput };
		});
		return await Promise.all(
			prepared.map(async (outcome, index) => {
				if ('item' in outcome) return outcome;
				const result = await work(outcome.value, index).catch((error: unknown) => ({ problem: thrownProblem(error) }));
				return settle(result, index, outcome.includeInput);
			}),
		);
	} finally {
		run.end();
	}
}

function attempt<T>(read: () => T): { value: T } | { problem: Problem } {
	try {
		return { value: read() };
	} catch (error) {
		return { problem: thrownProblem(error) };
	}
}

import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import type { Problem } from '../polling/verdict';
import type { GoOn } from '../polling/wait';
import { errorItem, problemError, thrownProblem } from './items';
import { includesInput } from './parameters';

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
	/** Reads and checks an item's parameters; whatever it throws becomes that item's error. */
	prepare: (index: number) => T;
	/** Does the work, once every item is prepared. */
	work: (prepared: T, index: number) => Promise<ItemResult>;
	/** Called as soon as the run is lost, so that work under way can end. */
	end: () => void;
}

/**
 * Does all items' work side by side; results come in the order of the items. An item's problem follows the
 * node's "On Error": it stops the workflow at once, or leaves as an error item. What would be refused anyway is
 * refused before any work begins.
 *
 * @throws NodeOperationError or NodeApiError with the item's index, where "On Error" says to stop, and
 * NodeOperationError when the user stopped the execution
 */
export async function forEachItem<T>(
	context: IExecuteFunctions,
	{ prepare, work, end }: ItemWork<T>,
): Promise<LeavingItem[]> {
	const items = context.getInputData();
	const settle = (result: ItemResult, input: INodeExecutionData, index: number): LeavingItem => {
		if ('item' in result) return result;
		const { problem } = result;
		if (problem.canceled) throw new NodeOperationError(context.getNode(), problem.message);
		if (!context.continueOnFail()) throw problemError(context, index, problem);
		return { item: errorItem(context, input, index, problem, includesInput(context, index)) };
	};

	const prepared = items.map((input, index) => {
		const outcome = attempt(() => prepare(index));
		return 'problem' in outcome ? settle(outcome, input, index) : outcome;
	});
	try {
		return await Promise.all(
			prepared.map(async (outcome, index) => {
				if ('item' in outcome) return outcome;
				const input = items[index] as INodeExecutionData;
				return settle(await work(outcome.value, index), input, index);
			}),
		);
	} finally {
		end();
	}
}

function attempt<T>(read: () => T): { value: T } | { problem: Problem } {
	try {
		return { value: read() };
	} catch (error) {
		return { problem: thrownProblem(error) };
	}
}

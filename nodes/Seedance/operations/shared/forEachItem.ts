import { NodeOperationError, type IDataObject, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import type { Pending } from '../../polling/poll';
import { failure, type Result, success, type TaskError, thrownError } from '../../shared/error';
import { readOptions } from './options';
import { errorItem, nodeError } from './output';
import type { Run } from './run';

/** An item that leaves. */
export interface OutputItem {
	item: INodeExecutionData;
	/** Set where it leaves with its task unfinished. */
	stillRunning?: Pending;
}

/** How an operation treats its items. */
export interface ItemWork<T> {
	run: Run;
	/** The items, where they are not those that came in. */
	inputs?: INodeExecutionData[];
	/** Reads the Options of an item, where they are not those of the node. */
	readOptions?: (index: number) => IDataObject;
	/**
	 * Reads and checks all of an item's parameters; whatever it throws becomes that item's error. What can be wrong
	 * with an item is found here, before anything is sent.
	 */
	prepare: (index: number, options: IDataObject) => T;
	/** Does the work, once every item is prepared. */
	work: (prepared: T, index: number) => Promise<Result<OutputItem>>;
}

/**
 * Does all items' work side by side; results come in the order of the items. An item's error follows the
 * node's "On Error": it stops the workflow at once, or leaves as an error item. What would be refused anyway is
 * refused before any work begins. Ends the run, however it goes.
 *
 * @throws NodeOperationError or NodeApiError with the item's index, where "On Error" says to stop, and
 * NodeOperationError when the user stopped the execution; otherwise nothing, since n8n would take the incoming
 * items for results
 */
export async function forEachItem<T>(
	context: IExecuteFunctions,
	{ run, inputs: items = context.getInputData(), readOptions: optionsOf = (index) => readOptions(context, index), prepare, work }: ItemWork<T>,
): Promise<OutputItem[]> {
	const raise = (unclean: TaskError, index: number, includeInput: boolean): OutputItem => {
		const error = run.presentable(unclean);
		if (error.kind === 'canceled' && run.signal.aborted) {
			const { message, description } = error;
			throw new NodeOperationError(context.getNode(), message, { description });
		}
		if (!context.continueOnFail()) throw nodeError(context, index, error);
		return { item: errorItem(context, items[index] as INodeExecutionData, index, error, includeInput) };
	};

	try {
		const prepared = items.map((_, index) => {
			const options = attempt(() => optionsOf(index));
			const includeInput = options.ok && options.value.includeInput === true;
			const outcome = options.ok ? attempt(() => prepare(index, options.value)) : options;
			return outcome.ok ? { ...outcome, includeInput } : raise(outcome.error, index, includeInput);
		});
		return await Promise.all(
			prepared.map(async (outcome, index) => {
				if ('item' in outcome) return outcome;
				const result = await work(outcome.value, index).catch((error: unknown) => failure(thrownError(error)));
				return result.ok ? result.value : raise(result.error, index, outcome.includeInput);
			}),
		);
	} finally {
		run.end();
	}
}

function attempt<T>(read: () => T): Result<T> {
	try {
		return success(read());
	} catch (error) {
		return failure(thrownError(error));
	}
}

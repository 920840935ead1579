import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';

import { failure, type Result, success, type TaskError, thrownError } from './error';
import { booleanOption, readOptions } from './options';
import { errorItem, nodeError } from './output';
import type { Attempt } from './attempt';
import { present } from './present';

/** An item of the output. */
export interface OutputItem<Pending = unknown> {
	item: INodeExecutionData;
	/** Set where what it stands for is still to come. */
	stillRunning?: Pending;
}

/** How an operation treats its items. */
export interface ItemWork<T, Pending> {
	attempt: Attempt;
	/** The items, where they are not those that came in. */
	inputs?: INodeExecutionData[];
	/** Reads the Options of an item, where they are not those of the node. */
	readOptions?: (index: number) => IDataObject;
	/**
	 * Reads and checks all of an item's parameters; whatever it throws becomes that item's error. What can be wrong
	 * with an item is found here, before anything is sent.
	 *
	 * @param includeInput whether the incoming item's fields stay
	 */
	prepare: (index: number, options: IDataObject, includeInput: boolean) => T;
	/**
	 * Checks what can't be read off the parameters, once every item is prepared and before any work begins; undefined
	 * where there is nothing to check.
	 */
	check?: (prepared: T) => Promise<Result<void>> | undefined;
	/** Does the work, once every item is prepared. */
	work: (prepared: T, index: number) => Promise<Result<OutputItem<Pending>>>;
}

/**
 * Does all items' work side by side; results come in the order of the items. An item's error follows the
 * node's "On Error": it stops the workflow at once, or leaves as an error item. What would be refused anyway is
 * refused before any work begins. Ends the attempt, however it goes.
 *
 * @throws NodeOperationError or NodeApiError with the item's index, where "On Error" says to stop, and
 * NodeOperationError when the user stopped the execution; otherwise nothing, since n8n would take the incoming
 * items for results
 */
export async function forEachItem<T, Pending = never>(
	context: IExecuteFunctions,
	{
		attempt,
		inputs: items = context.getInputData(),
		readOptions: optionsOf = (index) => readOptions(context, index),
		prepare,
		check,
		work,
	}: ItemWork<T, Pending>,
): Promise<Array<OutputItem<Pending>>> {
	const raise = (unclean: TaskError, index: number, includeInput: boolean): OutputItem<Pending> => {
		const error = present(unclean, attempt.redact);
		if (error.kind === 'canceled' && attempt.signal.aborted) {
			const { message, description } = error;
			throw new NodeOperationError(context.getNode(), message, { description });
		}
		if (!context.continueOnFail()) throw nodeError(context, index, error);
		return { item: errorItem(context, items[index] as INodeExecutionData, index, error, includeInput) };
	};

	const prepareItem = (index: number) => {
		let includeInput = false;
		const outcome = tried(() => {
			const options = optionsOf(index);
			includeInput = booleanOption(context, index, options, 'includeInput');
			return prepare(index, options, includeInput);
		});
		return outcome.ok ? { value: outcome.value, includeInput } : raise(outcome.error, index, includeInput);
	};

	try {
		const prepared = items.map((_, index) => prepareItem(index));
		for (const [index, outcome] of prepared.entries()) {
			if ('item' in outcome) continue;
			const checking = check?.(outcome.value);
			if (!checking) continue;
			const checked = await checking.catch(thrownFailure);
			if (!checked.ok) prepared[index] = raise(checked.error, index, outcome.includeInput);
		}
		return await Promise.all(
			prepared.map(async (outcome, index) => {
				if ('item' in outcome) return outcome;
				const result = await work(outcome.value, index).catch(thrownFailure);
				return result.ok ? result.value : raise(result.error, index, outcome.includeInput);
			}),
		);
	} finally {
		attempt.end();
	}
}

function tried<T>(read: () => T): Result<T> {
	try {
		return success(read());
	} catch (error) {
		return thrownFailure(error);
	}
}

function thrownFailure(error: unknown): ReturnType<typeof failure> {
	return failure(thrownError(error));
}

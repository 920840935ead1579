import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';

import type { Attempt } from './attempt';
import { failure, type Result, type ItemError, thrownError, wasStopped } from './error';
import { booleanOption, INCLUDE_INPUT, readOptions } from './options';
import { errorItem, nodeError } from './output';
import { present } from './present';

/** An item of the output. */
export interface OutputItem<Pending = unknown> {
	item: INodeExecutionData;
	/** Set where what it stands for is still to come. */
	stillRunning?: Pending;
}

/** An item between two steps of the node's work: what the last step made of it, or the error item that is output. */
export type Step<T> = { value: T; includeInput: boolean } | { failed: INodeExecutionData };

/**
 * The node's items, worked on in steps: each step does all items, in their order, before the next step begins. An
 * item's error follows the node's "On Error": it stops the workflow, or the item is output as an error item, and takes
 * no part in later steps.
 *
 * Every step throws NodeOperationError or NodeApiError with the item's index where "On Error" says to stop, and
 * NodeOperationError when the user stopped the execution; otherwise nothing, since n8n would take the incoming items
 * for results.
 */
export class Items {
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly attempt: Attempt,
		readonly inputs: INodeExecutionData[] = context.getInputData(),
	) {}

	/**
	 * Reads and checks the parameters of each item; whatever that throws, as a rule an
	 * InputError, becomes the item's error.
	 *
	 * @param read receives whether the incoming item's fields stay
	 */
	prepare<T>(read: (index: number, options: IDataObject, includeInput: boolean) => T): Array<Step<T>> {
		return this.inputs.map((_, index) => {
			let includeInput = false;
			try {
				const options = readOptions(this.context, index);
				includeInput = booleanOption(options, INCLUDE_INPUT);
				return { value: read(index, options, includeInput), includeInput };
			} catch (error) {
				return this.fail(index, thrownError(error), includeInput);
			}
		});
	}

	/** Does something with each item, side by side. A step that throws fails its item. */
	async each<T, U>(
		steps: Array<Step<T>>,
		work: (value: T, index: number) => Promise<Result<U>>,
	): Promise<Array<Step<U>>> {
		return await Promise.all(
			steps.map(async (step, index) => {
				if ('failed' in step) return step;
				const result = await work(step.value, index).catch((error: unknown) => failure(thrownError(error)));
				return this.next(step, index, result);
			}),
		);
	}

	/**
	 * Does something with all items that are left, together.
	 *
	 * @param work is given them by their positions, and gives a result for each position
	 */
	async together<T, U>(
		steps: Array<Step<T>>,
		work: (values: Map<number, T>) => Promise<Map<number, Result<U>>>,
	): Promise<Array<Step<U>>> {
		const values = new Map<number, T>();
		steps.forEach((step, index) => {
			if ('value' in step) values.set(index, step.value);
		});
		const results = await work(values);
		return steps.map((step, index) =>
			'failed' in step ? step : this.next(step, index, results.get(index) as Result<U>),
		);
	}

	/** The items as they are output, by position, once the last step has made output items of them. */
	outputs<Pending>(steps: Array<Step<OutputItem<Pending>>>): Array<OutputItem<Pending>> {
		return steps.map((step) => ('failed' in step ? { item: step.failed } : step.value));
	}

	private next<U>({ includeInput }: { includeInput: boolean }, index: number, result: Result<U>): Step<U> {
		return result.ok ? { value: result.value, includeInput } : this.fail(index, result.error, includeInput);
	}

	private fail(index: number, raw: ItemError, includeInput: boolean): { failed: INodeExecutionData } {
		const error = present(raw, this.attempt.redact);
		if (wasStopped(error) && this.attempt.signal.aborted) {
			const { message, description } = error;
			throw new NodeOperationError(this.context.getNode(), message, { description });
		}
		if (!this.context.continueOnFail()) throw nodeError(this.context, index, error);
		const input = this.inputs[index] as INodeExecutionData;
		return { failed: errorItem(this.context, input, index, error, includeInput) };
	}
}

import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { fullDescription, type ItemError } from '../../core/error';
import type { OutputItem } from '../../core/items';
import type { Pending } from '../poll';
import { detailsOf, type Pollable } from '../pollable';
import type { ItemQuery } from '../query';

/** The part of an item that another execution can use. */
export type StoredItem = Pick<INodeExecutionData, 'json' | 'binary'>;

/**
 * An item of the user's node as the helper executions hold it: its output, or how it is waited for. n8n's database
 * stores these names.
 */
export interface ParkedItem {
	/** The ID of what is polled; missing where the item failed before that was known. */
	id?: string;
	/** Its output, once that is decided. */
	decided?: StoredItem;
	waiting?: ItemQuery & {
		pending: Pending;
		/** The incoming item, where the output includes its fields. */
		input?: StoredItem;
		/** Whether an error includes its fields too. */
		includeInputInError: boolean;
	};
}

/** The error that ends a wait, and the position of its item. */
export interface Failed {
	error: ItemError;
	index: number;
}

/** What the checker hands to the keeper, as one field of each item: the item's output, or the error that ends the wait. */
export interface Outcome {
	output?: IDataObject;
	failed?: Failed;
}

/** An outcome as the field of an item. */
export function outcomeField(outcome: Outcome): IDataObject {
	return { outcome: outcome as unknown as IDataObject };
}

/** The outcome that an item carries; undefined where it carries none. */
export function outcomeOf({ json }: INodeExecutionData): Outcome | undefined {
	return json.outcome as Outcome | undefined;
}

/** The items that another execution has handed over. */
export function receivedItems(context: IExecuteFunctions): ParkedItem[] {
	return context.getInputData().map(({ json }) => json as unknown as ParkedItem);
}

/** Items as they are handed over. A copy, because n8n stores what it is given only later. */
export function itemsToHandOver(items: ParkedItem[]): INodeExecutionData[] {
	return items.map((item, index) => ({
		json: JSON.parse(JSON.stringify(item)) as IDataObject,
		pairedItem: index,
	}));
}

/** The fields and files of an item. */
export function storedItem({ json, binary }: INodeExecutionData): StoredItem {
	return binary ? { json, binary } : { json };
}

/** The output of an item that is not checked in this turn. */
export function unchangedItem({ decided, waiting }: ParkedItem, index: number): OutputItem<Pending> {
	return { item: { json: {}, ...decided, pairedItem: { item: index } }, stillRunning: waiting?.pending };
}

/** The incoming item of an item that is waited for, as far as it is stored. */
export function inputOf({ waiting }: ParkedItem): INodeExecutionData {
	return { json: {}, ...waiting?.input };
}

/** The IDs of what is polled for these items, each once. */
export function idsOf(items: ParkedItem[]): string[] {
	return [...new Set(items.map(({ id }) => id))].filter((id) => id !== undefined);
}

/** An error that names what the other items wait for, because it ends their wait too. */
export function withOthers(
	{ words }: Pollable,
	error: ItemError,
	items: ParkedItem[],
	failedId: string,
): ItemError {
	const others = idsOf(items).filter((id) => id !== failedId);
	const named = others.length === 0 ? '' : ` Other ${words.many} of this run: ${others.join(', ')}.`;
	return { ...error, description: `${fullDescription(error)}${named}`, said: undefined };
}

/**
 * The error for an item whose wait is over before its result is known.
 *
 * @param end how the wait ended, as the rest of a sentence
 * @param advice what to do about it, where there is something
 */
export function endedWait(pollable: Pollable, id: string, end: string, advice = ''): ItemError {
	const { one } = pollable.words;
	return {
		kind: 'rejected',
		message: `The wait for ${one} "${id}" ${end}`,
		description: `${advice} GlobalAI OPC still works on the ${one}: get its result by its ID.`.trim(),
		details: detailsOf(pollable, { id }),
	};
}

import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { fullDescription, type ItemError } from '../../core/error';
import type { OutputItem } from '../../core/items';
import type { Pending } from '../poll';
import { detailsOf, type Pollable } from '../pollable';
import type { ItemQuery } from '../query';

/** The part of an item that another execution can use. */
export type StoredItem = Pick<INodeExecutionData, 'json' | 'binary'>;

/** What exists of an item's result: what has this ID, or something that may. */
export interface Made {
	/** Missing where the item failed before it was known, and where nothing is made yet. */
	id?: string;
	/** It was sent by an execution that n8n lost, or its answer was. */
	mayExist?: true;
}

/**
 * An item of the user's node as the helper executions hold it: its output, or how it is waited for. n8n's database
 * stores these names.
 */
export interface ParkedItem extends Made {
	/** Its output, once that is decided. */
	decided?: StoredItem;
	waiting?: WaitingItem;
}

/** How an item is waited for. */
export interface WaitingItem extends ItemQuery {
	pending: Pending;
	/** The incoming item, where the output includes its fields. */
	input?: StoredItem;
	/** Whether an error includes its fields too. */
	includeInputInError: boolean;
	/** How it is made, where it is not made yet: its query has no ID then. */
	toMake?: ToMake;
}

/** Something that a turn of the wait makes. */
export interface ToMake {
	/** What its resource makes it from. */
	order: unknown;
	/** How many of the run may be under way at a time; left out for as many as the API takes. */
	mostAtOnce?: number;
	/**
	 * How many of the run the next turn makes at most, where n8n may overwrite what it has stored of a lost checker. A turn that
	 * made something then hands the items back to the keeper. Left out where n8n keeps it.
	 */
	mostInTurn?: number;
	/** Stored before it is sent. From then on it may exist, and no other execution sends it. */
	isSent?: true;
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
	/** With an error that ends the wait: what exists by then, by item. */
	made?: Made[];
	/** The item for another checker, which goes on with it. */
	goesOn?: ParkedItem;
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

/** An item after a step of its wait, which made this output of it. */
export function parkedItem(
	{ id, waiting }: ParkedItem,
	{ item, stillRunning }: OutputItem<Pending>,
): ParkedItem {
	if (stillRunning && waiting) return { id, waiting: { ...waiting, pending: stillRunning } };
	return { id, decided: storedItem(item) };
}

/** The incoming item of an item that is waited for, as far as it is stored. */
export function inputOf({ waiting }: ParkedItem): INodeExecutionData {
	return { json: {}, ...waiting?.input };
}

/** Whether an item is of something that is not made yet. */
export function isToMake({ waiting }: ParkedItem): boolean {
	return waiting?.toMake !== undefined;
}

/** Whether what an item is of was sent, or was about to be, and has no ID yet. */
export function isSent({ waiting }: ParkedItem): boolean {
	return waiting?.toMake?.isSent === true;
}

/** An item of something that is sent next, or may have been sent. */
export function asSent(item: ParkedItem): ParkedItem {
	const { waiting } = item;
	if (!waiting?.toMake) return item;
	return { ...item, waiting: { ...waiting, toMake: { ...waiting.toMake, isSent: true } } };
}

/** An item of something that was not sent after all. */
export function asNotSent(item: ParkedItem): ParkedItem {
	const { waiting } = item;
	if (!waiting?.toMake) return item;
	const toMake = { ...waiting.toMake };
	delete toMake.isSent;
	return { ...item, waiting: { ...waiting, toMake } };
}

/** What exists of these items, for an execution that is tried again. */
export function madeOf(items: ParkedItem[]): Made[] {
	return items.map(({ id, mayExist, waiting }) => {
		if (id !== undefined) return { id };
		return mayExist || isSent({ waiting }) ? { mayExist: true } : {};
	});
}

/** The IDs of what is polled for these items, each once. */
export function idsOf(items: ParkedItem[]): string[] {
	return [...new Set(items.map(({ id }) => id))].filter((id) => id !== undefined);
}

/**
 * An error that says what became of the other items, because it ends their wait too.
 *
 * @param failedIndex the position of the item that it is of, and of which it says that itself
 */
export function withOthers(
	{ words, making }: Pollable,
	error: ItemError,
	items: ParkedItem[],
	failedIndex: number,
): ItemError {
	const others = idsOf(items).filter((id) => id !== items[failedIndex]?.id);
	const named = others.length === 0 ? '' : ` Other ${words.many} of this run: ${others.join(', ')}.`;
	const unmade = items.filter((item) => isToMake(item) && !isSent(item)).length;
	const left = unmade === 0 || !making ? '' : ` ${making.leftOut(unmade)}`;
	const doubtful = items.flatMap((item, index) =>
		index !== failedIndex && (item.mayExist || isSent(item)) ? [index] : [],
	);
	const doubts = doubtful.length === 0 || !making ? '' : ` ${making.inDoubt(doubtful)}`;
	const description = `${fullDescription(error)}${named}${doubts}${left}`;
	return { ...error, description, said: undefined };
}

/**
 * The error for an item whose wait is over before its result is known.
 *
 * @param end how the wait ended, as the rest of a sentence
 * @param advice what to do about it, where there is something
 */
export function endedWait(pollable: Pollable, item: ParkedItem, end: string, advice = ''): ItemError {
	const { making } = pollable;
	if (making && (item.mayExist || isSent(item))) return making.mayExist;
	if (making && isToMake(item)) return making.notMade(`was not created: the wait ${end}`);
	const { one } = pollable.words;
	const { id = '' } = item;
	return {
		kind: 'rejected',
		message: `The wait for ${one} "${id}" ${end}`,
		description: `${advice} GlobalAI OPC still works on the ${one}: get its result by its ID.`.trim(),
		details: detailsOf(pollable, { id }),
	};
}

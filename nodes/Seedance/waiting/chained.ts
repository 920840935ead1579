import type { IDataObject, IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';

import { holdUntil, nextTurn, type Pending } from './poll';
import type { Pollable, Polled } from './pollable';
import { type PollState, startPolling } from './schedule';
import { isObject } from '../core/text';
import type { OutputItem } from '../core/items';

/** Position of the output that leads to the Wait node; the first has the finished items. */
export const STILL_RUNNING_OUTPUT = 1;

/**
 * What an item carries from one round to the next; nothing is kept anywhere else. Public: the Wait node and
 * users' own nodes read these fields.
 */
interface Polling {
	/** Status checks made so far. */
	attempt: number;
	/** Seconds until the next status check, the same for all items of a round. */
	waitSeconds: number;
	/** ISO 8601 UTC time of the next status check, the same for all items of a round. */
	nextPollAt: string;
	/** ISO 8601 UTC time at which the wait times out. */
	giveUpAt: string;
	/** ISO 8601 UTC time of the first status check. */
	startedAt: string;
	/** How often it was done without its result; left out while it never was. */
	checksWithoutResult?: number;
	/** Answers in a row, up to now, about something else; left out while there is none. */
	strayAnswers?: number;
	/** ISO 8601 UTC time until which the API asked to be left alone; left out where it did not. */
	notBefore?: string;
	/** Which place has it, where that is not the first one asked for such an ID; left out elsewhere. */
	place?: number;
	/** Set while no status check was answered, so that the item's fields are its row's; left out from then on. */
	unanswered?: true;
}

/**
 * What is known from the round that its item comes back from; a fresh start where the item comes for
 * the first time, or has another ID.
 *
 * @param now the present time, in milliseconds since 1970
 * @param keepsRow whether the item carries its row's fields beside those of what is polled
 */
export function resumePolling(
	{ fields }: Pollable,
	input: INodeExecutionData,
	id: string,
	now: number,
	keepsRow: boolean,
): PollState {
	const { polling, id: arrivedId } = input.json;
	if (!isPolling(polling) || arrivedId !== id) return startPolling(now);
	const { json } = withoutPolling(input);
	if (polling.unanswered || typeof json.status !== 'string') return pollStateOf(polling, now);
	const seen = keepsRow ? only(json, fields) : json;
	return { ...pollStateOf(polling, now), place: count(polling.place), seen: seen as Polled };
}

/** A row's own fields must not be taken for those of what is polled, nor shared with other rows of the same ID. */
function only(json: IDataObject, fields: readonly string[]): IDataObject {
	return Object.fromEntries(Object.entries(json).filter(([name]) => fields.includes(name)));
}

/** The item's own fields, without what the last round added to count by. */
export function withoutPolling(input: INodeExecutionData): INodeExecutionData {
	const { polling, ...json } = input.json;
	return isPolling(polling) ? { ...input, json } : input;
}

/**
 * Gives the items for the Wait node one common time: the earliest that any of them needs. The Wait node reads the time
 * of the first item only.
 *
 * @param cooldownUntil until when the API wants no request at all, in milliseconds since 1970
 * @param now the present time, in milliseconds since 1970
 */
export function toWaitNode(
	leaving: Array<OutputItem<Pending>>,
	cooldownUntil: number,
	now: number,
): INodeExecutionData[] {
	const running = leaving.filter(
		(one): one is Required<OutputItem<Pending>> => one.stillRunning !== undefined,
	);
	if (running.length === 0) return [];
	const pending = running.map(({ stillRunning }) => stillRunning);
	holdUntil(pending, cooldownUntil, now);
	const { waitSeconds, nextPollAt } = nextTurn(pending, now);
	return running.map(({ item, stillRunning }) => ({
		...item,
		json: { ...item.json, polling: { ...pollingOf(stillRunning), waitSeconds, nextPollAt } as IDataObject },
	}));
}

/** Warns in the editor if 'Still Running' is not connected, because n8n drops its items silently. */
export function hintUnconnected(context: IExecuteFunctions, { words }: Pollable, count: number): void {
	if (count === 0 || leadsOn(context, STILL_RUNNING_OUTPUT)) return;
	context.addExecutionHints({
		message: `${count} ${words.one}(s) are still running, but the output 'Still Running' leads nowhere, so they will not be checked again. Connect it to a Wait node, and the Wait node back to this node.`,
		type: 'warning',
		location: 'outputPane',
	});
}

/** Warns of 'Always Output Data': n8n adds an empty item if the first output is empty, even if the others are not. */
export function hintEmptyItem(
	context: IExecuteFunctions,
	{ words }: Pollable,
	done: number,
	running: number,
): void {
	if (done > 0 || running === 0 || context.getNode().alwaysOutputData !== true) return;
	context.addExecutionHints({
		message: `'Done' outputs an empty item in every round that finishes no ${words.one}, because 'Always Output Data' is on. Turn it off in this node's settings.`,
		type: 'warning',
		location: 'outputPane',
	});
}

/** n8n-core has this for every node's context, while n8n-workflow doesn't declare it. */
interface WithConnections {
	getConnections?: (node: INode, type: string) => Array<Array<{ node: string; index: number }> | null>;
}

function leadsOn(context: IExecuteFunctions, output: number): boolean {
	const self = context.getNode().name;
	const { getConnections } = context as WithConnections;
	return context.getChildNodes(self).some((child) => {
		const inputs = getConnections?.call(context, { name: child.name } as INode, 'main');
		if (!inputs) return true;
		return inputs.some((sources) => sources?.some(({ node, index }) => node === self && index === output));
	});
}

function pollStateOf(polling: Polling, now: number): PollState {
	return {
		attempt: polling.attempt,
		startedAt: Math.min(Date.parse(polling.startedAt), now),
		checksWithoutResult: count(polling.checksWithoutResult),
		strayAnswers: count(polling.strayAnswers),
		notBefore: polling.notBefore === undefined ? undefined : Date.parse(polling.notBefore),
	};
}

/** A count that came through nodes of the user's. */
function count(value: unknown): number {
	return Number.isInteger(value) && (value as number) > 0 ? (value as number) : 0;
}

function pollingOf({ pollState, giveUpAt }: Pending): Omit<Polling, 'waitSeconds' | 'nextPollAt'> {
	const { attempt, startedAt, checksWithoutResult, strayAnswers, notBefore, place, seen } = pollState;
	return {
		attempt,
		giveUpAt: isoTime(giveUpAt),
		startedAt: isoTime(startedAt),
		...(checksWithoutResult > 0 && { checksWithoutResult }),
		...(strayAnswers > 0 && { strayAnswers }),
		...(notBefore !== undefined && { notBefore: isoTime(notBefore) }),
		...(place !== undefined && place > 0 && { place }),
		...(!seen && { unanswered: true as const }),
	};
}

function isPolling(value: unknown): value is Polling {
	if (!isObject(value)) return false;
	const { attempt, startedAt } = value;
	return Number.isInteger(attempt) && typeof startedAt === 'string' && !Number.isNaN(Date.parse(startedAt));
}

function isoTime(ms: number): string {
	return new Date(ms).toISOString();
}

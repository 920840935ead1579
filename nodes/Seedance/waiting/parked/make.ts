import type { IExecuteFunctions } from 'n8n-workflow';

import { failure, type ItemError, meaningOf, type Result, success } from '../../core/error';
import type { Session } from '../../http/session';
import { follow } from '../follow';
import type { Pending } from '../poll';
import { hasNoSlot, type Making, type Pollable } from '../pollable';
import { answeredItem } from '../query';
import { startPolling } from '../schedule';
import { asNotSent, asSent, inputOf, isToMake, parkedItem, type ParkedItem, type WaitingItem } from './item';

/**
 * Of how many items one is sent at a time: n8n stores all of them before each step, and a kill leaves the items of one
 * step in doubt.
 */
const ITEMS_A_STEP = 100;

/**
 * Chooses what a turn makes next, in the order of the items: one item, or one in a hundred of them side by side, and none
 * for which the limit on those under way has no slot.
 *
 * @param madeInTurn how many this turn has made already
 * @param now the present time, in milliseconds since 1970
 * @returns the items with the chosen ones marked as sent; undefined where there are none
 */
export function chooseNext(items: ParkedItem[], madeInTurn: number, now: number): ParkedItem[] | undefined {
	const { toMake, settings } = items.find(isToMake)?.waiting ?? {};
	if (!toMake || !settings) return undefined;
	const step = Math.min(settings.maxConcurrency, Math.ceil(items.length / ITEMS_A_STEP));
	let left = Math.min(step, freeSlots(items), (toMake.mostInTurn ?? Infinity) - madeInTurn);
	if (left <= 0) return undefined;
	let isChosen = false;
	const chosen = items.map((item) => {
		const { waiting } = item;
		if (left === 0 || !waiting?.toMake || (waiting.pending.pollState.notBefore ?? 0) > now) return item;
		left--;
		isChosen = true;
		return asSent(item);
	});
	return isChosen ? chosen : undefined;
}

/** How many more may be under way, by the limit of the run. */
export function freeSlots(items: ParkedItem[]): number {
	const { mostAtOnce = Infinity } = items.find(isToMake)?.waiting?.toMake ?? {};
	return mostAtOnce - items.filter(({ waiting }) => waiting && !waiting.toMake).length;
}

/**
 * Says how many the next turn may make: twice as many where this one made all that it might, else one more than it made.
 *
 * @param made how many this turn has made
 */
export function forNextTurn(items: ParkedItem[], made: number): ParkedItem[] {
	return items.map((item) => {
		const { waiting } = item;
		if (!waiting?.toMake) return item;
		const { mostInTurn } = waiting.toMake;
		if (mostInTurn === undefined) return item;
		const next = made < mostInTurn ? made + 1 : 2 * mostInTurn;
		return { ...item, waiting: { ...waiting, toMake: { ...waiting.toMake, mostInTurn: next } } };
	});
}

/**
 * The items of a checker of which nothing is stored any more. As many as its turn might make may exist, in the order in which
 * it makes them; all of them, where it did not hand back what it made in earlier turns.
 *
 * @param now the present time, in milliseconds since 1970
 */
export function afterLostTurn(items: ParkedItem[], now: number): ParkedItem[] {
	let left = items.find(isToMake)?.waiting?.toMake?.mostInTurn ?? Infinity;
	return items.map((item) => {
		if (left === 0 || !isToMake(item)) return item;
		// The turn may have found its time over, and made one more.
		if ((item.waiting?.pending.giveUpAt ?? Infinity) > now) left--;
		return asSent(item);
	});
}

/** What is known of the wait for something that is not made yet; times in milliseconds since 1970. */
export function notMadeYet(startedAt: number, giveUpAfterMs: number): Pending {
	return {
		state: 'pending',
		nextPollAt: startedAt,
		giveUpAt: startedAt + giveUpAfterMs,
		pollState: startPolling(startedAt),
	};
}

/** Makes what an item is of, and takes the first step of the wait for it; or leaves it for a later turn. */
export async function make(
	context: IExecuteFunctions,
	session: Session,
	pollable: Pollable,
	item: ParkedItem,
	index: number,
): Promise<Result<ParkedItem>> {
	const { waiting } = item as { waiting: WaitingItem };
	const { toMake, pending, ...itemQuery } = waiting;
	const client = await session.client(waiting.settings);
	if (!client.ok) return client;
	const made = await (pollable.making as Making).make(context, client.value, toMake?.order);
	if (!made.ok) return isTriedLater(made.error) ? success(leftFor(item, made.error)) : made;
	const { value } = made;
	const query = { ...itemQuery.query, id: value.id };
	if (pollable.stateOf(value) === 'ended' && query.wait?.ifTaskFails !== 'output')
		return failure(pollable.errors.ended(value));
	const known = { ...itemQuery, query };
	const followed = await follow(context, session, pollable, value, known, true);
	if (!followed.ok) return followed;
	const output = answeredItem(pollable, session.isTool, followed.value, inputOf(item), index, known);
	return success(parkedItem({ id: value.id, waiting: { ...known, pending } }, output));
}

/** Whether something was certainly not made, and may be in a later turn: the API has no slot now, or can't be reached. */
function isTriedLater(error: ItemError): boolean {
	const { waiting, mayBeCreated } = meaningOf(error);
	return !mayBeCreated && (waiting === 'passes' || waiting === 'passesLater');
}

/** An item that was not made in this turn, and why. */
function leftFor(item: ParkedItem, lastError: ItemError): ParkedItem {
	const left = asNotSent(item);
	const { waiting } = left as { waiting: WaitingItem };
	const { pending } = waiting;
	const pollState = { ...pending.pollState, lastError };
	return { ...left, waiting: { ...waiting, pending: { ...pending, pollState } } };
}

/** The error for an item whose time is over before it was made. */
export function neverMade({ making, words }: Pollable, { pollState, giveUpAt }: Pending): ItemError {
	const { startedAt, lastError } = pollState;
	const minutes = Math.round((giveUpAt - startedAt) / 60_000);
	const end =
		lastError && !hasNoSlot(lastError)
			? `was not created within ${minutes} minutes: ${lastError.message}`
			: `was not created: the account accepted no further ${words.one} for ${minutes} minutes`;
	return (making as Making).notMade(end);
}

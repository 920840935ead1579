import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { failure, type ItemError, meaningOf, type Result, success } from '../../core/error';
import { Items } from '../../core/items';
import { present } from '../../core/present';
import { beginSession, type Session } from '../../http/session';
import { isObject } from '../../core/text';
import { holdUntil, nextTurn } from '../poll';
import type { Making, Pollable } from '../pollable';
import { answeredItem, ask } from '../query';
import { SHORTEST_PARK_MS } from '../schedule';
import { isAwaited, isKeeperLost, readCheckerItems } from './executions';
import {
	asNotSent,
	type Failed,
	inputOf,
	isSent,
	isToMake,
	itemsToHandOver,
	type Made,
	madeOf,
	outcomeField,
	parkedItem,
	type ParkedItem,
	receivedItems,
	storedItem,
	type StoredItem,
	withOthers,
} from './item';
import { chooseNext, forNextTurn, freeSlots, make, neverMade } from './make';
import type { ParkedFor } from './role';
import { replaceKeeper } from './workflow';

/**
 * What is due within 33 s is checked in this turn. The next turn is at least twice that away, so a check that waited for
 * it would be late by more than this one is early.
 */
const BATCH_WINDOW_MS = SHORTEST_PARK_MS / 2;

/** What n8n stores for the node "Check": once, however many turns there are. */
export interface CheckerMemory {
	items?: ParkedItem[];
	/** Whether the API had no slot for one more in this turn. */
	isFull?: boolean;
	/** How many this turn has made. */
	made?: number;
}

/**
 * The memories of checkers in which this process of n8n has marked what is sent next. A mark that another process has
 * left is of what it may have sent.
 */
const marked = new WeakSet<CheckerMemory>();

/**
 * The first output of "Check" ends the checker with these items; the second leads to "Wait" and the next turn; the third
 * leads back to "Check" at once, so that n8n stores what is sent next before it is sent.
 */
type CheckerOutputs = INodeExecutionData[][];

/**
 * What the first output has until all items are decided. Where n8n loses the checker between two steps, it takes the items of
 * its last step for its result, and would end the keeper if there were none.
 */
const UNFINISHED: INodeExecutionData = { json: { unfinished: true } };

/** What a turn does with one item. */
type Work = (item: ParkedItem, index: number) => Promise<Result<ParkedItem>>;

/**
 * The node "Check" in the checker: one step of a turn, which checks what is due, or makes what was chosen in the step
 * before. It remembers the items until all are decided.
 *
 * @returns all items, in their order, when the last is decided; until then one item for the Wait node or the next step
 */
export async function runChecker(
	context: IExecuteFunctions,
	pollable: Pollable,
	parkedFor: ParkedFor,
): Promise<CheckerOutputs> {
	const memory = context.getContext('node') as CheckerMemory;
	const session = beginSession(context);
	try {
		const isFirst = !memory.items;
		const items = memory.items ?? receivedItems(context);
		if (!isFirst && !(await isAwaited(context, parkedFor))) {
			await leaveOrReplaceKeeper(context, pollable, parkedFor, items);
			if (!items.some(isToMake)) delete memory.items;
			return [[], []];
		}
		const isMaking = items.some(isSent);
		const isOwn = marked.delete(memory);
		if (isOwn && !(await areStoredAsSent(context, parkedFor, items)))
			return waitForTurn(context, session, memory, parkedFor, items.map(asNotSent));

		const failures: Failed[] = [];
		const work =
			isFirst || (isMaking && !isOwn)
				? lostWork(pollable)
				: isMaking
					? makingWork(context, session, pollable, memory)
					: checkingWork(context, session, pollable);
		if (!isMaking) {
			delete memory.isFull;
			delete memory.made;
		}
		const next = await workOn(context, session, pollable, items, work, (failed) => failures.push(failed));
		const [first] = failures;
		if (first && parkedFor.stopsOnError) {
			delete memory.items;
			const others = withOthers(pollable, first.error, next, first.index);
			const failed = { ...first, error: present(others, session.redact) };
			return [[{ json: outcomeField({ failed, made: madeOf(next) }) }], []];
		}
		return endStep(context, session, memory, parkedFor, next, {
			isFirst,
			handsBack: items.some(isHandedBack),
		});
	} finally {
		session.end();
	}
}

/** Where no execution waits for this one, it ends; but where only the keeper was lost, the user's still waits. */
async function leaveOrReplaceKeeper(
	context: IExecuteFunctions,
	pollable: Pollable,
	parkedFor: ParkedFor,
	items: ParkedItem[],
): Promise<void> {
	if (await isKeeperLost(context, parkedFor))
		await replaceKeeper(context, pollable, parkedFor, itemsToHandOver(items));
	else
		context.logger.info(`Execution ${parkedFor.userExecutionId} is no longer waiting; status checks stopped`);
}

/**
 * Works on the items, side by side.
 *
 * @param onFailure called for each item that fails, in the order of the failures
 * @returns the items as they are then
 */
async function workOn(
	context: IExecuteFunctions,
	session: Session,
	pollable: Pollable,
	parked: ParkedItem[],
	work: Work,
	onFailure: (failed: Failed) => void,
): Promise<ParkedItem[]> {
	const items = new Items(context, session, parked.map(inputOf));
	const known: Made[] = [];
	const steps = parked.map((value) => ({
		value,
		includeInput: value.waiting?.includeInputInError === true,
	}));
	const done = await items.each(steps, async (item, index) => {
		const result = await work(item, index);
		if (!result.ok) {
			known[index] = madeByThen(pollable, item, result.error);
			onFailure({ error: result.error, index });
		}
		return result;
	});
	return done.map((step, index) =>
		'value' in step ? step.value : { ...known[index], decided: storedItem(step.failed) },
	);
}

/** What exists of an item's result when the item fails. */
function madeByThen({ detail }: Pollable, item: ParkedItem, error: ItemError): Made {
	if (item.id !== undefined) return { id: item.id };
	const made = error.details?.[detail];
	if (isObject(made)) return { id: String(made.id) };
	return isSent(item) && meaningOf(error).mayBeCreated ? { mayExist: true } : {};
}

/** The items as another execution has handed them over. It has just checked them; what it was making, may exist. */
function lostWork({ making }: Pollable): Work {
	return async (item) => (isSent(item) ? failure((making as Making).mayExist) : success(item));
}

/** Checks the items that are due. */
function checkingWork(context: IExecuteFunctions, session: Session, pollable: Pollable): Work {
	const now = Date.now();
	return async (item, index) => {
		const { waiting } = item;
		if (!waiting) return success(item);
		const { pending } = waiting;
		if (waiting.toMake) return now < pending.giveUpAt ? success(item) : failure(neverMade(pollable, pending));
		if (pending.nextPollAt > now + BATCH_WINDOW_MS) return success(item);
		const query = { ...waiting.query, before: pending.pollState };
		const result = await ask(context, session, pollable, { ...waiting, query });
		if (!result.ok) return result;
		return success(
			parkedItem(item, answeredItem(pollable, session.isTool, result.value, inputOf(item), index, waiting)),
		);
	};
}

/** Makes what was chosen in the step before. */
function makingWork(
	context: IExecuteFunctions,
	session: Session,
	pollable: Pollable,
	memory: CheckerMemory,
): Work {
	return async (item, index) => {
		if (!isSent(item)) return success(item);
		const result = await make(context, session, pollable, item, index);
		if (result.ok && isToMake(result.value)) memory.isFull = true;
		else memory.made = (memory.made ?? 0) + 1;
		return result;
	};
}

/**
 * Whether n8n has stored what this step sends as sent, as it does after each step of a workflow that saves its progress.
 * Else a kill could make something twice.
 */
async function areStoredAsSent(
	context: IExecuteFunctions,
	{ nodeName }: ParkedFor,
	items: ParkedItem[],
): Promise<boolean> {
	const stored = await readCheckerItems(context, context.getExecutionId(), nodeName);
	return items.every((item, index) => !isSent(item) || isSent(stored?.[index] ?? {}));
}

/** Hands the items to the keeper if all are decided; else remembers them, and goes on with the next step or turn. */
function endStep(
	context: IExecuteFunctions,
	session: Session,
	memory: CheckerMemory,
	parkedFor: ParkedFor,
	items: ParkedItem[],
	{ isFirst, handsBack }: { isFirst: boolean; handsBack: boolean },
): CheckerOutputs {
	if (items.every(({ waiting }) => !waiting)) {
		delete memory.items;
		logCounts(context, parkedFor, items, 'all are decided');
		return [items.map(({ decided }, index) => outcomeItem(decided, index)), []];
	}
	// Nothing is made in the first step: the executions that wait for this one are not parked yet.
	const { isFull, made = 0 } = memory;
	const next = isFirst || isFull ? undefined : chooseNext(items, made, Date.now());
	memory.items = next ?? items;
	if (next) marked.add(memory);
	if (next) return [[UNFINISHED], [], [{ json: { toMake: next.filter(isSent).length } }]];
	const forNext = isFirst ? items : forNextTurn(items, made);
	// The keeper stores what was made before another turn comes.
	if (made > 0 && handsBack) {
		logCounts(context, parkedFor, forNext, `${made} created in this turn`);
		return handBack(memory, forNext);
	}
	return waitForTurn(context, session, memory, parkedFor, forNext);
}

/** Whether a turn that made something of these ends the checker. */
function isHandedBack({ waiting }: ParkedItem): boolean {
	return waiting?.toMake?.mostInTurn !== undefined;
}

/** Ends the checker, so that the keeper stores the items and starts another with them. */
function handBack(memory: CheckerMemory, items: ParkedItem[]): CheckerOutputs {
	delete memory.items;
	return [items.map((goesOn) => ({ json: outcomeField({ goesOn }) })), []];
}

function outcomeItem(decided: StoredItem | undefined, index: number): INodeExecutionData {
	return { ...decided, json: outcomeField({ output: decided?.json ?? {} }), pairedItem: { item: index } };
}

/** The item for the Wait node. */
function waitForTurn(
	context: IExecuteFunctions,
	session: Session,
	memory: CheckerMemory,
	parkedFor: ParkedFor,
	items: ParkedItem[],
): CheckerOutputs {
	const now = Date.now();
	const hasSlots = freeSlots(items) > 0;
	const waiting = items.map((item) => {
		if (!item.waiting?.toMake) return item;
		const { pending } = item.waiting;
		// Where the limit of the run has no slot, only the end of another makes one.
		const nextPollAt = hasSlots ? now : pending.giveUpAt;
		return { ...item, waiting: { ...item.waiting, pending: { ...pending, nextPollAt } } };
	});
	const pending = waiting.flatMap((item) => item.waiting?.pending ?? []);
	holdUntil(pending, now + session.cooldownMs(now), now);
	memory.items = waiting;
	const turn = nextTurn(pending, now);
	const counts = logCounts(context, parkedFor, waiting, `next turn at ${turn.nextPollAt}`);
	return [[UNFINISHED], [{ json: { ...turn, ...counts } }]];
}

/**
 * Says in n8n's log how the items stand.
 *
 * @param next what comes now
 */
function logCounts(
	context: IExecuteFunctions,
	{ userExecutionId }: ParkedFor,
	items: ParkedItem[],
	next: string,
) {
	const counts = countsOf(items);
	const { done, stillRunning, waitingForSlot, failed } = counts;
	context.logger.info(
		`Parked wait of execution ${userExecutionId}: ${done} done, ${stillRunning} running, ${waitingForSlot} waiting for a slot, ${failed} failed; ${next}`,
	);
	return counts;
}

/** How the items stand, for whoever looks at the Wait node or into the log. */
function countsOf(items: ParkedItem[]) {
	const count = (is: (item: ParkedItem) => boolean) => items.filter(is).length;
	// An error item has details.
	const hasFailed = ({ decided }: ParkedItem) => isObject(decided?.json.details);
	return {
		done: count((item) => item.decided !== undefined && !hasFailed(item)),
		stillRunning: count((item) => item.waiting !== undefined && !isToMake(item)),
		waitingForSlot: count(isToMake),
		failed: count(hasFailed),
	};
}

import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { failure, success } from '../../core/error';
import { Items, type OutputItem } from '../../core/items';
import { present } from '../../core/present';
import { beginSession, type Session } from '../../http/session';
import { holdUntil, nextTurn, type Pending } from '../poll';
import type { Pollable } from '../pollable';
import { answeredItem, ask } from '../query';
import { SHORTEST_PARK_MS } from '../schedule';
import { isAwaited, isKeeperLost } from './executions';
import {
	type Failed,
	inputOf,
	itemsToHandOver,
	outcomeField,
	type ParkedItem,
	receivedItems,
	storedItem,
	unchangedItem,
	withOthers,
} from './item';
import type { ParkedFor } from './role';
import { replaceKeeper } from './workflow';

/**
 * What is due within 33 s is checked in this turn. The next turn is at least twice that away, so a check that waited for
 * it would be late by more than this one is early.
 */
const BATCH_WINDOW_MS = SHORTEST_PARK_MS / 2;

/** What n8n stores for the node "Check": once, however many turns there are. */
interface CheckerMemory {
	items?: ParkedItem[];
}

/** The first output of "Check" ends the checker with these items; the second leads to "Wait" and the next turn. */
type CheckerOutputs = INodeExecutionData[][];

/**
 * The node "Check" in the checker: one turn. It remembers the items until all are decided.
 *
 * @returns all items, in their order, when the last is decided; until then one item for the Wait node
 */
export async function runChecker(
	context: IExecuteFunctions,
	pollable: Pollable,
	parkedFor: ParkedFor,
): Promise<CheckerOutputs> {
	const memory = context.getContext('node') as CheckerMemory;
	const session = beginSession(context);
	try {
		// The execution that handed the items over has just checked them.
		if (!memory.items) {
			const received = receivedItems(context);
			return endTurn(session, memory, received, received.map(unchangedItem));
		}
		const { items } = memory;
		if (!(await isAwaited(context, parkedFor))) {
			await leaveOrReplaceKeeper(context, pollable, parkedFor, items);
			delete memory.items;
			return [[], []];
		}
		const failures: Failed[] = [];
		const outputs = await takeTurn(context, session, pollable, items, (failed) => failures.push(failed));
		const [first] = failures;
		if (first && parkedFor.stopsOnError) {
			delete memory.items;
			const error = present(
				withOthers(pollable, first.error, items, items[first.index]?.id ?? ''),
				session.redact,
			);
			return [[{ json: outcomeField({ failed: { ...first, error } }) }], []];
		}
		return endTurn(session, memory, items, outputs);
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
 * Checks the items that are due, side by side.
 *
 * @param onFailure called for each item that fails, in the order of the failures
 */
async function takeTurn(
	context: IExecuteFunctions,
	session: Session,
	pollable: Pollable,
	parked: ParkedItem[],
	onFailure: (failed: Failed) => void,
): Promise<Array<OutputItem<Pending>>> {
	const dueAt = Date.now() + BATCH_WINDOW_MS;
	const items = new Items(context, session, parked.map(inputOf));
	const steps = parked.map((value) => ({
		value,
		includeInput: value.waiting?.includeInputInError === true,
	}));
	const checked = await items.each(steps, async (item, index) => {
		const { waiting } = item;
		if (!waiting || waiting.pending.nextPollAt > dueAt) return success(unchangedItem(item, index));
		const query = { ...waiting.query, before: waiting.pending.pollState };
		const result = await ask(context, session, pollable, { ...waiting, query });
		if (!result.ok) {
			onFailure({ error: result.error, index });
			return failure(result.error);
		}
		return success(answeredItem(pollable, session.isTool, result.value, inputOf(item), index, waiting));
	});
	return items.outputs(checked);
}

/** Hands the items to the keeper if all are decided; else remembers them, and waits for the next turn. */
function endTurn(
	session: Session,
	memory: CheckerMemory,
	items: ParkedItem[],
	outputs: Array<OutputItem<Pending>>,
): CheckerOutputs {
	const pending = outputs.flatMap(({ stillRunning }) => stillRunning ?? []);
	if (pending.length === 0) {
		delete memory.items;
		return [outputs.map(({ item }) => ({ ...item, json: outcomeField({ output: item.json }) })), []];
	}
	const now = Date.now();
	holdUntil(pending, now + session.cooldownMs(now), now);
	memory.items = outputs.map(({ item, stillRunning }, index): ParkedItem => {
		const { id, waiting } = items[index] as ParkedItem;
		return stillRunning && waiting
			? { id, waiting: { ...waiting, pending: stillRunning } }
			: { id, decided: storedItem(item) };
	});
	return [[], [{ json: { ...nextTurn(pending, now), stillRunning: pending.length } }]];
}

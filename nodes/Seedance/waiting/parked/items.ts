import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { holdUntil, nextTurn, type Pending } from '../poll';
import { SHORTEST_PARK_MS } from '../schedule';
import { failure, fullDescription, success, type TaskError, thrownError } from '../../core/error';
import { Items, type OutputItem } from '../../core/items';
import { errorItem, nodeError } from '../../core/output';
import { isAwaited, isKeeperLost, isResumedByN8n, readCheck, reasonOfEnd, WATCH_MS } from './life';
import { park, type ParkedFor, REHEARSED_ITEM, replaceKeeper } from './workflow';
import { answeredItem, ask, type ItemQuery } from '../query';
import { present } from '../../core/present';
import { beginSession, type Session } from '../../http/session';
import type { Pollable } from '../pollable';

/** How much earlier than due a status check may be made, in milliseconds: else it would be late by as much or more. */
const TOGETHER_MS = SHORTEST_PARK_MS / 2;

/** How many executions are begun anew, at most, where n8n gives them up. */
const MOST_LOST = 5;

/** What is asked for the items that may still be waited for, by position. */
export type WaitingItems = Map<number, ItemQuery>;

/** The part of an item that another execution can use. */
type StoredItem = Pick<INodeExecutionData, 'json' | 'binary'>;

/**
 * An item of the parked node, as the wait's own executions hold it: what it leaves with, or how it is waited for.
 * Executions in n8n's database have these names.
 */
interface ParkedItem {
	/** The task's; missing where the item failed at the first look. */
	id?: string;
	/** What leaves, once that is decided. */
	decided?: StoredItem;
	waiting?: ItemQuery & {
		pending: Pending;
		/** The item that came in, where its fields are wanted. */
		input?: StoredItem;
		/** Whether its fields are wanted beside an error too. */
		includeInputInError: boolean;
	};
}

/** How the checks ended, as one field of each item: what it leaves with, or the error that ends the wait. */
interface Settled {
	leaves?: IDataObject;
	failed?: { error: TaskError; index: number };
}

/** What n8n keeps for the node that checks: once, however many turns there are. */
interface CheckMemory {
	items?: ParkedItem[];
}

/** What n8n keeps for the two nodes of the execution that keeps the one which checks. */
interface KeepMemory extends CheckMemory {
	/** Executions that n8n gave up, and the last one. */
	lost?: number;
	checkedBy?: string;
	/** Set where n8n doesn't resume the keeper when the one that checks is lost, so that it looks after it. */
	watch?: {
		/** When that one's turn was due, in milliseconds since 1970, if it was overdue when it was looked at last. */
		overdueSince?: number;
	};
}

/**
 * Lets the items leave, or parks the execution until those that are still running are decided.
 *
 * @param leaving what came of the first look, for all items
 * @param waiting what is asked for the items that are still running
 * @returns the items; none where the execution is parked, since n8n puts them there when it goes on
 * @throws NodeOperationError or NodeApiError where n8n refuses to park it and "On Error" says to stop
 */
export async function parkItems(
	context: IExecuteFunctions,
	session: Session,
	leaving: Array<OutputItem<Pending>>,
	waiting: WaitingItems,
): Promise<INodeExecutionData[]> {
	const pending = leaving.flatMap(({ stillRunning }) => stillRunning ?? []);
	if (pending.length === 0) return leaving.map(({ item }) => item);
	const now = Date.now();
	holdUntil(pending, now + session.cooldownMs(now), now);
	const { name, onError } = context.getNode();
	const inputs = context.getInputData();
	const items = leaving.map(({ item, stillRunning }, index): ParkedItem => {
		const itemQuery = waiting.get(index);
		if (!stillRunning || !itemQuery) return { id: itemQuery?.query.id, decided: stored(item) };
		const { query, includeInput } = itemQuery;
		const includeInputInError = includeInput && onError !== 'continueErrorOutput';
		const input = includeInput ? stored(inputs[index] as INodeExecutionData) : undefined;
		const kept = { ...itemQuery, query: { ...query, before: undefined }, pending: stillRunning };
		return { id: query.id, waiting: { ...kept, input, includeInputInError } };
	});
	const { executionTimeout } = context.getWorkflowSettings();
	const keep = {
		role: 'keep' as const,
		name,
		awaitedBy: [],
		stops: !context.continueOnFail(),
		executionTimeout,
	};
	try {
		const started = await park(context, keep, storedItems(items));
		return started.waitTill ? [] : (started.data[0] ?? []);
	} catch (error) {
		const { message, description } = thrownError(error);
		const end = `could not be parked in n8n's database: ${message}`;
		return leaving.map(({ item, stillRunning }, index) => {
			if (!stillRunning) return item;
			const { query, includeInput } = waiting.get(index) as ItemQuery;
			const told = withTasks(endedWait(query.id, end, description), items, query.id);
			const refused = present(told, session.redact);
			if (!context.continueOnFail()) throw nodeError(context, index, refused);
			return errorItem(context, inputs[index] as INodeExecutionData, index, refused, includeInput);
		});
	}
}

/**
 * The work of the node in the wait's own executions; see `parkedWorkflow`.
 *
 * @param parkedFor what it is there for, as its parameter holds it
 * @throws NodeOperationError or NodeApiError of the first item that failed, where "On Error" says to stop
 */
export async function executeParked(
	context: IExecuteFunctions,
	pollable: Pollable,
	parkedFor: string,
): Promise<INodeExecutionData[][]> {
	const own = JSON.parse(parkedFor) as ParkedFor;
	switch (own.role) {
		case 'rehearse':
			return [[REHEARSED_ITEM]];
		case 'check':
			return await check(context, pollable, own);
		case 'keep':
			return await keep(context, own);
		case 'settle':
			return await settle(context, own);
	}
}

/** What goes back to the node that parks while the execution that checks is still alive. */
const STILL_ALIVE: IDataObject = { isAlive: true };

/**
 * Starts the execution that checks and parks for it. If n8n is killed during a check, that execution is lost but this one
 * survives. Most versions of n8n don't resume it then, so there it wakes now and then to look.
 */
async function keep(context: IExecuteFunctions, own: ParkedFor): Promise<INodeExecutionData[][]> {
	const memory = context.getContext('flow') as KeepMemory;
	const isAlive = context.getInputData()[0]?.json.isAlive === true;
	memory.items ??= parkedItems(context);
	// If n8n is killed while this execution is at work, it takes this item for the execution's result.
	const whenKilled = [[{ json: givenUp(memory.items) }], []];
	try {
		if (!isAlive) {
			delete memory.watch;
			const started = await park(context, { ...own, role: 'check' }, storedItems(memory.items));
			memory.checkedBy = started.executionId;
			if (!started.waitTill) return [started.data[0] ?? [], []];
			if (isResumedByN8n(context)) return whenKilled;
			memory.watch = {};
		}
		await context.putExecutionToWait(new Date(Date.now() + WATCH_MS));
		return whenKilled;
	} catch (error) {
		return [[{ json: { refused: thrownError(error).message } }], []];
	}
}

function givenUp(items: ParkedItem[]): IDataObject {
	return {
		error: 'n8n was ended in the middle of this wait, so nothing waits for the videos any more',
		details: {
			description: `The tasks go on at GlobalAI OPC. Ask for their results by their IDs: ${idsOf(items).join(', ')}`,
		},
	};
}

/** Lets the items leave, or begins again where n8n gave up the execution that checked. */
async function settle(context: IExecuteFunctions, own: ParkedFor): Promise<INodeExecutionData[][]> {
	const memory = context.getContext('flow') as KeepMemory;
	const arrived = await arrivedItems(context, memory);
	if (arrived === 'alive') return (await isAwaited(context, own)) ? [[], [{ json: STILL_ALIVE }]] : [[], []];
	const settled = arrived.map(({ json }) => json.settled as Settled | undefined);
	if (settled.every((one) => one !== undefined)) {
		delete memory.items;
		const [first] = settled;
		if (first?.failed) throw nodeError(context, first.failed.index, first.failed.error);
		return [
			arrived.map((item, index) => ({ ...item, json: settled[index]?.leaves ?? {}, pairedItem: index })),
			[],
		];
	}
	const refused = arrived[0]?.json.refused;
	if (typeof refused === 'string') return [endedItems(context, own, memory, refused), []];
	if (!(await isAwaited(context, own))) return [[], []];
	const { words, isCancelled } = await reasonOfEnd(context, memory.checkedBy ?? '');
	memory.lost = (memory.lost ?? 0) + 1;
	if (isCancelled || memory.lost > MOST_LOST) return [endedItems(context, own, memory, words), []];
	context.logger.warn(
		`n8n gave up execution ${memory.checkedBy}, which checked video tasks: ${words}. Another is begun.`,
	);
	return [[], [{ json: { lost: memory.lost } }]];
}

/**
 * What the execution that checks has ended with. Where the keeper has only woken to look after it, that is what n8n has
 * stored of it. A turn that is overdue at two looks in a row was lost in a kill.
 */
async function arrivedItems(
	context: IExecuteFunctions,
	memory: KeepMemory,
): Promise<INodeExecutionData[] | 'alive'> {
	const arrived = context.getInputData();
	const { watch, checkedBy } = memory;
	if (!watch || checkedBy === undefined || arrived.every(({ json }) => 'settled' in json)) return arrived;
	const stored = await readCheck(context, checkedBy);
	// One that found nobody waiting ends without items. If the user's execution does wait, its rows must not end so.
	if (stored.state === 'finished') return stored.items.length > 0 ? stored.items : arrived;
	if (stored.state === 'ended') return arrived;
	const { untilMs } = stored;
	if (watch.overdueSince === untilMs) return arrived;
	watch.overdueSince = untilMs < Date.now() ? untilMs : undefined;
	return 'alive';
}

/** What the items leave with when their wait ends before it is decided. */
function endedItems(
	context: IExecuteFunctions,
	{ stops }: ParkedFor,
	memory: KeepMemory,
	words: string,
): INodeExecutionData[] {
	const items = memory.items ?? [];
	delete memory.items;
	return items.map(({ id = '', decided, waiting }, index) => {
		if (decided) return { ...decided, pairedItem: index };
		const error = endedWait(id, `was ended: ${words}`);
		if (stops) throw nodeError(context, index, withTasks(error, items, id));
		return errorItem(
			context,
			{ json: {}, ...waiting?.input },
			index,
			error,
			waiting?.includeInputInError === true,
		);
	});
}

/**
 * One turn of the node that checks: the tasks that are due. It holds the items until all are decided.
 *
 * @returns all items, in their order, when the last is decided; until then one item for the Wait node
 */
async function check(
	context: IExecuteFunctions,
	pollable: Pollable,
	own: ParkedFor,
): Promise<INodeExecutionData[][]> {
	const memory = context.getContext('node') as CheckMemory;
	const items = memory.items ?? parkedItems(context);
	if (memory.items && !(await isAwaited(context, own))) {
		if (await isKeeperLost(context, own)) await replaceKeeper(context, own, storedItems(memory.items));
		else context.logger.info(`Execution ${own.awaitedBy[0]} is no longer waiting; status checks stopped`);
		delete memory.items;
		return [[], []];
	}
	const session = beginSession(context);
	const failures: Array<NonNullable<Settled['failed']>> = [];
	// Whoever began this execution has just looked.
	const leaving = memory.items
		? await takeTurn(context, session, pollable, items, own.stops ? failures : undefined)
		: items.map(heldItem);
	session.end();
	const [failed] = failures;
	if (failed) {
		delete memory.items;
		return [
			[{ json: settledField({ failed: { ...failed, error: present(failed.error, session.redact) } }) }],
			[],
		];
	}
	const held = leaving.map(({ item, stillRunning }, index): ParkedItem => {
		const { id, waiting } = items[index] as ParkedItem;
		return stillRunning && waiting
			? { id, waiting: { ...waiting, pending: stillRunning } }
			: { id, decided: stored(item) };
	});
	const pending = held.flatMap(({ waiting }) => (waiting ? [waiting.pending] : []));
	if (pending.length === 0) {
		delete memory.items;
		return [leaving.map(({ item }) => ({ ...item, json: settledField({ leaves: item.json }) })), []];
	}
	memory.items = held;
	const now = Date.now();
	holdUntil(pending, now + session.cooldownMs(now), now);
	return [[], [{ json: { ...nextTurn(pending, now), stillRunning: pending.length } }]];
}

/** @param failures takes the errors that end the wait; left out where failed items leave like others */
async function takeTurn(
	context: IExecuteFunctions,
	session: Session,
	pollable: Pollable,
	items: ParkedItem[],
	failures?: Array<NonNullable<Settled['failed']>>,
): Promise<Array<OutputItem<Pending>>> {
	const due = Date.now() + TOGETHER_MS;
	const list = new Items(
		context,
		session,
		items.map(({ waiting }) => ({ json: {}, ...waiting?.input })),
	);
	const steps = items.map((item) => ({
		value: item,
		includeInput: item.waiting?.includeInputInError === true,
	}));
	const turn = await list.each(steps, async (item, index) => {
		const { waiting } = item;
		if (!waiting || waiting.pending.nextPollAt > due) return success(heldItem(item, index));
		const query = { ...waiting.query, before: waiting.pending.pollState };
		const result = await ask(context, session, pollable, { ...waiting, query });
		if (result.ok) {
			const input = { json: {}, ...waiting.input };
			return success(answeredItem(pollable, session.isTool, result.value, input, index, waiting));
		}
		if (!failures) return result;
		// The error is the only thing that leaves.
		const error = withTasks(result.error, items, waiting.query.id);
		failures.push({ error, index });
		return failure(error);
	});
	return list.outputs(turn);
}

/** An item whose turn it is not. */
function heldItem({ decided, waiting }: ParkedItem, index: number): OutputItem<Pending> {
	return { item: { json: {}, ...decided, pairedItem: { item: index } }, stillRunning: waiting?.pending };
}

function settledField(settled: Settled): IDataObject {
	return { settled: settled as unknown as IDataObject };
}

function parkedItems(context: IExecuteFunctions): ParkedItem[] {
	return context.getInputData().map(({ json }) => json as unknown as ParkedItem);
}

/** Items as n8n stores them. */
function storedItems(items: ParkedItem[]): INodeExecutionData[] {
	return items.map((item, index) => ({
		json: JSON.parse(JSON.stringify(item)) as IDataObject,
		pairedItem: index,
	}));
}

/** An error that names the other tasks too: their items are lost with it. */
function withTasks(error: TaskError, items: ParkedItem[], ownId: string): TaskError {
	const others = idsOf(items).filter((id) => id !== ownId);
	const named = others.length === 0 ? '' : ` Other tasks of this run: ${others.join(', ')}.`;
	return { ...error, description: `${fullDescription(error)}${named}`, said: undefined };
}

/** The tasks of items, each once. */
function idsOf(items: ParkedItem[]): string[] {
	return [...new Set(items.map(({ id }) => id))].filter((id) => id !== undefined);
}

/**
 * The error for an item whose wait is over before its task is decided.
 *
 * @param end how the wait ended, as the rest of a sentence
 * @param advice what to do about it, where there is something
 */
function endedWait(id: string, end: string, advice = ''): TaskError {
	return {
		kind: 'rejected',
		message: `The wait for task "${id}" ${end}`,
		description: `${advice} The task goes on at GlobalAI OPC: ask for its result by its ID.`.trim(),
		task: { id },
	};
}

function stored({ json, binary }: INodeExecutionData): StoredItem {
	return binary ? { json, binary } : { json };
}

import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { isAwaited, park } from '../../polling/parked';
import { holdUntil, nextTurn, type Pending } from '../../polling/poll';
import { SHORTEST_PARK_MS } from '../../polling/schedule';
import { failure, fullDescription, success, type TaskError } from '../../shared/error';
import { forEachItem, type OutputItem } from './forEachItem';
import { errorItem, nodeError, thrownError } from './output';
import { answeredItem, ask, type ItemQuery } from './result';
import { beginRun, type Run } from './run';

/** Hidden parameter of the node in the child workflow: the execution that waits. Stored in n8n's database. */
export const PARKED_FOR = 'parkedFor';

/** What is asked for the items that may still be waited for, by position. */
export type WaitingItems = Map<number, ItemQuery>;

/**
 * An item of the parked node, as the child workflow holds it: what it leaves with, or how it is waited for. Executions
 * in n8n's database have these names.
 */
interface ParkedItem {
	/** The task's; missing where the item failed at the first look. */
	id?: string;
	/** What leaves, once that is decided. */
	decided?: Pick<INodeExecutionData, 'json' | 'binary'>;
	waiting?: ItemQuery & {
		pending: Pending;
		/** The item that came in, where its fields are wanted. */
		input?: Pick<INodeExecutionData, 'json' | 'binary'>;
		/** Whether its fields are wanted beside an error too. */
		includeInputInError: boolean;
	};
}

/** What n8n keeps for the node in the child workflow, once however many turns there are. */
interface ChildMemory {
	items?: ParkedItem[];
}

/** How much earlier than due a status check may be made, in milliseconds: else it would be late by as much or more. */
const TOGETHER_MS = SHORTEST_PARK_MS / 2;

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
	run: Run,
	leaving: OutputItem[],
	waiting: WaitingItems,
): Promise<INodeExecutionData[][]> {
	const pending = leaving.flatMap(({ stillRunning }) => stillRunning ?? []);
	if (pending.length === 0) return [leaving.map(({ item }) => item)];
	const now = Date.now();
	holdUntil(pending, now + run.shared.rateLimiter.cooldownMs(now), now);
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
	const parent = context.getExecutionId();
	const child = {
		parameters: { resource: 'task', operation: 'get', waitUntilDone: 'withWaitNode', [PARKED_FOR]: parent },
		onError,
		note: noteOf(name, parent),
	};
	try {
		const started = await park(context, child, items.map((item, index) => ({ json: plain(item), pairedItem: index })));
		return started.waitTill ? [[]] : [started.data[0] ?? []];
	} catch (error) {
		return [
			leaving.map(({ item, stillRunning }, index) => {
				if (!stillRunning) return item;
				const { query, includeInput } = waiting.get(index) as ItemQuery;
				const refused = run.presentable(withTasks(refusedError(error, query.id), items, query.id));
				if (!context.continueOnFail()) throw nodeError(context, index, refused);
				return errorItem(context, inputs[index] as INodeExecutionData, index, refused, includeInput);
			}),
		];
	}
}

/**
 * One turn of the node in the child workflow: checks the tasks that are due, and holds the items until all are decided.
 *
 * @param parent id of the execution that is parked for them
 * @returns all items, in their order, when the last is decided; until then one item for the Wait node
 * @throws NodeOperationError or NodeApiError for the first item that fails, where "On Error" says to stop
 */
export async function executeParked(context: IExecuteFunctions, parent: string): Promise<INodeExecutionData[][]> {
	const memory = context.getContext('node') as ChildMemory;
	const items = memory.items ?? context.getInputData().map(({ json }) => json as unknown as ParkedItem);
	if (memory.items && !(await isAwaited(context, parent))) {
		context.logger.info(`Execution ${parent} waits for its videos no more, so that nothing more is asked`);
		delete memory.items;
		return [[], []];
	}
	const run = beginRun(context);
	// The parent has just looked.
	const leaving = memory.items ? await takeTurn(context, run, items) : items.map(heldItem);
	const held = leaving.map(({ item, stillRunning }, index): ParkedItem => {
		const { id, waiting } = items[index] as ParkedItem;
		return stillRunning && waiting ? { id, waiting: { ...waiting, pending: stillRunning } } : { id, decided: stored(item) };
	});
	run.end();
	const pending = held.flatMap(({ waiting }) => (waiting ? [waiting.pending] : []));
	if (pending.length === 0) {
		delete memory.items;
		return [leaving.map(({ item }) => item), []];
	}
	memory.items = held;
	const now = Date.now();
	holdUntil(pending, now + run.shared.rateLimiter.cooldownMs(now), now);
	const turn = nextTurn(pending, true, now);
	return [[], [{ json: turnFields(held, { ...turn, stillRunning: pending.length }) }]];
}

async function takeTurn(context: IExecuteFunctions, run: Run, items: ParkedItem[]): Promise<OutputItem[]> {
	const due = Date.now() + TOGETHER_MS;
	return await forEachItem<ParkedItem>(context, {
		run,
		inputs: items.map(({ waiting }) => ({ json: {}, ...waiting?.input })),
		readOptions: (index) => ({ includeInput: items[index]?.waiting?.includeInputInError === true }),
		prepare: (index) => items[index] as ParkedItem,
		work: async (item, index) => {
			const { waiting } = item;
			if (!waiting || waiting.pending.nextPollAt > due) return success(heldItem(item, index));
			const query = { ...waiting.query, before: waiting.pending.pollState };
			const result = await ask(context, run, { ...waiting, query });
			if (result.ok) return success(answeredItem(run, result.value, { json: {}, ...waiting.input }, index, waiting));
			// The error is the only thing that leaves.
			return context.continueOnFail() ? result : failure(withTasks(result.error, items, waiting.query.id));
		},
	});
}

/** What the child tells who opens it in the editor, where the item of a turn reads as if the wait had ended. */
function noteOf(name: string, parent: string | undefined): string {
	return [
		`## The wait of "${name}"`,
		`Execution ${parent} of this workflow waits for this one, and goes on with its videos when the last is done. To end the wait, stop execution ${parent}: this one notices when it is to ask again, and asks no more.`,
		'The error on "Still Running" holds only if n8n is killed while the node asks.',
	].join('\n\n');
}

/** An item whose turn it is not. */
function heldItem({ decided, waiting }: ParkedItem, index: number): OutputItem {
	return { item: { json: {}, ...decided, pairedItem: { item: index } }, stillRunning: waiting?.pending };
}

/**
 * The fields of the one item that goes to the Wait node. Should n8n be killed while the node works, it takes that item
 * for what the child ended with: so it is an error that names every task.
 */
function turnFields(items: ParkedItem[], turn: IDataObject): IDataObject {
	return {
		error: 'n8n was ended while this node checked its tasks, so it waits for them no more',
		details: {
			description: `The tasks go on at GlobalAI OPC. Ask for their results by their IDs: ${idsOf(items).join(', ')}`,
			...turn,
		},
	};
}

/** An error that names the other tasks too: their items are lost with it. */
function withTasks(error: TaskError, items: ParkedItem[], ownId: string): TaskError {
	const others = idsOf(items).filter((id) => id !== ownId);
	const named = others.length === 0 ? '' : ` Other tasks of this run: ${others.join(', ')}.`;
	return { ...error, description: `${fullDescription(error)}${named}`, said: undefined };
}

function idsOf(items: ParkedItem[]): string[] {
	return [...new Set(items.map(({ id }) => id))].filter((id) => id !== undefined);
}

function refusedError(error: unknown, id: string): TaskError {
	const { message, description } = thrownError(error);
	return {
		kind: 'rejected',
		message: `The wait for task "${id}" could not be parked in n8n's database: ${message}`,
		description: `${description} The task goes on at GlobalAI OPC: ask for its result by its ID.`.trim(),
		task: { id },
	};
}

/** The part of an item that another execution can use. */
function stored({ json, binary }: INodeExecutionData): Pick<INodeExecutionData, 'json' | 'binary'> {
	return binary ? { json, binary } : { json };
}

/** A record as n8n stores it. */
function plain(item: ParkedItem): IDataObject {
	return JSON.parse(JSON.stringify(item)) as IDataObject;
}

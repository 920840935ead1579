import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { park, type ParkedFor } from '../../polling/parked';
import { holdUntil, type Pending } from '../../polling/poll';
import { fullDescription, type TaskError } from '../../shared/error';
import type { OutputItem } from './forEachItem';
import { errorItem, nodeError, thrownError } from './output';
import type { ItemQuery } from './result';
import type { Run } from './run';

/** Hidden parameter of the node in the wait's own executions. Stored in n8n's database. */
export const PARKED_FOR = 'parkedFor';

/** What is asked for the items that may still be waited for, by position. */
export type WaitingItems = Map<number, ItemQuery>;

/**
 * An item of the parked node, as the wait's own executions hold it: what it leaves with, or how it is waited for.
 * Executions in n8n's database have these names.
 */
export interface ParkedItem {
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
	const { executionTimeout } = context.getWorkflowSettings();
	const keep = { role: 'keep' as const, name, awaitedBy: [], stops: !context.continueOnFail(), executionTimeout };
	try {
		const started = await park(context, keep, parametersFor, storedItems(items));
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

/** The parameters of the node in the wait's own executions. */
export function parametersFor(parkedFor: ParkedFor): INodeParameters {
	return { resource: 'task', operation: 'get', waitUntilDone: 'withWaitNode', [PARKED_FOR]: JSON.stringify(parkedFor) };
}

/** Items as n8n stores them. */
export function storedItems(items: ParkedItem[]): INodeExecutionData[] {
	return items.map((item, index) => ({ json: JSON.parse(JSON.stringify(item)) as IDataObject, pairedItem: index }));
}

/** An error that names the other tasks too: their items are lost with it. */
export function withTasks(error: TaskError, items: ParkedItem[], ownId: string): TaskError {
	const others = idsOf(items).filter((id) => id !== ownId);
	const named = others.length === 0 ? '' : ` Other tasks of this run: ${others.join(', ')}.`;
	return { ...error, description: `${fullDescription(error)}${named}`, said: undefined };
}

/** The tasks of items, each once. */
export function idsOf(items: ParkedItem[]): string[] {
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
export function stored({ json, binary }: INodeExecutionData): Pick<INodeExecutionData, 'json' | 'binary'> {
	return binary ? { json, binary } : { json };
}

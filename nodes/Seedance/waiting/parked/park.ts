import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { thrownError } from '../../core/error';
import type { OutputItem } from '../../core/items';
import { errorItem, nodeError } from '../../core/output';
import { present } from '../../core/present';
import type { Session } from '../../http/session';
import { holdUntil, type Pending } from '../poll';
import type { Pollable } from '../pollable';
import type { ItemQuery } from '../query';
import { endedWait, itemsToHandOver, type ParkedItem, storedItem, type ToMake, withOthers } from './item';
import { startHelper } from './workflow';

/** The queries of the items that may still be waited for, by position; with what is to be made first. */
export type WaitingItems = Map<number, ItemQuery & { toMake?: ToMake }>;

/**
 * Outputs the items, or parks the user's execution until those that are still running are decided.
 *
 * @param outputs what the first status check made of all items
 * @param waiting the queries of the items that are still running
 * @param onParked called with the execution that the wait was handed to
 * @returns the items; none where the execution is parked, since n8n puts them there when it goes on
 * @throws NodeOperationError or NodeApiError where n8n refuses to park it and "On Error" says to stop
 */
export async function parkItems(
	context: IExecuteFunctions,
	session: Session,
	pollable: Pollable,
	outputs: Array<OutputItem<Pending>>,
	waiting: WaitingItems,
	onParked: (keeperId: string) => void = () => {},
): Promise<INodeExecutionData[]> {
	const pending = outputs.flatMap(({ stillRunning }) => stillRunning ?? []);
	if (pending.length === 0) return outputs.map(({ item }) => item);
	const now = Date.now();
	holdUntil(pending, now + session.cooldownMs(now), now);
	const items = parkedItems(context, outputs, await whatIsMadeLater(context, waiting));
	const wait = {
		nodeName: context.getNode().name,
		userExecutionId: context.getExecutionId(),
		keeperExecutionId: '',
		stopsOnError: !context.continueOnFail(),
		executionTimeout: context.getWorkflowSettings().executionTimeout,
	};
	try {
		const started = await startHelper(context, pollable, 'keeper', wait, itemsToHandOver(items));
		onParked(started.executionId);
		return started.waitTill ? [] : (started.data[0] ?? []);
	} catch (error) {
		return refusedItems(context, session, pollable, outputs, items, error);
	}
}

/** The queries, with how many a turn makes where n8n may not keep what it has stored of a lost checker. */
async function whatIsMadeLater(context: IExecuteFunctions, waiting: WaitingItems): Promise<WaitingItems> {
	const isAny = [...waiting.values()].some(({ toMake }) => toMake);
	if (!isAny || !(await mayBeQueueMode(context))) return waiting;
	return new Map(
		[...waiting].map(([index, { toMake, ...query }]) => {
			const { maxConcurrency: mostInTurn } = query.settings;
			return [index, { ...query, ...(toMake && { toMake: { ...toMake, mostInTurn } }) }];
		}),
	);
}

/**
 * Whether n8n may run in queue mode, where it overwrites what it has stored of an execution whose worker was killed
 * (`processError` of `dist/workflow-runner.js`). It does not tell; but in queue mode files can't lie on one machine's disk.
 */
async function mayBeQueueMode({ helpers }: IExecuteFunctions): Promise<boolean> {
	try {
		const { id } = await helpers.prepareBinaryData(Buffer.from('-'), 'probe.txt', 'text/plain');
		return id !== undefined && !id.startsWith('filesystem');
	} catch {
		return true;
	}
}

function parkedItems(
	context: IExecuteFunctions,
	outputs: Array<OutputItem<Pending>>,
	waiting: WaitingItems,
): ParkedItem[] {
	const toErrorOutput = context.getNode().onError === 'continueErrorOutput';
	const inputs = context.getInputData();
	return outputs.map(({ item, stillRunning }, index): ParkedItem => {
		const itemQuery = waiting.get(index);
		if (!stillRunning || !itemQuery) return { id: itemQuery?.query.id, decided: storedItem(item) };
		const { query, includeInput, toMake } = itemQuery;
		return {
			...(!toMake && { id: query.id }),
			waiting: {
				...itemQuery,
				// What was known before is in `pending` by now.
				query: { ...query, before: undefined },
				pending: stillRunning,
				input: includeInput ? storedItem(inputs[index] as INodeExecutionData) : undefined,
				// At the error output n8n adds them itself.
				includeInputInError: includeInput && !toErrorOutput,
			},
		};
	});
}

/** The items of a wait that n8n refused to park: those that are decided, and an error for each of the others. */
function refusedItems(
	context: IExecuteFunctions,
	session: Session,
	pollable: Pollable,
	outputs: Array<OutputItem<Pending>>,
	items: ParkedItem[],
	thrown: unknown,
): INodeExecutionData[] {
	const { message, description } = thrownError(thrown);
	const end = `could not be parked in n8n's database: ${message}`;
	const inputs = context.getInputData();
	return outputs.map(({ item }, index) => {
		const parked = items[index] as ParkedItem;
		if (!parked.waiting) return item;
		const raw = withOthers(pollable, endedWait(pollable, parked, end, description), items, index);
		const error = present(raw, session.redact);
		if (!context.continueOnFail()) throw nodeError(context, index, error);
		return errorItem(context, inputs[index] as INodeExecutionData, index, error, parked.waiting.includeInput);
	});
}

import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { thrownError } from '../../core/error';
import { errorItem, nodeError } from '../../core/output';
import type { Pollable } from '../pollable';
import {
	isAwaited,
	isResumedByN8n,
	type KeeperNotes,
	readChecker,
	readCheckerItems,
	reasonOfEnd,
	WATCH_MS,
} from './executions';
import {
	endedWait,
	idsOf,
	inputOf,
	isToMake,
	itemsToHandOver,
	madeOf,
	outcomeOf,
	type ParkedItem,
	receivedItems,
	withOthers,
} from './item';
import { afterLostTurn } from './make';
import type { ParkedFor } from './role';
import { startHelper } from './workflow';

/** How many checkers are started at most after n8n lost one. */
const MAX_RESTARTS = 5;

/** At how many looks in a row a checker that was lost stands still. A step that makes something may take minutes. */
const LOOKS = { overdue: 2, working: 4 };

/** What n8n stores for the two nodes of the keeper. */
interface KeeperMemory extends KeeperNotes {
	/** The items as they were handed over, for another checker. */
	items?: ParkedItem[];
	/** How many checkers n8n lost. */
	restarts?: number;
	/** Set where n8n doesn't resume the keeper when it loses the checker, so that the keeper watches it. */
	watch?: {
		/** How the checker stood at the last look: when its turn was due, in milliseconds since 1970, or how many steps it had done. */
		mark?: number;
		/** At how many looks it has stood so. */
		looks?: number;
	};
}

/** Each node of the keeper has two outputs: "Park" uses the first, and "Done" hands back to "Park" by the second. */
type KeeperOutputs = INodeExecutionData[][];

/** What "Done" hands to "Park" while the checker is still there. */
const CHECKER_LIVES: IDataObject = { checkerLives: true };

/**
 * The node "Park" in the keeper: starts the checker, and parks for it. Where n8n wouldn't resume it after it lost the
 * checker, it wakes every two minutes to watch it.
 */
export async function parkKeeper(
	context: IExecuteFunctions,
	pollable: Pollable,
	parkedFor: ParkedFor,
): Promise<KeeperOutputs> {
	const memory = context.getContext('flow') as KeeperMemory;
	const isCheckerAlive = context.getInputData()[0]?.json.checkerLives === true;
	memory.items ??= receivedItems(context);
	// If n8n is killed while this execution runs, it takes this item for the execution's result.
	const outputsIfKilled = [[{ json: lostWait(pollable, memory.items) }], []];
	try {
		if (!isCheckerAlive) {
			delete memory.watch;
			const wait = { ...parkedFor, keeperExecutionId: context.getExecutionId() };
			const started = await startHelper(context, pollable, 'checker', wait, itemsToHandOver(memory.items));
			memory.checkerId = started.executionId;
			if (!started.waitTill) return [started.data[0] ?? [], []];
			if (isResumedByN8n(context)) return outputsIfKilled;
			memory.watch = {};
		}
		await context.putExecutionToWait(new Date(Date.now() + WATCH_MS));
		return outputsIfKilled;
	} catch (error) {
		return [[{ json: { refused: thrownError(error).message } }], []];
	}
}

function lostWait({ words, making }: Pollable, items: ParkedItem[]): IDataObject {
	const doubtful = items.flatMap((item, index) => (isToMake(item) ? [index] : []));
	const doubts = doubtful.length === 0 || !making ? '' : ` ${making.inDoubt(doubtful)}`;
	return {
		error: `n8n stopped during the wait, so these ${words.results} are no longer being checked`,
		details: {
			description: `GlobalAI OPC still works on the ${words.many}. Get their results by their IDs: ${idsOf(items).join(', ')}.${doubts}`,
		},
	};
}

/** The node "Done" in the keeper: outputs the items, or lets "Park" start another checker where n8n lost the last one. */
export async function endKeeper(
	context: IExecuteFunctions,
	pollable: Pollable,
	parkedFor: ParkedFor,
): Promise<KeeperOutputs> {
	const memory = context.getContext('flow') as KeeperMemory;
	const result = await checkerResult(context, parkedFor, memory);
	if (result === 'running')
		return (await isAwaited(context, parkedFor)) ? [[], [{ json: CHECKER_LIVES }]] : [[], []];
	if (result.length > 0 && result.every((item) => outcomeOf(item)?.goesOn)) {
		memory.items = result.map((item) => outcomeOf(item)?.goesOn as ParkedItem);
		return [[], [{ json: {} }]];
	}
	if (result.length > 0 && result.every((item) => outcomeOf(item) !== undefined)) {
		delete memory.items;
		memory.made = result[0] && outcomeOf(result[0])?.made;
		return [outputItems(context, result), []];
	}
	memory.items = await itemsOfChecker(context, parkedFor, memory);
	const refused = result[0]?.json.refused;
	if (typeof refused === 'string') return [endedItems(context, pollable, parkedFor, memory, refused), []];
	if (!(await isAwaited(context, parkedFor))) return [[], []];
	const { reason, isCancelled } = await reasonOfEnd(context, memory.checkerId ?? '');
	memory.restarts = (memory.restarts ?? 0) + 1;
	if (isCancelled || memory.restarts > MAX_RESTARTS)
		return [endedItems(context, pollable, parkedFor, memory, reason), []];
	context.logger.warn(
		`n8n lost execution ${memory.checkerId}, which checked ${pollable.words.results}: ${reason}. The checks start again.`,
	);
	return [[], [{ json: { restarts: memory.restarts } }]];
}

/** The items as the last checker has stored them: it may have made some since they were handed over to it. */
async function itemsOfChecker(
	context: IExecuteFunctions,
	{ nodeName }: ParkedFor,
	{ items = [], checkerId }: KeeperMemory,
): Promise<ParkedItem[]> {
	if (checkerId === undefined || !items.some(isToMake)) return items;
	const stored = await readCheckerItems(context, checkerId, nodeName);
	return stored?.length ? stored : afterLostTurn(items, Date.now());
}

/**
 * What the checker has ended with. Where the keeper has only woken to watch it, that is what n8n has stored of it. A
 * checker that stands still at several looks was lost in a kill.
 */
async function checkerResult(
	context: IExecuteFunctions,
	{ nodeName }: ParkedFor,
	{ watch, checkerId }: KeeperMemory,
): Promise<INodeExecutionData[] | 'running'> {
	const received = context.getInputData();
	if (!watch || checkerId === undefined || received.every((item) => outcomeOf(item) !== undefined))
		return received;
	const stored = await readChecker(context, checkerId, nodeName);
	// A checker that no execution waited for ends without items. If the user's execution does wait, its rows must not end so.
	if (stored.state === 'finished') return stored.items.length > 0 ? stored.items : received;
	if (stored.state === 'ended') return received;
	const [mark, looks] =
		stored.state === 'working' ? [stored.steps, LOOKS.working] : [stored.untilMs, LOOKS.overdue];
	if (stored.state === 'parked' && stored.untilMs >= Date.now()) {
		watch.mark = undefined;
		return 'running';
	}
	watch.looks = watch.mark === mark ? (watch.looks ?? 1) + 1 : 1;
	watch.mark = mark;
	return watch.looks >= looks ? received : 'running';
}

/**
 * The output of the user's node, from the outcomes that the checker ended with.
 *
 * @throws NodeOperationError or NodeApiError of the item that ended the wait
 */
function outputItems(context: IExecuteFunctions, result: INodeExecutionData[]): INodeExecutionData[] {
	const failed = result[0] && outcomeOf(result[0])?.failed;
	if (failed) throw nodeError(context, failed.index, failed.error);
	return result.map((item, index) => ({
		...item,
		json: outcomeOf(item)?.output ?? {},
		pairedItem: index,
	}));
}

/**
 * The output of the user's node where the wait ends before all items are decided.
 *
 * @throws NodeOperationError of the first that is not, where "On Error" says to stop
 */
function endedItems(
	context: IExecuteFunctions,
	pollable: Pollable,
	{ stopsOnError }: ParkedFor,
	memory: KeeperMemory,
	reason: string,
): INodeExecutionData[] {
	const items = memory.items ?? [];
	delete memory.items;
	memory.made = madeOf(items);
	return items.map((item, index) => {
		const { decided, waiting } = item;
		if (decided) return { ...decided, pairedItem: index };
		const error = endedWait(pollable, item, `was ended: ${reason}`);
		if (stopsOnError) throw nodeError(context, index, withOthers(pollable, error, items, index));
		return errorItem(context, inputOf(item), index, error, waiting?.includeInputInError === true);
	});
}

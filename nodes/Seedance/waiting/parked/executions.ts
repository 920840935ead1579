import type { IExecuteFunctions, INodeExecutionData, IRunExecutionData } from 'n8n-workflow';

import type { Made, ParkedItem } from './item';
import { type ParkedFor, titled } from './role';

/** How often the keeper wakes to watch the checker, in milliseconds, where n8n doesn't resume it after a loss. */
export const WATCH_MS = 120_000;

/** What n8n's database holds of an execution; null where it can't be read now, which says nothing about it. */
async function read(context: IExecuteFunctions, id: string): Promise<IRunExecutionData | undefined | null> {
	return await context.getExecutionDataById(id).catch(() => null);
}

/** The executions that n8n parked this one for. n8n stores them in 2.39.10 and from 2.41 on. */
function storedChildren(data: IRunExecutionData): string[] | undefined {
	return data.executionData?.nodeExecutionStack[0]?.metadata?.waitingChildExecutionIds;
}

/** What other executions read of the keeper's memory. */
export interface KeeperNotes {
	/** The checker that was started last. */
	checkerId?: string;
	/** What exists, where the wait has ended in an error. */
	made?: Made[];
}

/** What the keeper remembers. */
function keeperNotes(data: IRunExecutionData): KeeperNotes {
	return (data.executionData?.contextData?.flow ?? {}) as KeeperNotes;
}

/** The checker, by the keeper's own memory. */
function checkerOf(data: IRunExecutionData): string[] | undefined {
	const { checkerId } = keeperNotes(data);
	return checkerId === undefined ? undefined : [checkerId];
}

/** What exists of a wait that ended in an error, by item; undefined where n8n no longer knows. */
export async function readMade(context: IExecuteFunctions, keeperId: string): Promise<Made[] | undefined> {
	const data = await read(context, keeperId);
	return data ? keeperNotes(data).made : undefined;
}

/** What a checker remembers. */
function checkerItems(data: IRunExecutionData, nodeName: string): ParkedItem[] | undefined {
	const memory = data.executionData?.contextData?.[`node:${titled(nodeName, 'Check')}`];
	return (memory as { items?: ParkedItem[] } | undefined)?.items;
}

/**
 * The items of a checker, as n8n has stored them last.
 *
 * @returns none where it has not stored any yet; undefined where n8n can't read them
 */
export async function readCheckerItems(
	context: IExecuteFunctions,
	id: string,
	nodeName: string,
): Promise<ParkedItem[] | undefined> {
	const data = await read(context, id);
	return data ? (checkerItems(data, nodeName) ?? []) : undefined;
}

/**
 * Whether all executions that are parked for this one still are. n8n leaves a child alone when its parent is stopped or
 * deleted, or crashed before it was parked.
 */
export async function isAwaited(
	context: IExecuteFunctions,
	{ userExecutionId, keeperExecutionId }: Pick<ParkedFor, 'userExecutionId' | 'keeperExecutionId'>,
): Promise<boolean> {
	const self = context.getExecutionId();
	if (keeperExecutionId === '') return await waitsFor(context, userExecutionId, self);
	const waits = [
		waitsFor(context, userExecutionId, keeperExecutionId),
		waitsFor(context, keeperExecutionId, self),
	];
	return (await Promise.all(waits)).every(Boolean);
}

async function waitsFor(context: IExecuteFunctions, parentId: string, childId: string): Promise<boolean> {
	const parent = await read(context, parentId);
	if (parent === null) return true;
	if (parent?.waitTill === undefined || parent.resultData.error !== undefined) return false;
	return (storedChildren(parent) ?? checkerOf(parent))?.includes(childId) ?? true;
}

/** Why a helper execution ended without a result, as the end of a sentence. */
export async function reasonOfEnd(
	context: IExecuteFunctions,
	id: string,
): Promise<{ reason: string; isCancelled: boolean }> {
	const ended = await read(context, id);
	const { message = 'n8n stopped during a status check', name = '' } = ended?.resultData.error ?? {};
	return { reason: message, isCancelled: name.includes('Cancelled') };
}

/**
 * Whether n8n resumes this execution when it loses the one that this was just parked for. Versions that store that one do
 * (`resumeParentsOfFinishedSubExecutions` in `dist/wait-tracker.js`).
 */
export function isResumedByN8n(context: IExecuteFunctions): boolean {
	return context.getExecuteData().metadata?.waitingChildExecutionIds !== undefined;
}

/**
 * What n8n has stored of a checker. A checker at work looks like a parked one that is overdue, killed or not; one that
 * saves its progress looks like one at work, killed or not.
 */
export type StoredChecker =
	| { state: 'parked'; untilMs: number }
	| { state: 'working'; steps: number }
	| { state: 'finished'; items: INodeExecutionData[] }
	| { state: 'ended' };

/** Reads what n8n has stored of a checker; times in milliseconds since 1970. */
export async function readChecker(
	context: IExecuteFunctions,
	id: string,
	nodeName: string,
): Promise<StoredChecker> {
	const data = await read(context, id);
	if (data === null) return { state: 'parked', untilMs: Infinity };
	if (!data || data.resultData.error) return { state: 'ended' };
	if (data.waitTill) return { state: 'parked', untilMs: new Date(data.waitTill).getTime() };
	const { lastNodeExecuted = '', runData } = data.resultData;
	if (checkerItems(data, nodeName)) return { state: 'working', steps: Object.values(runData).flat().length };
	return { state: 'finished', items: runData[lastNodeExecuted]?.at(-1)?.data?.main?.[0] ?? [] };
}

/**
 * Whether n8n lost the keeper while the user's execution is still parked for it. Where n8n doesn't resume the user's
 * execution then, the checker has to start another keeper.
 */
export async function isKeeperLost(
	context: IExecuteFunctions,
	{ userExecutionId, keeperExecutionId }: Pick<ParkedFor, 'userExecutionId' | 'keeperExecutionId'>,
): Promise<boolean> {
	const isWanted = await waitsFor(context, userExecutionId, keeperExecutionId);
	const keeper = await read(context, keeperExecutionId);
	if (!isWanted || keeper === null) return false;
	if (keeper === undefined) return true;
	const { error } = keeper.resultData;
	if (storedChildren(keeper) || error?.name?.includes('Cancelled')) return false;
	if (error) return true;
	// It wakes that often, and then runs for milliseconds.
	return keeper.waitTill !== undefined && new Date(keeper.waitTill).getTime() + WATCH_MS < Date.now();
}

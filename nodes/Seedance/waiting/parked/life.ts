import type { IExecuteFunctions, INodeExecutionData, IRunExecutionData } from 'n8n-workflow';

import type { ParkedFor } from './workflow';

/**
 * How long a keeper waits before it looks after the execution that checks, in milliseconds, where n8n doesn't resume it
 * when that one is lost.
 */
export const WATCH_MS = 120_000;

/** What n8n's database holds of an execution; null where it can't be read now, which says nothing about it. */
async function read(context: IExecuteFunctions, id: string): Promise<IRunExecutionData | undefined | null> {
	return await context.getExecutionDataById(id).catch(() => null);
}

/** The executions that n8n parked this one for; n8n notes them from 2.39.10 on, but for 2.40. */
function notedChildren(data: IRunExecutionData): string[] | undefined {
	return data.executionData?.nodeExecutionStack[0]?.metadata?.waitingChildExecutionIds;
}

/** The execution that checks, by the memory of the one that keeps it. */
function checkerOf(data: IRunExecutionData): string[] | undefined {
	const { checkedBy } = (data.executionData?.contextData?.flow ?? {}) as { checkedBy?: string };
	return checkedBy === undefined ? undefined : [checkedBy];
}

/**
 * Whether all executions that are parked for this one still are. n8n leaves a child alone when its parent is stopped or
 * deleted, or crashed before it was parked.
 */
export async function isAwaited(
	context: IExecuteFunctions,
	{ awaitedBy }: Pick<ParkedFor, 'awaitedBy'>,
): Promise<boolean> {
	const chain = [...awaitedBy, context.getExecutionId()];
	const waits = awaitedBy.map(async (id, place) => await waitsFor(context, id, chain[place + 1] as string));
	return (await Promise.all(waits)).every(Boolean);
}

async function waitsFor(context: IExecuteFunctions, parentId: string, childId: string): Promise<boolean> {
	const parent = await read(context, parentId);
	if (parent === null) return true;
	if (parent?.waitTill === undefined || parent.resultData.error !== undefined) return false;
	return (notedChildren(parent) ?? checkerOf(parent))?.includes(childId) ?? true;
}

/** How an execution of the wait's own ended, where it ended without a result. */
export async function reasonOfEnd(
	context: IExecuteFunctions,
	id: string,
): Promise<{ words: string; isCancelled: boolean }> {
	const ended = await read(context, id);
	const { message = 'n8n was ended while it was at work', name = '' } = ended?.resultData.error ?? {};
	return { words: message, isCancelled: name.includes('Cancelled') };
}

/**
 * Whether n8n resumes this execution when the one that it was just parked for is lost in a kill. The n8n's that note
 * whom it is parked for do (`resumeParentsOfFinishedSubExecutions` in `dist/wait-tracker.js`).
 */
export function isResumedByN8n(context: IExecuteFunctions): boolean {
	return context.getExecuteData().metadata?.waitingChildExecutionIds !== undefined;
}

/** What n8n has stored of an execution that checks. Whether it is at work, or was killed at it, is not stored. */
export type StoredCheck =
	| { state: 'parked'; untilMs: number }
	| { state: 'finished'; items: INodeExecutionData[] }
	| { state: 'ended' };

/** Reads what n8n has stored of an execution that checks; times in milliseconds since 1970. */
export async function readCheck(context: IExecuteFunctions, id: string): Promise<StoredCheck> {
	const data = await read(context, id);
	if (data === null) return { state: 'parked', untilMs: Infinity };
	if (!data || data.resultData.error) return { state: 'ended' };
	if (data.waitTill) return { state: 'parked', untilMs: new Date(data.waitTill).getTime() };
	const { lastNodeExecuted = '', runData } = data.resultData;
	return { state: 'finished', items: runData[lastNodeExecuted]?.at(-1)?.data?.main?.[0] ?? [] };
}

/**
 * Whether the keeper of the execution that checks was lost in a kill while the user's is still parked for it. Where n8n
 * resumes nobody for that, the one that checks has to start another keeper.
 *
 * @param own what the execution that checks is there for
 */
export async function isKeeperLost(
	context: IExecuteFunctions,
	{ awaitedBy: [user = '', keeper = ''] }: ParkedFor,
): Promise<boolean> {
	const [isWanted, data] = [await waitsFor(context, user, keeper), await read(context, keeper)];
	if (!isWanted || data === null) return false;
	if (data === undefined) return true;
	const { error } = data.resultData;
	if (notedChildren(data) || error?.name?.includes('Cancelled')) return false;
	if (error) return true;
	// It wakes that often, and is at work for milliseconds then.
	return data.waitTill !== undefined && new Date(data.waitTill).getTime() + WATCH_MS < Date.now();
}

import { allItems, type Execution } from '../host/session.cts';
import { until } from '../host/until.cts';
import { chainedRows, endTasks, EXECUTIONS, lostRows, parkedRows, type Row } from './rows';
import type { ParkedPath, Setup } from './setup';
import { heldBy } from './stack.cts';

/** How many of our chained executions are kept at work until a worker has been killed. */
const KEPT_AT_WORK = 6;
/** How many executions are parked when a worker is killed. */
const PARKED_EXECUTIONS = 6;
/** The workflows whose parked waits are kept at work until then, and how many of each. */
export const LOST = ['errorOutput', 'stop'] as const;
const LOST_EACH = 6;
/** How many executions create videos then, two each. */
const CREATING = 6;
/** A parked wait is three executions: the user's, the one that checks the tasks, and between them one that keeps it. */
const OF_A_WAIT = 3;
/** Only ends a wait for something that never comes. */
const LIMIT_MS = 420_000;
const POLL_MS = 1_000;

/** What happened. */
export interface Story {
	/** Those of the chained waits. */
	rows: Row[];
	/** Ids of the executions that the worker held when it was killed. */
	lost: string[];
	/** All of them at the end. */
	executions: { videos: Execution[]; recovery: Execution[] };
	/** The parked waits, by workflow. */
	waits: Record<ParkedPath, ParkedWaits>;
	/** Those that create videos: the prompts of each execution. */
	creates: { prompts: string[][]; executions: Execution[] };
}

/** Executions with a parked wait. */
export interface ParkedWaits {
	/** The rows of each execution. */
	lists: Row[][];
	/** At the end: those that wait and those that wait for them, in the order in which they began. */
	executions: Execution[];
}

/**
 * 200 tasks wait in 20 executions, and others in parked waits. Redis is killed and started again while all are parked; a
 * worker is killed while it holds some of them.
 */
export async function tellStory(setup: Setup): Promise<Story> {
	const { api, session, stack } = setup;
	const lists = chainedRows(api);
	const rows = lists.flat();
	const waits = {
		parked: parkedRows(api, PARKED_EXECUTIONS),
		errorOutput: lostRows(api, 'output', LOST_EACH),
		stop: lostRows(api, 'stop', LOST_EACH),
	};
	const lostWaits = LOST.flatMap((name) => waits[name]);
	await start(setup, 'videos', lists);
	for (const name of LOST) await start(setup, name, waits[name]);
	const prompts = Array.from({ length: CREATING }, (_, index) => [`First of ${index}`, `Second of ${index}`]);
	for (const list of prompts)
		await session.callWebhook('creates', { body: { rows: list.map((prompt) => ({ prompt })) } });

	await comesTo('all are parked', async () => {
		const waiting = await session.executions({ status: 'waiting' });
		const isIdle = stack.workers.every((worker) => heldBy(worker).length === 0);
		return isIdle && waiting.length === EXECUTIONS + OF_A_WAIT * (lostWaits.length + CREATING);
	});
	await stack.redis.restart();

	const kept = [...lists.slice(0, KEPT_AT_WORK), ...lostWaits].map(([first]) => (first as Row).id);
	for (const id of kept) api.fault({ kind: 'hang', id, times: Infinity });
	endTasks(api, [...rows, ...lostWaits.flat()], 'first wait');
	let answerCreates = () => {};
	const released = new Promise<void>((resolve) => (answerCreates = resolve));
	api.fault({ kind: 'hold', until: released, method: 'POST', times: Infinity });
	endCreated(api);
	await comesTo('only those kept at work are at work', async () => {
		const waiting = await session.executions({ workflowId: setup.videos, status: 'waiting' });
		const held = stack.workers.flatMap(heldBy);
		return waiting.length === EXECUTIONS - KEPT_AT_WORK && held.length === kept.length + CREATING;
	});
	// Begun last, so that they stay parked until the worker has been killed.
	await start(setup, 'parked', waits.parked);
	await comesTo('the last ones are parked', async () => {
		const waiting = await session.executions({ workflowId: setup.parked.parked, status: 'waiting' });
		return waiting.length === OF_A_WAIT * PARKED_EXECUTIONS;
	});

	const lost = await killHolderOfAll(setup);
	api.clearFaults();
	answerCreates();
	endTasks(api, [...rows, ...lostWaits.flat()], 'second wait');
	endTasks(api, waits.parked.flat(), 'first wait');
	await comesTo('each task that is still running was asked for in the first turn of its parked wait', () => {
		const running = waits.parked.flat().filter(({ due }) => due === 'second wait');
		return running.every(({ id }) => api.requestsFor(id).length > 1);
	});
	endTasks(api, waits.parked.flat(), 'second wait');
	await comesTo('every row is ticked off, and nothing runs any more', async () => {
		endCreated(api);
		const isOpen = (await setup.tableRows()).some(({ state }) => state === 'waiting');
		return !isOpen && (await session.executions({ status: ['new', 'running', 'waiting'] })).length === 0;
	});
	const endOf = async (name: ParkedPath) => ({
		lists: waits[name],
		executions: await executionsOf(setup, setup.parked[name]),
	});
	return {
		rows,
		lost,
		executions: {
			videos: await executionsOf(setup, setup.videos),
			recovery: await executionsOf(setup, setup.recovery),
		},
		creates: { prompts, executions: await executionsOf(setup, setup.creates) },
		waits: {
			parked: await endOf('parked'),
			errorOutput: await endOf('errorOutput'),
			stop: await endOf('stop'),
		},
	};
}

/** Ends the videos that were created here. */
function endCreated({ created, task, finishTask }: Setup['api']): void {
	for (const { id } of created) {
		if (task(id)?.status !== 'completed') finishTask(id, 'completed');
	}
}

/** One execution for each list of rows. */
async function start({ session }: Setup, path: string, lists: Row[][]): Promise<void> {
	for (const list of lists) {
		await session.callWebhook(path, { body: { rows: list.map(({ id, title }) => ({ id, title })) } });
	}
}

/**
 * Kills the worker that holds the most executions of every kind.
 * @returns the ids of all that it held
 */
async function killHolderOfAll({ stack, session, videos, parked, creates }: Setup): Promise<string[]> {
	const workflows = [videos, creates, ...LOST.map((name) => parked[name])];
	const kinds: string[][] = [];
	for (const workflowId of workflows)
		kinds.push((await session.executions({ workflowId })).map(({ id }) => id));
	const candidates = stack.workers.map((worker) => {
		const held = heldBy(worker);
		const ofEach = kinds.map((ids) => held.filter((id) => ids.includes(id)).length);
		return { worker, held, least: Math.min(...ofEach) };
	});
	const [best] = candidates.sort((a, b) => b.least - a.least);
	if (!best?.least) throw new Error('No worker holds executions of all kinds');
	await best.worker.kill();
	return best.held;
}

async function executionsOf({ session }: Setup, workflowId: string): Promise<Execution[]> {
	const found: Execution[] = [];
	for (const { id } of await session.executions({ workflowId })) found.push(await session.execution(id));
	return found.sort((a, b) => Number(a.id) - Number(b.id));
}

async function comesTo(what: string, look: () => boolean | Promise<boolean>): Promise<void> {
	await until(look, { what, withinMs: LIMIT_MS, everyMs: POLL_MS });
}

/** Ids of the rows that an execution delivered by a node, as it delivered them. */
export function rowsIn(execution: Execution, node: string): string[] {
	return allItems(execution, node).map(({ row }) => String(row));
}

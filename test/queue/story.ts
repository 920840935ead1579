import type { Execution } from '../host/session.cts';
import { until } from '../host/until.cts';
import { chainedRows, endTasks, EXECUTIONS, lostRows, parkedRows, type Row } from './rows';
import type { ParkedWorkflows, Setup, TableRow } from './setup';
import type { Worker } from './worker.cts';

/** How many executions of nothing but n8n's own nodes share the fate of ours. */
const PLAIN_EXECUTIONS = 6;
/** How many of our chained executions are kept at work until a worker has been killed. */
const KEPT_AT_WORK = 6;
/** How many executions are parked when a worker is killed. */
const PARKED_EXECUTIONS = 6;
/** The workflows whose parked waits are kept at work until then, and how many of each. */
export const LOST = ['errorOutput', 'guarded', 'stop'] as const;
const LOST_EACH = 6;
/** A parked wait is three executions: the user's, the one that checks the tasks, and between them one that keeps it. */
const OF_A_WAIT = 3;
/** Only ends a wait for something that never comes. */
const LIMIT_MS = 420_000;
const POLL_MS = 1_000;

/** What happened. */
export interface Story {
	/** Those of the chained waits. */
	rows: Row[];
	/** Our chained executions as they were parked before the worker was killed, by id. */
	parked: Map<string, Execution>;
	/** Ids of the executions that the worker held when it was killed. */
	lost: string[];
	/** All of them at the end. */
	executions: { videos: Execution[]; recovery: Execution[]; plain: Execution[] };
	table: TableRow[];
	/** The parked waits, by workflow. */
	waits: Record<keyof ParkedWorkflows, ParkedWaits>;
}

/** Executions with a parked wait. */
export interface ParkedWaits {
	/** The rows of each execution. */
	lists: Row[][];
	/** At the end: those that wait and those that wait for them, in the order in which they began. */
	executions: Execution[];
	/** What Retry made of those that had ended with an error. */
	retried: Execution[];
	/** How often its tasks were asked for then. */
	requestsAtRetry: number;
}

/**
 * 200 tasks wait in 20 executions, and others in parked waits. Redis is killed and started again while all are parked; a
 * worker is killed while it holds some of them.
 */
export async function tellStory(setup: Setup): Promise<Story> {
	const { api, session, stack, witness } = setup;
	const lists = chainedRows(api);
	const rows = lists.flat();
	const waits = {
		parked: parkedRows(api, PARKED_EXECUTIONS),
		errorOutput: lostRows(api, 'output', LOST_EACH),
		guarded: lostRows(api, 'guarded', LOST_EACH, 1),
		stop: lostRows(api, 'stop', LOST_EACH),
	};
	const lostWaits = LOST.flatMap((name) => waits[name]);
	await start(setup, 'videos', lists);
	for (let call = 0; call < PLAIN_EXECUTIONS; call++) await session.callWebhook('plain', { body: {} });
	for (const name of LOST) await start(setup, name, waits[name]);

	await comesTo('all are parked', async () => {
		const waiting = await session.executions({ status: 'waiting' });
		const isIdle = stack.workers.every((worker) => worker.held().length === 0);
		return isIdle && waiting.length === EXECUTIONS + PLAIN_EXECUTIONS + OF_A_WAIT * lostWaits.length;
	});
	const parked = new Map((await allOf(setup, setup.videos)).map((execution) => [execution.id, execution]));
	await stack.redis.kill();
	await stack.redis.start();

	const kept = [...lists.slice(0, KEPT_AT_WORK), ...lostWaits].map(([first]) => (first as Row).id);
	for (const id of kept) api.fault({ kind: 'hang', id, times: Infinity });
	endTasks(api, [...rows, ...lostWaits.flat()], 'first wait');
	await comesTo('only those kept at work are at work', async () => {
		const waiting = await session.executions({ workflowId: setup.videos, status: 'waiting' });
		const held = stack.workers.flatMap((worker) => worker.held());
		return (
			waiting.length === EXECUTIONS - KEPT_AT_WORK &&
			witness.holding() === PLAIN_EXECUTIONS &&
			held.length === kept.length + PLAIN_EXECUTIONS
		);
	});
	// Begun last, so that they stay parked until the worker has been killed.
	await start(setup, 'parked', waits.parked);
	await comesTo('the last ones are parked', async () => {
		const waiting = await session.executions({ workflowId: setup.parked.parked, status: 'waiting' });
		return waiting.length === OF_A_WAIT * PARKED_EXECUTIONS;
	});

	const kinds = [setup.plain, setup.videos, ...LOST.map((name) => setup.parked[name])];
	const { worker, lost } = holdingAll(stack.workers, await Promise.all(kinds.map((id) => idsOf(setup, id))));
	await worker.kill();

	api.clearFaults();
	witness.letGo();
	endTasks(api, [...rows, ...lostWaits.flat()], 'second wait');
	endTasks(api, waits.parked.flat(), 'first wait');
	await comesTo('each task that is still running was asked for in the first turn of its parked wait', () => {
		const running = waits.parked.flat().filter(({ due }) => due === 'second wait');
		return Promise.resolve(running.every(({ id }) => api.requestsFor(id).length > 1));
	});
	endTasks(api, waits.parked.flat(), 'second wait');
	await comesTo('every row is ticked off, and nothing runs any more', async () => {
		const isOpen = (await setup.tableRows()).some(({ state }) => state === 'waiting');
		return !isOpen && (await session.executions({ status: ['new', 'running', 'waiting'] })).length === 0;
	});
	return {
		rows,
		parked,
		lost,
		executions: {
			videos: await allOf(setup, setup.videos),
			recovery: await allOf(setup, setup.recovery),
			plain: await allOf(setup, setup.plain),
		},
		table: await setup.tableRows(),
		waits: {
			parked: await endOf(setup, 'parked', waits.parked),
			errorOutput: await endOf(setup, 'errorOutput', waits.errorOutput),
			guarded: await endOf(setup, 'guarded', waits.guarded),
			stop: await endOf(setup, 'stop', waits.stop),
		},
	};
}

/** One execution for each list of rows. */
async function start({ session }: Setup, path: string, lists: Row[][]): Promise<void> {
	for (const list of lists) {
		await session.callWebhook(path, { body: { rows: list.map(({ id, title }) => ({ id, title })) } });
	}
}

/** What became of parked waits, and what becomes of them when somebody presses Retry. */
async function endOf(setup: Setup, workflow: keyof ParkedWorkflows, lists: Row[][]): Promise<ParkedWaits> {
	const { api, session } = setup;
	const executions = await allOf(setup, setup.parked[workflow]);
	const asked = () => lists.flat().reduce((sum, { id }) => sum + api.requestsFor(id).length, 0);
	const before = asked();
	const retried: Execution[] = [];
	for (const { id, status, mode } of executions) {
		if (status !== 'error' || mode === 'integrated') continue;
		retried.push(await session.waitForExecution(await session.retryExecution(id), { timeoutMs: LIMIT_MS }));
	}
	return { lists, executions, retried, requestsAtRetry: asked() - before };
}

/** The worker that holds the most of executions of all kinds. */
function holdingAll(workers: Worker[], kinds: string[][]): { worker: Worker; lost: string[] } {
	const candidates = workers.map((worker) => {
		const lost = worker.held();
		const ofEach = kinds.map((ids) => lost.filter((id) => ids.includes(id)).length);
		return { worker, lost, least: Math.min(...ofEach) };
	});
	const [best] = candidates.sort((a, b) => b.least - a.least);
	if (!best?.least) throw new Error('No worker holds executions of all kinds');
	return best;
}

async function idsOf({ session }: Setup, workflowId: string): Promise<string[]> {
	return (await session.executions({ workflowId })).map(({ id }) => id);
}

async function allOf({ session }: Setup, workflowId: string): Promise<Execution[]> {
	const found: Execution[] = [];
	for (const { id } of await session.executions({ workflowId })) found.push(await session.execution(id));
	return found.sort((a, b) => Number(a.id) - Number(b.id));
}

async function comesTo(what: string, look: () => Promise<boolean>): Promise<void> {
	await until(look, { what, withinMs: LIMIT_MS, everyMs: POLL_MS });
}

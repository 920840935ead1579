import { isFinished, type Execution } from '../host/session.cts';
import { until } from '../host/until.cts';
import { addRows, endTasks, EXECUTIONS, type Row } from './rows';
import type { Setup, TableRow } from './setup';
import type { Worker } from './worker.cts';

/** How many executions of nothing but n8n's own nodes share the fate of ours. */
const PLAIN_EXECUTIONS = 6;
/** How many of our executions are kept at work until a worker has been killed. */
const KEPT_AT_WORK = 4;
/** Only ends a wait for something that never comes. */
const LIMIT_MS = 420_000;
const POLL_MS = 1_000;

/** What happened. */
export interface Story {
	rows: Row[];
	/** Our executions as they were parked before the worker was killed, by id. */
	parked: Map<string, Execution>;
	/** Ids of the executions that the worker held when it was killed. */
	lost: string[];
	/** All of them at the end. */
	executions: { videos: Execution[]; recovery: Execution[]; plain: Execution[] };
	table: TableRow[];
}

/**
 * 200 tasks wait in 20 executions. Redis is killed and started again while all are parked; a worker is killed
 * while it holds some of them.
 */
export async function tellStory(setup: Setup): Promise<Story> {
	const { api, session, stack, witness } = setup;
	const lists = addRows(api);
	const rows = lists.flat();
	for (const list of lists) {
		await session.callWebhook('videos', { body: { rows: list.map(({ id, title }) => ({ id, title })) } });
	}
	for (let call = 0; call < PLAIN_EXECUTIONS; call++) await session.callWebhook('plain', { body: {} });

	await comesTo('all are parked', async () => {
		const waiting = await session.executions({ status: 'waiting' });
		const isIdle = stack.workers.every((worker) => worker.held().length === 0);
		return isIdle && waiting.length === EXECUTIONS + PLAIN_EXECUTIONS;
	});
	const parked = new Map((await allOf(setup, setup.videos)).map((execution) => [execution.id, execution]));
	await stack.redis.kill();
	await stack.redis.start();

	const kept = lists.slice(0, KEPT_AT_WORK).map(([first]) => (first as Row).id);
	for (const id of kept) api.fault({ kind: 'hang', id, times: Infinity });
	endTasks(api, rows, 'first wait');
	await comesTo('only those kept at work are at work', async () => {
		const waiting = await session.executions({ workflowId: setup.videos, status: 'waiting' });
		const held = stack.workers.flatMap((worker) => worker.held());
		return (
			waiting.length === EXECUTIONS - KEPT_AT_WORK &&
			witness.holding() === PLAIN_EXECUTIONS &&
			held.length === KEPT_AT_WORK + PLAIN_EXECUTIONS
		);
	});

	const plain = new Set((await session.executions({ workflowId: setup.plain })).map(({ id }) => id));
	const { worker, lost } = holdingBoth(stack.workers, plain);
	await worker.kill();

	api.clearFaults();
	witness.letGo();
	endTasks(api, rows, 'second wait');
	await comesTo('every row is ticked off, and nothing runs any more', async () => {
		const isOpen = (await setup.tableRows()).some(({ state }) => state === 'waiting');
		return !isOpen && (await session.executions()).every(isFinished);
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
	};
}

/** The worker that holds the most of both our executions and those of n8n's own nodes. */
function holdingBoth(workers: Worker[], plain: Set<string>): { worker: Worker; lost: string[] } {
	const candidates = workers.map((worker) => {
		const lost = worker.held();
		const others = lost.filter((id) => plain.has(id)).length;
		return { worker, lost, both: Math.min(others, lost.length - others) };
	});
	const [best] = candidates.sort((a, b) => b.both - a.both);
	if (!best?.both) throw new Error('No worker holds executions of both kinds');
	return best;
}

async function allOf({ session }: Setup, workflowId: string): Promise<Execution[]> {
	const found: Execution[] = [];
	for (const { id } of await session.executions({ workflowId })) found.push(await session.execution(id));
	return found;
}

async function comesTo(what: string, look: () => Promise<boolean>): Promise<void> {
	await until(look, { what, withinMs: LIMIT_MS, everyMs: POLL_MS });
}

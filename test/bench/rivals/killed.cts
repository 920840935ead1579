import { setTimeout as sleep } from 'node:timers/promises';
import { isFinished } from '../../host/session.cts';
import { until } from '../../host/until.cts';
import { log, LOOK_EVERY_MS } from '../n8n/host.cts';
import {
	chained, endlessTasks, IN_NODE, inNode, loop, parked, poller, publishWaiter, rowsOut, startedExecution,
} from './waiters.cts';
import { THIS_NODE } from './work.cts';

import type { BenchHost } from '../n8n/host.cts';
import type { Published, Waiter } from './waiters.cts';
import type { Line, Work } from './work.cts';

const TASKS = 20;
const SHORTEST = { pollInterval: 5 };
/** Seconds; the shorter one is kept in memory by n8n's Wait node, the longer one in its database. */
const IN_MEMORY = loop(10);
const IN_DATABASE = loop(70);

const WAITERS: Waiter[] = [
	parked(THIS_NODE, SHORTEST), chained(SHORTEST), inNode(IN_NODE, SHORTEST), poller(5), IN_MEMORY, IN_DATABASE,
];
const NOTES: Record<string, string> = {
	[THIS_NODE]: "Parked in n8n's Database",
	[IN_NODE]: 'an execution that runs ends with n8n, whatever node it is in',
	[IN_MEMORY.who]: "n8n's Wait node keeps less than 65 s in memory",
};

/** Long enough for what waits in the database to be stored there. */
const STORED_MS = 10_000;
const ASKED_WITHIN_MS = 120_000;
const OUT_WITHIN_MS = 240_000;

/** Kills n8n while all wait, starts it again, ends the tasks and counts the rows that never come out. */
async function measureKilled(host: BenchHost): Promise<Line[]> {
	const published: Published[] = [];
	for (const waiter of WAITERS) published.push(await publishWaiter(host, waiter));
	const waits = await Promise.all(published.map(async (one) => {
		const rows = endlessTasks(one.api, TASKS);
		await one.start(rows);
		return { ...one, rows };
	}));
	await until(() => waits.every(({ api }) => api.requests.length > 0), { withinMs: ASKED_WITHIN_MS });
	await sleep(STORED_MS);
	log('Killing n8n ...');
	await host.n8n.kill();
	for (const { api, rows } of waits) for (const { id } of rows) api.finishTask(id);
	await host.n8n.restart();
	return await Promise.all(waits.map(async (one) => {
		const { waiter } = one;
		const isOver = async () => isFinished(await startedExecution(host, one));
		await until(isOver, { withinMs: OUT_WITHIN_MS, everyMs: LOOK_EVERY_MS }).catch(() => log(`${waiter.who}: no end`));
		const { id, status } = await startedExecution(host, one);
		const out = status === 'success' ? rowsOut(await host.session.execution(id), waiter) : 0;
		return { who: waiter.who, values: [TASKS - out], note: NOTES[waiter.who] };
	}));
}

export const KILLED: Work = {
	name: 'killed',
	title: `n8n killed (-9) while ${TASKS} tasks are waited for: rows that never come out`,
	unit: 'rows',
	wanted: [{ atMost: 0 }],
	measure: measureKilled,
};

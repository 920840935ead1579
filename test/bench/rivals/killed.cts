import { setTimeout as sleep } from 'node:timers/promises';
import { isFinished } from '../../host/session.cts';
import { until } from '../../host/until.cts';
import { log, LOOK_EVERY_MS } from '../n8n/host.cts';
import {
	chained,
	endlessTasks,
	IN_NODE,
	inNode,
	loop,
	parked,
	poller,
	publishWaiter,
	rowsOut,
	startedExecution,
} from './waiters.cts';
import { oncePerHost, THIS_NODE } from './work.cts';

import type { BenchHost } from '../n8n/host.cts';
import type { Published, Waiter } from './waiters.cts';
import type { Line, Work } from './work.cts';

const TASKS = 20;
const SHORTEST = { pollInterval: 5 };
/** Seconds; the shorter one is kept in memory by n8n's Wait node, the longer one in its database. */
const IN_MEMORY = loop(10);
const IN_DATABASE = loop(70);

const WAITERS: Waiter[] = [
	parked(THIS_NODE, SHORTEST),
	chained(SHORTEST),
	inNode(IN_NODE, SHORTEST),
	poller(5),
	IN_MEMORY,
	IN_DATABASE,
];
const NOTES: Record<string, string> = {
	[THIS_NODE]: "Parked in n8n's Database",
	[IN_NODE]: 'an execution that runs ends with n8n, whatever node it is in',
	[IN_MEMORY.who]: "n8n's Wait node keeps less than 65 s in memory",
};

/** Long enough for what waits in the database to be stored there. */
const STORED_MS = 10_000;
/** Of the longest wait, with what n8n is late. */
const ASKED_WITHIN_MS = 120_000;
/** Of the longest wait, with what n8n is late after its start; a parked wait that was cut off begins again by itself. */
const OUT_WITHIN_MS = 240_000;

/** What waits when n8n is killed, and for which tasks. */
type Wait = Published & { rows: Array<{ id: string }> };

/** Lets all of them wait, once they have asked for the first time. */
async function begin(host: BenchHost): Promise<Wait[]> {
	const published: Published[] = [];
	for (const waiter of WAITERS) published.push(await publishWaiter(host, waiter));
	const waits = await Promise.all(
		published.map(async (one) => {
			const rows = endlessTasks(one.api, TASKS);
			await one.start(rows);
			return { ...one, rows };
		}),
	);
	await haveAsked(waits);
	await sleep(STORED_MS);
	return waits;
}

const haveAsked = async (waits: Wait[]) =>
	await until(() => waits.every(({ api }) => api.requests.length > 0), {
		what: 'all ask',
		withinMs: ASKED_WITHIN_MS,
	});

/** @returns of each the rows that never come out */
async function lostRows(host: BenchHost, waits: Wait[]): Promise<Line[]> {
	return await Promise.all(
		waits.map(async (one) => {
			const { waiter } = one;
			const isOver = async () => isFinished(await startedExecution(host, one));
			await until(isOver, { withinMs: OUT_WITHIN_MS, everyMs: LOOK_EVERY_MS }).catch(() =>
				log(`${waiter.who}: no end`),
			);
			const { id, status } = await startedExecution(host, one);
			const out = status === 'success' ? rowsOut(await host.session.execution(id), waiter) : 0;
			return { who: waiter.who, values: [TASKS - out], note: NOTES[waiter.who] };
		}),
	);
}

/** Kills n8n while all wait, some of them in the middle of a status check; starts it again and ends the tasks. */
const killedOf = oncePerHost(async (host: BenchHost) => {
	const asking = await begin(host);
	for (const { api } of asking) {
		api.fault({ kind: 'hang', times: Infinity });
		api.resetLog();
	}
	// Begun later, they are far from their next status check when the others are in the middle of one.
	const parkedBetween = await begin(host);
	await haveAsked(asking);
	log('Killing n8n ...');
	await host.n8n.kill();
	for (const { api, rows } of [...asking, ...parkedBetween]) {
		api.clearFaults();
		for (const { id } of rows) api.finishTask(id);
	}
	await host.n8n.restart();
	const [between, during] = await Promise.all([lostRows(host, parkedBetween), lostRows(host, asking)]);
	return { between, during };
});

const killedWork = (name: string, moment: 'between' | 'during', words: string): Work => ({
	name,
	title: `n8n killed (-9) while ${TASKS} tasks are waited for, ${words}: rows that never come out`,
	unit: 'rows',
	wanted: [{ atMost: 0 }],
	measure: async (host) => (await killedOf(host))[moment],
});

export const KILLED: Work[] = [
	killedWork('killed', 'between', 'between two status checks'),
	killedWork('killedAsking', 'during', 'in the middle of a status check'),
];

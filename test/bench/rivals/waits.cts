import { isFinished } from '../../host/session.cts';
import { until } from '../../host/until.cts';
import { LOOK_EVERY_MS } from '../n8n/host.cts';
import { DOCUMENTED, makeTasks, type Mix } from '../schedule/tasks.cts';
import {
	inNode,
	LOOP,
	loop,
	parked,
	PARKED,
	POLLER,
	poller,
	publishWaiter,
	rowsOut,
	startedExecution,
} from './waiters.cts';
import { oncePerHost, THIS_NODE } from './work.cts';

import type { BenchHost } from '../n8n/host.cts';
import type { Published, Waiter } from './waiters.cts';
import type { Line, Work } from './work.cts';

const TASKS = 100;
/** The adaptive schedule's interval while a task may be done any moment, and what n8n needs at the end, in seconds. */
const INTERVAL = 30;
const OVERHEAD = 2;
/** Twice what the longest task takes. */
const LIMIT_MS = 10 * 60_000;

const POLLERS = [2, 5, 10, 20].map(poller);
const WAITERS: Waiter[] = [inNode(THIS_NODE), parked(), ...POLLERS, loop(10), loop(30)];

const NOTES: Record<string, string> = {
	[THIS_NODE]: 'Inside This Node, adaptive',
	[PARKED]: 'no shorter than 66 s from one status check to the next',
};

/** What one execution came to. */
interface Wait {
	who: string;
	/** Seconds from the end of the slowest task to the end of the execution */
	late: number;
	/** Status checks a task */
	checks: number;
}

/** All wait at the same time, for tasks of the same lengths. */
const waitsOf = oncePerHost(measureWaits);

async function measureWaits(host: BenchHost): Promise<Wait[]> {
	const lengths = makeTasks(DOCUMENTED['720p'] as Mix, TASKS, 1).map(({ finishedAt }) => finishedAt);
	const published: Published[] = [];
	for (const waiter of WAITERS) published.push(await publishWaiter(host, waiter));
	return await Promise.all(
		published.map(async (one) => {
			const slowestAt = Date.now() + 1000 * Math.max(...lengths);
			await one.start(lengths.map((finishAfter) => ({ id: one.api.addTask({ finishAfter }).id })));
			const { id, stoppedAt } = await until(
				async () => {
					const execution = await startedExecution(host, one);
					return isFinished(execution) && execution;
				},
				{ what: `${one.waiter.who} is done`, withinMs: LIMIT_MS, everyMs: LOOK_EVERY_MS },
			);
			const rows = rowsOut(await host.session.execution(id), one.waiter);
			if (rows !== TASKS) throw new Error(`${one.waiter.who}: ${rows} of ${TASKS} rows came out`);
			return {
				who: one.waiter.who,
				late: (Number(stoppedAt) - slowestAt) / 1000,
				checks: one.api.requests.length / TASKS,
			};
		}),
	);
}

const lines = async (host: BenchHost, value: (wait: Wait) => number): Promise<Line[]> =>
	(await waitsOf(host)).map((wait) => ({ who: wait.who, values: [value(wait)], note: NOTES[wait.who] }));

export const WAITS: Work[] = [
	{
		name: 'late',
		title: `${TASKS} tasks of 2 to 5 min in one execution: from the slowest task's end to the last row`,
		unit: 'seconds',
		wanted: [{ atMost: INTERVAL + OVERHEAD }],
		why: Object.fromEntries(
			[POLLER, LOOP].map((who) => [who, 'Where the last status check falls is chance, up to one interval']),
		),
		measure: async (host) => await lines(host, ({ late }) => late),
	},
	{
		name: 'checks',
		title: 'The same: status checks a task',
		unit: 'status checks',
		why: {
			[POLLER]: 'One task after another: of tasks that all exist before, most are done when it comes to them',
		},
		measure: async (host) => await lines(host, ({ checks }) => checks),
	},
];

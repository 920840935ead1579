import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../host/until.cts';
import { endlessTasks, inNode, loop, poller, publishWaiter, startedExecution } from './waiters.cts';
import { THIS_NODE } from './work.cts';

import type { BenchHost } from '../n8n/host.cts';
import type { Published, Waiter } from './waiters.cts';
import type { Line, Work } from './work.cts';

const TASKS = 20;
const WATCHED = 30;
const INTERVAL = 5;
const STARTED_WITHIN_MS = 60_000;

const WAITERS: Waiter[] = [inNode(THIS_NODE, { pollInterval: INTERVAL }), poller(INTERVAL), loop(INTERVAL)];

/** Presses Stop while all wait, and sees when each makes its last request. */
async function measureStopped(host: BenchHost): Promise<Line[]> {
	const published: Published[] = [];
	for (const waiter of WAITERS) published.push(await publishWaiter(host, waiter));
	return await Promise.all(
		published.map(async (one) => {
			const { api, waiter } = one;
			const rows = endlessTasks(api, TASKS);
			await one.start(rows);
			await until(() => api.requests.length > 0, { what: `${waiter.who} asks`, withinMs: STARTED_WITHIN_MS });
			await sleep(1000 * 2.5 * INTERVAL);
			const { id } = await startedExecution(host, one);
			const stoppedAt = Date.now();
			await host.session.stopExecution(id);
			await sleep(1000 * WATCHED);
			const last = Math.max(stoppedAt, ...api.requests.map(({ at }) => at));
			for (const task of rows) api.finishTask(task.id);
			const asksOn = Date.now() - last < 1000 * 2 * INTERVAL;
			const note = asksOn
				? 'still asks when it is no longer watched: it goes on until the tasks are done'
				: undefined;
			return { who: waiter.who, values: [(last - stoppedAt) / 1000], note };
		}),
	);
}

export const STOPPED: Work = {
	name: 'stopped',
	title: `Stop pressed while ${TASKS} tasks are waited for, every ${INTERVAL} s: until the last request, watched for ${WATCHED} s`,
	unit: 'seconds',
	wanted: [{ atMost: 1 }],
	measure: async (host) => await measureStopped(host),
};

import { randomUUID } from 'node:crypto';
import { runToEnd } from '../n8n/runToEnd.cts';
import { oneRunWorkflow } from '../n8n/workflows.cts';

import type { BenchHost } from '../n8n/host.cts';

/** Tasks that one execution waits for inside the node. */
export interface Group {
	name: string;
	/** Seconds until the first task is done */
	from: number;
	/** Seconds until the last is done; the others lie between, evenly */
	to: number;
	/** Of the node */
	options: Record<string, unknown>;
}

const TASKS = 20;
const LIMIT_MS = 10 * 60_000;

export const GROUPS: Group[] = [
	{ name: 'adaptive, tasks of 2 to 5 min', from: 121, to: 299, options: {} },
	{ name: 'every 30 s, tasks of 2 to 5 min', from: 121, to: 299, options: { pollInterval: 30 } },
	{ name: 'every 5 s, tasks of 10 s to 2 min', from: 10, to: 118, options: { pollInterval: 5 } },
];

/** Waits for the group's tasks in one execution. */
export async function measureGroup(host: BenchHost, { name, from, to, options }: Group) {
	const api = await host.simulate();
	const finishAfters = Array.from({ length: TASKS }, (_, n) => from + (n * (to - from)) / (TASKS - 1));
	const createdAt = Date.now();
	const rows = finishAfters.map((finishAfter) => ({ id: api.addTask({ finishAfter }).id }));
	const workflow = oneRunWorkflow(randomUUID(), { waitUntilDone: 'inNode', options });
	const { stoppedAt } = await runToEnd(host, api, workflow, rows, LIMIT_MS);
	const sumMs = 1000 * finishAfters.reduce((sum, seconds) => sum + seconds, 0);
	return { name, tookMs: stoppedAt - createdAt, slowestMs: 1000 * to, sumMs, checks: api.requests.length / TASKS };
}

export type MeasuredGroup = Awaited<ReturnType<typeof measureGroup>>;

import { randomUUID } from 'node:crypto';
import { executionBytes, executionsByStatus, parkedExecutions } from '../n8n/database.cts';
import { log, LOOK_EVERY_MS } from '../n8n/host.cts';
import { idleLoad, processorMs, settledMemory } from '../n8n/memory.cts';
import { until } from '../../host/until.cts';
import { chainedWorkflow } from '../n8n/workflows.cts';
import { mean } from '../statistics.cts';
import { startExecutions, warmUp } from './starting.cts';

import type { BenchHost } from '../n8n/host.cts';
import type { Simulator } from '../../simulator/index.cts';

/** How long the executions of the first round are due one after the other, in milliseconds. */
const SPREAD_MS = 60_000;
/** For a look at all of them while none is due, and for the shortest park. */
const LOOK_MS = 90_000;
/** Parked executions may take this much longer to start, and to resume, than those that warmed n8n up. */
const SLOWER = 1.7;
/** More than the shortest park. */
const PARK_MS = 70_000;
const IDLE_MS = 20_000;
/** Characters of n8n's own log. */
const LOG_SHOWN = 4_000;
/** Five of n8n's sweeps. What has not resumed by then is counted as missing. */
const RESUMED_WITHIN_MS = 300_000;

/** Leaves for the Wait node until the time that the execution's row names for this round. */
const UNTIL_DUE = {
	pollInterval:
		"={{ Math.max(5, (($('Split Out').item.json.due[$json.polling?.attempt ?? 0] ?? 0) - Date.now()) / 1000) }}",
};

/**
 * Executions that are parked in n8n's database twice: due one after the other within a minute, then all due in
 * the same second. After the second time every task is done.
 */
export async function measureParked(host: BenchHost, count: number) {
	const { n8n } = host;
	const api = await host.simulate();
	const path = randomUUID();
	await host.publish(chainedWorkflow(path, UNTIL_DUE), api);
	const { memory: none, eachMs } = await warmUp(host, api);
	const noneLoad = await idleLoad(n8n, IDLE_MS);
	const bytesBefore = await executionBytes(n8n);

	log(`Starting ${count} executions that are parked ...`);
	api.resetLog();
	const timeForAll = SLOWER * eachMs * count;
	const first = Date.now() + LOOK_MS + timeForAll;
	const second = first + Math.max(SPREAD_MS, timeForAll) + PARK_MS;
	const rows = Array.from({ length: count }, (_, index) => ({
		id: api.addTask({ outcome: 'never' }).id,
		due: [first + (index * SPREAD_MS) / count, second],
	}));
	const startMs = await startExecutions(host, path, rows);
	await allParked(host, count);
	const bytesAfter = await executionBytes(n8n);
	const parked = await settledMemory(n8n);
	const load = await idleLoad(n8n, IDLE_MS);

	const spread = await measureRound(host, api, count);
	await allParked(host, count);
	for (const { id } of rows) api.finishTask(id);
	const burst = await measureRound(host, api, count);
	return { none, noneLoad, parked, load, startMs, bytes: (bytesAfter - bytesBefore) / count, spread, burst };
}

export type Parked = Awaited<ReturnType<typeof measureParked>>;

export interface Round {
	/** From due to the next status check, milliseconds, of those that resumed */
	delays: number[];
	/** From the first that is due to the last */
	spanMs: number;
	/** Mean length of what the executions remember */
	dataBytes: number;
	/** Mean length of their copies of the workflow */
	workflowBytes: number;
	/** n8n's processor time for each that resumes */
	cpuMs: number;
}

/** Waits for parked executions to resume and ask. */
async function measureRound({ n8n }: BenchHost, api: Simulator, count: number): Promise<Round> {
	const parked = await parkedExecutions(n8n);
	const due = parked.map(({ waitTill }) => waitTill);
	const last = Math.max(...due);
	log(`Waiting for them to resume, at ${new Date(last).toISOString()} the last ...`);
	const cpuBefore = processorMs(Number(n8n.pid));
	api.resetLog();
	await until(() => api.requests.length >= count, {
		withinMs: last - Date.now() + RESUMED_WITHIN_MS, everyMs: LOOK_EVERY_MS,
	}).catch(() => log(`${count - api.requests.length} did not:\n${n8n.logText().slice(-LOG_SHOWN)}`));
	const askedAt = new Map(api.requests.map(({ id, at }) => [id, at]));
	const resumed = parked.filter(({ taskId }) => askedAt.has(taskId));
	return {
		delays: resumed.map(({ taskId, waitTill }) => Number(askedAt.get(taskId)) - waitTill),
		spanMs: last - Math.min(...due),
		dataBytes: mean(parked.map(({ dataBytes }) => dataBytes)),
		workflowBytes: mean(parked.map(({ workflowBytes }) => workflowBytes)),
		cpuMs: (processorMs(Number(n8n.pid)) - cpuBefore) / count,
	};
}

async function allParked(host: BenchHost, count: number) {
	const look = async () => (await executionsByStatus(host.n8n))['waiting'] === count;
	await until(look, { what: `${count} executions are parked at once`, withinMs: 60_000, everyMs: LOOK_EVERY_MS });
}

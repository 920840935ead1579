import { seedance } from '../n8n/workflows.cts';
import { openBarePool } from './barePool.cts';
import { publishNode } from './nodeRun.cts';
import { httpQuery, pollerNode } from './nodes.cts';
import { THIS_NODE } from './work.cts';

import type { BenchHost } from '../n8n/host.cts';
import type { WorkflowNode } from '../../host/session/workflow.cts';
import type { Simulator } from '../../simulator/index.cts';
import type { Line, Work } from './work.cts';

const IDS = 1000;
const HTTP_REQUEST = 'HTTP Request, all at once';
const BARE_POOL = 'bare undici pool';
const WHY_POOL = {
	[BARE_POOL]: "Outside n8n, and it keeps its connections: n8n's helper makes a new one for each request",
};

/** One that is compared: answers each id once, in seconds. */
interface Contender {
	who: string;
	note?: string;
	/** How often to measure it at most */
	runs?: number;
	ask: (ids: string[]) => Promise<number>;
}

/** Finished tasks, asked for once each, in one run of the node. */
export const IDS_AT_ONCE: Work = {
	name: 'ids',
	title: `${IDS} ids, one request each, answered at once`,
	unit: 'seconds',
	wanted: [{ atMost: 0.45, of: HTTP_REQUEST }],
	why: WHY_POOL,
	measure: async (host, runs) =>
		await withFinishedTasks(host, 50, runs, async (api, inNode) => [
			{ who: THIS_NODE, note: 'Max Concurrency 50', ask: await inNode(getResult(50)) },
			{ who: HTTP_REQUEST, note: 'sends all without waiting', ask: await inNode(httpQuery(api)) },
			{
				who: 'HTTP Request, 50 a second',
				runs: 1,
				note: 'what its batching is set to when it is switched on',
				ask: await inNode(httpQuery(api, { batching: { batchSize: 50, batchInterval: 1000 } })),
			},
			{ who: 'plain poller', runs: 1, note: 'one after another', ask: await inNode(pollerNode(api, 5)) },
		]),
};

/** The same on an API that takes its time, so that what the node itself needs can hide in the waits. */
function slowIds(inFlight: number, atMost: number): Work {
	const answerMs = 100;
	return {
		name: `slowIds${inFlight}`,
		title: `${IDS} ids, answered after ${answerMs} ms, ${inFlight} in flight`,
		unit: 'seconds',
		wanted: [{ atMost, of: BARE_POOL }],
		why: {
			...WHY_POOL,
			[HTTP_REQUEST]: `It knows no bound and has all ${IDS} in flight at once, which an API may not like`,
		},
		measure: async (host, runs) =>
			await withFinishedTasks(host, inFlight, runs, async (api, inNode) => {
				api.fault({ kind: 'slow', delay: answerMs, times: Infinity });
				return [
					{ who: THIS_NODE, note: `Max Concurrency ${inFlight}`, ask: await inNode(getResult(inFlight)) },
					{
						who: HTTP_REQUEST,
						note: `up to ${IDS} in flight: it knows no bound`,
						ask: await inNode(httpQuery(api)),
					},
				];
			}),
	};
}

export const SLOW_IDS: Work[] = [slowIds(10, 1.1), slowIds(50, 1.75)];

export const getResult = (maxConcurrency: number, others: Record<string, unknown> = {}): WorkflowNode =>
	seedance({ operation: 'get', waitUntilDone: 'no', options: { maxConcurrency }, ...others });

/**
 * Lets those that are compared take turns, so that whatever else the machine does meets all of them. Each runs once
 * before, which loads what is loaded on first use.
 *
 * @param connections of the bare pool, which is compared in every work
 */
async function withFinishedTasks(
	host: BenchHost,
	connections: number,
	runs: number,
	contend: (
		api: Simulator,
		inNode: (node: WorkflowNode) => Promise<Contender['ask']>,
	) => Promise<Contender[]>,
): Promise<Line[]> {
	const api = await host.simulate();
	const ids = Array.from({ length: IDS }, () => api.addTask({ finishAfter: 0 }).id);
	const inNode = async (node: WorkflowNode): Promise<Contender['ask']> => {
		const run = await publishNode(host, api, node);
		return async () => {
			const { seconds, items } = await run(ids.map((id) => ({ id })));
			if (items.length !== IDS) throw new Error(`${node.name} answered ${items.length} of ${IDS}`);
			return seconds;
		};
	};
	const pool = await openBarePool(api, connections);
	try {
		const floor: Contender = {
			who: BARE_POOL,
			note: `outside n8n, ${connections} connections`,
			ask: pool.ask,
		};
		const contenders = [...(await contend(api, inNode)), floor];
		const values = contenders.map((): number[] => []);
		for (let run = 0; run <= runs; run++) {
			for (const [index, { ask, runs: most = runs }] of contenders.entries()) {
				const isWarmUp = run === 0;
				if (run > most || (isWarmUp && most < runs)) continue;
				api.resetLog();
				const took = await ask(ids);
				if (!isWarmUp) values[index]?.push(took);
			}
		}
		return contenders.map(({ who, note }, index) => ({ who, note, values: values[index] ?? [] }));
	} finally {
		pool.end();
	}
}

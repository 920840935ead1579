import { addTasks, publishNode } from '../n8n/nodeRun.cts';
import { seedance } from '../../host/workflows.cts';
import { httpQuery } from '../n8n/workflows.cts';
import { openBarePool } from './barePool.cts';

import type { BenchHost } from '../n8n/host.cts';
import type { WorkflowNode } from '../../host/session/workflow.cts';
import type { Simulator } from '../../simulator/index.cts';
import type { Work } from './work.cts';

const IDS = 1000;
const WARM_UP = 100;
const ANSWER_MS = 100;

/** Gets each task once; returns seconds. */
type Ask = (ids: string[]) => Promise<number>;

async function inNode(host: BenchHost, api: Simulator, node: WorkflowNode): Promise<Ask> {
	const run = await publishNode(host, api, node);
	return async (ids) => {
		const { seconds, items } = await run(ids.map((id) => ({ id })));
		if (items.length !== ids.length) throw new Error(`${node.name}: ${items.length} of ${ids.length}`);
		return seconds;
	};
}

/** This node and a rival take turns, so that other load of the machine meets both. */
async function compare(host: BenchHost, api: Simulator, inFlight: number, rival: Ask) {
	const ids = addTasks(api, host.size(IDS), 'finished').map(({ id }) => id);
	const node = await inNode(host, api, seedance({ options: { maxConcurrency: inFlight } }));
	const values = { own: [] as number[], rival: [] as number[] };
	for (const ask of [node, rival]) await ask(ids.slice(0, WARM_UP));
	for (let run = 0; run < host.runs; run++) {
		api.resetLog();
		values.own.push(await node(ids));
		values.rival.push(await rival(ids));
	}
	return values;
}

const idsAtOnce: Work = {
	name: 'ids',
	measure: async (host) => {
		const api = await host.simulate();
		const http = await inNode(host, api, httpQuery(api));
		const row = {
			what: '1,000 IDs at once, one request each',
			unit: 's',
			who: 'HTTP Request',
			atMost: 0.25,
			picture: '1,000 IDs at once, one request each',
		};
		return [{ ...row, ...(await compare(host, api, 50, http)) }];
	},
};

/** An API that takes its time, so that the node's own work can hide in the waits. */
const slowIds = (inFlight: number, atMost: number): Work => ({
	name: `slowIds${inFlight}`,
	measure: async (host) => {
		const api = await host.simulate();
		api.fault({ kind: 'slow', delay: ANSWER_MS, times: Infinity });
		const pool = await openBarePool(api, inFlight);
		const what = `1,000 IDs, answered after ${ANSWER_MS} ms, ${inFlight} in flight`;
		try {
			const values = await compare(host, api, inFlight, pool.ask);
			return [{ what, unit: 's', who: 'bare undici pool', atMost, ...values }];
		} finally {
			pool.end();
		}
	},
});

export const REQUESTS: Work[] = [idsAtOnce, slowIds(10, 1.1), slowIds(50, 1.45)];

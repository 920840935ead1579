import { untilAsked } from '../n8n/host.cts';
import { settledMemory } from '../n8n/memory.cts';
import { addTasks } from '../n8n/nodeRun.cts';
import { oneNodeWorkflow, seedanceWait } from '../n8n/workflows.cts';

import type { Work } from './work.cts';

const EXECUTIONS = 100;
/** They make n8n load what it loads on first use; so few, because n8n keeps their memory. */
const WARM_UP = 5;
const WITHIN_MS = 120_000;
/** Seconds; none is checked a second time. */
const INTERVAL = 3600;

/** Memory of n8n for each execution that waits inside the node: most is n8n's sandbox for expressions. */
export const INSIDE: Work = {
	name: 'inside',
	measure: async (host) => {
		await host.n8n.restart();
		const api = await host.simulate();
		const { start } = await host.publish(oneNodeWorkflow(seedanceWait('inNode', INTERVAL)), api);
		const startEach = async (rows: object[]) =>
			await Promise.all(rows.map(async (row) => await start([row])));
		await startEach(addTasks(api, WARM_UP, 'finished'));
		await untilAsked(api, WARM_UP, WITHIN_MS);
		const before = await settledMemory(host.n8n);
		await startEach(addTasks(api, EXECUTIONS, 'endless'));
		await untilAsked(api, WARM_UP + EXECUTIONS, WITHIN_MS);
		const each = ((await settledMemory(host.n8n)) - before) / 1e6 / EXECUTIONS;
		const what = 'Memory of an execution that waits inside the node';
		return [{ what, unit: 'MB', own: [each], who: '', rival: [], atMost: Infinity }];
	},
};

import { randomUUID } from 'node:crypto';
import { log } from '../n8n/host.cts';
import { idleLoad, settledMemory } from '../n8n/memory.cts';
import { until } from '../../host/until.cts';
import { oneRunWorkflow } from '../n8n/workflows.cts';
import { startExecutions, warmUp } from './starting.cts';

import type { BenchHost } from '../n8n/host.cts';

/** Nobody asks a second time while memory is measured. */
const OPTIONS = { pollInterval: 3600 };
const IDLE_MS = 20_000;

/**
 * Executions that wait inside the node, in an n8n that has just been started. They are still waiting at the end.
 */
export async function measureInNode(host: BenchHost, count: number) {
	const api = await host.simulate();
	const path = randomUUID();
	await host.publish(oneRunWorkflow(path, { waitUntilDone: 'inNode', options: OPTIONS }), api);
	const { memory: none } = await warmUp(host, api);

	log(`Starting ${count} executions that wait inside the node ...`);
	api.resetLog();
	const rows = Array.from({ length: count }, () => ({ id: api.addTask({ outcome: 'never' }).id }));
	const startMs = await startExecutions(host, path, rows);
	await until(() => api.requests.length >= count, { what: 'every task was asked for', withinMs: 120_000 });
	const waiting = await settledMemory(host.n8n);
	return { none, waiting, startMs, load: await idleLoad(host.n8n, IDLE_MS) };
}

export type InNode = Awaited<ReturnType<typeof measureInNode>>;

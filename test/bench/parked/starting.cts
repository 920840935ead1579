import { randomUUID } from 'node:crypto';
import { settledMemory } from '../n8n/memory.cts';
import { oneRunWorkflow } from '../n8n/workflows.cts';

import type { BenchHost } from '../n8n/host.cts';
import type { Memory } from '../n8n/memory.cts';
import type { Simulator } from '../../simulator/index.cts';

/** Webhooks called at once: enough to keep n8n busy. */
const CALLERS = 10;
/** Executions that load what n8n loads on first use and let its code be compiled. */
const WARM_UP = 50;

/**
 * Starts an execution for each task by calling a webhook.
 *
 * @param path the webhook's
 * @param rows one an execution
 * @returns milliseconds until the last was taken on
 */
export async function startExecutions(
	{ session }: BenchHost,
	path: string,
	rows: Array<Record<string, unknown>>,
): Promise<number> {
	const began = Date.now();
	const left = [...rows];
	const call = async () => {
		for (let row = left.shift(); row; row = left.shift()) {
			const { status } = await session.callWebhook(path, { body: { rows: [row] } });
			if (status !== 200) throw new Error(`The webhook was answered ${status}`);
		}
	};
	await Promise.all(Array.from({ length: CALLERS }, call));
	return Date.now() - began;
}

/**
 * Runs some executions that end at once.
 *
 * @returns what n8n has when they are over, and how long it took to start each
 */
export async function warmUp(host: BenchHost, api: Simulator): Promise<{ memory: Memory; eachMs: number }> {
	const path = randomUUID();
	await host.publish(oneRunWorkflow(path, { waitUntilDone: 'no' }), api);
	const rows = Array.from({ length: WARM_UP }, () => ({ id: api.addTask().id }));
	const tookMs = await startExecutions(host, path, rows);
	return { memory: await settledMemory(host.n8n), eachMs: tookMs / WARM_UP };
}

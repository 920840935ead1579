'use strict';

const { randomUUID } = require('node:crypto');
const { log } = require('../n8n/host');
const { idleLoad, settledMemory } = require('../n8n/memory');
const { until } = require('../n8n/until');
const { oneRunWorkflow } = require('../n8n/workflows');
const { startExecutions, warmUp } = require('./starting');

/** @import { BenchHost } from '../n8n/host' */

/** Nobody asks a second time while memory is measured. */
const OPTIONS = { pollInterval: 3600 };
const IDLE_MS = 20_000;

/**
 * Executions that wait inside the node, in an n8n that has just been started. They are still waiting at the end.
 *
 * @param {BenchHost} host
 * @param {number} count
 */
async function measureInNode(host, count) {
	const api = await host.simulate();
	const path = randomUUID();
	await host.publish(oneRunWorkflow(path, { waitUntilDone: 'inNode', options: OPTIONS }), api);
	const { memory: none } = await warmUp(host, api);

	log(`Starting ${count} executions that wait inside the node ...`);
	api.resetLog();
	const rows = Array.from({ length: count }, () => ({ id: api.addTask({ outcome: 'never' }).id }));
	const startMs = await startExecutions(host, path, rows);
	await until('every task was asked for', 120_000, () => api.requests.length >= count);
	const waiting = await settledMemory(host.n8n);
	return { none, waiting, startMs, load: await idleLoad(host.n8n, IDLE_MS) };
}

module.exports = { measureInNode };

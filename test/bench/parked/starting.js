'use strict';

const { randomUUID } = require('node:crypto');
const { inParallel } = require('../n8n/callers');
const { settledMemory } = require('../n8n/memory');
const { oneRunWorkflow } = require('../n8n/workflows');

/** @import { BenchHost } from '../n8n/host' */
/** @import { Memory } from '../n8n/memory' */
/** @import { Simulator } from '../../simulator' */

/** Webhooks called at once: enough to keep n8n busy. */
const CALLERS = 10;
/** Executions that load what n8n loads on first use and let its code be compiled. */
const WARM_UP = 50;

/**
 * Starts an execution for each task by calling a webhook.
 *
 * @param {BenchHost} host
 * @param {string} path the webhook's
 * @param {Array<Record<string, unknown>>} rows one an execution
 * @returns {Promise<number>} milliseconds until the last was taken on
 */
async function startExecutions({ session }, path, rows) {
	const began = Date.now();
	await inParallel(rows.length, CALLERS, async (index) => {
		const { status } = await session.callWebhook(path, { body: { rows: [rows[index]] } });
		if (status !== 200) throw new Error(`The webhook was answered ${status}`);
	});
	return Date.now() - began;
}

/**
 * Runs some executions that end at once.
 *
 * @param {BenchHost} host
 * @param {Simulator} api
 * @returns {Promise<{ memory: Memory, eachMs: number }>} what n8n has when they are over, and how long it took
 *   to start each
 */
async function warmUp(host, api) {
	const path = randomUUID();
	await host.publish(oneRunWorkflow(path, { waitUntilDone: 'no' }), api);
	const rows = Array.from({ length: WARM_UP }, () => ({ id: api.addTask().id }));
	const tookMs = await startExecutions(host, path, rows);
	return { memory: await settledMemory(host.n8n), eachMs: tookMs / WARM_UP };
}

module.exports = { startExecutions, warmUp };

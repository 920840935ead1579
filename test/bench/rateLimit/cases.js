'use strict';

const { randomUUID } = require('node:crypto');
const { runToEnd } = require('../n8n/runToEnd');
const { oneRunWorkflow } = require('../n8n/workflows');

/** @import { BenchHost } from '../n8n/host' */

/**
 * One way to ask.
 *
 * @typedef {object} Case
 * @property {string} name
 * @property {boolean} retryAfter whether the API says how long to rest
 * @property {Record<string, unknown>} options of the node
 */

/** @type {Case[]} */
const CASES = [
	{ name: '10 at once, the API says when to come back', retryAfter: true, options: {} },
	{ name: '10 at once, the API does not say', retryAfter: false, options: {} },
	{ name: '1 at once, the API says when to come back', retryAfter: true, options: { maxConcurrency: 1 } },
	{ name: '1 at once, the API does not say', retryAfter: false, options: { maxConcurrency: 1 } },
];

/** Well beyond what the limit alone takes. */
const LIMIT_MS = 20 * 60_000;

/**
 * Asks once for each of many finished tasks, in one run of the node.
 *
 * @param {BenchHost} host
 * @param {Case} one
 * @param {number} items
 * @param {number} limit requests that the API takes in 60 s
 */
async function measureCase(host, { name, retryAfter, options }, items, limit) {
	const api = await host.simulate({ rateLimit: { requests: limit, seconds: 60, retryAfter } });
	const workflow = oneRunWorkflow(randomUUID(), 'no', options);
	// A failed item must not end the others.
	for (const node of workflow.nodes) node.onError = 'continueRegularOutput';
	const rows = Array.from({ length: items }, () => ({ id: api.addTask({ finishAfter: 0 }).id }));
	const { startedAt, stoppedAt } = await runToEnd(host, api, workflow, rows, LIMIT_MS);
	const answered = api.requests.filter(({ status }) => status === 200);
	return {
		name,
		tookMs: stoppedAt - startedAt,
		requests: api.requests.length,
		refused: api.requests.filter(({ status }) => status === 429).length,
		failed: items - new Set(answered.map(({ id }) => id)).size,
	};
}

module.exports = { CASES, measureCase };

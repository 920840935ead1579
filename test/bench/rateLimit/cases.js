'use strict';

const { randomUUID } = require('node:crypto');
const { runToEnd } = require('../n8n/runToEnd');
const { oneRunWorkflow } = require('../n8n/workflows');

/** @import { BenchHost } from '../n8n/host' */

/**
 * More work than an API takes at once.
 *
 * @typedef {object} Case
 * @property {'get' | 'create'} operation of finished tasks, or of new ones
 * @property {number} items
 * @property {{ requests: number, seconds: number }} limit what the API takes in any such time
 * @property {boolean} retryAfter whether the API says how long to rest
 */

/** @type {Array<Omit<Case, 'retryAfter'>>} */
const WORK = [
	{ operation: 'get', items: 1000, limit: { requests: 40, seconds: 1 } },
	{ operation: 'create', items: 120, limit: { requests: 4, seconds: 1 } },
	{ operation: 'get', items: 200, limit: { requests: 60, seconds: 60 } },
];

/** @type {Case[]} */
const CASES = WORK.flatMap((work) => [true, false].map((retryAfter) => ({ ...work, retryAfter })));

/** Well beyond what the limit alone takes. */
const LIMIT_MS = 20 * 60_000;

/**
 * Sends one request for each item, in one run of the node.
 *
 * @param {BenchHost} host
 * @param {Case} one
 */
async function measureCase(host, { operation, items, limit, retryAfter }) {
	const api = await host.simulate({ rateLimit: { ...limit, retryAfter } });
	const workflow = oneRunWorkflow(randomUUID(), operation === 'create'
		? { operation, prompt: '={{ $json.prompt }}' }
		: { operation, waitUntilDone: 'no' });
	// A failed item must not end the others.
	for (const node of workflow.nodes) node.onError = 'continueRegularOutput';
	const rows = Array.from({ length: items }, (_, row) => (operation === 'create'
		? { prompt: `Row ${row}` }
		: { id: api.addTask({ finishAfter: 0 }).id }));
	const { startedAt, stoppedAt } = await runToEnd(host, api, workflow, rows, LIMIT_MS);
	const answered = api.requests.filter(({ status }) => status === 200);
	const done = operation === 'create'
		? new Set(api.created.map(({ body }) => JSON.stringify(body))).size
		: new Set(answered.map(({ id }) => id)).size;
	return {
		leastMs: limit.seconds * 1000 * Math.floor((items - 1) / limit.requests),
		tookMs: stoppedAt - startedAt,
		requests: api.requests.length,
		refused: api.requests.filter(({ status }) => status === 429).length,
		failed: items - done,
		twice: operation === 'create' ? api.created.length - done : 0,
	};
}

module.exports = { CASES, measureCase };

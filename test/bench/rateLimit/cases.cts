import { randomUUID } from 'node:crypto';
import { runToEnd } from '../n8n/runToEnd.cts';
import { oneRunWorkflow } from '../n8n/workflows.cts';

import type { BenchHost } from '../n8n/host.cts';

/** More work than an API takes at once. */
export interface Case {
	/** Of finished tasks, or of new ones */
	operation: 'get' | 'create';
	items: number;
	/** What the API takes in any such time */
	limit: { requests: number, seconds: number };
	/** Whether the API says how long to rest */
	retryAfter: boolean;
}

const WORK: Array<Omit<Case, 'retryAfter'>> = [
	{ operation: 'get', items: 1000, limit: { requests: 40, seconds: 1 } },
	{ operation: 'create', items: 120, limit: { requests: 4, seconds: 1 } },
	{ operation: 'get', items: 200, limit: { requests: 60, seconds: 60 } },
];

export const CASES: Case[] = WORK.flatMap((work) => [true, false].map((retryAfter) => ({ ...work, retryAfter })));

/** Well beyond what the limit alone takes. */
const LIMIT_MS = 20 * 60_000;

/** Sends one request for each item, in one run of the node. */
export async function measureCase(host: BenchHost, { operation, items, limit, retryAfter }: Case) {
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

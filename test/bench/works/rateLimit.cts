import { addTasks, publishNode } from '../n8n/nodeRun.cts';
import { seedance } from '../../host/workflows.cts';
import { httpQuery, seedanceCreate } from '../n8n/workflows.cts';
import { createdTwice } from './duplicates.cts';

import type { BenchHost } from '../n8n/host.cts';
import type { WorkflowNode } from '../../host/session/workflow.cts';
import type { Simulator } from '../../simulator/index.cts';
import type { Row, Work } from './work.cts';

/** More work than the API takes at once. */
interface Job {
	items: number;
	/** What the API takes in a second */
	requests: number;
	creates?: boolean;
}

const GETS: Job = { items: 1000, requests: 40 };
const CREATES: Job = { items: 120, requests: 4, creates: true };

/** How the API counts the requests of a second, and whether a 429 tells how long to wait. */
const LIMITS = (['sliding', 'calendar'] as const).flatMap((window) =>
	[true, false].map((retryAfter) => ({ window, retryAfter })),
);

async function measure(
	host: BenchHost,
	{ items, requests, creates }: Job,
	limit: (typeof LIMITS)[number] | undefined,
	node: (api: Simulator) => WorkflowNode,
) {
	const api = await host.simulate({ rateLimit: { requests, seconds: 1, ...limit } });
	const count = host.size(items);
	const prompts = Array.from({ length: count }, (_, row) => ({ prompt: `Row ${row}` }));
	const rows = creates ? prompts : addTasks(api, count, 'finished');
	const run = await publishNode(host, api, { ...node(api), onError: 'continueRegularOutput' });
	const { seconds, items: answered } = await run(rows);
	return {
		seconds,
		failed: count - answered.length,
		refused: api.requests.filter(({ status }) => status === 429).length,
		twice: createdTwice(api),
		// The first second's requests go at once, and every later second's when that second begins.
		least: Math.floor((count - 1) / requests),
	};
}

/** This node at every kind of limit, all at the same time: each has an API of its own, and mostly waits. */
async function measureOwn(host: BenchHost, job: Job): Promise<Array<Row & { failed: number }>> {
	return await Promise.all(
		LIMITS.map(async (limit) => {
			const own = await measure(host, job, limit, () => (job.creates ? seedanceCreate() : seedance({})));
			const allowed = `${job.creates ? '120 creates' : '1,000 IDs'}, ${job.requests} a second allowed`;
			const counted = limit.window === 'calendar' ? 'by the calendar second' : 'in a sliding window';
			return {
				what: `${allowed} ${counted}, ${limit.retryAfter ? 'with' : 'without'} \`Retry-After\``,
				unit: 's',
				own: [own.seconds],
				note: `none failed${job.creates ? ' or made twice' : ''}, ${own.refused} refusals`,
				who: 'least possible',
				rival: [own.least],
				atMost: 1.25,
				failed: own.failed,
				...(own.failed + own.twice > 0 && { spoilt: `${own.failed} failed, ${own.twice} made twice` }),
			};
		}),
	);
}

const limitedIds: Work = {
	name: 'limitedIds',
	measure: async (host) => {
		const rows = await measureOwn(host, GETS);
		const http = await measure(host, GETS, LIMITS[0], httpQuery);
		const what = `IDs that fail, of 1,000, ${GETS.requests} a second allowed`;
		const own = [Number(rows[0]?.failed)];
		return [...rows, { what, own, who: 'HTTP Request', rival: [http.failed], atMost: 0, picture: what }];
	},
};

const limitedCreates: Work = {
	name: 'limitedCreates',
	measure: async (host) => await measureOwn(host, CREATES),
};

export const RATE_LIMITS: Work[] = [limitedIds, limitedCreates];

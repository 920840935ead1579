import { seedance } from '../n8n/workflows.cts';
import { publishNode } from './nodeRun.cts';
import { httpCreate, httpQuery, pollerNode, type HttpSettings } from './nodes.cts';
import { getResult } from './requests.cts';
import { THIS_NODE } from './work.cts';

import type { BenchHost } from '../n8n/host.cts';
import type { WorkflowNode } from '../../host/session/workflow.cts';
import type { Simulator } from '../../simulator/index.cts';
import type { Line, Work } from './work.cts';

/** More work than an API takes at once. */
interface Case {
	name: string;
	title: string;
	operation: 'get' | 'create';
	items: number;
	/** What the API takes in any second */
	requests: number;
	/** Whether the API says how long to rest */
	retryAfter: boolean;
}

/** One that is compared, on an API of its own: limits are by key. */
interface Contender {
	who: string;
	node: (api: Simulator) => WorkflowNode;
	note?: string;
}

const LEAST = 'least possible';
const CASES: Case[] = [true, false].flatMap((retryAfter) => {
	const suffix = retryAfter ? '' : 'Untold';
	const words = retryAfter ? '' : ', no Retry-After';
	return [
		{
			name: `limitedIds${suffix}`,
			title: `1000 ids, 40 requests a second allowed${words}`,
			operation: 'get',
			items: 1000,
			requests: 40,
			retryAfter,
		},
		{
			name: `limitedCreates${suffix}`,
			title: `120 prompts, 4 creates a second allowed${words}`,
			operation: 'create',
			items: 120,
			requests: 4,
			retryAfter,
		},
	] satisfies Case[];
});

/** Each minutes long or hopeless, so that one run has to do. */
export const RATE_LIMITS: Work[] = CASES.map((one) => ({
	name: one.name,
	title: one.title,
	unit: 'seconds',
	wanted: [{ atMost: 1.3, of: LEAST }],
	why: {
		'HTTP Request':
			'Its user knows the limit and has set it. This node finds it out, and is refused a few times for it',
		[LEAST]: 'Knows the limit. This node stays a little below what it has found out',
	},
	measure: async (host) => {
		const lines: Line[] = [];
		for (const contender of contenders(one)) lines.push(await measure(host, one, contender));
		// The first second's share goes at once, and so does each later one's when its second begins.
		const least = Math.floor((one.items - 1) / one.requests);
		return [...lines, { who: LEAST, values: [least], note: 'computed' }];
	},
}));

function contenders({ operation, requests, retryAfter }: Case): Contender[] {
	const http = (settings?: HttpSettings) => (api: Simulator) =>
		operation === 'get' ? httpQuery(api, settings) : httpCreate(api, settings);
	const own =
		operation === 'get'
			? getResult(10)
			: seedance({ operation, waitUntilDone: 'no', prompt: '={{ $json.prompt }}' });
	const common = [
		{ who: THIS_NODE, node: () => goingOn(own) },
		{ who: 'HTTP Request, On Error: Continue', node: (api: Simulator) => goingOn(http()(api)) },
		{ who: 'HTTP Request, Retry On Fail (5 tries, 1 s)', node: http({ tries: 5 }) },
		{
			who: `HTTP Request, ${requests} a second by its batching`,
			node: (api: Simulator) =>
				goingOn(http({ batching: { batchSize: requests, batchInterval: 1000 } })(api)),
			note: 'who set it knows the limit',
		},
	];
	// The rivals don't read the header.
	if (!retryAfter) return common.slice(0, 1);
	// Where it creates, it would wait for the videos too.
	return operation === 'create'
		? common
		: [...common, { who: 'plain poller', node: (api) => pollerNode(api, 5) }];
}

/** A failed item must not end the others. */
function goingOn(node: WorkflowNode): WorkflowNode {
	return { ...node, onError: 'continueRegularOutput' };
}

async function measure(
	host: BenchHost,
	{ operation, items, requests, retryAfter }: Case,
	{ who, node, note }: Contender,
): Promise<Line> {
	const api = await host.simulate({ rateLimit: { requests, seconds: 1, retryAfter } });
	const rows = Array.from({ length: items }, (_, row) =>
		operation === 'create' ? { prompt: `Row ${row}` } : { id: api.addTask({ finishAfter: 0 }).id },
	);
	const run = await publishNode(host, api, node(api));
	const { seconds, items: left } = await run(rows);
	const refused = api.requests.filter(({ status }) => status === 429).length;
	const told = [`${left.length} of ${items} left the node`, `${refused} requests refused`];
	const made = new Set(api.created.map(({ body }) => JSON.stringify(body))).size;
	const again = api.created.length - made;
	if (operation === 'create') told.push(`${made} made`, `${again} made again`);
	if (note) told.push(note);
	return { who, values: [seconds], note: told.join(', '), isIncomplete: left.length < items || again > 0 };
}

import { seedance } from '../n8n/workflows.cts';
import { publishNode } from './nodeRun.cts';
import { httpCreate, pollerNode } from './nodes.cts';
import { THIS_NODE } from './work.cts';

import type { BenchHost } from '../n8n/host.cts';
import type { WorkflowNode } from '../../host/session/workflow.cts';
import type { Simulator } from '../../simulator/index.cts';
import type { Line, Work } from './work.cts';

const ROWS = 20;
const TRIES = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1000 };
/** How many creates come before the one that is answered 500. */
const BEFORE_REFUSED = 9;

/** What n8n does with a batch in which something fails: the node runs again, with all its items. */
interface Case {
	name: string;
	title: string;
	onError: 'stopWorkflow' | 'continueRegularOutput';
	/** A row without a prompt; the first, since n8n tries again only for that one where errors don't stop the workflow */
	hasEmptyRow: boolean;
}

const CASES: Case[] = [
	{
		name: 'duplicates',
		hasEmptyRow: true,
		onError: 'continueRegularOutput',
		title: `Retry On Fail, ${ROWS} creates, one empty, one answered 500 once, On Error: Continue`,
	},
	{
		name: 'duplicatesStop',
		hasEmptyRow: false,
		onError: 'stopWorkflow',
		title: `Retry On Fail, ${ROWS} creates, one answered 500 once, On Error: Stop`,
	},
];

export const DUPLICATES: Work[] = CASES.map(({ name, title, onError, hasEmptyRow }) => ({
	name,
	title,
	unit: 'tasks made beyond one a row',
	wanted: [{ atMost: 0 }],
	measure: async (host) => {
		const rows = Array.from({ length: ROWS }, (_, row) => ({
			prompt: hasEmptyRow && row === 0 ? '' : `Row ${row}`,
		}));
		const measure = async (who: string, node: (api: Simulator) => WorkflowNode) =>
			await countDuplicates(host, who, (api) => ({ ...node(api), ...TRIES, onError }), rows);
		const lines = [
			await measure(THIS_NODE, () =>
				seedance({ operation: 'create', waitUntilDone: 'no', prompt: '={{ $json.prompt }}' }),
			),
			await measure('HTTP Request', httpCreate),
		];
		// It ends at the first error, here before anything is made.
		return hasEmptyRow ? lines : [...lines, await measure('plain poller', (api) => pollerNode(api, 2, true))];
	},
}));

async function countDuplicates(
	host: BenchHost,
	who: string,
	node: (api: Simulator) => WorkflowNode,
	rows: Array<{ prompt: string }>,
): Promise<Line> {
	// Videos are done at once, since the poller waits for each.
	const api = await host.simulate({ speed: 1e6, retention: Infinity });
	api.fault({ method: 'POST', kind: 'status', status: 500, after: BEFORE_REFUSED });
	const run = await publishNode(host, api, node(api));
	const { items, error } = await run(rows);
	const made = new Set(api.created.map(({ body }) => JSON.stringify(body))).size;
	const named = api.created.filter(({ id }) => error.includes(id)).length;
	const inError = error ? `; its error names ${named}` : '';
	const note = `${made} of ${rows.length} made, ${api.created.length} paid for, ${items.length} left the node${inError}`;
	return { who, values: [api.created.length - made], note };
}

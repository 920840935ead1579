import { publishNode } from '../n8n/nodeRun.cts';
import { httpCreate, seedanceCreate } from '../n8n/workflows.cts';

import type { BenchHost } from '../n8n/host.cts';
import type { WorkflowNode } from '../../host/session/workflow.cts';
import type { Simulator } from '../../simulator/index.cts';
import type { Row, Work } from './work.cts';

const ROWS = 20;
const TRIES = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1000 };
/** How many creates come before the one that is answered 500. */
const BEFORE_FAILED = 9;

/**
 * Where something fails, n8n runs the node again with all its items; with *Continue*, only where the first item failed,
 * so that one has no prompt.
 */
const CASES = [
	{ onError: 'continueRegularOutput', label: 'Continue', firstPrompt: '' },
	{ onError: 'stopWorkflow', label: 'Stop', firstPrompt: 'Row 0' },
];

/** How many tasks were created beyond one a prompt. */
export const createdTwice = ({ created }: Simulator) =>
	created.length - new Set(created.map(({ body }) => JSON.stringify(body))).size;

async function measure(
	host: BenchHost,
	{ onError, firstPrompt }: (typeof CASES)[number],
	node: (api: Simulator) => WorkflowNode,
): Promise<number> {
	const api = await host.simulate();
	api.fault({ method: 'POST', kind: 'status', status: 500, after: BEFORE_FAILED });
	const run = await publishNode(host, api, { ...node(api), ...TRIES, onError });
	await run(Array.from({ length: ROWS }, (_, row) => ({ prompt: row === 0 ? firstPrompt : `Row ${row}` })));
	return createdTwice(api);
}

export const DUPLICATES: Work = {
	name: 'duplicates',
	measure: async (host) => {
		const rows: Row[] = [];
		for (const one of CASES) {
			rows.push({
				what: `Videos made twice: ${ROWS} creates, one fails, *Retry On Fail*, *On Error: ${one.label}*`,
				own: [await measure(host, one, seedanceCreate)],
				who: 'HTTP Request',
				rival: [await measure(host, one, httpCreate)],
				atMost: 0,
				...(rows.length === 0 && {
					picture: `Videos made twice: ${ROWS} creates, one fails, with Retry On Fail`,
				}),
			});
		}
		return rows;
	},
};

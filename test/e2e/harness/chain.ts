import { readExample } from '../../host/examples.cts';
import type { Execution } from '../../host/session/execution.cts';
import type { WorkflowJson, WorkflowNode } from '../../host/session/workflow.cts';
import { until } from '../../host/until.cts';
import type { Host } from './host';

const NODE = 'Is My Video Done?';
const TRIGGER = 'When clicking ‘Execute workflow’';

/** Three rounds of 66 s, and time for a restart. */
export const LIMIT_MS = 6 * 60_000;

/** A row of the batch example. */
export interface Row {
	title: string;
	id: string;
}

/** Imports an example, lets a webhook start it as in production, and starts it. */
async function start(
	host: Host,
	example: unknown,
	path: string,
	edit: (nodes: Record<string, WorkflowNode>) => void,
) {
	const { id } = await host.session.importWorkflow(example as WorkflowJson, {
		credentials: host.credentials,
		edit: (nodes) => {
			const trigger = nodes[TRIGGER] as WorkflowNode;
			Object.assign(trigger, { type: 'n8n-nodes-base.webhook', typeVersion: 2, webhookId: path });
			trigger.parameters = { path, httpMethod: 'POST', options: {} };
			edit(nodes);
		},
	});
	await host.session.publish(id);
	const { status, body } = await host.session.callWebhook(path);
	if (status !== 200) throw new Error(`The webhook answered ${status}: ${JSON.stringify(body)}`);
	// n8n answers before the execution is to be found in its database.
	const execution = await until(async () => (await host.session.executions({ workflowId: id }))[0], {
		everyMs: 250,
	});
	return execution.id;
}

/** Starts the batch example on rows. Every round lasts 66 s. */
export async function startBatch(host: Host, rows: Row[], credential?: { id: string; name: string }) {
	return await start(host, readExample('wait-for-many-videos.json'), `batch-${rows[0]?.id}`, (nodes) => {
		(nodes.Rows as WorkflowNode).parameters.jsonOutput = JSON.stringify({ rows });
		const node = nodes[NODE] as WorkflowNode;
		node.parameters.options = { pollInterval: 5 };
		if (credential) node.credentials = { globalAiOpcApi: credential };
	});
}

/** Waits until an execution is parked in n8n's database. */
export async function parked(host: Host, id: string): Promise<Execution> {
	return await host.session.waitForExecution(id, { until: ({ status }) => status === 'waiting' });
}

/** Everything a node put out, over all its runs. */
export function allItems(execution: Execution, node: string) {
	const runs = execution.data.runData[node] ?? [];
	return runs.flatMap(({ data }) => data?.main?.[0] ?? []).map(({ json }) => json);
}

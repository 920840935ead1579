import type { Execution, WorkflowJson, WorkflowNode } from '../../host/session.cts';
import { until } from '../../host/until.cts';
import { addField, chain, rowsNode, seedance, START, to } from '../../host/workflows.cts';
import type { CreatedTask } from '../../simulator/api.cts';
import type { Host } from './host';

/** Three turns of 66 s, a restart, and two looks of a keeper that n8n does not resume. */
export const LIMIT_MS = 12 * 60_000;

/** The node under test, in every workflow that is made here. */
export const NODE = 'Video';

/** The shortest poll interval that the node takes, in seconds; parked or chained, a turn lasts 66 s then. */
export const SHORTEST = { pollInterval: 5 };

/** The node under test, parked. */
export const parkedNode = (parameters: Record<string, unknown> = {}, node: Partial<WorkflowNode> = {}) =>
	seedance({ waitUntilDone: 'parked', options: SHORTEST, ...parameters }, { name: NODE, ...node });

/** What comes after it: takes the title of its row. */
export const after = addField('After', 'title', "$('Rows').item.json.title");

/** A workflow that is started by hand and has these nodes, one after another, on rows. */
export const onRows = (rows: object[], ...nodes: WorkflowNode[]) =>
	chain([START, rowsNode(rows), ...nodes], { name: 'Parked' });

/** Leads the error output of the node under test to a node. */
export function withErrorOutput(workflow: WorkflowJson, node: WorkflowNode): WorkflowJson {
	workflow.nodes.push(node);
	workflow.connections[NODE].main.push([to(node.name)]);
	return workflow;
}

/** An execution that was begun. */
export interface Run {
	workflowId: string;
	id: string;
}

/** Imports a workflow and runs it by hand. */
export async function begin(
	host: Host,
	workflow: WorkflowJson,
	{
		credentials = {},
		from,
	}: { credentials?: Record<string, { id: string; name: string }>; from?: string } = {},
): Promise<Run> {
	const { id } = await host.session.importWorkflow(workflow, { ...host.credentials, ...credentials });
	return { workflowId: id, id: await host.session.run(id, { from }) };
}

/** Imports and publishes a workflow. */
export async function publish(host: Host, workflow: WorkflowJson): Promise<string> {
	const { id } = await host.session.importWorkflow(workflow, host.credentials);
	await host.session.publish(id);
	return id;
}

/** Waits until an execution is over. */
export async function over(host: Host, id: string): Promise<Execution> {
	return await host.session.waitForExecution(id, { timeoutMs: LIMIT_MS });
}

/** Waits until an execution is parked in n8n's database. */
export async function waiting(host: Host, id: string): Promise<Execution> {
	return await host.session.waitForExecution(id, {
		until: ({ status }) => status === 'waiting',
		timeoutMs: LIMIT_MS,
	});
}

/** Waits until an execution is parked, and the two of its own with it. */
export async function parked(
	host: Host,
	{ workflowId, id }: Run,
): Promise<{ keeping: string; checking: string }> {
	await waiting(host, id);
	return await until(
		async () => {
			const all = await host.session.executions({ workflowId, status: 'waiting' });
			const [checking, keeping] = all.filter((one) => one.id !== id && one.mode === 'integrated');
			return keeping && checking && { keeping: keeping.id, checking: checking.id };
		},
		{ what: `execution ${id} is parked`, everyMs: 250, withinMs: LIMIT_MS },
	);
}

/** Waits until so many tasks were created whose requests include a text, and gives them. */
export async function created(host: Host, count: number, text = ''): Promise<CreatedTask[]> {
	const made = () => host.api.created.filter(({ body }) => JSON.stringify(body).includes(text));
	const what = `${count} tasks are created for "${text}"`;
	await until(() => made().length >= count, { what, withinMs: LIMIT_MS });
	return made();
}

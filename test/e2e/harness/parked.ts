import type { Execution } from '../../host/session/execution.cts';
import type { WorkflowJson, WorkflowNode } from '../../host/session/workflow.cts';
import { until } from '../../host/until.cts';
import type { Host } from './host';

/** The node that is parked, in every workflow that is made here. */
export const NODE = 'Video';

/** Three turns of 66 s, a restart, and two looks of a keeper that n8n does not resume. */
export const LIMIT_MS = 12 * 60_000;

const step = (name: string, type: string, typeVersion: number, parameters: object): WorkflowNode => ({
	name,
	type: `n8n-nodes-base.${type}`,
	typeVersion,
	parameters,
});

/** A node that adds a field made by an expression. */
export const note = (name: string, field: string, expression: string): WorkflowNode =>
	step(name, 'set', 3.4, {
		assignments: { assignments: [{ id: name, name: field, type: 'string', value: `={{ ${expression} }}` }] },
		includeOtherFields: true,
		options: {},
	});

/** The node under test, parked, with turns as short as there can be. */
export function parkedNode(
	{ options, ...parameters }: Record<string, unknown> = {},
	node: Partial<WorkflowNode> = {},
): WorkflowNode {
	return {
		name: NODE,
		type: 'n8n-nodes-globalaiopc.seedance',
		typeVersion: 1,
		parameters: {
			resource: 'video',
			operation: 'get',
			taskId: '={{ $json.id }}',
			waitUntilDone: 'parked',
			...parameters,
			options: { pollInterval: 5, ...(options as object) },
		},
		...node,
	};
}

/** A workflow of these nodes, one after another, on rows; `branch` takes the error output of the parked node. */
export function onRows(
	rows: object[],
	nodes: WorkflowNode[],
	{
		branch,
		settings = {},
	}: {
		branch?: WorkflowNode;
		settings?: Record<string, unknown>;
	} = {},
): WorkflowJson {
	const start = step('Start', 'manualTrigger', 1, {});
	const list = step('Rows', 'code', 2, {
		jsCode: `return ${JSON.stringify(rows)}.map((json) => ({ json }));`,
	});
	const chain = [start, list, ...nodes];
	const to = (name: string) => [{ node: name, type: 'main', index: 0 }];
	const connections: WorkflowJson['connections'] = {};
	chain.slice(1).forEach(({ name }, index) => {
		const from = (chain[index] as WorkflowNode).name;
		connections[from] = { main: [to(name), ...(from === NODE && branch ? [to(branch.name)] : [])] };
	});
	return { name: 'Parked', nodes: [...chain, ...(branch ? [branch] : [])], connections, settings };
}

/** An execution that was begun. */
export interface Parked {
	workflowId: string;
	id: string;
}

/** Runs a workflow by hand. */
export async function begin(host: Host, workflow: WorkflowJson): Promise<Parked> {
	const { id } = await host.session.importWorkflow(workflow, { credentials: host.credentials });
	return { workflowId: id, id: await host.session.run(id) };
}

/** Waits until an execution is parked, and the two of its own with it. */
export async function parked(
	host: Host,
	{ workflowId, id }: Parked,
): Promise<{ keeping: string; checking: string }> {
	await host.session.waitForExecution(id, { until: ({ status }) => status === 'waiting' });
	return await until(
		async () => {
			const all = await host.session.executions({ workflowId, status: 'waiting' });
			const [checking, keeping] = all.filter((one) => one.id !== id && one.mode === 'integrated');
			return keeping && checking && { keeping: keeping.id, checking: checking.id };
		},
		{ what: `execution ${id} is parked`, everyMs: 250, withinMs: LIMIT_MS },
	);
}

/** Waits until an execution is over. */
export async function over(host: Host, id: string): Promise<Execution> {
	return await host.session.waitForExecution(id, { timeoutMs: LIMIT_MS });
}

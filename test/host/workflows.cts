import type { WorkflowJson, WorkflowNode } from './session/workflow.cts';

// Builds workflows that no example has.

/**
 * A node of n8n's.
 * @param type without its package, where that is `n8n-nodes-base`
 */
export function n8nNode(
	name: string,
	type: string,
	typeVersion: number,
	parameters: Record<string, unknown> = {},
): WorkflowNode {
	return { name, type: type.includes('.') ? type : `n8n-nodes-base.${type}`, typeVersion, parameters };
}

/** This node; by default it gets the task of each row once. */
export function seedance(
	parameters: Record<string, unknown> = {},
	more: Partial<WorkflowNode> = {},
): WorkflowNode {
	return {
		name: 'Seedance',
		type: 'n8n-nodes-globalaiopc.seedance',
		typeVersion: 1,
		parameters: {
			resource: 'video',
			operation: 'get',
			taskId: '={{ $json.id }}',
			waitUntilDone: 'no',
			...parameters,
		},
		...more,
	};
}

/** Starts a workflow by hand. */
export const START = n8nNode('Start', 'manualTrigger', 1);

/** Starts a workflow by a POST. By default the caller is answered at once. */
export function webhook(path: string, responseMode = 'onReceived'): WorkflowNode {
	return n8nNode('Webhook', 'webhook', 2, { httpMethod: 'POST', path, responseMode, options: {} });
}

/** Starts a workflow by a form at `form/` and a path. By default who submits it is answered at once. */
export function form(
	path: string,
	fields: Array<Record<string, unknown>>,
	responseMode = 'onReceived',
): WorkflowNode {
	const parameters = { formTitle: 'Form', formFields: { values: fields }, responseMode, options: {} };
	return { ...n8nNode('Form', 'formTrigger', 2.2, parameters), webhookId: path };
}

/** Outputs these rows. */
export function rowsNode(rows: object[]): WorkflowNode {
	const jsCode = `return ${JSON.stringify(rows)}.map((json) => ({ json }));`;
	return n8nNode('Rows', 'code', 2, { jsCode });
}

/** Outputs the rows that were posted to the webhook before it. */
export function postedRows(): WorkflowNode {
	return n8nNode('Split Out', 'splitOut', 1, { fieldToSplitOut: 'body.rows', options: {} });
}

/** Adds a field to each item, made by an expression. */
export function addField(name: string, field: string, expression: string): WorkflowNode {
	const assignment = { id: name, name: field, type: 'string', value: `={{ ${expression} }}` };
	return n8nNode(name, 'set', 3.4, {
		assignments: { assignments: [assignment] },
		includeOtherFields: true,
		options: {},
	});
}

/**
 * The parameters of a node that calls a sub-workflow.
 * @param inputs by their names; texts
 */
export function calling(workflowId: string, inputs: Record<string, string> = {}): Record<string, unknown> {
	const schema = Object.keys(inputs).map((id) => {
		return { id, displayName: id, type: 'string', display: true, required: false };
	});
	return {
		workflowId: { __rl: true, mode: 'id', value: workflowId },
		workflowInputs: { mappingMode: 'defineBelow', value: inputs, schema },
	};
}

/** A connection to a node's first input. */
export const to = (node: string, type = 'main') => ({ node, type, index: 0 });

/** Connects a node's first output to another node. */
export const leadsTo = (node: string, type = 'main') => ({ [type]: [[to(node, type)]] });

/** A workflow of these nodes, one after another. */
export function chain(nodes: WorkflowNode[], more: Omit<Partial<WorkflowJson>, 'nodes'> = {}): WorkflowJson {
	const connections: WorkflowJson['connections'] = {};
	nodes.slice(1).forEach(({ name }, index) => (connections[nodes[index]!.name] = leadsTo(name)));
	return { ...more, nodes: structuredClone(nodes), connections: { ...connections, ...more.connections } };
}

import { randomUUID } from 'node:crypto';

/** A node as it stands in a workflow's JSON. */
export interface WorkflowNode {
	id?: string;
	name: string;
	type: string;
	typeVersion: number;
	position?: [number, number];
	parameters: Record<string, any>;
	credentials?: Record<string, { id: string | null; name: string }>;
	webhookId?: string;
	disabled?: boolean;
	onError?: string;
	retryOnFail?: boolean;
	executeOnce?: boolean;
}

/** A workflow's JSON, as n8n exports it or as a test writes it. What is missing and can be made up is made up. */
export interface WorkflowJson {
	name?: string;
	nodes: WorkflowNode[];
	connections: Record<string, any>;
	settings?: Record<string, any>;
	pinData?: Record<string, any>;
}

/**
 * What the editor sends to n8n for a new workflow: without what belongs to the n8n that it was exported from,
 * and with an id for every node, by which webhooks are registered too.
 * @param json stays as it is
 */
export function toNewWorkflow(json: WorkflowJson): Required<WorkflowJson> {
	const { name = 'Test workflow', nodes, connections, settings = {}, pinData = {} } = structuredClone(json);
	return {
		name,
		nodes: nodes.map((node, index) => ({
			...node,
			id: node.id || randomUUID(),
			position: node.position ?? [220 * index, 0],
			...(isWebhook(node) && { webhookId: node.webhookId || randomUUID() }),
		})),
		connections,
		settings: { executionOrder: 'v1', ...settings },
		pinData,
	};
}

/** A node of a workflow, to be changed in place. */
export function nodeOf({ nodes }: { nodes: WorkflowNode[] }, name: string): WorkflowNode {
	const node = nodes.find((one) => one.name === name);
	if (!node) throw new Error(`The workflow has no node "${name}"`);
	return node;
}

/**
 * Where a manual run starts when nobody says where: "Execute workflow" with one trigger does the same.
 * @returns the trigger node's name
 */
export function onlyTrigger({ nodes }: { nodes: WorkflowNode[] }): string {
	const triggers = nodes.filter((node) => !node.disabled && (isWebhook(node) || /trigger$/i.test(node.type)));
	const manual = triggers.filter(({ type }) => type === 'n8n-nodes-base.manualTrigger');
	const [first, second] = manual.length > 0 ? manual : triggers;
	if (!first) throw new Error('The workflow has no trigger node to run it from');
	if (second) throw new Error(`Say from which trigger to run: "${first.name}" or "${second.name}"`);
	return first.name;
}

function isWebhook({ type }: WorkflowNode) {
	return type === 'n8n-nodes-base.webhook';
}

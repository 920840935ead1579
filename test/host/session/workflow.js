const { randomUUID } = require('node:crypto');

/**
 * A node as it stands in a workflow's JSON.
 * @typedef {object} WorkflowNode
 * @property {string} [id]
 * @property {string} name
 * @property {string} type
 * @property {number} typeVersion
 * @property {[number, number]} [position]
 * @property {Record<string, any>} parameters
 * @property {Record<string, { id: string | null, name: string }>} [credentials]
 * @property {string} [webhookId]
 * @property {boolean} [disabled]
 * @property {string} [onError]
 * @property {boolean} [retryOnFail]
 * @property {boolean} [executeOnce]
 */

/**
 * A workflow's JSON, as n8n exports it or as a test writes it. What is missing and can be made up is made up.
 * @typedef {object} WorkflowJson
 * @property {string} [name]
 * @property {WorkflowNode[]} nodes
 * @property {Record<string, any>} connections
 * @property {Record<string, any>} [settings]
 * @property {Record<string, any>} [pinData]
 */

/**
 * What the editor sends to n8n for a new workflow: without what belongs to the n8n that it was exported from,
 * and with an id for every node, by which webhooks are registered too.
 * @param {WorkflowJson} json stays as it is
 * @returns {Required<WorkflowJson>}
 */
function toNewWorkflow(json) {
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

/**
 * A node of a workflow, to be changed in place.
 * @param {{ nodes: WorkflowNode[] }} workflow
 * @param {string} name
 * @returns {WorkflowNode}
 */
function nodeOf({ nodes }, name) {
	const node = nodes.find((one) => one.name === name);
	if (!node) throw new Error(`The workflow has no node "${name}"`);
	return node;
}

/**
 * Where a manual run starts when nobody says where: "Execute workflow" with one trigger does the same.
 * @param {{ nodes: WorkflowNode[] }} workflow
 * @returns {string} the trigger node's name
 */
function onlyTrigger({ nodes }) {
	const triggers = nodes.filter((node) => !node.disabled && (isWebhook(node) || /trigger$/i.test(node.type)));
	const manual = triggers.filter(({ type }) => type === 'n8n-nodes-base.manualTrigger');
	const [first, second] = manual.length > 0 ? manual : triggers;
	if (!first) throw new Error('The workflow has no trigger node to run it from');
	if (second) throw new Error(`Say from which trigger to run: "${first.name}" or "${second.name}"`);
	return first.name;
}

/** @param {WorkflowNode} node */
function isWebhook({ type }) {
	return type === 'n8n-nodes-base.webhook';
}

module.exports = { nodeOf, toNewWorkflow, onlyTrigger };

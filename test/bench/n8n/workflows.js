'use strict';

/** @import { WorkflowJson, WorkflowNode } from '../../host/session/workflow' */

/** The name of the node that is measured, in every workflow here. */
const SEEDANCE = 'Is My Video Done?';

/**
 * Waits for the tasks of the rows that are posted to its webhook, parked between the rounds, as
 * examples/wait-for-many-videos.json does.
 *
 * @param {string} path the webhook's
 * @param {Record<string, unknown>} options of the node
 * @returns {WorkflowJson}
 */
function chainedWorkflow(path, options) {
	const wait = { resume: 'timeInterval', amount: '={{ $json.polling.waitSeconds }}', unit: 'seconds' };
	const webhookId = '0c6f2b1e-7d55-4c5a-9f0e-2a6f1b3c4d5e';
	return workflow(path, [
		splitOut(),
		seedance({ waitUntilDone: 'withWaitNode', giveUpAfter: 1440, options }),
		{ ...node('Wait', 'wait', 1.1, wait), webhookId, position: [660, 280] },
	], [
		['Webhook', 0, 'Split Out'],
		['Split Out', 0, SEEDANCE],
		[SEEDANCE, 1, 'Wait'],
		['Wait', 0, SEEDANCE],
	]);
}

/**
 * Does what the rows that are posted to its webhook say, in one run of the node.
 *
 * @param {string} path the webhook's
 * @param {Record<string, unknown>} parameters of the node, where they differ from a wait's
 * @returns {WorkflowJson}
 */
function oneRunWorkflow(path, parameters) {
	const nodes = [splitOut(), seedance({ giveUpAfter: 1440, ...parameters })];
	return workflow(path, nodes, [
		['Webhook', 0, 'Split Out'],
		['Split Out', 0, SEEDANCE],
	]);
}

/**
 * Downloads one file and answers its webhook with the file's size as n8n shows it. Keeps no execution: memory
 * is measured, not what the database makes of a file inside an execution.
 *
 * @param {string} path the webhook's
 * @param {WorkflowNode} downloader puts the file into the field `data`
 * @returns {WorkflowJson}
 */
function downloadWorkflow(path, downloader) {
	const size = node('Size', 'set', 3.4, { mode: 'raw', jsonOutput: '={{ { "size": $binary.data.fileSize } }}' });
	return {
		...workflow(path, [downloader, size], [
			['Webhook', 0, downloader.name],
			[downloader.name, 0, 'Size'],
		], 'lastNode'),
		settings: { saveDataSuccessExecution: 'none' },
	};
}

/**
 * @param {Record<string, unknown>} parameters
 * @returns {WorkflowNode}
 */
function seedance(parameters) {
	return {
		...node(SEEDANCE, '', 1, {
			resource: 'task', operation: 'get', taskId: '={{ $json.id }}', serviceTier: 'online', ...parameters,
		}),
		type: 'n8n-nodes-globalaiopc.seedance',
	};
}

/** @returns {WorkflowNode} */
function splitOut() {
	return node('Split Out', 'splitOut', 1, { fieldToSplitOut: 'body.rows', options: {} });
}

/**
 * @param {string} name
 * @param {string} type
 * @param {number} typeVersion
 * @param {Record<string, unknown>} parameters
 * @returns {WorkflowNode}
 */
function node(name, type, typeVersion, parameters) {
	return { name, type: `n8n-nodes-base.${type}`, typeVersion, parameters };
}

/**
 * @param {string} path
 * @param {WorkflowNode[]} nodes
 * @param {Array<[from: string, output: number, to: string]>} links
 * @param {'onReceived' | 'lastNode'} [responseMode]
 * @returns {WorkflowJson}
 */
function workflow(path, nodes, links, responseMode = 'onReceived') {
	const webhook = node('Webhook', 'webhook', 2, { httpMethod: 'POST', path, responseMode, options: {} });
	/** @type {Record<string, { main: Array<Array<{ node: string, type: 'main', index: 0 }>> }>} */
	const connections = {};
	for (const [from, output, to] of links) {
		const { main } = (connections[from] ??= { main: [] });
		while (main.length <= output) main.push([]);
		main[output]?.push({ node: to, type: 'main', index: 0 });
	}
	return { name: path, nodes: [webhook, ...nodes], connections };
}

module.exports = { chainedWorkflow, downloadWorkflow, node, oneRunWorkflow, seedance };

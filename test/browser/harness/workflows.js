const { nodeOf } = require('../../host/session/workflow');
const { readExample } = require('./examples');

/** @typedef {import('../../host/session/workflow').WorkflowJson} WorkflowJson */

/** The node of the examples that asks for videos. */
const NODE = 'Is My Video Done?';

/**
 * The example "Is my video done?", with an ID filled in.
 * @param {string} id
 * @param {Record<string, unknown>} [parameters] of the node
 */
function askForOne(id, parameters = {}) {
	const workflow = readExample('is-my-video-done.json');
	nodeOf(workflow, 'Task ID').parameters['assignments'].assignments[0].value = id;
	Object.assign(nodeOf(workflow, NODE).parameters, parameters);
	return workflow;
}

/**
 * The example for many videos, with IDs filled in.
 * @param {string[]} ids
 * @param {Record<string, unknown>} [parameters] of the node
 */
function askForMany(ids, parameters = {}) {
	const workflow = readExample('wait-for-many-videos.json');
	const rows = ids.map((id, index) => ({ title: `Row ${index}`, id }));
	nodeOf(workflow, 'Rows').parameters['jsonOutput'] = JSON.stringify({ rows });
	Object.assign(nodeOf(workflow, NODE).parameters, parameters);
	return workflow;
}

/**
 * Lets the first error stop the workflow, and nothing come after the node.
 * @param {WorkflowJson} workflow changed in place
 */
function stopOnError(workflow) {
	delete nodeOf(workflow, NODE).onError;
	delete workflow.connections[NODE];
	delete workflow.connections['Wait'];
	return workflow;
}

module.exports = { NODE, askForOne, askForMany, stopOnError };

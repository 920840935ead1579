const fs = require('node:fs');
const path = require('node:path');

const FILE = path.join(__dirname, '..', '..', '..', 'examples', 'is-my-video-done.json');
const NODE_TYPE = 'n8n-nodes-globalaiopc.seedance';
const CREDENTIAL_TYPE = 'globalAiOpcApi';

/**
 * The example workflow, ready to be run.
 * @typedef {object} Example
 * @property {string} workflowId
 * @property {string} nodeName the Seedance node's name in it
 */

/**
 * Sets the example workflow up as its sticky note tells a person to: the task's id, the credential.
 * @param {import('../session').N8nSession} session
 * @param {object} options
 * @param {string} options.taskId
 * @param {string} options.apiKey
 * @param {string} options.baseUrl
 * @param {number} [options.pollInterval] seconds; without it the node decides
 * @returns {Promise<Example>}
 */
async function setUpExample(session, { taskId, apiKey, baseUrl, pollInterval }) {
	const credential = await session.createCredential({
		name: 'GlobalAI OPC API',
		type: CREDENTIAL_TYPE,
		data: { apiKey, baseUrl },
	});
	const workflow = JSON.parse(fs.readFileSync(FILE, 'utf8'));
	let nodeName = '';
	const { id } = await session.importWorkflow(workflow, {
		credentials: { [CREDENTIAL_TYPE]: credential },
		edit: (nodes) => {
			for (const node of Object.values(nodes)) {
				if (node.type === 'n8n-nodes-base.set') node.parameters['assignments'].assignments[0].value = taskId;
				if (node.type !== NODE_TYPE) continue;
				nodeName = node.name;
				if (pollInterval !== undefined)
					node.parameters['options'] = { ...node.parameters['options'], pollInterval };
			}
		},
	});
	return { workflowId: id, nodeName };
}

module.exports = { setUpExample };

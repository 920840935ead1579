const fs = require('node:fs');
const path = require('node:path');

const EXAMPLES = path.join(__dirname, '..', '..', '..', 'examples');
const CREDENTIAL_TYPE = 'globalAiOpcApi';

/** @typedef {import('../session').WorkflowNode} WorkflowNode */

/**
 * Imports one of the example workflows and does what its sticky note tells a person to: the credential, and
 * whatever `edit` fills in.
 * @param {import('../session').N8nSession} session
 * @param {string} file its name in the folder of examples
 * @param {{ apiKey: string, baseUrl: string }} api
 * @param {(node: (name: string) => WorkflowNode) => void} edit changes the nodes in place
 * @returns {Promise<string>} the workflow's id
 */
async function importExample(session, file, { apiKey, baseUrl }, edit) {
	const credential = await session.createCredential({
		name: 'GlobalAI OPC API',
		type: CREDENTIAL_TYPE,
		data: { apiKey, baseUrl },
	});
	const workflow = JSON.parse(fs.readFileSync(path.join(EXAMPLES, file), 'utf8'));
	const { id } = await session.importWorkflow(workflow, {
		credentials: { [CREDENTIAL_TYPE]: credential },
		edit: (nodes) =>
			edit((name) => {
				const node = nodes[name];
				if (!node) throw new Error(`The example ${file} has no node "${name}"`);
				return node;
			}),
	});
	return id;
}

module.exports = { importExample };

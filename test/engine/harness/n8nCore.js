// n8n-core's services live in its dependency injection container, which needs this first.
require('reflect-metadata');

const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/** n8n-core reads its folders from the environment when it is first loaded. */
const userFolder = mkdtempSync(join(tmpdir(), 'n8n-engine-'));
process.env.N8N_USER_FOLDER = userFolder;
process.env.N8N_ENCRYPTION_KEY = 'engine-tests';
process.env.N8N_LOG_LEVEL = 'silent';

const core = require('n8n-core');
const { version } = require('n8n-core/package.json');

/**
 * Runs a workflow from one of its nodes, as this version of n8n-core takes it.
 *
 * @param {import('n8n-core').WorkflowExecute} execute
 * @param {import('n8n-workflow').Workflow} workflow
 * @param {import('n8n-workflow').INode} startNode
 * @returns {ReturnType<import('n8n-core').WorkflowExecute['run']>} the execution, which can be canceled
 */
function runFrom(execute, workflow, startNode) {
	if (!version.startsWith('1.')) return execute.run({ workflow, startNode });
	const run = /** @type {(...args: unknown[]) => ReturnType<typeof execute.run>} */ (execute.run);
	return run.call(execute, workflow, startNode);
}

module.exports = { core, runFrom, userFolder };

// n8n-core's services live in its dependency injection container, which needs this first.
require('reflect-metadata');

const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/** n8n-core reads its folders from the environment when it is first loaded. */
const userFolder = mkdtempSync(join(tmpdir(), 'n8n-engine-'));
process.env.N8N_USER_FOLDER = userFolder;
process.env.N8N_ENCRYPTION_KEY = 'engine-tests';
process.env.N8N_LOG_LEVEL = 'silent';

const core = require('n8n-core');
const { version } = require('n8n-core/package.json');
const { SSHClientsManager } = require('n8n-core/dist/execution-engine/ssh-clients-manager');

/** n8n-core's own container: another copy of it would hold other services. */
const { Container } = require(require.resolve('@n8n/di', { paths: [require.resolve('n8n-core')] }));

afterAll(() => {
	// In n8n-core 1.x its timer, begun with the first context, would keep the process from ending.
	Container.get(SSHClientsManager).onShutdown();
	rmSync(userFolder, { recursive: true, force: true });
});

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

/**
 * The signal that n8n's Stop aborts, which every node of an execution may listen to.
 *
 * @param {import('n8n-core').WorkflowExecute} execute
 * @returns {AbortSignal}
 */
function stopSignalOf(execute) {
	const { abortController } = /** @type {{ abortController: AbortController }} */ (/** @type {unknown} */ (execute));
	return abortController.signal;
}

module.exports = { core, Container, runFrom, stopSignalOf };

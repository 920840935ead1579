const path = require('node:path');
const { installNode } = require('../community-node');
const { HostError } = require('../errors');
const { ensureInstalled } = require('../install');
const { startN8n } = require('../n8n');
const { isPortFree } = require('../n8n/ports');
const { runNpm } = require('../npm');
const { withProgress } = require('../progress');
const { openSession } = require('../session');
const { setUpExample } = require('./example');
const { followRun } = require('./report');
const { openTarget } = require('./target');

const ROOT = path.join(__dirname, '..', '..', '..');

/**
 * Builds the node, sets up a real n8n with it, and runs the example workflow there.
 * @param {object} options
 * @param {number} options.port
 * @param {import('./arguments').Target} options.target
 * @param {import('../progress').Log} options.print
 * @param {import('./closing').Closing} options.closing takes down whatever is started
 * @param {AbortSignal} options.signal
 * @returns {Promise<{ n8n: import('../n8n').N8n, workflowUrl: string, gaveVideo: boolean }>} n8n goes on
 *   running
 */
async function show({ port, target, print, closing, signal }) {
	if (!(await isPortFree(port))) {
		throw new HostError(
			`Port ${port} is taken by another program. Choose another: npm start -- --port <number>`,
		);
	}
	await withProgress(print, 'Building the node', async () => {
		await runNpm(['run', 'build'], { doing: 'Building the node', cwd: ROOT, log: print, signal });
	});
	await ensureInstalled({ log: print, signal });
	const api = await openTarget(target);
	closing.add(api.close);
	const n8n = await startN8n({
		port,
		log: print,
		signal,
		prepare: installNode,
	});
	closing.add(n8n.stop);
	const session = await openSession(n8n);
	signal.throwIfAborted();

	const taskId = api.taskId();
	const { workflowId, nodeName } = await setUpExample(session, { ...api, taskId });
	print(`\nIs my video done? Asking for task ${taskId}`);
	print(`  GlobalAI OPC: ${api.description}\n`);
	const executionId = await session.run(workflowId);
	// n8n would wait for it for a while when it is to end.
	closing.add(async () => await session.stopExecution(executionId).catch(() => {}));
	const gaveVideo = await followRun({ n8n, session, executionId, nodeName, print, signal });
	return { n8n, workflowUrl: session.workflowUrl(workflowId), gaveVideo };
}

module.exports = { show };

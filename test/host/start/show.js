const path = require('node:path');
const { installNode } = require('../community-node');
const { HostError } = require('../errors');
const { ensureInstalled } = require('../install');
const { startN8n } = require('../n8n');
const { isPortFree } = require('../n8n/ports');
const { runNpm } = require('../npm');
const { withProgress } = require('../progress');
const { openSession } = require('../session');
const { promptsShowing } = require('./prompts');
const { openTarget } = require('./target');
const { taskShowing } = require('./task');

const ROOT = path.join(__dirname, '..', '..', '..');

/** @typedef {import('../progress').Log} Log */
/** @typedef {import('../session').N8nSession} N8nSession */
/** @typedef {import('./target').OpenTarget} OpenTarget */

/**
 * One way to show the node at work, with one of the example workflows.
 * @typedef {object} Showing
 * @property {NodeJS.ProcessEnv} env settings that n8n needs for it
 * @property {(session: N8nSession, api: OpenTarget) => Promise<string>} setUp imports the workflow and gives
 *   its id
 * @property {(api: OpenTarget, print: Log) => void} announce says what is about to be run
 * @property {(run: Run) => Promise<boolean>} follow prints what happens until the run is over, and tells
 *   whether it gave every video
 */

/**
 * A run that is under way.
 * @typedef {object} Run
 * @property {import('../n8n').N8n} n8n
 * @property {N8nSession} session
 * @property {string} executionId
 * @property {Log} print
 * @property {AbortSignal} signal
 */

/**
 * Builds the node, sets up a real n8n with it, and runs an example workflow there.
 * @param {object} options
 * @param {number} options.port
 * @param {import('./arguments').Account} [options.account] without it a simulator is asked
 * @param {import('./arguments').Job} options.job
 * @param {boolean} options.skipsBuild takes the node as it was built the last time
 * @param {import('../progress').Log} options.print
 * @param {import('./closing').Closing} options.closing takes down whatever is started
 * @param {AbortSignal} options.signal
 * @returns {Promise<{ n8n: import('../n8n').N8n, workflowUrl: string, gaveVideos: boolean }>} n8n goes on
 *   running
 */
async function show({ port, account, job, skipsBuild, print, closing, signal }) {
	if (!(await isPortFree(port))) {
		throw new HostError(
			`Port ${port} is taken by another program. Choose another: npm start -- --port <number>`,
		);
	}
	if (!skipsBuild) {
		await withProgress(print, 'Building the node', async () => {
			await runNpm(['run', 'build'], { doing: 'Building the node', cwd: ROOT, log: print, signal });
		});
	}
	await ensureInstalled({ log: print, signal });
	const showing = job.kind === 'task' ? taskShowing(job) : promptsShowing(job);
	const api = await openTarget(account);
	closing.add(api.close);
	const n8n = await startN8n({ port, log: print, signal, prepare: installNode, env: showing.env });
	closing.add(n8n.stop);
	const session = await openSession(n8n);
	signal.throwIfAborted();

	const workflowId = await showing.setUp(session, api);
	showing.announce(api, print);
	const executionId = await session.run(workflowId);
	// n8n would wait for it for a while when it is to end.
	closing.add(async () => await session.stopExecution(executionId).catch(() => {}));
	const gaveVideos = await showing.follow({ n8n, session, executionId, print, signal });
	return { n8n, workflowUrl: session.workflowUrl(workflowId), gaveVideos };
}

module.exports = { show };

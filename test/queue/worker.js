const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { n8nEnvironment } = require('../host/n8n/environment');
const { freePort } = require('../host/n8n/ports');
const { ensureInstalled } = require('../host/install');
const { chooseNode } = require('../host/install/node');
const { loadProfile } = require('../host/profiles');
const { Server } = require('./server');

/** More than N8N_GRACEFUL_SHUTDOWN_TIMEOUT, after which a worker ends by itself. */
const STOP_GRACE_MS = 15_000;
const JOB = /Worker (started|finished) execution (\d+) \(job/g;

/**
 * An n8n that takes executions from the queue.
 * @typedef {object} Worker
 * @property {() => string[]} held the ids of the executions that it has begun to work on and not finished
 * @property {() => string} logText
 * @property {() => Promise<void>} kill ends it at once (SIGKILL), with whatever it holds
 * @property {() => Promise<void>} stop ends it in good order
 */

/**
 * @param {object} options
 * @param {string} options.name
 * @param {(userFolder: string) => Promise<void>} options.prepare puts something into the user folder first
 * @param {NodeJS.ProcessEnv} options.env main's settings for the queue and the database
 * @returns {Promise<Worker>} when it waits for executions
 * @throws {import('../host/errors').HostError} (`NOT_STARTED`) with its last lines; nothing is left running
 */
async function startWorker({ name, prepare, env }) {
	const profile = loadProfile();
	const installed = await ensureInstalled();
	const userFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'n8n-nodes-globalaiopc-worker-'));
	const server = new Server({
		name: `n8n's ${name}`,
		readyLine: 'n8n worker is now ready',
		temporaryFolder: userFolder,
	});
	try {
		await prepare(userFolder);
		const ports = { port: await freePort(), brokerPort: await freePort() };
		await server.start({
			command: installed.node,
			args: [installed.n8n, 'worker'],
			cwd: userFolder,
			env: n8nEnvironment({ profile, node: chooseNode(profile), userFolder, ...ports, env }),
		});
	} catch (error) {
		await server.release();
		fs.rmSync(userFolder, { recursive: true, force: true });
		throw error;
	}
	return {
		held() {
			/** @type {Set<string>} */
			const held = new Set();
			for (const [, what, id = ''] of server.text.matchAll(JOB)) {
				if (what === 'started') held.add(id);
				else held.delete(id);
			}
			return [...held];
		},
		logText: () => server.text,
		async kill() {
			await server.kill();
		},
		async stop() {
			await server.terminate(STOP_GRACE_MS);
			await server.release();
		},
	};
}

module.exports = { startWorker };

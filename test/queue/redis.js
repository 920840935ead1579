const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { freePort, HOST } = require('../host/n8n/ports');
const { Server } = require('./server');

const STOP_GRACE_MS = 5_000;

/** What docs/queue-mode.md tells users to set: jobs survive a restart of Redis. */
const KEEPS_JOBS = ['--appendonly', 'yes', '--appendfsync', 'everysec'];

/**
 * A Redis on this machine only.
 * @typedef {object} Redis
 * @property {number} port
 * @property {NodeJS.ProcessEnv} env what n8n needs to use it
 * @property {() => Promise<void>} kill ends it at once (SIGKILL); `start` may follow
 * @property {() => Promise<void>} start on the same port and data
 * @property {() => Promise<void>} stop ends it and removes its data
 */

/**
 * @param {Pick<import('./programs').Programs, 'redis'>} programs
 * @returns {Promise<Redis>}
 * @throws {import('../host/errors').HostError} (`NOT_STARTED`) with its last lines; nothing is left running
 */
async function startRedis({ redis }) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'n8n-nodes-globalaiopc-redis-'));
	const server = new Server({
		name: 'Redis',
		readyLine: 'Ready to accept connections',
		temporaryFolder: folder,
	});
	const port = await freePort();
	const start = async () => {
		const args = ['--port', String(port), '--bind', HOST, '--dir', folder, ...KEEPS_JOBS];
		await server.start({ command: redis, args, cwd: folder, env: process.env });
	};
	await start();
	return {
		port,
		env: { QUEUE_BULL_REDIS_HOST: HOST, QUEUE_BULL_REDIS_PORT: String(port) },
		start,
		async kill() {
			await server.kill();
		},
		async stop() {
			await server.terminate(STOP_GRACE_MS);
			await server.release();
		},
	};
}

module.exports = { startRedis };

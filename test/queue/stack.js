const { randomBytes } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { installNode } = require('../host/community-node');
const { startN8n } = require('../host/n8n');
const { startPostgres } = require('./postgres');
const { findPrograms } = require('./programs');
const { startRedis } = require('./redis');
const { RECOMMENDED } = require('./settings');
const { startWorker } = require('./worker');

/**
 * n8n as it runs where one process is not enough: main, workers, a queue in Redis, a database in PostgreSQL,
 * all on this machine only, with this repository's node. None of it outlives this process.
 * @typedef {object} Stack
 * @property {import('../host/n8n').N8n} main for `openSession`
 * @property {import('./worker').Worker[]} workers
 * @property {import('./redis').Redis} redis
 * @property {() => Promise<void>} stop ends all of it, and removes all of its data
 */

/**
 * @param {{ workers?: number }} [options] how many workers, 2 by default
 * @returns {Promise<Stack>} when all of it is ready
 * @throws {import('../host/errors').HostError} `NO_SERVERS`, `NOT_BUILT`, `NOT_STARTED` ...; nothing is left
 *   running
 */
async function startStack({ workers: count = 2 } = {}) {
	const programs = findPrograms();
	/** What to undo, in the order in which it was done. @type {Array<() => unknown>} */
	const undo = [];
	const stop = async () => {
		for (const step of undo.splice(0).reverse()) await step();
	};
	try {
		const postgres = await startPostgres(programs);
		undo.push(postgres.stop);
		const redis = await startRedis(programs);
		undo.push(redis.stop);
		const env = {
			...RECOMMENDED,
			// One for all of them: workers have to read the credentials that main wrote.
			N8N_ENCRYPTION_KEY: randomBytes(16).toString('hex'),
			...postgres.env,
			...redis.env,
		};

		const main = await startN8n({ prepare: installNode, env });
		undo.push(main.stop);
		/** @type {import('./worker').Worker[]} */
		const workers = [];
		const prepare = async (/** @type {string} */ userFolder) => {
			await fs.promises.cp(nodesFolder(main.userFolder), nodesFolder(userFolder), { recursive: true });
		};
		while (workers.length < count) {
			const worker = await startWorker({ name: `worker ${workers.length + 1}`, prepare, env });
			undo.push(worker.stop);
			workers.push(worker);
		}
		return { main, workers, redis, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

/** @param {string} userFolder */
function nodesFolder(userFolder) {
	return path.join(userFolder, '.n8n', 'nodes');
}

module.exports = { startStack };

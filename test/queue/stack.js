const { randomBytes } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { installCommunityNode, packPackage } = require('../host/community-node');
const { startN8n } = require('../host/n8n');
const { startPostgres } = require('./postgres');
const { findPrograms } = require('./programs');
const { startRedis } = require('./redis');
const { startWorker } = require('./worker');

/**
 * @typedef {object} StackOptions
 * @property {number} [workers] how many, 2 by default
 * @property {NodeJS.ProcessEnv} [env] further settings of main and of the workers
 * @property {boolean} [redisKeepsJobs] whether Redis' data survive its end, by default they do
 */

/**
 * n8n as it runs where one process is not enough: main, workers, a queue in Redis, a database in PostgreSQL, all
 * on this machine only, with this repository's node. None of it outlives this process.
 * @typedef {object} Stack
 * @property {import('../host/n8n').N8n} main for `openSession`
 * @property {import('./worker').Worker[]} workers
 * @property {import('./redis').Redis} redis
 * @property {import('./postgres').Postgres} postgres
 * @property {(name: string) => Promise<import('./worker').Worker>} addWorker
 * @property {() => Promise<void>} stop ends all of it, and removes all of its data
 */

/**
 * @param {StackOptions} [options]
 * @returns {Promise<Stack>} when all of it is ready
 * @throws {import('../host/errors').HostError} `NO_SERVERS`, `NOT_BUILT`, `NOT_STARTED` ...; nothing is left
 *   running
 */
async function startStack({ workers: count = 2, env: added = {}, redisKeepsJobs = true } = {}) {
	const programs = findPrograms();
	/** What to undo, in the order in which it was done. @type {Array<() => unknown>} */
	const undo = [];
	const stop = async () => {
		for (const step of undo.splice(0).reverse()) await step();
	};
	try {
		const tarball = await packPackage();
		undo.push(() => fs.rmSync(path.dirname(tarball), { recursive: true, force: true }));
		const prepare = async (/** @type {string} */ userFolder) => {
			await installCommunityNode({ userFolder, tarball });
		};

		const postgres = await startPostgres(programs);
		undo.push(postgres.stop);
		const redis = await startRedis(programs, { keepsJobs: redisKeepsJobs });
		undo.push(redis.stop);
		const env = {
			EXECUTIONS_MODE: 'queue',
			// One for all of them: workers have to read the credentials that main wrote.
			N8N_ENCRYPTION_KEY: randomBytes(16).toString('hex'),
			...postgres.env,
			...redis.env,
			...added,
		};

		const main = await startN8n({ prepare, env });
		undo.push(main.stop);
		/** @type {import('./worker').Worker[]} */
		const workers = [];
		/** @param {string} name */
		const addWorker = async (name) => {
			const worker = await startWorker({ name, prepare, env });
			undo.push(worker.stop);
			workers.push(worker);
			return worker;
		};
		for (let number = 1; number <= count; number++) await addWorker(`worker ${number}`);
		return { main, workers, redis, postgres, addWorker, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

module.exports = { startStack };

import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { installNode } from '../host/community-node.cts';
import { startN8n, type N8n } from '../host/n8n.cts';
import { startPostgres } from './postgres.cts';
import { findPrograms } from './programs.cts';
import { startRedis, type Redis } from './redis.cts';
import { RECOMMENDED } from './settings.cts';
import { startWorker, type Worker } from './worker.cts';

/**
 * n8n as it runs where one process is not enough: main, workers, a queue in Redis, a database in PostgreSQL, all
 * on this machine only, with this repository's node. None of it outlives this process.
 */
export interface Stack {
	/** For `openSession` */
	main: N8n;
	workers: Worker[];
	redis: Redis;
	/** Ends all of it, and removes all of its data */
	stop: () => Promise<void>;
}

/**
 * @param count how many workers
 * @returns when all of it is ready
 * @throws `NO_SERVERS`, `NOT_BUILT`, `NOT_STARTED` ...; nothing is left running
 */
export async function startStack({ workers: count = 2 }: { workers?: number } = {}): Promise<Stack> {
	const programs = findPrograms();
	/** What to undo, in the order in which it was done. */
	const undo: Array<() => unknown> = [];
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
		const workers: Worker[] = [];
		const prepare = async (userFolder: string) => {
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

function nodesFolder(userFolder: string) {
	return path.join(userFolder, '.n8n', 'nodes');
}

import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { installNode } from '../host/community-node.cts';
import { startN8n, type N8n } from '../host/n8n.cts';
import { startPostgres } from './postgres.cts';
import { findPrograms } from './programs.cts';
import { startRedis, type Redis } from './redis.cts';

const WORKERS = 2;
/** What docs/queue-mode.md tells users to set on main and on every worker, beside how to reach servers and n8n itself. */
const RECOMMENDED = {
	EXECUTIONS_MODE: 'queue',
	QUEUE_BULL_REDIS_TIMEOUT_THRESHOLD: '30000',
	N8N_EXECUTIONS_QUEUE_RECOVERY_INTERVAL: '15',
};
const JOB = /Worker (started|finished) execution (\d+) \(job/g;

/**
 * n8n as it runs where one process is not enough: main, workers, a queue in Redis, a database in PostgreSQL, all
 * on this machine only, with this repository's node. None of it outlives this process.
 */
export interface Stack {
	/** For `openSession` */
	main: N8n;
	workers: N8n[];
	redis: Redis;
}

/**
 * @param closing is given what ends it all, last first, also where the start fails half-way
 * @returns when all of it is ready
 */
export async function startStack(closing: Array<() => Promise<void>>): Promise<Stack> {
	const programs = findPrograms();
	const postgres = await startPostgres(programs);
	closing.push(postgres.stop);
	const redis = await startRedis(programs);
	closing.push(redis.stop);
	const env = {
		...RECOMMENDED,
		// One for all of them: workers have to read the credentials that main wrote.
		N8N_ENCRYPTION_KEY: randomBytes(16).toString('hex'),
		...postgres.env,
		...redis.env,
	};
	const main = await startN8n({ prepare: installNode, env });
	closing.push(main.stop);
	const prepare = async (userFolder: string) => {
		await fs.promises.cp(nodesFolder(main.userFolder), nodesFolder(userFolder), { recursive: true });
	};
	const workers: N8n[] = [];
	while (workers.length < WORKERS) {
		const worker = await startN8n({ role: 'worker', prepare, env: { ...env, WEBHOOK_URL: main.url } });
		closing.push(worker.stop);
		workers.push(worker);
	}
	return { main, workers, redis };
}

/** The ids of the executions that a worker has begun to work on and not finished. */
export function heldBy(worker: N8n): string[] {
	const held = new Set<string>();
	for (const [, what, id = ''] of worker.logText().matchAll(JOB)) {
		if (what === 'started') held.add(id);
		else held.delete(id);
	}
	return [...held];
}

function nodesFolder(userFolder: string) {
	return path.join(userFolder, '.n8n', 'nodes');
}

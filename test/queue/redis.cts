import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort, HOST } from '../host/n8n/ports.cts';
import { Server } from './server.cts';

import type { Programs } from './programs.cts';

const STOP_GRACE_MS = 5_000;

/** What docs/queue-mode.md tells users to set: jobs survive a restart of Redis. */
const KEEPS_JOBS = ['--appendonly', 'yes', '--appendfsync', 'everysec'];

/** A Redis on this machine only. */
export interface Redis {
	port: number;
	/** What n8n needs to use it */
	env: NodeJS.ProcessEnv;
	/** Ends it at once (SIGKILL); `start` may follow */
	kill: () => Promise<void>;
	/** On the same port and data */
	start: () => Promise<void>;
	/** Ends it and removes its data */
	stop: () => Promise<void>;
}

/** @throws (`NOT_STARTED`) with its last lines; nothing is left running */
export async function startRedis({ redis }: Pick<Programs, 'redis'>): Promise<Redis> {
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
		kill: async () => await server.kill(),
		stop: async () => await server.stop(STOP_GRACE_MS),
	};
}

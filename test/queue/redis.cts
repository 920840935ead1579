import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { GuardedProcess } from '../host/guarded/process.cts';
import { freePort, HOST } from '../host/n8n/ports.cts';

import type { Programs } from './programs.cts';

const GRACE_MS = 5_000;

/** What docs/queue-mode.md tells users to set: jobs survive a restart of Redis. */
const KEEPS_JOBS = ['--appendonly', 'yes', '--appendfsync', 'everysec'];

/** A Redis on this machine only. */
export interface Redis {
	/** What n8n needs to use it */
	env: NodeJS.ProcessEnv;
	/** Kills it (SIGKILL) and starts it again on the same port and data */
	restart: () => Promise<void>;
	/** Ends it and removes its data */
	stop: () => Promise<void>;
}

/** @throws with its last lines; what is left of it ends with this process */
export async function startRedis({ redis }: Pick<Programs, 'redis'>): Promise<Redis> {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'n8n-nodes-globalaiopc-redis-'));
	const server = new GuardedProcess({
		name: 'Redis',
		readyLine: 'Ready to accept connections',
		graceMs: GRACE_MS,
		temporaryFolder: folder,
	});
	const port = String(await freePort());
	const args = ['--port', port, '--bind', HOST, '--dir', folder, ...KEEPS_JOBS];
	const start = async () => await server.start({ command: redis, args, cwd: folder, env: process.env });
	await start();
	return {
		env: { QUEUE_BULL_REDIS_HOST: HOST, QUEUE_BULL_REDIS_PORT: port },
		async restart() {
			await server.kill();
			await start();
		},
		stop: async () => await server.stop(GRACE_MS),
	};
}

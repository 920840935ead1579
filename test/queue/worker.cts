import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { n8nEnvironment } from '../host/n8n/environment.cts';
import { freePort } from '../host/n8n/ports.cts';
import { ensureInstalled } from '../host/install.cts';
import { chooseNode } from '../host/install/node.cts';
import { loadProfile } from '../host/profiles.cts';
import { Server } from './server.cts';

/** More than N8N_GRACEFUL_SHUTDOWN_TIMEOUT, after which a worker ends by itself. */
const STOP_GRACE_MS = 15_000;
/** How many executions it works on at once. More than the default of 10, since tests keep many of them at work. */
const CONCURRENCY = 20;
const JOB = /Worker (started|finished) execution (\d+) \(job/g;

/** An n8n that takes executions from the queue. */
export interface Worker {
	/** The ids of the executions that it has begun to work on and not finished */
	held: () => string[];
	logText: () => string;
	/** Ends it at once (SIGKILL), with whatever it holds */
	kill: () => Promise<void>;
	/** Ends it in good order */
	stop: () => Promise<void>;
}

/**
 * @returns when it waits for executions
 * @throws (`NOT_STARTED`) with its last lines; nothing is left running
 */
export async function startWorker({
	name,
	prepare,
	env,
}: {
	name: string;
	/** Puts something into the user folder first */
	prepare: (userFolder: string) => Promise<void>;
	/** Main's settings for the queue and the database */
	env: NodeJS.ProcessEnv;
}): Promise<Worker> {
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
			args: [installed.n8n, 'worker', `--concurrency=${CONCURRENCY}`],
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
			const held: Set<string> = new Set();
			for (const [, what, id = ''] of server.text.matchAll(JOB)) {
				if (what === 'started') held.add(id);
				else held.delete(id);
			}
			return [...held];
		},
		logText: () => server.text,
		kill: async () => await server.kill(),
		stop: async () => await server.stop(STOP_GRACE_MS),
	};
}

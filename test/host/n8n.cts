import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { HostError } from './errors.cts';
import { ensureInstalled } from './install.cts';
import { chooseNode } from './install/node.cts';
import { n8nEnvironment } from './n8n/environment.cts';
import { freePort, HOST, isPortFree } from './n8n/ports.cts';
import { GuardedProcess } from './guarded/process.cts';
import { loadProfile } from './profiles.cts';

import type { Log } from './progress.cts';

/** More than N8N_GRACEFUL_SHUTDOWN_TIMEOUT, after which n8n ends by itself. */
const STOP_GRACE_MS = 15_000;
/** What n8n gets when this process ends first. */
const ORPHAN_GRACE_MS = 5_000;
const PORT_ATTEMPTS = 3;
const PORT_TAKEN_LINE = /port \d+ is already in use/i;

/** How each is started, and the last thing that it writes then: main's servers answer some seconds before. */
const ROLES = {
	main: { args: ['start'], readyLine: 'Editor is now accessible via' },
	// More at once than the default of 10: tests keep many executions at work.
	worker: { args: ['worker', '--concurrency=20'], readyLine: 'n8n worker is now ready' },
};

export interface StartOptions {
	/** `worker` takes executions from the queue of a main */
	role?: keyof typeof ROLES;
	/** Without it any free one */
	port?: number;
	/** Further settings of n8n, which win over ours */
	env?: NodeJS.ProcessEnv;
	/** Progress of the installation, should one be needed, and of the start */
	log?: Log;
	/** Puts something into the user folder before the start */
	prepare?: (userFolder: string) => Promise<void>;
	/** Gives up the installation or the start; nothing is left running then */
	signal?: AbortSignal;
}

/** A real n8n in a process of its own. It ends with this process, and does not keep it running. */
export interface N8n {
	/** Such as `http://127.0.0.1:5678`, without a trailing slash */
	url: string;
	/** Undefined while it does not run; another one after a restart */
	pid: number | undefined;
	/** Where it keeps its data: a temporary folder, which `stop` removes */
	userFolder: string;
	version: string;
	/** Ends it in good order (SIGTERM, and SIGKILL if it takes over 15 s), for good */
	stop: () => Promise<void>;
	/** Asks it to end (SIGTERM), as systemd, Docker and Kubernetes do, and keeps its data; `restart` may follow */
	terminate: () => Promise<void>;
	/** Ends it at once (SIGKILL) and keeps its data; `restart` may follow */
	kill: () => Promise<void>;
	/** Ends it in good order if it runs, and starts it on the same data and port */
	restart: () => Promise<void>;
	/** What it has written so far, over all its starts */
	logText: () => string;
}

/**
 * Starts n8n and waits until it is ready: its API answers and it has begun to activate the published
 * workflows. Installs it first if need be.
 * @throws with n8n's last lines; nothing is left running
 */
export async function startN8n({
	role = 'main',
	port,
	env = {},
	log = () => {},
	prepare,
	signal,
}: StartOptions = {}): Promise<N8n> {
	const profile = loadProfile();
	const installed = await ensureInstalled({ log, signal });
	if (port !== undefined && !(await isPortFree(port)))
		throw new HostError(`Port ${port} is taken by another program. End it or choose another port.`);
	const userFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'n8n-nodes-globalaiopc-'));
	const { args, readyLine } = ROLES[role];
	const guarded = new GuardedProcess({
		name: role === 'main' ? 'n8n' : "n8n's worker",
		readyLine,
		graceMs: ORPHAN_GRACE_MS,
		temporaryFolder: userFolder,
	});
	const node = chooseNode(profile);
	let usedPort = port ?? (await freePort());

	const start = async () => {
		const ports = { port: usedPort, brokerPort: await freePort() };
		const command = {
			command: installed.node,
			args: [installed.n8n, ...args],
			cwd: userFolder,
			env: n8nEnvironment({ profile, node, userFolder, ...ports, env }),
		};
		await guarded.start(command, signal);
	};

	try {
		await prepare?.(userFolder);
		log(`Starting n8n ${installed.version} ...`);
		for (let attempt = 1; guarded.pid === undefined; attempt++) {
			await start().catch(async (error: unknown) => {
				// A free port can be taken by another program in the seconds until n8n listens on it.
				const isTaken = port === undefined && PORT_TAKEN_LINE.test(guarded.text);
				if (attempt === PORT_ATTEMPTS || !isTaken) throw error;
				await guarded.kill();
				usedPort = await freePort();
			});
		}
	} catch (error) {
		await guarded.release();
		fs.rmSync(userFolder, { recursive: true, force: true });
		throw error;
	}
	// Without its address, which is of little use before an owner is set up.
	log('n8n is ready');

	return {
		url: `http://${HOST}:${usedPort}`,
		userFolder,
		version: installed.version,
		get pid() {
			return guarded.pid;
		},
		stop: async () => await guarded.stop(STOP_GRACE_MS),
		terminate: async () => await guarded.terminate(STOP_GRACE_MS),
		kill: async () => await guarded.kill(),
		async restart() {
			await guarded.terminate(STOP_GRACE_MS);
			await start();
		},
		logText: () => guarded.text,
	};
}

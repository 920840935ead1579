import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostError, lastLines } from './errors.cts';
import { ensureInstalled } from './install.cts';
import { chooseNode } from './install/node.cts';
import { n8nEnvironment } from './n8n/environment.cts';
import { freePort, HOST, isPortFree } from './n8n/ports.cts';
import { GuardedProcess } from './guarded/process.cts';
import { loadProfile } from './profiles.cts';
import { fetch } from './session/http.cts';

import type { Log } from './progress.cts';

const READY_WITHIN_MS = 180_000;
const POLL_MS = 150;
/** More than N8N_GRACEFUL_SHUTDOWN_TIMEOUT, after which n8n ends by itself. */
const STOP_GRACE_MS = 15_000;
/** What n8n gets where nobody is left who waits for it. */
const ORPHAN_GRACE_MS = 5_000;
const PORT_ATTEMPTS = 3;

/** The last thing that n8n writes when it starts; its servers answer some seconds before. */
const STARTED_LINE = 'Editor is now accessible via';
const PORT_TAKEN_LINE = /port \d+ is already in use/i;

export interface StartOptions {
	/** Where n8n keeps its data; without it a temporary folder, removed by `stop` */
	userFolder?: string;
	/** Without it any free one */
	port?: number;
	/** Further settings of n8n, which win over ours */
	env?: NodeJS.ProcessEnv;
	/** Progress of the installation, should one be needed, and of the start */
	log?: Log;
	/** Which pinned n8n, such as `n8n-2` */
	profile?: string;
	/** Puts something into the user folder before the start */
	prepare?: (userFolder: string) => Promise<void>;
	/** Gives up the installation or the start; nothing is left running then */
	signal?: AbortSignal;
}

/** A real n8n in a process of its own. It ends with this process, and does not keep it running. */
export interface N8n {
	/** Such as `http://127.0.0.1:5678`, without a trailing slash */
	url: string;
	port: number;
	/** Undefined while it does not run; another one after a restart */
	pid: number | undefined;
	userFolder: string;
	version: string;
	/** Ends it in good order (SIGTERM, and SIGKILL if it takes over 15 s), for good */
	stop: () => Promise<void>;
	/** Ends it at once (SIGKILL) and keeps its data; `restart` may follow */
	kill: () => Promise<void>;
	/**
	 * Ends it in good order if it runs, and starts it on the same data and port; `env` is added to its settings from
	 * then on
	 */
	restart: (options?: { env?: NodeJS.ProcessEnv }) => Promise<void>;
	/** What it has written so far, over all its starts */
	logText: () => string;
}

/**
 * Starts n8n and waits until it is ready: its API answers and it has begun to activate the published
 * workflows. Installs it first if need be.
 * @throws `PORT_TAKEN`, or `NOT_STARTED` with n8n's last lines; nothing is left running
 */
export async function startN8n({
	userFolder,
	port,
	env = {},
	log = () => {},
	profile: name,
	prepare,
	signal,
}: StartOptions = {}): Promise<N8n> {
	const profile = loadProfile(name);
	const installed = await ensureInstalled({ log, profile: profile.name, signal });
	if (port !== undefined) await assertPortFree(port);
	const folder = userFolder ?? fs.mkdtempSync(path.join(os.tmpdir(), 'n8n-nodes-globalaiopc-'));
	const guarded = new GuardedProcess({
		graceMs: ORPHAN_GRACE_MS,
		...(userFolder === undefined && { temporaryFolder: folder }),
	});
	const node = chooseNode(profile);
	let settings = env;

	const startOn = async (chosenPort: number) => {
		const logStart = guarded.text.length;
		await guarded.start({
			command: installed.node,
			args: [installed.n8n, 'start'],
			cwd: folder,
			env: n8nEnvironment({
				profile,
				node,
				userFolder: folder,
				port: chosenPort,
				brokerPort: await freePort(),
				env: settings,
			}),
		});
		await waitUntilReady(guarded, chosenPort, logStart, signal);
	};

	let usedPort: number;
	try {
		await prepare?.(folder);
		log(`Starting n8n ${installed.version} ...`);
		usedPort = port ?? (await onSomePort(startOn, guarded));
		if (port !== undefined) await startOn(port);
	} catch (error) {
		await guarded.release();
		throw error;
	}
	const url = `http://${HOST}:${usedPort}`;
	// Without its address, which is of little use before an owner is set up.
	log('n8n is ready');

	return {
		url,
		port: usedPort,
		userFolder: folder,
		version: installed.version,
		get pid() {
			return guarded.pid;
		},
		async stop() {
			await guarded.terminate(STOP_GRACE_MS);
			await guarded.release();
		},
		async kill() {
			await guarded.kill();
		},
		async restart({ env: added = {} } = {}) {
			settings = { ...settings, ...added };
			await guarded.terminate(STOP_GRACE_MS);
			await startOn(usedPort);
		},
		logText: () => guarded.text,
	};
}

/** A free port can be taken by somebody else in the seconds until n8n listens on it. */
async function onSomePort(startOn: (port: number) => Promise<void>, guarded: GuardedProcess) {
	for (let attempt = 1; ; attempt++) {
		const port = await freePort();
		try {
			await startOn(port);
			return port;
		} catch (error) {
			if (attempt === PORT_ATTEMPTS || !PORT_TAKEN_LINE.test(guarded.text)) throw error;
		}
	}
}

async function assertPortFree(port: number) {
	if (await isPortFree(port)) return;
	throw new HostError(`Port ${port} is taken by another program. End that program or choose another port.`, {
		code: 'PORT_TAKEN',
	});
}

/** @param logStart where in the log this start begins */
async function waitUntilReady(guarded: GuardedProcess, port: number, logStart: number, signal?: AbortSignal) {
	const deadline = Date.now() + READY_WITHIN_MS;
	const isReady = async () =>
		guarded.text.includes(STARTED_LINE, logStart) &&
		(await answers(`http://${HOST}:${port}/healthz/readiness`)) &&
		(await answers(`http://${HOST}:${port}/rest/settings`));
	while (!(await isReady())) {
		const hasEnded = guarded.pid === undefined;
		if (hasEnded || Date.now() > deadline) {
			const what = hasEnded
				? 'n8n ended while it was starting'
				: `n8n was not ready after ${READY_WITHIN_MS / 1000} s`;
			const lines = lastLines(guarded.text.slice(logStart));
			throw new HostError(`${what}. Its last lines:\n${lines}`, { code: 'NOT_STARTED' });
		}
		await sleep(POLL_MS, undefined, { signal });
	}
}

async function answers(url: string) {
	try {
		const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
		await response.arrayBuffer();
		return response.ok;
	} catch {
		return false;
	}
}

const { execFile } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { promisify } = require('node:util');
const { HostError } = require('./errors');
const { ensureInstalled } = require('./install');
const { chooseNode } = require('./install/node');
const { n8nEnvironment } = require('./n8n/environment');
const { freePort, HOST, isPortFree } = require('./n8n/ports');
const { GuardedProcess } = require('./guarded/process');
const { loadProfile } = require('./profiles');
const { fetch } = require('./session/http');

const READY_WITHIN_MS = 180_000;
const POLL_MS = 150;
/** More than N8N_GRACEFUL_SHUTDOWN_TIMEOUT, after which n8n ends by itself. */
const STOP_GRACE_MS = 15_000;
/** What n8n gets where nobody is left who waits for it. */
const ORPHAN_GRACE_MS = 5_000;
const PORT_ATTEMPTS = 3;
const SHOWN_LINES = 20;

/**
 * The last thing that n8n writes when it starts; its servers answer some seconds before.
 */
const STARTED_LINE = 'Editor is now accessible via';
const PORT_TAKEN_LINE = /port \d+ is already in use/i;

/**
 * @typedef {object} StartOptions
 * @property {string} [userFolder] where n8n keeps its data; without it a temporary folder, removed by `stop`
 * @property {number} [port] without it any free one
 * @property {NodeJS.ProcessEnv} [env] further settings of n8n, which win over ours
 * @property {import('./progress').Log} [log] progress of the installation, should one be needed, and of the
 *   start
 * @property {string} [profile] which pinned n8n, such as `n8n-2`
 * @property {(userFolder: string) => Promise<void>} [prepare] puts something into the user folder before the
 *   start
 * @property {AbortSignal} [signal] gives up the installation or the start; nothing is left running then
 */

/**
 * A real n8n in a process of its own. It ends with this process, and does not keep it running.
 * @typedef {object} N8n
 * @property {string} url such as `http://127.0.0.1:5678`, without a trailing slash
 * @property {number} port
 * @property {number | undefined} pid undefined while it does not run; another one after a restart
 * @property {string} userFolder
 * @property {string} version
 * @property {() => Promise<void>} stop ends it in good order (SIGTERM, and SIGKILL if it takes over 15 s),
 *   for good
 * @property {() => Promise<void>} kill ends it at once (SIGKILL) and keeps its data; `restart` may follow
 * @property {(options?: { env?: NodeJS.ProcessEnv }) => Promise<void>} restart ends it in good order if it
 *   runs, and starts it on the same data and port; `env` is added to its settings from then on
 * @property {() => string} logText what it has written so far, over all its starts
 */

/**
 * Starts n8n and waits until it is ready: its API answers and it has begun to activate the published
 * workflows. Installs it first if need be.
 * @param {StartOptions} [options]
 * @returns {Promise<N8n>}
 * @throws {HostError} `PORT_TAKEN`, or `NOT_STARTED` with n8n's last lines; nothing is left running
 */
async function startN8n({ userFolder, port, env = {}, log = () => {}, profile: name, prepare, signal } = {}) {
	const profile = loadProfile(name);
	const installed = await ensureInstalled({ log, profile: profile.name, ...(signal && { signal }) });
	if (port !== undefined) await assertPortFree(port);
	const folder = userFolder ?? fs.mkdtempSync(path.join(os.tmpdir(), 'n8n-nodes-globalaiopc-'));
	const guarded = new GuardedProcess({
		graceMs: ORPHAN_GRACE_MS,
		...(userFolder === undefined && { temporaryFolder: folder }),
	});
	const node = chooseNode(profile);
	let settings = env;

	/** @param {number} chosenPort */
	const startOn = async (chosenPort) => {
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

	/** @type {number} */
	let usedPort;
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
	log(`n8n is ready at ${url}`);

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

/**
 * A free port can be taken by somebody else in the seconds until n8n listens on it.
 * @param {(port: number) => Promise<void>} startOn
 * @param {GuardedProcess} guarded
 */
async function onSomePort(startOn, guarded) {
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

/** @param {number} port */
async function assertPortFree(port) {
	if (await isPortFree(port)) return;
	throw new HostError(`Port ${port} is taken by another program. End that program or choose another port.`, {
		code: 'PORT_TAKEN',
	});
}

/**
 * @param {GuardedProcess} guarded
 * @param {number} port
 * @param {number} logStart where in the log this start begins
 * @param {AbortSignal} [signal]
 */
async function waitUntilReady(guarded, port, logStart, signal) {
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
			const lines = guarded.text.slice(logStart).trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
			throw new HostError(`${what}. Its last lines:\n${lines}`, { code: 'NOT_STARTED' });
		}
		await sleep(POLL_MS, undefined, signal && { signal });
	}
}

/** @param {string} url */
async function answers(url) {
	try {
		const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
		await response.arrayBuffer();
		return response.ok;
	} catch {
		return false;
	}
}

/**
 * Runs one of n8n's own commands, such as `import:workflow`. n8n must not be running on that folder at the
 * same time unless the command is known to bear it.
 * @param {string[]} args
 * @param {{ userFolder: string, env?: NodeJS.ProcessEnv, profile?: string, timeoutMs?: number }} options
 * @returns {Promise<{ stdout: string, stderr: string }>}
 * @throws {HostError} (`CLI`) when it fails, with its last lines
 */
async function runCli(args, { userFolder, env = {}, profile: name, timeoutMs = 120_000 }) {
	const profile = loadProfile(name);
	const installed = await ensureInstalled({ profile: profile.name });
	const ports = { port: await freePort(), brokerPort: await freePort() };
	const node = chooseNode(profile);
	try {
		return await promisify(execFile)(installed.node, [installed.n8n, ...args], {
			cwd: userFolder,
			env: n8nEnvironment({ profile, node, userFolder, ...ports, env }),
			timeout: timeoutMs,
			maxBuffer: 64 * 1024 ** 2,
		});
	} catch (error) {
		const { stdout = '', stderr = '' } = /** @type {{ stdout?: string, stderr?: string }} */ (error);
		const lines = `${stdout}\n${stderr}`.trim().split('\n').slice(-SHOWN_LINES).join('\n');
		throw new HostError(`"n8n ${args.join(' ')}" failed. Its last lines:\n${lines}`, {
			code: 'CLI',
			cause: error,
		});
	}
}

module.exports = { startN8n, runCli };

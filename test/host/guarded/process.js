const { fork } = require('node:child_process');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { HostError } = require('../errors');
const { signalGroup } = require('./signals');

const GUARD = path.join(__dirname, 'guard.js');
const POLL_MS = 50;
/** What is kept of the log: enough for any test, and no leak in an n8n that is left running for days. */
const LOG_CHARACTERS = 4_000_000;

/** @typedef {Extract<import('./guard').Command, { kind: 'start' }>} Start */

/**
 * A program that is started, ended and started again, and that never outlives this process. None of it keeps
 * this process running.
 */
class GuardedProcess {
	/** @type {import('node:child_process').ChildProcess | undefined} */
	#guard;
	/** @type {number | undefined} */
	#pid;
	/** @type {string | undefined} */
	#failure;
	/** @type {number | string} */
	#ending = '';
	#text = '';
	#options;

	/**
	 * @param {object} options
	 * @param {number} options.graceMs how long the program may take to end if this process ends first
	 * @param {string} [options.temporaryFolder] removed at the end, however that comes
	 */
	constructor(options) {
		this.#options = options;
	}

	/** The process id while it runs. */
	get pid() {
		return this.#pid;
	}

	/** What the program has written to its standard output and error, over all its starts. */
	get text() {
		return this.#text;
	}

	/**
	 * @param {Omit<Start, 'kind'>} command
	 * @returns {Promise<void>} when the program has been started
	 * @throws {HostError} when it cannot be
	 */
	async start(command) {
		this.#failure = undefined;
		this.#guard ??= this.#startGuard();
		this.#guard.send({ kind: 'start', ...command });
		await this.#until(() => this.#pid !== undefined || this.#failure !== undefined);
		if (this.#pid === undefined)
			throw new HostError(`${command.command} could not be started: ${this.#failure}`);
	}

	/**
	 * @param {AbortSignal} [signal] ends the program
	 * @returns {Promise<number | string>} its exit code, or the signal that ended it
	 */
	async end(signal) {
		await this.#until(() => this.#pid === undefined || signal?.aborted === true);
		if (signal?.aborted) await this.kill();
		return this.#ending;
	}

	/**
	 * Asks the program to end, and makes it end when it takes too long.
	 * @param {number} graceMs
	 * @returns {Promise<void>} when it is gone, with all of its children
	 */
	async terminate(graceMs) {
		if (this.#pid === undefined) return;
		try {
			process.kill(this.#pid, 'SIGTERM');
		} catch {
			// Gone a moment ago.
		}
		if (!(await this.#until(() => this.#pid === undefined, graceMs))) await this.kill();
	}

	/**
	 * Ends the program and all of its children without asking (SIGKILL).
	 * @returns {Promise<void>} when they are gone
	 */
	async kill() {
		if (this.#pid === undefined) return;
		signalGroup(this.#pid, 'SIGKILL');
		await this.#until(() => this.#pid === undefined);
	}

	/**
	 * Ends all that is left and removes the temporary folder.
	 * @returns {Promise<void>}
	 */
	async release() {
		await this.kill();
		if (!this.#guard) return;
		this.#guard.send({ kind: 'release' });
		await this.#until(() => this.#guard === undefined);
	}

	#startGuard() {
		const { graceMs, temporaryFolder = '' } = this.#options;
		const guard = fork(GUARD, [String(graceMs), temporaryFolder], {
			stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
			// Else Ctrl-C in a terminal would reach it together with us, and n8n before we could stop it in good
			// order.
			detached: true,
			execArgv: [],
		});
		guard.on('message', (message) => this.#hear(/** @type {import('./guard').Answer} */ (message)));
		guard.once('exit', () => {
			this.#guard = undefined;
			if (this.#pid !== undefined) this.#hear({ kind: 'exited', code: null, signal: null });
		});
		for (const stream of [guard.stdout, guard.stderr]) {
			stream?.setEncoding('utf8').on('data', (chunk) => {
				this.#text = (this.#text + chunk).slice(-LOG_CHARACTERS);
			});
			/** @type {import('node:net').Socket | null} */ (stream)?.unref();
		}
		guard.unref();
		guard.channel?.unref();
		return guard;
	}

	/** @param {import('./guard').Answer} answer */
	#hear(answer) {
		if (answer.kind === 'started') {
			this.#pid = answer.pid;
		} else if (answer.kind === 'failed') {
			this.#failure = answer.message;
		} else {
			this.#pid = undefined;
			this.#ending = answer.signal ?? answer.code ?? 'unknown';
		}
	}

	/**
	 * Looks again and again instead of listening, because what would be listened to keeps no process running.
	 * @param {() => boolean} condition
	 * @param {number} [timeoutMs]
	 * @returns {Promise<boolean>} whether it came true in time
	 */
	async #until(condition, timeoutMs = Infinity) {
		const deadline = Date.now() + timeoutMs;
		while (!condition()) {
			if (Date.now() > deadline) return false;
			await sleep(POLL_MS);
		}
		return true;
	}
}

module.exports = { GuardedProcess };

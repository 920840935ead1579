const { setTimeout: sleep } = require('node:timers/promises');
const { HostError } = require('../host/errors');
const { GuardedProcess } = require('../host/guarded/process');

const READY_WITHIN_MS = 120_000;
const POLL_MS = 50;
/** What a server gets where nobody is left who waits for it. */
const ORPHAN_GRACE_MS = 3_000;
const SHOWN_LINES = 20;

/**
 * A server program that says in its log when it is ready. It never outlives this process.
 */
class Server {
	#guarded;
	#name;
	#readyLine;

	/**
	 * @param {object} options
	 * @param {string} options.name for messages
	 * @param {string} options.readyLine what its log says when it can be used
	 * @param {string} [options.temporaryFolder] removed at the end, however that comes
	 */
	constructor({ name, readyLine, temporaryFolder }) {
		this.#name = name;
		this.#readyLine = readyLine;
		this.#guarded = new GuardedProcess({
			graceMs: ORPHAN_GRACE_MS,
			...(temporaryFolder && { temporaryFolder }),
		});
	}

	/** Undefined while it does not run. */
	get pid() {
		return this.#guarded.pid;
	}

	/** Its log, over all its starts. */
	get text() {
		return this.#guarded.text;
	}

	/**
	 * @param {Omit<import('../host/guarded/process').Start, 'kind'>} command
	 * @returns {Promise<void>} when it is ready
	 * @throws {HostError} (`NOT_STARTED`) with its last lines; nothing is left running
	 */
	async start(command) {
		const logStart = this.text.length;
		try {
			await this.#guarded.start(command);
			await this.#untilReady(logStart);
		} catch (error) {
			await this.release();
			throw error;
		}
	}

	/**
	 * @param {number} graceMs how long it may take
	 * @returns {Promise<void>} when it is gone
	 */
	async terminate(graceMs) {
		await this.#guarded.terminate(graceMs);
	}

	/** @returns {Promise<void>} when it is gone, by SIGKILL */
	async kill() {
		await this.#guarded.kill();
	}

	/** @returns {Promise<void>} when nothing is left of it */
	async release() {
		await this.#guarded.release();
	}

	/** @param {number} logStart where in the log this start begins */
	async #untilReady(logStart) {
		const deadline = Date.now() + READY_WITHIN_MS;
		while (!this.text.includes(this.#readyLine, logStart)) {
			if (this.pid === undefined || Date.now() > deadline) {
				const lines = this.text.slice(logStart).trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
				const message = `${this.#name} did not start. Its last lines:\n${lines}`;
				throw new HostError(message, { code: 'NOT_STARTED' });
			}
			await sleep(POLL_MS);
		}
	}
}

module.exports = { Server };

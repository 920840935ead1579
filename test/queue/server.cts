import { setTimeout as sleep } from 'node:timers/promises';
import { HostError } from '../host/errors.cts';
import { GuardedProcess, type Start } from '../host/guarded/process.cts';

const READY_WITHIN_MS = 120_000;
const POLL_MS = 50;
/** What a server gets where nobody is left who waits for it. */
const ORPHAN_GRACE_MS = 3_000;
const SHOWN_LINES = 20;

/** A server program that says in its log when it is ready. It never outlives this process. */
export class Server {
	#guarded;
	#name;
	#readyLine;

	constructor({ name, readyLine, temporaryFolder }: {
		/** For messages */
		name: string;
		/** What its log says when it can be used */
		readyLine: string;
		/** Removed at the end, however that comes */
		temporaryFolder?: string;
	}) {
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
	 * @returns when it is ready
	 * @throws (`NOT_STARTED`) with its last lines; nothing is left running
	 */
	async start(command: Omit<Start, 'kind'>): Promise<void> {
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
	 * @param graceMs how long it may take
	 * @returns when it is gone
	 */
	async terminate(graceMs: number): Promise<void> {
		await this.#guarded.terminate(graceMs);
	}

	/** @returns when it is gone, by SIGKILL */
	async kill(): Promise<void> {
		await this.#guarded.kill();
	}

	/** @returns when nothing is left of it */
	async release(): Promise<void> {
		await this.#guarded.release();
	}

	/** @param logStart where in the log this start begins */
	async #untilReady(logStart: number) {
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

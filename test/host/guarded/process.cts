import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostError, lastLines } from '../errors.cts';
import { until } from '../until.cts';
import { signalGroup } from './signals.cts';

import type { Answer, Command } from './guard.cts';
import type { Socket } from 'node:net';

const GUARD = path.join(__dirname, 'guard.cts');
const LAST_WORDS_MS = 100;
const READY_WITHIN_MS = 420_000;
/** What is kept of the log: enough for any test, and no leak in an n8n that is left running for days. */
const LOG_CHARACTERS = 4_000_000;

export type Start = Extract<Command, { kind: 'start' }>;

/**
 * A program that is started, ended and started again, and that never outlives this process. None of it keeps
 * this process running, which is why its events are looked for again and again instead of listened to.
 */
export class GuardedProcess {
	#guard: ChildProcess | undefined;
	#pid: number | undefined;
	#wasStarted = false;
	#failure: string | undefined;
	#ending: number | string = '';
	#text = '';
	#options;

	constructor(options: {
		/** For messages */
		name: string;
		/** What the program writes when it is ready; without it, it is ready as soon as it runs */
		readyLine?: string;
		/** How long the program may take to end if this process ends first */
		graceMs: number;
		/** Removed at the end, however that comes */
		temporaryFolder?: string;
	}) {
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
	 * @param signal gives the start up
	 * @returns when the program is ready
	 * @throws with its last lines, when it ends before or takes too long; the caller releases it then
	 */
	async start(command: Omit<Start, 'kind'>, signal?: AbortSignal): Promise<void> {
		const { name, readyLine } = this.#options;
		const logStart = this.#text.length;
		this.#wasStarted = false;
		this.#failure = undefined;
		this.#guard ??= this.#startGuard();
		this.#guard.send({ kind: 'start', ...command });
		await until(() => this.#wasStarted || this.#failure !== undefined);
		if (!this.#wasStarted) throw new HostError(`${name} could not be started: ${this.#failure}`);
		if (readyLine === undefined) return;
		const isReady = () => this.#text.includes(readyLine, logStart);
		const isOver = () => this.#pid === undefined || signal?.aborted === true;
		await until(() => isReady() || isOver(), { withinMs: READY_WITHIN_MS }).catch(() => {});
		signal?.throwIfAborted();
		if (!isReady())
			throw new HostError(`${name} did not start. Its last lines:\n${lastLines(this.#text.slice(logStart))}`);
	}

	/**
	 * @param signal ends the program
	 * @returns its exit code, or the signal that ended it
	 */
	async end(signal?: AbortSignal): Promise<number | string> {
		await until(() => this.#pid === undefined || signal?.aborted === true);
		if (signal?.aborted) await this.kill();
		// What it wrote last can come after the news of its end.
		await sleep(LAST_WORDS_MS);
		return this.#ending;
	}

	/**
	 * Asks the program to end, and makes it end when it takes too long.
	 * @returns when it is gone, with all of its children
	 */
	async terminate(graceMs: number): Promise<void> {
		this.signal('SIGTERM');
		await until(() => this.#pid === undefined, { withinMs: graceMs }).catch(async () => await this.kill());
	}

	/** Sends a signal to the program, if it runs. */
	signal(signal: NodeJS.Signals): void {
		if (this.#pid === undefined) return;
		try {
			process.kill(this.#pid, signal);
		} catch {
			// Gone a moment ago.
		}
	}

	/**
	 * Ends the program and all of its children without asking (SIGKILL).
	 * @returns when they are gone
	 */
	async kill(): Promise<void> {
		if (this.#pid === undefined) return;
		signalGroup(this.#pid, 'SIGKILL');
		await until(() => this.#pid === undefined);
	}

	/** Ends the program in good order, for good. */
	async stop(graceMs: number): Promise<void> {
		await this.terminate(graceMs);
		await this.release();
	}

	/** Ends all that is left and removes the temporary folder. */
	async release(): Promise<void> {
		await this.kill();
		if (!this.#guard) return;
		this.#guard.send({ kind: 'release' });
		await until(() => this.#guard === undefined);
	}

	#startGuard() {
		const { graceMs, temporaryFolder = '' } = this.#options;
		const guard = fork(GUARD, [String(graceMs), temporaryFolder], {
			stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
			// Else Ctrl-C in a terminal would reach it together with us, and n8n before we could stop it in good
			// order.
			detached: true,
			execArgv: ['--require', require.resolve('tsx/cjs')],
		});
		guard.on('message', (message) => this.#hear(message as Answer));
		guard.once('exit', () => {
			this.#guard = undefined;
			if (this.#pid !== undefined) this.#hear({ kind: 'exited', code: null, signal: null });
		});
		for (const stream of [guard.stdout, guard.stderr]) {
			stream?.setEncoding('utf8').on('data', (chunk) => {
				this.#text = (this.#text + chunk).slice(-LOG_CHARACTERS);
			});
			(stream as Socket | null)?.unref();
		}
		guard.unref();
		guard.channel?.unref();
		return guard;
	}

	#hear(answer: Answer) {
		if (answer.kind === 'started') {
			this.#pid = answer.pid;
			this.#wasStarted = true;
		} else if (answer.kind === 'failed') {
			this.#failure = answer.message;
		} else {
			this.#pid = undefined;
			this.#ending = answer.signal ?? answer.code ?? 'unknown';
		}
	}
}

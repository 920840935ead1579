import { HostError, lastLines } from '../host/errors.cts';
import { GuardedProcess, type Start } from '../host/guarded/process.cts';
import { until } from '../host/until.cts';

const READY_WITHIN_MS = 120_000;
/** What a server gets where nobody is left who waits for it. */
const ORPHAN_GRACE_MS = 3_000;

/** A server program that says in its log when it is ready. It never outlives this process. */
export class Server extends GuardedProcess {
	#name;
	#readyLine;

	constructor({
		name,
		readyLine,
		temporaryFolder,
	}: {
		/** For messages */
		name: string;
		/** What its log says when it can be used */
		readyLine: string;
		/** Removed at the end, however that comes */
		temporaryFolder: string;
	}) {
		super({ graceMs: ORPHAN_GRACE_MS, temporaryFolder });
		this.#name = name;
		this.#readyLine = readyLine;
	}

	/**
	 * @returns when it is ready
	 * @throws (`NOT_STARTED`) with its last lines; nothing is left running
	 */
	override async start(command: Omit<Start, 'kind'>): Promise<void> {
		const logStart = this.text.length;
		try {
			await super.start(command);
			await this.#untilReady(logStart);
		} catch (error) {
			await this.release();
			throw error;
		}
	}

	/** Ends it in good order, and removes its temporary folder. */
	async stop(graceMs: number): Promise<void> {
		await this.terminate(graceMs);
		await this.release();
	}

	/** @param logStart where in the log this start begins */
	async #untilReady(logStart: number) {
		const isReady = () => this.text.includes(this.#readyLine, logStart);
		await until(() => isReady() || this.pid === undefined, { withinMs: READY_WITHIN_MS }).catch(() => {});
		if (isReady()) return;
		const message = `${this.#name} did not start. Its last lines:\n${lastLines(this.text.slice(logStart))}`;
		throw new HostError(message, { code: 'NOT_STARTED' });
	}
}

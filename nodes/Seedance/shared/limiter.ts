import { sleepWithAbort, whenAborted } from './abort';

/** A bound on how many things are under way at once; who comes later waits in line. */
export class Limiter {
	private free: number;

	private readonly line: Array<() => void> = [];

	/** @param count how many may be under way at once; at least 1 */
	constructor(count: number) {
		this.free = Math.max(1, Math.floor(count));
	}

	/**
	 * Waits for a place. Whoever got one has to `leave`.
	 *
	 * @param until when to stop waiting, in milliseconds since 1970
	 * @returns whether a place came free in time
	 */
	async enter(until = Infinity): Promise<boolean> {
		if (this.free > 0) {
			this.free--;
			return true;
		}
		const turn = new AbortController();
		const next = () => turn.abort();
		this.line.push(next);
		if (until === Infinity) await whenAborted(turn.signal).happens;
		else await sleepWithAbort(until - Date.now(), turn.signal);
		// Its turn may have come while it gave up.
		if (turn.signal.aborted) return true;
		this.line.splice(this.line.indexOf(next), 1);
		return false;
	}

	/** Gives the place to the next in line. */
	leave(): void {
		const next = this.line.shift();
		if (next) next();
		else this.free++;
	}

	/** Does the work as soon as there is a place for it. */
	async run<T>(work: () => Promise<T>): Promise<T> {
		await this.enter();
		try {
			return await work();
		} finally {
			this.leave();
		}
	}
}

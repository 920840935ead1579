import { sleepWithAbort } from './abort';

/** A bound on how many things are under way at once; who comes later waits in line. */
export class Limiter {
	private free: number;

	private readonly line: Array<() => boolean> = [];

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
		let waits = true;
		const turn = new Promise<boolean>((resolve) => {
			this.line.push(() => {
				if (waits) resolve(true);
				return waits;
			});
		});
		if (until === Infinity) return await turn;
		const over = new AbortController();
		const late = sleepWithAbort(until - Date.now(), over.signal).then(() => {
			// Unless the turn came first.
			waits = waits && over.signal.aborted;
			return false;
		});
		const entered = await Promise.race([turn, late]);
		over.abort();
		return entered;
	}

	/** Gives the place to the next in line. */
	leave(): void {
		for (let next = this.line.shift(); next; next = this.line.shift()) if (next()) return;
		this.free++;
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

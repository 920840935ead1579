import { sleepWithAbort } from '../core/abort';

/** Somebody in line; without `call` once it is not there any more. */
interface Waiter {
	call?: () => void;
}

/** How many are taken out of the line at once when they have left it: each by itself would move all behind it. */
const SWEPT_AT_ONCE = 1_000;

/** A bound on how many things are under way at once; who comes later waits in line. */
export class Limiter {
	private free: number;

	private line: Waiter[] = [];

	/** Position of the first in the line who may still be there. */
	private first = 0;

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
		if (until === Infinity)
			return await new Promise((resolve) => this.line.push({ call: () => resolve(true) }));
		const turn = new AbortController();
		const waiter: Waiter = { call: () => turn.abort() };
		this.line.push(waiter);
		await sleepWithAbort(until - Date.now(), turn.signal);
		delete waiter.call;
		// Its turn may have come while it gave up.
		return turn.signal.aborted;
	}

	/** Gives the place to the next in line. */
	leave(): void {
		while (this.first < this.line.length) {
			const next = this.line[this.first++];
			if (this.first === SWEPT_AT_ONCE) {
				this.line = this.line.slice(this.first);
				this.first = 0;
			}
			if (next?.call) return next.call();
		}
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

import { sleepWithAbort, whenAborted } from '../core/abort';

/** One that waits for a slot; without `call` once it has timed out. */
interface Waiter {
	call?: () => void;
}

/** How many are removed from the queue at once: to remove each by itself would move all behind it. */
const SWEPT_AT_ONCE = 1_000;

/** A number of slots, and the queue for them. */
export class Limiter {
	private free: number;

	private queue: Waiter[] = [];

	/** Index of the first waiter in the queue; those before it have been called. */
	private first = 0;

	/** @param count how many slots there are; at least 1 */
	constructor(count: number) {
		this.free = Math.max(1, Math.floor(count));
	}

	/**
	 * Waits for a slot. Each slot that was taken must be given back by `leave`.
	 *
	 * @param deadline when to stop waiting, in milliseconds since 1970
	 * @param signal aborted to stop waiting; it is taken in place of a deadline
	 * @returns whether a slot came free in time
	 */
	async enter(deadline = Infinity, signal?: AbortSignal): Promise<boolean> {
		if (this.free > 0) {
			this.free--;
			return true;
		}
		if (signal) return await this.enterUnlessStopped(signal);
		if (deadline === Infinity)
			return await new Promise((resolve) => this.queue.push({ call: () => resolve(true) }));
		const turn = new AbortController();
		const waiter: Waiter = { call: () => turn.abort() };
		this.queue.push(waiter);
		await sleepWithAbort(deadline - Date.now(), turn.signal);
		delete waiter.call;
		// A slot may have come free in the same moment.
		return turn.signal.aborted;
	}

	private async enterUnlessStopped(signal: AbortSignal): Promise<boolean> {
		let isCalled = false;
		const waiter: Waiter = {};
		const called = new Promise<void>((resolve) => {
			waiter.call = () => {
				isCalled = true;
				resolve();
			};
		});
		this.queue.push(waiter);
		const stopped = whenAborted(signal);
		await Promise.race([called, stopped.happens]);
		stopped.forget();
		// A slot may have come free in the same moment.
		if (!isCalled) delete waiter.call;
		return isCalled;
	}

	/** Gives the slot to the next in the queue. */
	leave(): void {
		while (this.first < this.queue.length) {
			const next = this.queue[this.first++];
			if (this.first === SWEPT_AT_ONCE) {
				this.queue = this.queue.slice(this.first);
				this.first = 0;
			}
			if (next?.call) return next.call();
		}
		this.free++;
	}

	/** Does the work as soon as there is a slot for it. */
	async run<T>(work: () => Promise<T>): Promise<T> {
		await this.enter();
		try {
			return await work();
		} finally {
			this.leave();
		}
	}
}

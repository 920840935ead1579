import { sleepWithAbort, whenAborted } from '../../../core/abort';

/** Milliseconds without the end of a task until one create finds out whether the account takes more by now. */
const PROBES_MS = [18_000, 36_000, 60_000] as const;

/** So many 429s in a row, each sent after the cooldown of the one before, say that the account has no slot. */
const REFUSALS_WHEN_FULL = 2;

/**
 * Why a create may be sent: nothing is known against it; a task of the run has ended; or it is the probe, or one of those
 * after a probe that was accepted.
 */
type Cause = 'open' | 'end' | 'probe';

/** A create that may be sent now. It must be given back by `accepted`, `refused` or `unused`. */
export interface Turn {
	cause: Cause;
	/** Which refusals the create can't know of, because they came later. */
	round: number;
	/** How many tasks had ended when it was sent. */
	ended: number;
}

/** A create that waits for its turn. */
interface Waiter {
	index: number;
	call: (turn: Turn) => void;
}

/** What bounds the creates of a run. */
export interface SlotSettings {
	/** How many tasks of the run may run at a time; undefined for as many as the account takes. */
	maxRunning?: number;
	/** How many creates may be on their way at once. */
	maxSending: number;
	/** Aborted when no create may be sent any more. */
	signal: AbortSignal;
}

/**
 * How many tasks the account lets run at once, learned from what happens: a 429 may be for too many requests or for too
 * many tasks, and its words don't tell. Creates pass here before they are sent, in the order of their items.
 *
 * Two refusals in a row mean that the account is full. From then on each end of a task lets one create through, and so does
 * a probe where no task has ended for a while. A task may have ended before a status check shows it, so an accepted probe
 * proves little: the next create follows it, one at a time. Once more of them were accepted than tasks can have ended
 * unseen, the account is not full.
 */
export class Slots {
	/** Tasks of this run that exist and are not decided. */
	running = 0;

	/** Creates on their way. */
	private sending = 0;

	/** By the positions of their items. */
	private queue: Waiter[] = [];

	/** In a row. */
	private refusals = 0;

	private round = 0;

	/** Ends of tasks since the run began, and those that may still let a create through. */
	private ended = 0;
	private freed = 0;

	/** Probes that may be sent. */
	private probes = 0;

	/** Probes in a row that were accepted, less the ends of tasks since. */
	private unexplained = 0;

	private probeStep = 0;
	private timer = new AbortController();

	/** Refused creates wait until then, in milliseconds since 1970. */
	private notBefore = 0;

	constructor(private readonly settings: SlotSettings) {}

	/** Whether the account accepts no further task, as far as is known. */
	get isFull(): boolean {
		return this.refusals >= REFUSALS_WHEN_FULL;
	}

	/** How many creates wait for their turn. */
	get waiting(): number {
		return this.queue.length;
	}

	/**
	 * Waits until a create may be sent.
	 *
	 * @param index the position of its item
	 * @param deadline when to stop waiting, in milliseconds since 1970
	 * @returns undefined where it had no turn by then, or where the run is over
	 */
	async enter(index: number, deadline: number): Promise<Turn | undefined> {
		const { signal } = this.settings;
		if (signal.aborted) return undefined;
		const called = new AbortController();
		let turn: Turn | undefined;
		const call = (given: Turn) => {
			turn = given;
			called.abort();
		};
		const waiter = { index, call };
		this.queueUp(waiter);
		this.letThrough();
		if (turn) return turn;
		const stopped = whenAborted(signal);
		await Promise.race([sleepWithAbort(deadline - Date.now(), called.signal), stopped.happens]);
		stopped.forget();
		const isCalled = called.signal.aborted;
		called.abort();
		if (!isCalled) this.queue.splice(this.queue.indexOf(waiter), 1);
		return turn;
	}

	/** Whether a create may still be sent; called right before. */
	mayBeSent(turn: Turn): boolean {
		turn.round = this.round;
		turn.ended = this.ended;
		return turn.cause !== 'open' || !this.isFull;
	}

	/** Notes a task that runs already: of an earlier attempt. */
	begun(): void {
		this.running++;
	}

	/** Notes a create that made a task. */
	accepted({ cause, round }: Turn): void {
		this.sending--;
		this.running++;
		// What was sent before the last refusal was known is no news.
		if (!this.isFull && round === this.round) this.refusals = 0;
		if (this.isFull && cause === 'probe') this.onProbeAccepted();
		this.letThrough();
	}

	/**
	 * Notes a create that the API did not take for want of a slot, or because of a cooldown. It has to enter again, and no
	 * other is let through before.
	 *
	 * @param retryAfterMs the cooldown that the API asked for, in milliseconds
	 */
	refused(turn: Turn, retryAfterMs = 0): void {
		this.sending--;
		if (retryAfterMs > 0) this.notBefore = Math.max(this.notBefore, Date.now() + retryAfterMs);
		const wasFull = this.isFull;
		if (turn.round === this.round) {
			this.round++;
			this.refusals++;
		}
		if (!this.isFull) return;
		const wasProbe = turn.cause === 'probe';
		if (!wasFull) this.freed = this.ended - turn.ended;
		if (wasProbe) this.unexplained = 0;
		if (!wasFull || wasProbe || retryAfterMs > 0) this.waitForProbe(wasFull && wasProbe);
	}

	/** Notes a create that took no slot, for whatever other reason. */
	unused({ cause }: Turn): void {
		this.sending--;
		if (cause === 'end') this.freed++;
		if (cause === 'probe') this.probes++;
		this.letThrough();
	}

	/** Notes the end of a task: done, failed, or no longer waited for. */
	end(): void {
		this.running--;
		this.ended++;
		if (this.isFull) {
			this.freed++;
			this.unexplained = Math.max(0, this.unexplained - 1);
			this.waitForProbe(false);
		}
		this.letThrough();
	}

	/** Whether a 429 of a create says something about the rate of requests, as far as is known. */
	isOfRate(turn: Turn): boolean {
		const willBeFull = this.isFull || (turn.round === this.round && this.refusals + 1 >= REFUSALS_WHEN_FULL);
		return !willBeFull || this.running === 0;
	}

	/** Ends the wait for a probe. */
	close(): void {
		this.timer.abort();
	}

	/** Puts a create in the order of the items: one that was refused comes back before those that were not sent yet. */
	private queueUp(waiter: Waiter): void {
		const { queue } = this;
		const isLast = (queue.at(-1)?.index ?? -1) < waiter.index;
		const place = isLast ? queue.length : queue.findIndex(({ index }) => index > waiter.index);
		queue.splice(place, 0, waiter);
	}

	private letThrough(): void {
		if (this.settings.signal.aborted) return;
		const { maxRunning = Infinity, maxSending } = this.settings;
		while (this.queue.length > 0) {
			if (this.sending >= maxSending || this.running + this.sending >= maxRunning) return;
			const cause = this.causeForNext();
			if (!cause) return;
			const waiter = this.queue.shift() as Waiter;
			this.sending++;
			waiter.call({ cause, round: this.round, ended: this.ended });
		}
	}

	private causeForNext(): Cause | undefined {
		if (!this.isFull) return 'open';
		if (Date.now() < this.notBefore) return undefined;
		if (this.freed > 0) {
			this.freed--;
			return 'end';
		}
		if (this.probes === 0) return undefined;
		this.probes--;
		return 'probe';
	}

	private onProbeAccepted(): void {
		this.unexplained++;
		if (this.unexplained > this.running - this.unexplained) {
			this.refusals = 0;
			this.unexplained = 0;
			this.probeStep = 0;
			this.timer.abort();
		} else {
			this.probes = 1;
		}
	}

	/** Lets one create through where no task ends meanwhile, and each time later than before. */
	private waitForProbe(isLater: boolean): void {
		if (isLater) this.probeStep = Math.min(this.probeStep + 1, PROBES_MS.length - 1);
		this.timer.abort();
		const timer = new AbortController();
		this.timer = timer;
		this.probes = 0;
		const wait = Math.max(PROBES_MS[this.probeStep] as number, this.notBefore - Date.now());
		void sleepWithAbort(wait, timer.signal).then((isOver) => {
			if (!isOver) return;
			this.notBefore = 0;
			this.probes = 1;
			this.letThrough();
		});
	}
}

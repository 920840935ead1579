import { sleepWithAbort } from '../core/abort';
import type { Result } from '../core/error';
import { Limiter } from './limiter';
import type { Pace } from './pace';

/**
 * Longest wait before a request is sent or sent again, in milliseconds. When the API asks for a longer cooldown, the
 * caller gets an error and decides: a wait for the video goes on, a single status check or a create ends in an error.
 */
export const LONGEST_WAIT_MS = 120_000;

/** Why a request may not be sent. */
export type Blocked =
	/** The user stopped the execution, or the run is over. */
	| { by: 'stop' }
	/** Other requests took the slots until the deadline. */
	| { by: 'queue' }
	/** The cooldown lasts longer than the request may wait: `ms` more. */
	| { by: 'cooldown'; ms: number };

/** What a request that entered the gate may do. */
export interface Entry {
	/** Why it may not be sent; undefined if it may, now. */
	blocked?: Blocked;
	/**
	 * Tells the pace what the API answered. Without an answer, nothing is reported.
	 *
	 * @param isOfRate whether a 429 is for the rate of requests, and not for what is under way; left out where it is
	 */
	report: (outcome: Result<unknown>, isOfRate?: boolean) => void;
	/** Makes room for the next request. Must be called, whatever became of this one. */
	leave: () => void;
}

/** How many requests may be in flight, and how long one may wait. */
export interface GateSettings {
	maxConcurrency: number;
	/** For one request, in milliseconds. */
	requestTimeoutMs: number;
	/** Aborted when the run is over. */
	signal?: AbortSignal;
}

/** The one way for all requests of a run to the API. Requests queue; the first one waits for the pace and for a slot. */
export class Gate {
	/** One for each request in flight, and for each download. */
	readonly slots: Limiter;

	private readonly queue = new Limiter(1);

	constructor(
		private readonly pace: Pace,
		private readonly settings: GateSettings,
	) {
		this.slots = new Limiter(settings.maxConcurrency);
	}

	/**
	 * Waits until a request may be sent.
	 *
	 * @param deadline no wait reaches past it, in milliseconds since 1970. Once it is over, a request only waits for other
	 * requests, and as long as one may take: the last status check of a wait is made at the deadline.
	 */
	async enter(deadline: number): Promise<Entry> {
		const now = Date.now();
		const slotDeadline = deadline > now ? deadline : now + this.settings.requestTimeoutMs;
		if (!(await this.queue.enter(slotDeadline))) return blockedEntry({ by: 'queue' });
		const blocked = await this.waitForSlot(deadline, slotDeadline);
		if (!blocked) return this.open();
		this.queue.leave();
		return blockedEntry(blocked);
	}

	private async waitForSlot(deadline: number, slotDeadline: number): Promise<Blocked | undefined> {
		for (;;) {
			const blocked = await this.waitForPace(deadline, slotDeadline);
			if (blocked) return blocked;
			if (!(await this.slots.enter(slotDeadline))) return { by: 'queue' };
			// Unless a 429 came meanwhile.
			if (this.pace.delayMs(Date.now()) === 0) return undefined;
			this.slots.leave();
		}
	}

	private async waitForPace(deadline: number, slotDeadline: number): Promise<Blocked | undefined> {
		for (;;) {
			if (this.settings.signal?.aborted) return { by: 'stop' };
			const now = Date.now();
			const ms = this.pace.cooldownMs(now);
			if (ms > LONGEST_WAIT_MS || (ms > 0 && now + ms > deadline)) return { by: 'cooldown', ms };
			const delay = this.pace.delayMs(now);
			if (delay === 0) return undefined;
			if (now + delay > slotDeadline) return { by: 'queue' };
			await sleepWithAbort(delay, this.settings.signal);
		}
	}

	private open(): Entry {
		const sentAt = this.pace.onSend(Date.now());
		// One request at a time finds out whether a cooldown was long enough: the others queue until it has left.
		const isProbe = this.pace.isProbing;
		if (!isProbe) this.queue.leave();
		return {
			report: (outcome, isOfRate = true) => {
				if (outcome.ok || outcome.error.kind !== 'rateLimited') this.pace.onAccepted(sentAt);
				else if (!isOfRate) this.pace.pause(Date.now(), outcome.error.retryAfterMs);
				else this.pace.onRateLimited(sentAt, Date.now(), outcome.error.retryAfterMs);
			},
			leave: () => {
				this.slots.leave();
				if (isProbe) this.queue.leave();
			},
		};
	}
}

function blockedEntry(blocked: Blocked): Entry {
	return { blocked, report: () => {}, leave: () => {} };
}

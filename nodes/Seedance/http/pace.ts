/** Cooldowns in milliseconds after refusals in a row without `Retry-After`: for limits by the second, then by the minute. */
const COOLDOWNS_MS = [1_000, 5_000, 18_000, 36_000] as const;
/** Shares of the rate: what is kept after a refusal, and what each window of accepted requests adds. */
const DECREASE = 0.93;
const INCREASE = { slowStart: 0.1, steady: 0.002 } as const;
/** So few accepted requests say nothing about a limit at the first refusal: other runs may have used it up. */
const TOO_FEW = 2;
/** One request a minute, in requests a millisecond: a clock that jumps during a cooldown can fake a lower rate. */
const MIN_RATE = 1 / 60_000;
/** How late a timer may be, in milliseconds: the next request makes up for it. */
const TIMER_DELAY_MS = 20;

/**
 * When a run may send requests: at any rate until the first 429, then after a cooldown and at a rate that follows additive
 * increase and multiplicative decrease, as in TCP and the AWS SDKs' adaptive retries. Times are milliseconds since 1970.
 */
export class Pace {
	private cooldownUntil = 0;
	private pausedUntil = 0; // By what says nothing about the rate.
	private refusals = 0; // In a row: each was sent after the cooldown of the one before.
	private refusedAt = 0; // When the first of them was sent.
	private rate = Infinity; // Requests a millisecond.
	private step = 0; // What each accepted request adds to the rate; 0 in slow start, which multiplies.
	private windowSize = 1; // How many requests the API accepted in its window.
	private lastSlot = 0; // When the last request was due.
	private accepted: number[] = []; // When they were sent.
	private doubts = 1; // How many refusals after too few requests may still be let pass.
	private clock = { seenAt: 0, lag: 0 };
	/** Whether the last answer was a 429: then one request at a time finds out whether the API accepts again. */
	get isProbing(): boolean {
		return this.refusals > 0;
	}
	/** Milliseconds until the cooldown is over, or 0. */
	cooldownMs(now: number): number {
		return Math.max(0, Math.max(this.cooldownUntil, this.pausedUntil) - this.steady(now));
	}
	/** Milliseconds until the cooldown is over and the rate allows the next request, or 0. */
	delayMs(now: number): number {
		return Math.max(this.cooldownMs(now), this.lastSlot + 1 / this.rate - this.steady(now));
	}
	/** Notes that a request is sent, and returns the time to give with its answer. */
	onSend(now: number): number {
		const sentAt = this.steady(now);
		this.lastSlot = Math.max(this.lastSlot + 1 / this.rate, sentAt - TIMER_DELAY_MS);
		return sentAt;
	}
	/** Notes a 429. All that were in flight at the first one count once; the longest `Retry-After` holds. */
	onRateLimited(sentAt: number, now: number, retryAfterMs?: number): void {
		const isNew = !this.isProbing || sentAt >= this.cooldownUntil;
		if (isNew && this.refusals++ === 0) this.refusedAt = sentAt;
		// If we waited as long as `Retry-After` said and are refused again, wait at least the first step.
		const step = retryAfterMs === undefined ? this.refusals : Math.min(this.refusals - 1, 1);
		const least = isNew ? (COOLDOWNS_MS[Math.min(step, COOLDOWNS_MS.length) - 1] ?? 0) : 0;
		this.cooldownUntil = Math.max(this.cooldownUntil, this.steady(now) + Math.max(retryAfterMs ?? 0, least));
	}
	/** Notes a cooldown that says nothing about the rate. */
	pause(now: number, retryAfterMs = 0): void {
		this.pausedUntil = Math.max(this.pausedUntil, this.steady(now) + retryAfterMs);
	}
	/** Notes an answer that is not a 429. A request without an answer says nothing. */
	onAccepted(sentAt: number): void {
		if (this.accepted.push(sentAt) > 20_000) this.accepted.splice(0, 10_000); // Bounds the memory.
		if (!this.isProbing) this.rate += this.step || (this.rate * INCREASE.slowStart) / this.windowSize;
		else if (sentAt >= this.cooldownUntil) this.onCooldownOver();
	}
	/** Takes the cooldown for the window of the API's limit, and what was accepted in as much time before for its size. */
	private onCooldownOver(): void {
		const windowMs = Math.max(1, this.cooldownUntil - this.refusedAt);
		const times = this.accepted.filter((at) => at > this.refusedAt - windowMs && at <= this.refusedAt);
		this.refusals = 0;
		const isFirst = this.rate === Infinity;
		if (isFirst && times.length <= TOO_FEW && this.doubts-- > 0) return;
		this.windowSize = Math.max(1, times.length);
		const firstRate = this.windowSize / (this.cooldownUntil - (times[0] ?? this.refusedAt) + 1);
		const next = isFirst ? firstRate : DECREASE * Math.min(this.rate, (times.length + 1) / windowMs);
		this.rate = Math.max(MIN_RATE, next);
		if (!isFirst) this.step = (INCREASE.steady * this.rate) / this.windowSize;
	}
	/** The time, as if the clock were never set back: a cooldown must not begin anew for that. */
	private steady(now: number): number {
		this.clock.lag += Math.max(0, this.clock.seenAt - now);
		this.clock.seenAt = now;
		return now + this.clock.lag;
	}
}

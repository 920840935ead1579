/**
 * How long no request is sent after a 429 that names no time, one after another, in milliseconds: the first for a
 * limit by the second; the four of them, as many as the default of Max Retries, for a limit by the minute.
 */
const COOLDOWNS_MS = [1_000, 5_000, 18_000, 36_000] as const;

/**
 * By how much the learned time is shortened, as long as none was too short, and each how many requests at least. What
 * is learned from a cooldown of a guessed length, or of few seconds, may be far too long.
 */
const EXPLORING = { factor: 0.85, requests: 5 } as const;

/** The same once the limit is known: it may have been raised. */
const KNOWING = { factor: 0.97, requests: 100 } as const;

/** By how much the time is lengthened when it was too short though the limit was known. */
const SLOWER = 1.1;

/** How near a time that was too short once may be come again, and how soon that is forgotten. */
const NEAR_REFUSED = 1.05;
const FORGET_REFUSED = 0.999;

/** Longest cooldown, in milliseconds, that says less about a limit than whole seconds can: servers round them up. */
const COARSE_COOLDOWN_MS = 2_000;

/**
 * So many accepted requests say nothing of a limit when the next is refused for the first time: others may have used it
 * up. Where it is as low as that, the second time says so.
 */
const TOO_FEW = 2;

/**
 * Requests further apart than this, in milliseconds, and than a limit that is known makes them, were held up by no
 * limit, and tell nothing of one.
 */
const BURST_GAP_MS = 5_000;

/**
 * How fast a run may send requests: as fast as it likes, until the API refuses one for being too many (429). Then there
 * is a cooldown, one probes whether there is room again, and from what was accepted until then the run learns how many
 * fit into which time. Kept to that, requests hardly meet the limit any more. All times are milliseconds since 1970.
 */
export class RateLimiter {
	/** Until when nothing may be sent. */
	private cooldownUntil = 0;

	/** Refusals in a row. */
	private refusals = 0;

	/** Whether the API said how long the cooldown is when it last refused a request. */
	private wasTold = false;

	/** How many requests fit into which time, and whether that may be far too long; not set while unknown. */
	private limit?: { count: number; ms: number; exploring: boolean };

	/** Whether a refusal after too few requests has been let pass. */
	private hasDoubted = false;

	/** A time known to be too short for as many requests. */
	private tooShortMs = 0;

	/** When the last requests were sent, as many as fit. */
	private sent: number[] = [];

	/** Since when requests have been accepted without a refusal, one soon after another, until when, and how many. */
	private accepted = { since: 0, until: 0, count: 0 };

	/** The time when it was last looked at the clock. */
	private seenAt = 0;

	/** Whether the last thing heard is that there is no room: then one request at a time finds out if there is. */
	get isProbing(): boolean {
		return this.refusals > 0;
	}

	/** Milliseconds for which nothing may be sent, since the API asked for it; 0 when something may be now. */
	cooldownMs(now: number): number {
		this.noticeClock(now);
		return Math.max(0, this.cooldownUntil - now);
	}

	/** Milliseconds until the next request may be sent, for the cooldown and for the limit; 0 when it may be now. */
	delayMs(now: number): number {
		const cooldown = this.cooldownMs(now);
		if (!this.limit) return cooldown;
		const { count, ms } = this.limit;
		// A long time's requests may go at once, for a good start. A short time's are spread, for its edges are blurred.
		const burst = ms > BURST_GAP_MS ? count : Math.ceil(count / 10);
		const before = this.sent[this.sent.length - burst];
		return before === undefined ? cooldown : Math.max(cooldown, before + (ms * burst) / count - now);
	}

	/** Takes note of a request that is sent. */
	onSend(now: number): void {
		this.noticeClock(now);
		const gap = now - (this.sent.at(-1) ?? 0);
		const isApart = gap > BURST_GAP_MS + (this.limit?.ms ?? 0);
		if (!this.isProbing && isApart) this.accepted = { since: now, until: now, count: 0 };
		this.sent.push(now);
		const most = this.limit?.count ?? 1;
		if (this.sent.length > 2 * most) this.sent = this.sent.slice(-most);
	}

	/**
	 * Takes note of a 429.
	 *
	 * @param sentAt when the refused request was sent
	 * @param now when the refusal came
	 * @param retryAfterMs how long the API asked to be left alone, where it did
	 */
	onRateLimited(sentAt: number, now: number, retryAfterMs?: number): void {
		this.noticeClock(now);
		// What was sent before the cooldown says nothing new about how long it has to be.
		const isNews = !this.isProbing || sentAt >= this.cooldownUntil;
		if (isNews) {
			this.refusals++;
			if (this.refusals === 1) this.onLimit(sentAt);
		}
		this.wasTold = retryAfterMs !== undefined;
		// Who was told how long, and refused all the same, waits a little at least.
		const guess = guessedCooldownMs(this.wasTold ? Math.min(this.refusals - 1, 1) : this.refusals);
		const cooldown = Math.max(retryAfterMs ?? 0, isNews ? guess : 0);
		this.cooldownUntil = Math.max(this.cooldownUntil, now + cooldown);
	}

	/**
	 * Takes note of an answer that is not a 429: there was room for the request. No answer at all says nothing.
	 *
	 * @param sentAt when the request was sent
	 */
	onSuccess(sentAt: number): void {
		if (this.isProbing && sentAt >= this.cooldownUntil) {
			this.onRoomAgain(sentAt);
			return;
		}
		this.accepted.count++;
		if (this.isProbing || !this.limit) return;
		const { count, ms, exploring } = this.limit;
		const { factor, requests } = exploring ? EXPLORING : KNOWING;
		if (this.accepted.count < Math.max(requests, count)) return;
		this.accepted = { since: sentAt, until: sentAt, count: 0 };
		this.tooShortMs *= FORGET_REFUSED;
		this.limit.ms = Math.max(ms * factor, this.tooShortMs * NEAR_REFUSED);
	}

	/** The limit was met, for the first time or again. */
	private onLimit(sentAt: number): void {
		this.accepted.until = sentAt;
		if (!this.limit) return;
		const { ms, exploring } = this.limit;
		this.tooShortMs = ms;
		this.limit.ms = exploring ? ms / EXPLORING.factor : ms * SLOWER;
		this.limit.exploring = false;
	}

	private onRoomAgain(sentAt: number): void {
		const { since, until, count } = this.accepted;
		const isDoubtful = count <= TOO_FEW && !this.hasDoubted;
		this.hasDoubted ||= isDoubtful;
		if (!this.limit && count > 0 && !isDoubtful) {
			const took = Math.max(1, until - since);
			// Until there was room, not until somebody wanted it.
			const cooldown = this.cooldownUntil - until;
			// A burst is let in again after the limit's time. Who took longer than that met the limit on the way.
			const ms = cooldown > took ? took + cooldown : took * SLOWER;
			this.limit = { count, ms, exploring: !this.wasTold || cooldown <= COARSE_COOLDOWN_MS };
		}
		this.refusals = 0;
		this.accepted = { since: sentAt, until: sentAt, count: 1 };
		// What was sent before has had its cooldown.
		this.sent = [sentAt];
	}

	/** Moves all times along with a clock that was set back: a cooldown must not begin anew for it. */
	private noticeClock(now: number): void {
		const back = Math.max(0, this.seenAt - now);
		this.seenAt = now;
		if (back === 0) return;
		this.cooldownUntil -= back;
		this.accepted.since -= back;
		this.accepted.until -= back;
		this.sent = this.sent.map((time) => time - back);
	}
}

function guessedCooldownMs(refusals: number): number {
	return COOLDOWNS_MS[Math.min(refusals, COOLDOWNS_MS.length) - 1] ?? 0;
}

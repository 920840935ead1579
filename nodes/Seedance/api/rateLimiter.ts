/**
 * How long all requests rest after a 429 that names no time, one after another, in milliseconds: the first for a
 * limit by the second; the four of them, as many as the default of Max Retries, for a limit by the minute.
 */
const RESTS_MS = [1_000, 5_000, 18_000, 36_000] as const;

/** By how much the time between requests changes: when a pace was refused, and when it was not for a while. */
const SLOWER = 1.1;
const FASTER = 0.97;

/** How near a pace that was refused once may be come again, and how soon that is forgotten. */
const NEAR_REFUSED = 1.05;
const FORGET_REFUSED = 0.999;

function guessedRestMs(refusals: number): number {
	return RESTS_MS[Math.min(refusals, RESTS_MS.length) - 1] ?? 0;
}

/** Requests further apart than this, in milliseconds, were held up by no limit, and tell nothing of one. */
const BURST_GAP_MS = 5_000;

/**
 * How many requests have to be taken at one pace before a faster one is tried: more where the API said itself when
 * there is room, so that the pace is hardly too slow.
 */
const BEFORE_FASTER = { guessed: 20, told: 100 } as const;

/**
 * The pace at which a run may send requests. As fast as it likes, until the API refuses one for being too many
 * (429): then all of them rest, one probes whether there is room again, and from what was accepted until then the
 * run learns how many fit into which time. Kept to that pace, requests hardly meet the limit any more. All times
 * are milliseconds since 1970.
 */
export class RateLimiter {
	/** Until when nothing may be sent. */
	private cooldownUntil = 0;

	private cooldownSince = 0;

	/** Refusals in a row. */
	private refusals = 0;

	/** Whether the API said how long to rest when it last refused a request. */
	private wasTold = false;

	/** Time between two requests; 0 while no pace has to be kept. */
	private intervalMs = 0;

	/** An interval known to be too short: a faster pace than this is not tried soon. */
	private tooShortMs = 0;

	private nextAt = 0;

	private sentAt = 0;

	/** The time when it was last looked at the clock. */
	private seenAt = 0;

	/** Since when requests have been accepted without a refusal, one soon after another, and how many. */
	private accepted = { since: 0, count: 0 };

	/** Whether the last thing heard is that there is no room: then one request at a time finds out if there is. */
	get isProbing(): boolean {
		return this.refusals > 0;
	}

	/** Milliseconds for which nothing may be sent, since the API asked for it; 0 when something may be now. */
	cooldownMs(now: number): number {
		this.noticeClock(now);
		return Math.max(0, this.cooldownUntil - now);
	}

	/** Milliseconds until the next request may be sent, for the cooldown and for the pace; 0 when it may be now. */
	delayMs(now: number): number {
		return Math.max(this.cooldownMs(now), this.nextAt - now);
	}

	/** Takes note of a request that is sent. */
	onSend(now: number): void {
		this.noticeClock(now);
		if (!this.isProbing && now - this.sentAt > BURST_GAP_MS) this.accepted = { since: now, count: 0 };
		this.sentAt = now;
		// A late one is made up for, but no more than one.
		this.nextAt = this.intervalMs === 0 ? 0 : Math.max(this.nextAt, now - this.intervalMs) + this.intervalMs;
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
		// What was under way when the cooldown began says nothing new about how long it has to be.
		const isNews = sentAt >= this.cooldownSince;
		if (isNews) {
			this.refusals++;
			if (this.intervalMs > 0 && this.refusals === 1) {
				this.tooShortMs = this.intervalMs;
				this.intervalMs *= SLOWER;
			}
		}
		this.wasTold = retryAfterMs !== undefined;
		// Who was told how long, and refused all the same, has to rest for longer.
		const guess = guessedRestMs(this.wasTold ? this.refusals - 1 : this.refusals);
		const rest = Math.max(retryAfterMs ?? 0, isNews ? guess : 0);
		if (now + rest <= this.cooldownUntil) return;
		this.cooldownSince = now;
		this.cooldownUntil = now + rest;
	}

	/**
	 * Takes note of an answer that is not a 429: there was room for the request. No answer at all says nothing.
	 *
	 * @param sentAt when the request was sent
	 */
	onSuccess(sentAt: number): void {
		if (this.isProbing) {
			if (sentAt >= this.cooldownUntil) this.onRoomAgain(sentAt);
			return;
		}
		this.accepted.count++;
		const enough = this.wasTold ? BEFORE_FASTER.told : BEFORE_FASTER.guessed;
		if (this.intervalMs === 0 || this.accepted.count < enough) return;
		this.accepted = { since: sentAt, count: 0 };
		this.tooShortMs *= FORGET_REFUSED;
		this.intervalMs = Math.max(this.intervalMs * FASTER, this.tooShortMs * NEAR_REFUSED);
	}

	private onRoomAgain(sentAt: number): void {
		const { since, count } = this.accepted;
		if (this.intervalMs === 0 && count > 0) {
			// Until there was room, not until somebody wanted it.
			this.intervalMs = Math.max(1, this.cooldownUntil - since) / count;
		}
		this.refusals = 0;
		this.accepted = { since: sentAt, count: 1 };
		this.nextAt = this.intervalMs === 0 ? 0 : sentAt + this.intervalMs;
	}

	/** Moves all times along with a clock that was set back: a rest must not begin anew for it. */
	private noticeClock(now: number): void {
		const back = Math.max(0, this.seenAt - now);
		this.seenAt = now;
		if (back === 0) return;
		this.cooldownUntil -= back;
		this.cooldownSince -= back;
		this.nextAt -= back;
		this.sentAt -= back;
		this.accepted.since -= back;
	}
}

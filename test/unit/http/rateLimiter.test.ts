import { RateLimiter } from '../../../nodes/Seedance/http/rateLimiter';
import { HOUR, MINUTE, NOW, SECOND } from '../clock';
import { fc } from '../expecting';

let limiter: RateLimiter;

beforeEach(() => {
	limiter = new RateLimiter();
});

/** Sends requests at once, all accepted; not held up. */
function accept(count = 1, at = NOW): void {
	for (let request = 0; request < count; request++) {
		limiter.onSend(at);
		limiter.onSuccess(at);
	}
}

/** Has a request refused, and the next accepted after the cooldown; returns when that was. */
function refuse(at: number, retryAfterMs?: number): number {
	limiter.onSend(at);
	limiter.onRateLimited(at, at, retryAfterMs);
	const roomAt = at + limiter.cooldownMs(at);
	accept(1, roomAt);
	return roomAt;
}

interface Learning {
	/** How many requests are accepted, all sent at once. */
	count?: number;
	/** When the next is sent, which is refused; in milliseconds after the others. */
	tookMs?: number;
	/** How long the API says to wait; undefined where it says nothing, and a second is guessed. */
	retryAfterMs?: number;
}

/** Lets the limiter learn from its first refusal; returns when there was room again. */
function learn({ count = 10, tookMs = 500, retryAfterMs }: Learning = {}): number {
	accept(count);
	return refuse(NOW + tookMs, retryAfterMs);
}

/** Sends requests as soon as each may be sent, all accepted; returns when the last was sent. */
function sendAtPace(count: number, from: number): number {
	let now = from;
	for (let request = 0; request < count; request++) {
		now += limiter.delayMs(now);
		accept(1, now);
	}
	return now;
}

/** Milliseconds until the next request after so many more that were accepted, and after as many as the next says. */
function delaysAfter(counts: number[], from: number): number[] {
	let now = from;
	return counts.map((count) => {
		now = sendAtPace(count, now);
		return Number(limiter.delayMs(now).toFixed(3));
	});
}

/** Expects that requests go out in groups of so many at once, of which the first has been sent, and so far apart. */
function expectGroups(count: number, ms: number, from: number): void {
	for (let round = 0; round < 4; round++) {
		for (let request = round === 0 ? 1 : 0; request < count; request++) {
			expect(limiter.delayMs(from + round * ms)).toBeLessThan(1e-6);
			limiter.onSend(from + round * ms);
		}
		expect(limiter.delayMs(from + round * ms)).toBeCloseTo(ms);
	}
}

test('before any refusal, nothing is held up', () => {
	accept(100);
	expect([limiter.cooldownMs(NOW), limiter.delayMs(NOW), limiter.isProbing]).toEqual([0, 0, false]);
});

describe('after a 429', () => {
	test('the cooldown lasts for as long as the API asks', () => {
		limiter.onRateLimited(NOW - 100, NOW, 10 * SECOND);
		for (const [seconds, left] of [
			[0, 10],
			[9, 1],
			[10, 0],
			[11, 0],
		] as const) {
			expect(limiter.cooldownMs(NOW + seconds * SECOND)).toBe(left * SECOND);
			expect(limiter.delayMs(NOW + seconds * SECOND)).toBeLessThanOrEqual(left * SECOND);
		}
	});

	test('a longer cooldown replaces a shorter one, never the other way round', () => {
		const cooldowns = [10, 3, 20].map((seconds) => {
			limiter.onRateLimited(NOW, NOW, seconds * SECOND);
			return limiter.cooldownMs(NOW) / SECOND;
		});
		expect(cooldowns).toEqual([10, 10, 20]);
	});

	test.each([
		['without Retry-After', undefined, [1, 5, 18, 36, 36, 36]],
		['with one that is too short', 2 * SECOND, [2, 2, 2, 2, 2, 2]],
		['with one of nothing', 0, [0, 1, 1, 1, 1, 1]],
		['with a long one', 60 * SECOND, [60, 60, 60, 60, 60, 60]],
	])('%s: cooldowns by refusal, which begin anew once there was room', (_case, retryAfterMs, expected) => {
		let now = NOW;
		const cooldowns = expected.map(() => {
			limiter.onRateLimited(now, now, retryAfterMs);
			const cooldown = limiter.cooldownMs(now);
			now += cooldown;
			return cooldown / SECOND;
		});
		expect(cooldowns).toEqual(expected);
		limiter.onSuccess(now);
		limiter.onRateLimited(now, now, retryAfterMs);
		expect(limiter.cooldownMs(now) / SECOND).toBe(expected[0]);
	});

	test('requests that were under way together are refused for one reason', () => {
		for (let request = 0; request < 10; request++) limiter.onRateLimited(NOW - 1, NOW + request);
		// Sent in the millisecond in which the first refusal came, and before it.
		limiter.onRateLimited(NOW, NOW + 9);
		expect(limiter.cooldownMs(NOW + 9)).toBe(SECOND - 9);
		limiter.onRateLimited(NOW + SECOND, NOW + SECOND);
		expect(limiter.cooldownMs(NOW + SECOND)).toBe(5 * SECOND);
	});

	test('one of them that came late begins no cooldown of its own, unless it names a longer one', () => {
		limiter.onRateLimited(NOW - 1, NOW);
		for (const retryAfterMs of [undefined, 7 * SECOND]) {
			limiter.onRateLimited(NOW - 1, NOW + 2 * SECOND, retryAfterMs);
			expect(limiter.cooldownMs(NOW + 2 * SECOND)).toBe(retryAfterMs ?? 0);
		}
	});

	test('one request at a time finds out whether there is room again', () => {
		limiter.onSend(NOW);
		limiter.onRateLimited(NOW, NOW);
		expect(limiter.isProbing).toBe(true);
		// Sent before the cooldown was over: it says nothing about the time after.
		limiter.onSuccess(NOW + SECOND - 1);
		expect(limiter.isProbing).toBe(true);
		limiter.onSuccess(NOW + SECOND);
		expect(limiter.isProbing).toBe(false);
	});
});

describe('what a run learns from its first refusal', () => {
	test('that so many fit into the time until there was room again: spread, where that is short', () => {
		const now = learn();
		expect(limiter.delayMs(now)).toBe(150);
		expect(limiter.delayMs(now + 100)).toBe(50);
		expect(limiter.delayMs(now + 150)).toBeLessThanOrEqual(0);
		// The pace is no cooldown that the API asked for.
		expect(limiter.cooldownMs(now)).toBe(0);
	});

	test.each([
		[3, 1, 500],
		[10, 1, 150],
		[11, 2, (1_500 * 2) / 11],
		[20, 2, 150],
		[25, 3, 180],
	])('where %d fit, spread in groups of %d', (count, group, ms) => expectGroups(group, ms, learn({ count })));

	test.each([
		['a burst, whose time is that until it was let in again', 100, 60_000, 60_100],
		['a burst at once', 0, 60_000, 60_001],
		['a burst that took as long as the cooldown, and met the limit on the way', 5_000, 5_000, 5_500],
		['a burst that took longer, and met the limit on the way', 5_000, 3_000, 5_500],
	])('of %s: so many at once, where the time is long', (_case, tookMs, retryAfterMs, ms) => {
		expectGroups(3, ms, learn({ count: 3, tookMs, retryAfterMs }));
	});

	test.each([
		[4_999, 1, 500],
		[5_000, 10, 5_001],
	])(
		'five seconds are short, more are long: %d ms and the one that found the limit',
		(retryAfterMs, group, ms) => {
			expectGroups(group, ms, learn({ tookMs: 0, retryAfterMs }));
		},
	);

	test('the cooldown that was asked for, not when somebody came back', () => {
		accept(10);
		limiter.onRateLimited(NOW, NOW, 4 * SECOND);
		accept(1, NOW + 60 * SECOND);
		expect(limiter.delayMs(NOW + 60 * SECOND)).toBeCloseTo(400.1);
	});

	test('those too that were accepted before it, and answered after', () => {
		for (let request = 0; request < 11; request++) limiter.onSend(NOW);
		for (let request = 0; request < 4; request++) limiter.onSuccess(NOW);
		limiter.onRateLimited(NOW, NOW + 500);
		for (let request = 0; request < 6; request++) limiter.onSuccess(NOW);
		accept(1, NOW + 1_500);
		expect(limiter.delayMs(NOW + 1_500)).toBeCloseTo(150.1);
	});

	test.each([0, 1, 2])(
		'nothing where others may have used it up: %d accepted before; the next refusal teaches',
		(count) => {
			accept(count);
			const room = refuse(NOW, 45 * SECOND);
			expect(limiter.delayMs(room)).toBe(0);
			expect(limiter.delayMs(refuse(room + 100, 45 * SECOND))).toBe(45_100);
		},
	);

	test.each([
		[5_000, 6, 65_000],
		[5_001, 3, 60_001],
	])('only what belongs to its burst: of two, %d ms apart', (gap, count, ms) => {
		accept(3);
		accept(3, NOW + gap);
		expectGroups(count, ms, refuse(NOW + gap, 60_000));
	});
});

describe('the time that a run has learned', () => {
	test.each([
		['was guessed: soon, after as many as fit', {}, [8, 1, 9, 1], [150, 127.5, 127.5, 108.375]],
		['was guessed, for few: after five', { count: 3 }, [3, 1, 4, 1], [500, 425, 425, 361.25]],
		['is of two seconds, which may be one: soon', { retryAfterMs: 2_000 }, [8, 1], [250, 212.5]],
		[
			'was told by the API: a little, after 100',
			{ retryAfterMs: 2_001 },
			[98, 1, 99, 1],
			[250.1, 242.597, 242.597, 235.319],
		],
	])('is shortened where it %s', (_case, learning, counts, delays) => {
		expect(delaysAfter(counts, learn(learning))).toEqual(delays);
	});

	test('is shortened after as many as fit, where those are more than 100', () => {
		// In groups of 12.
		const now = sendAtPace(118, learn({ count: 120, retryAfterMs: 4_000 }));
		expect(limiter.delayMs(now + 450)).toBe(0);
		sendAtPace(1, now);
		expect(limiter.delayMs(now + 436.5)).toBe(0);
	});

	test.each([
		['the limit alone held up: soon', 0, 5_100.85],
		['came more than five seconds later than they might: not yet', 5_001, 6_001],
	])('is shortened where it is long, by requests that %s', (_case, idleMs, ms) => {
		accept(4);
		limiter.onSend(NOW + 1);
		limiter.onRateLimited(NOW + 1, NOW + 1);
		const room = refuse(NOW + 1 + SECOND);
		expect(delaysAfter([3], room)).toEqual([6_001]);
		expect(delaysAfter([4], room + 6_001 + idleMs)).toEqual([ms]);
	});

	test('that was guessed is known once it was too short: lengthened to what it was before, then shortened slowly', () => {
		let now = sendAtPace(9, learn());
		expect(limiter.delayMs(now)).toBeCloseTo(127.5);
		now = refuse(now + 200);
		// Not within 5 % of what was too short, which is forgotten by and by.
		const nearest = Number((127.5 * 0.999 ** 4 * 1.05).toFixed(3));
		expect(delaysAfter([98, 1, 100, 100, 100], now)).toEqual([150, 145.5, 141.135, 136.901, nearest]);
	});

	describe('that was known', () => {
		/** Has a request of a known limit refused; returns when it was sent. */
		function refuseKnown(): number {
			const at = learn({ retryAfterMs: 3_000 }) + 500;
			limiter.onSend(at);
			limiter.onRateLimited(at, at);
			return at;
		}

		test('is lengthened a little when it is too short, once for several refusals in a row', () => {
			expect(limiter.delayMs(refuse(refuseKnown() + SECOND))).toBeCloseTo(350 * 1.1);
		});

		test('is not shortened by what was accepted before a refusal, and answered after', () => {
			const at = refuseKnown();
			for (let request = 0; request < 200; request++) limiter.onSuccess(at - 100);
			accept(1, at + SECOND);
			expect(limiter.delayMs(at + SECOND)).toBeCloseTo(350 * 1.1);
		});
	});
});

test('a clock that is set back changes nothing, whatever was learned and is learned after, as often as it happens', () => {
	const step = fc.record({
		waitMs: fc.constantFrom(0, 100, SECOND, 5_001, MINUTE),
		backMs: fc.constantFrom(0, SECOND, HOUR),
		isRefused: fc.boolean(),
		retryAfterMs: fc.constantFrom(undefined, 0, 10 * SECOND),
	});
	fc.assert(
		fc.property(fc.array(step, { maxLength: 15 }), (steps) => {
			const [steady, setBack] = [new RateLimiter(), new RateLimiter()];
			let [now, behind] = [NOW, 0];
			for (const { waitMs, backMs, isRefused, retryAfterMs } of steps) {
				now += waitMs;
				expect(setBack.delayMs(now - behind)).toBeCloseTo(steady.delayMs(now));
				behind += backMs;
				for (const [one, at] of [
					[steady, now],
					[setBack, now - behind],
				] as const) {
					one.onSend(at);
					if (isRefused) one.onRateLimited(at, at, retryAfterMs);
					else one.onSuccess(at);
				}
				expect(setBack.cooldownMs(now - behind)).toBe(steady.cooldownMs(now));
				expect(setBack.isProbing).toBe(steady.isProbing);
			}
		}),
		{ numRuns: 500 },
	);
});

test.each([
	['ten a second', 10, SECOND, false],
	['ten a second, told', 10, SECOND, true],
	['sixty a minute, told', 60, 60 * SECOND, true],
])('a run meets a limit of %s a few times, and is nearly as fast as it allows', (_case, count, ms, tells) => {
	let now = NOW;
	let refused = 0;
	const accepted: number[] = [];
	while (accepted.length < 600) {
		now += Math.max(0, limiter.delayMs(now));
		limiter.onSend(now);
		const recent = accepted.filter((at) => at > now - ms);
		if (recent.length < count) {
			accepted.push(now);
			limiter.onSuccess(now);
		} else {
			refused++;
			const roomIn = (recent[0] as number) + ms - now;
			limiter.onRateLimited(now, now, tells ? Math.ceil(roomIn / SECOND) * SECOND : undefined);
		}
	}
	expect(refused).toBeLessThan(6);
	expect(now - NOW).toBeLessThan((600 / count) * ms * 1.2);
});

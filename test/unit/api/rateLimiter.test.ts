import { RateLimiter } from '../../../nodes/Seedance/api/rateLimiter';
import { HOUR, NOW, SECOND } from '../clock';

let limiter: RateLimiter;

beforeEach(() => {
	limiter = new RateLimiter();
});

test('before any refusal, nothing rests and no pace is kept', () => {
	for (let request = 0; request < 100; request++) {
		limiter.onSend(NOW);
		limiter.onSuccess(NOW);
	}
	expect(limiter.cooldownMs(NOW)).toBe(0);
	expect(limiter.delayMs(NOW)).toBe(0);
	expect(limiter.isProbing).toBe(false);
});

describe('after a 429', () => {
	test('all rest for as long as the API asks', () => {
		limiter.onRateLimited(NOW - 100, NOW, 10 * SECOND);
		for (const [seconds, left] of [[0, 10], [9, 1], [10, 0], [11, 0]] as const) {
			expect(limiter.cooldownMs(NOW + seconds * SECOND)).toBe(left * SECOND);
			expect(limiter.delayMs(NOW + seconds * SECOND)).toBeLessThanOrEqual(left * SECOND);
		}
	});

	test('a longer rest replaces a shorter one, never the other way round', () => {
		limiter.onRateLimited(NOW, NOW, 10 * SECOND);
		limiter.onRateLimited(NOW, NOW, 3 * SECOND);
		expect(limiter.cooldownMs(NOW)).toBe(10 * SECOND);
		limiter.onRateLimited(NOW, NOW, 20 * SECOND);
		expect(limiter.cooldownMs(NOW)).toBe(20 * SECOND);
	});

	test.each([
		['without Retry-After', undefined, [1, 5, 18, 36, 36, 36]],
		['with one that is too short', 2, [2, 2, 2, 2, 2, 2]],
		['with one of nothing', 0, [0, 1, 1, 1, 1, 1]],
		['with a long one', 60, [60, 60, 60, 60, 60, 60]],
	])('%s: rests by refusal, which begin anew once there was room', (_case, retryAfter, expected) => {
		const retryAfterMs = retryAfter === undefined ? undefined : retryAfter * SECOND;
		const rests = [];
		let now = NOW;
		for (let refusal = 0; refusal < 6; refusal++) {
			limiter.onRateLimited(now, now, retryAfterMs);
			rests.push(limiter.cooldownMs(now) / SECOND);
			now += limiter.cooldownMs(now);
		}
		expect(rests).toEqual(expected);
		limiter.onSuccess(now);
		limiter.onRateLimited(now, now, retryAfterMs);
		expect(limiter.cooldownMs(now) / SECOND).toBe(expected[0]);
	});

	test('requests that were under way together are refused for one reason', () => {
		for (let request = 0; request < 10; request++) limiter.onRateLimited(NOW - 1, NOW + request);
		expect(limiter.cooldownMs(NOW + 9)).toBe(SECOND - 9);
		limiter.onRateLimited(NOW + SECOND, NOW + SECOND);
		expect(limiter.cooldownMs(NOW + SECOND)).toBe(5 * SECOND);
	});

	test('one of them that came late begins no rest of its own, unless it names a longer one', () => {
		limiter.onRateLimited(NOW - 1, NOW);
		limiter.onRateLimited(NOW - 1, NOW + 2 * SECOND);
		expect(limiter.cooldownMs(NOW + 2 * SECOND)).toBe(0);
		limiter.onRateLimited(NOW - 1, NOW + 2 * SECOND, 7 * SECOND);
		expect(limiter.cooldownMs(NOW + 2 * SECOND)).toBe(7 * SECOND);
	});

	test('one request at a time finds out whether there is room again', () => {
		limiter.onSend(NOW);
		limiter.onRateLimited(NOW, NOW);
		expect(limiter.isProbing).toBe(true);
		// Sent before the rest was over: it says nothing about the time after.
		limiter.onSuccess(NOW + SECOND - 1);
		expect(limiter.isProbing).toBe(true);
		limiter.onSuccess(NOW + SECOND);
		expect(limiter.isProbing).toBe(false);
	});
});

/** Sends requests as soon as each may be sent, all taken; returns when the last was sent. */
function sendAtPace(count: number, from: number): number {
	let now = from;
	for (let request = 0; request < count; request++) {
		now += limiter.delayMs(now);
		limiter.onSend(now);
		limiter.onSuccess(now);
	}
	return now;
}

/** Milliseconds until the next request after so many more that were taken, and again after as many as the next says. */
function delaysAfter(counts: number[], from: number): number[] {
	let now = from;
	return counts.map((count) => {
		now = sendAtPace(count, now);
		return Number(limiter.delayMs(now).toFixed(3));
	});
}

interface Learning {
	/** How many requests are taken, all sent at once. */
	count?: number;
	/** When the next is sent, which is refused; in milliseconds after the others. */
	tookMs?: number;
	/** How long the API says to rest; undefined where it says nothing, and a second is guessed. */
	restMs?: number;
}

/** Lets the limiter learn from its first refusal; returns when there was room again. */
function learn({ count = 10, tookMs = 500, restMs }: Learning = {}): number {
	for (let request = 0; request < count; request++) {
		limiter.onSend(NOW);
		limiter.onSuccess(NOW);
	}
	return refuse(NOW + tookMs, restMs);
}

/** Has a request refused, and the next taken after the rest; returns when that was. */
function refuse(at: number, restMs?: number): number {
	limiter.onSend(at);
	limiter.onRateLimited(at, at, restMs);
	const roomAt = at + limiter.cooldownMs(at);
	limiter.onSend(roomAt);
	limiter.onSuccess(roomAt);
	return roomAt;
}

describe('what a run learns from its first refusal', () => {
	test('that so many fit into the time until there was room again: spread, where that is short', () => {
		const now = learn();
		expect(limiter.delayMs(now)).toBe(150);
		expect(limiter.delayMs(now + 100)).toBe(50);
		expect(limiter.delayMs(now + 150)).toBeLessThanOrEqual(0);
		// The pace is no rest that the API asked for.
		expect(limiter.cooldownMs(now)).toBe(0);
	});

	test.each([
		[1, 1, 1_500],
		[10, 1, 150],
		[11, 2, (1_500 * 2) / 11],
		[20, 2, 150],
		[25, 3, 180],
	])('where %d fit, spread in groups of %d', (count, group, ms) => {
		let now = learn({ count });
		for (let round = 0; round < 3; round++) {
			// The first of the first group is the one that found room.
			for (let request = round === 0 ? 1 : 0; request < group; request++) {
				expect(limiter.delayMs(now)).toBeLessThanOrEqual(0);
				limiter.onSend(now);
			}
			expect(limiter.delayMs(now)).toBeCloseTo(ms);
			now += ms;
		}
	});

	test.each([
		['a burst, whose time is that until it was let in again', { tookMs: 100, restMs: 60_000 }, 60_100],
		['a burst at once', { tookMs: 0, restMs: 60_000 }, 60_001],
		['a burst that took as long as the rest, and met the limit on the way', { tookMs: 5_000, restMs: 5_000 }, 5_500],
		['a burst that took longer, and met the limit on the way', { tookMs: 5_000, restMs: 3_000 }, 5_500],
	])('of %s: so many at once, where the time is long', (_case, learning, ms) => {
		let now = learn({ count: 3, ...learning });
		for (let round = 0; round < 4; round++) {
			for (let request = round === 0 ? 1 : 0; request < 3; request++) {
				expect(limiter.delayMs(now)).toBeLessThanOrEqual(0);
				limiter.onSend(now);
			}
			expect(limiter.delayMs(now)).toBeCloseTo(ms);
			now += ms;
		}
	});

	test('five seconds are short, more are long', () => {
		expect(limiter.delayMs(learn({ tookMs: 0, restMs: 4_999 }))).toBe(500);
		limiter = new RateLimiter();
		expect(limiter.delayMs(learn({ tookMs: 0, restMs: 5_000 }))).toBeLessThanOrEqual(0);
	});

	test('the rest that was asked for, not when somebody came back', () => {
		limiter.onSend(NOW);
		limiter.onSuccess(NOW);
		limiter.onRateLimited(NOW, NOW, 10 * SECOND);
		const late = NOW + 60 * SECOND;
		limiter.onSend(late);
		limiter.onSuccess(late);
		expect(limiter.delayMs(late)).toBe(10_001);
	});

	test('those too that were taken before it, and answered after', () => {
		for (let request = 0; request < 11; request++) limiter.onSend(NOW);
		for (let request = 0; request < 4; request++) limiter.onSuccess(NOW);
		limiter.onRateLimited(NOW, NOW + 500);
		for (let request = 0; request < 6; request++) limiter.onSuccess(NOW);
		limiter.onSend(NOW + 1_500);
		limiter.onSuccess(NOW + 1_500);
		expect(limiter.delayMs(NOW + 1_500)).toBeCloseTo(150.1);
	});

	test('nothing where none was taken before; then the next refusal teaches', () => {
		limiter.onSend(NOW);
		limiter.onRateLimited(NOW, NOW);
		limiter.onSend(NOW + SECOND);
		limiter.onSuccess(NOW + SECOND);
		expect(limiter.delayMs(NOW + SECOND)).toBe(0);
		expect(limiter.delayMs(refuse(NOW + 1_500))).toBe(1_500);
	});

	test.each([
		[5_000, 6],
		[5_001, 3],
	])('only what belongs to its burst: of two, %d ms apart', (gap, count) => {
		for (const at of [NOW, NOW + gap]) {
			for (let request = 0; request < 3; request++) {
				limiter.onSend(at);
				limiter.onSuccess(at);
			}
		}
		const roomAt = refuse(NOW + gap, 60_000);
		for (let request = 1; request < count; request++) {
			expect(limiter.delayMs(roomAt)).toBeLessThanOrEqual(0);
			limiter.onSend(roomAt);
		}
		expect(limiter.delayMs(roomAt)).toBeGreaterThan(0);
	});
});

describe('the time that a run has learned', () => {
	test.each([
		['was guessed: soon, after as many as fit', {}, [8, 1, 9, 1], [150, 127.5, 127.5, 108.375]],
		['was guessed, for few: after five', { count: 2 }, [3, 1, 4, 1], [750, 637.5, 637.5, 541.875]],
		['is of two seconds, which may be one: soon', { restMs: 2_000 }, [8, 1], [250, 212.5]],
		['was told by the API: a little, after 100', { restMs: 2_001 }, [98, 1, 99, 1], [250.1, 242.597, 242.597, 235.319]],
	])('is shortened where it %s', (_case, learning, counts, delays) => {
		expect(delaysAfter(counts, learn(learning))).toEqual(delays);
	});

	test('is shortened after as many as fit, where those are more than 100', () => {
		// In groups of 12.
		const now = sendAtPace(118, learn({ count: 120, restMs: 4_000 }));
		expect(limiter.delayMs(now + 450)).toBe(0);
		sendAtPace(1, now);
		expect(limiter.delayMs(now + 436.5)).toBe(0);
	});

	test('that was guessed is known once it was too short: lengthened to what it was before, then shortened slowly', () => {
		let now = sendAtPace(9, learn());
		expect(limiter.delayMs(now)).toBeCloseTo(127.5);
		now = refuse(now + 200);
		const [before, ...after] = delaysAfter([98, 1, 100, 100, 100], now);
		expect(before).toBe(150);
		// Not within 5 % of what was too short, which is forgotten by and by.
		const nearest = Number((127.5 * 0.999 ** 4 * 1.05).toFixed(3));
		expect(after).toEqual([145.5, 141.135, 136.901, nearest]);
	});

	test('that was known is lengthened a little when it is too short, once for several refusals in a row', () => {
		const now = learn({ restMs: 3_000 });
		limiter.onSend(now + 500);
		limiter.onRateLimited(now + 500, now + 500);
		expect(limiter.delayMs(refuse(now + 1_500))).toBeCloseTo(350 * 1.1);
	});

	test('is not shortened by what was taken before a refusal, and answered after', () => {
		const now = learn({ restMs: 3_000 });
		limiter.onSend(now + 500);
		limiter.onRateLimited(now + 500, now + 500);
		for (let request = 0; request < 200; request++) limiter.onSuccess(now + 400);
		limiter.onSend(now + 1_500);
		limiter.onSuccess(now + 1_500);
		expect(limiter.delayMs(now + 1_500)).toBeCloseTo(350 * 1.1);
	});
});

describe('a clock that is set back by an hour', () => {
	const BACK = NOW - HOUR;

	test('makes no rest longer', () => {
		limiter.onRateLimited(NOW, NOW, 10 * SECOND);
		expect(limiter.cooldownMs(BACK)).toBe(10 * SECOND);
		expect(limiter.cooldownMs(BACK + 9 * SECOND)).toBe(SECOND);
	});

	test('nor the time between two requests', () => {
		const back = learn() - HOUR;
		expect(limiter.delayMs(back)).toBe(150);
		expect(limiter.delayMs(back + 100)).toBe(50);
	});

	test('hides no refusal', () => {
		limiter.onRateLimited(NOW, NOW);
		limiter.onSend(BACK + SECOND);
		limiter.onRateLimited(BACK + SECOND, BACK + SECOND);
		expect(limiter.cooldownMs(BACK + SECOND)).toBe(5 * SECOND);
	});

	test.each([
		['changes no time that is learned', 2, 3],
		['joins no bursts', 10, 1],
	])('%s', (_case, sentAfter, count) => {
		for (let request = 0; request < 2; request++) {
			limiter.onSend(NOW);
			limiter.onSuccess(NOW);
		}
		limiter.delayMs(BACK);
		const now = BACK + sentAfter * SECOND;
		limiter.onSend(now);
		limiter.onSuccess(now);
		const roomAt = refuse(now, 60_000);
		for (let request = 1; request < count; request++) limiter.onSend(roomAt);
		expect(limiter.delayMs(roomAt)).toBe(count === 3 ? 62_000 : 60_001);
	});

	test('between refusal and room changes nothing either', () => {
		for (let request = 0; request < 10; request++) {
			limiter.onSend(NOW);
			limiter.onSuccess(NOW);
		}
		limiter.onRateLimited(NOW + 500, NOW + 500);
		limiter.delayMs(BACK + 500);
		limiter.onSend(BACK + 1_500);
		limiter.onSuccess(BACK + 1_500);
		expect(limiter.delayMs(BACK + 1_500)).toBe(150);
	});

	test('as often as it happens', () => {
		limiter.onRateLimited(NOW, NOW, 10 * SECOND);
		limiter.onSend(BACK);
		expect(limiter.cooldownMs(BACK - HOUR)).toBe(10 * SECOND);
		limiter.onRateLimited(BACK - 2 * HOUR, BACK - 2 * HOUR, 20 * SECOND);
		expect(limiter.cooldownMs(BACK - 2 * HOUR)).toBe(20 * SECOND);
	});
});

test.each([
	['ten a second', 10, SECOND, false],
	['ten a second, told', 10, SECOND, true],
	['sixty a minute, told', 60, 60 * SECOND, true],
])('a run meets a limit of %s a few times, and is nearly as fast as it allows', (_case, count, ms, tells) => {
	let now = NOW;
	let refused = 0;
	const taken: number[] = [];
	while (taken.length < 600) {
		now += Math.max(0, limiter.delayMs(now));
		limiter.onSend(now);
		const recent = taken.filter((at) => at > now - ms);
		if (recent.length < count) {
			taken.push(now);
			limiter.onSuccess(now);
		} else {
			refused++;
			const rest = (recent[0] as number) + ms - now;
			limiter.onRateLimited(now, now, tells ? Math.ceil(rest / SECOND) * SECOND : undefined);
		}
	}
	expect(refused).toBeLessThan(6);
	expect(now - NOW).toBeLessThan((600 / count) * ms * 1.2);
});

import { Pace } from '../../../nodes/Seedance/http/pace';
import { HOUR, MINUTE, NOW, SECOND } from '../clock';
import { fc } from '../expecting';

let pace: Pace;

beforeEach(() => {
	pace = new Pace();
});

/** Sends requests at once, all accepted. */
function accept(count = 1, at = NOW): void {
	for (let request = 0; request < count; request++) pace.onAccepted(pace.onSend(at));
}

/** Sends a request that is refused, and after the cooldown one that is accepted; returns when that was. */
function refuse(at: number, retryAfterMs?: number): number {
	pace.onRateLimited(pace.onSend(at), at, retryAfterMs);
	const acceptedAt = at + pace.cooldownMs(at);
	accept(1, acceptedAt);
	return acceptedAt;
}

/** Sends a request as soon as it may be sent; returns how long the next has to wait, in milliseconds. */
function gapAfter(now: number): number {
	const due = now + pace.delayMs(now);
	pace.onSend(due);
	return pace.delayMs(due);
}

/** The rate, in requests a second. */
const rateAfter = (now: number) => SECOND / gapAfter(now);

/** Sends requests, each as soon as it may be sent, all accepted; returns when the last was sent. */
function acceptAtPace(count: number, from: number): number {
	let now = from;
	for (let request = 0; request < count; request++) accept(1, (now += pace.delayMs(now)));
	return now;
}

test('before any refusal, nothing is held up', () => {
	accept(100);
	expect([pace.cooldownMs(NOW), pace.delayMs(NOW), pace.isProbing]).toEqual([0, 0, false]);
});

describe('the cooldown after a 429', () => {
	test('lasts for as long as the API asks', () => {
		pace.onRateLimited(NOW - 100, NOW, 10 * SECOND);
		for (const [seconds, left] of [
			[0, 10],
			[9, 1],
			[10, 0],
			[11, 0],
		] as const) {
			expect(pace.cooldownMs(NOW + seconds * SECOND)).toBe(left * SECOND);
			expect(pace.delayMs(NOW + seconds * SECOND)).toBe(left * SECOND);
		}
	});

	test('gets longer by a second 429, never shorter', () => {
		const cooldowns = [10, 3, 20].map((seconds) => {
			pace.onRateLimited(NOW, NOW, seconds * SECOND);
			return pace.cooldownMs(NOW) / SECOND;
		});
		expect(cooldowns).toEqual([10, 10, 20]);
	});

	test.each([
		['without Retry-After', undefined, [1, 5, 18, 36, 36, 36]],
		['with one that is too short', 2 * SECOND, [2, 2, 2, 2, 2, 2]],
		['with one of nothing', 0, [0, 1, 1, 1, 1, 1]],
		['with a long one', 60 * SECOND, [60, 60, 60, 60, 60, 60]],
	])(
		'%s: by refusals in a row, from the first again after an accepted request',
		(_case, retryAfterMs, expected) => {
			let now = NOW;
			const cooldowns = expected.map(() => {
				pace.onRateLimited(pace.onSend(now), now, retryAfterMs);
				const cooldown = pace.cooldownMs(now);
				now += cooldown;
				return cooldown / SECOND;
			});
			expect(cooldowns).toEqual(expected);
			pace.onAccepted(pace.onSend(now));
			pace.onRateLimited(pace.onSend(now), now, retryAfterMs);
			expect(pace.cooldownMs(now) / SECOND).toBe(expected[0]);
		},
	);

	test('is one for all requests that were in flight together', () => {
		for (let request = 0; request < 10; request++) pace.onRateLimited(NOW - 1, NOW + request);
		// Sent in the millisecond in which the first refusal came, and before it.
		pace.onRateLimited(NOW, NOW + 9);
		expect(pace.cooldownMs(NOW + 9)).toBe(SECOND - 9);
		pace.onRateLimited(NOW + SECOND, NOW + SECOND);
		expect(pace.cooldownMs(NOW + SECOND)).toBe(5 * SECOND);
	});

	test('does not begin again by one of them that comes late, unless it names a longer time', () => {
		pace.onRateLimited(NOW - 1, NOW);
		for (const retryAfterMs of [undefined, 7 * SECOND]) {
			pace.onRateLimited(NOW - 1, NOW + 2 * SECOND, retryAfterMs);
			expect(pace.cooldownMs(NOW + 2 * SECOND)).toBe(retryAfterMs ?? 0);
		}
	});

	test('ends by a request that was sent after it and accepted', () => {
		pace.onRateLimited(NOW, NOW);
		expect(pace.isProbing).toBe(true);
		pace.onAccepted(NOW + SECOND - 1);
		expect(pace.isProbing).toBe(true);
		pace.onAccepted(NOW + SECOND);
		expect(pace.isProbing).toBe(false);
	});
});

/** In requests a second: ten were accepted, then none for a second. */
const FIRST_RATE = 10_000 / 1_001;

test('a pause holds all requests for as long, and teaches nothing about the rate', () => {
	accept(10);
	pace.pause(NOW, 5 * SECOND);
	expect(pace.delayMs(NOW)).toBe(5 * SECOND);
	expect(pace.isProbing).toBe(false);
	expect(gapAfter(NOW + 5 * SECOND)).toBe(0);
});

test('a pause between a refusal and the next answer does not count as the cooldown of that', () => {
	const other = new Pace();
	for (const one of [pace, other]) {
		for (let request = 0; request < 10; request++) one.onAccepted(one.onSend(NOW));
		one.onRateLimited(one.onSend(NOW), NOW);
	}
	pace.pause(NOW + MINUTE);
	const later = NOW + 2 * MINUTE;
	for (const one of [pace, other]) {
		one.onAccepted(one.onSend(later));
		one.onSend(later);
	}
	expect(pace.delayMs(later)).toBe(other.delayMs(later));
});

describe('the rate after the first refusal', () => {
	test.each([
		['a burst at once', 10, 0, undefined, 100.1],
		['a burst that took half as long as the cooldown', 10, 500, undefined, 150.1],
		['one with a Retry-After', 10, 500, 4 * SECOND, 450.1],
		['by the minute', 100, SECOND, 59 * SECOND, 600.01],
		['of three requests', 3, 0, undefined, 1_001 / 3],
	])(
		'is what was accepted, by the time until the end of the cooldown: %s',
		(_case, count, tookMs, told, gap) => {
			accept(count);
			expect(gapAfter(refuse(NOW + tookMs, told))).toBeCloseTo(gap);
		},
	);

	test.each([
		[2, 45 * SECOND, 45_001 / 3],
		[1, undefined, 1_001 / 2],
		[0, undefined, 1_001],
		[0, 110 * SECOND, MINUTE],
	])(
		'is not known after %d accepted requests, which others may have caused; the next refusal teaches',
		(count, told, gap) => {
			accept(count);
			const now = refuse(NOW, told);
			expect(pace.delayMs(now)).toBe(0);
			// And one that was accepted after the cooldown.
			accept(count, now);

			expect(gapAfter(refuse(now, told))).toBeCloseTo(gap);
		},
	);

	test('takes in what was accepted before it, and answered after', () => {
		const sent = Array.from({ length: 11 }, () => pace.onSend(NOW));
		sent.slice(0, 4).forEach((at) => pace.onAccepted(at));
		pace.onRateLimited(NOW, NOW + 500);
		sent.slice(4, 10).forEach((at) => pace.onAccepted(at));
		accept(1, NOW + 1_500);
		expect(gapAfter(NOW + 1_500)).toBeCloseTo(150.1);
	});

	test('takes in nothing older than the cooldown is long', () => {
		accept(1_000);
		accept(3, NOW + SECOND);
		accept(5, NOW + SECOND + 1);
		// The window begins right after NOW + SECOND.
		expect(gapAfter(refuse(NOW + 2 * SECOND))).toBeCloseTo((1_999 + 1) / 5);
	});

	test('takes the cooldown as the API asked for it, not when the next request was sent', () => {
		accept(10);
		pace.onRateLimited(NOW, NOW, 4 * SECOND);
		accept(1, NOW + MINUTE);
		expect(gapAfter(NOW + MINUTE)).toBeCloseTo(400.1);
	});

	test('takes all refusals in a row for one long cooldown', () => {
		accept(12);
		pace.onRateLimited(NOW, NOW);
		expect(gapAfter(refuse(NOW + SECOND))).toBeCloseTo(6_001 / 12);
	});

	test('grows by 10 % with each window of accepted requests: slow start', () => {
		accept(10);
		const now = refuse(NOW);
		expect(rateAfter(acceptAtPace(10, now))).toBeCloseTo(FIRST_RATE * 1.01 ** 10);
		expect(rateAfter(acceptAtPace(10, now + MINUTE))).toBeCloseTo(FIRST_RATE * 1.01 ** 20);
	});
});

describe('the rate after a later refusal', () => {
	/** Ten requests a second, and so many of them sent before the next is refused; returns when one is accepted again. */
	function refuseAgain(count: number, retryAfterMs?: number): number {
		accept(10);
		const now = refuse(NOW);
		return refuse(acceptAtPace(count, now) + 50, retryAfterMs);
	}

	test('is 93 % of what it was', () => {
		accept(10);
		const now = acceptAtPace(20, refuse(NOW));
		// More than the rate allows: so many were still in flight.
		accept(5, now);
		expect(rateAfter(refuse(now))).toBeCloseTo(FIRST_RATE * 1.01 ** 25 * 0.93);
	});

	test('is 93 % of what was accepted in as much time as the cooldown took, and the refused one, where that is less', () => {
		// A window of 10 s, with the first ten, one after the cooldown, and five more.
		expect(rateAfter(refuseAgain(5, 10 * SECOND))).toBeCloseTo(1.7 * 0.93);
	});

	test('is one request a minute at least', () => {
		expect(gapAfter(refuseAgain(0, HOUR))).toBe(MINUTE);
	});

	test('falls once for several refusals in a row', () => {
		accept(10);
		const at = acceptAtPace(20, refuse(NOW)) + 50;
		pace.onRateLimited(pace.onSend(at), at);
		const rate = FIRST_RATE * 1.01 ** 20;
		// The cooldowns of 1 and 5 s are a window of 6 s, with 31 requests and the refused one.
		expect(rateAfter(refuse(at + SECOND))).toBeCloseTo(0.93 * Math.min(rate, 32 / 6));
	});

	test('grows by the same step for each accepted request, 0.2 % a window', () => {
		let now = refuseAgain(20);
		const rates = [0, 100, 100].map((count) => rateAfter((now = acceptAtPace(count, now))));
		// The last window held 11 requests.
		const step = ((rates[0] as number) * 0.002) / 11;
		expect(rates[1]).toBeCloseTo((rates[0] as number) + 100 * step);
		expect(rates[2]).toBeCloseTo((rates[0] as number) + 200 * step);
	});

	test('does not grow by what was accepted before the refusal, and answered after', () => {
		accept(10);
		const at = acceptAtPace(20, refuse(NOW)) + 50;
		pace.onRateLimited(pace.onSend(at), at);
		for (let request = 0; request < 200; request++) pace.onAccepted(at);
		accept(1, at + SECOND);
		expect(rateAfter(at + SECOND)).toBeCloseTo(FIRST_RATE * 1.01 ** 20 * 0.93);
	});
});

test.each([
	['10 ms late', 10, 90.1],
	['as late as a timer may be', 20, 80.1],
	['later', 5 * SECOND, 80.1],
])('a request that is sent %s brings the next forward by 20 ms at most', (_case, lateMs, delay) => {
	accept(10);
	const now = refuse(NOW);
	gapAfter(now);
	const late = now + pace.delayMs(now) + lateMs;
	pace.onSend(late);
	expect(pace.delayMs(late)).toBeCloseTo(delay);
});

test('a clock that is set back changes nothing, whatever came before and comes after, as often as it happens', () => {
	const step = fc.record({
		waitMs: fc.constantFrom(0, 100, SECOND, 5_001, MINUTE),
		backMs: fc.constantFrom(0, SECOND, HOUR),
		isRefused: fc.boolean(),
		retryAfterMs: fc.constantFrom(undefined, 0, 10 * SECOND),
	});
	fc.assert(
		fc.property(fc.array(step, { maxLength: 15 }), (steps) => {
			const [steady, setBack] = [new Pace(), new Pace()];
			let [now, behind] = [NOW, 0];
			for (const { waitMs, backMs, isRefused, retryAfterMs } of steps) {
				now += waitMs;
				expect(setBack.delayMs(now - behind)).toBeCloseTo(steady.delayMs(now));
				// Also while a request is in flight.
				const sentAt = [steady.onSend(now), setBack.onSend(now - behind)] as const;
				behind += backMs;
				[steady, setBack].forEach((one, index) => {
					const at = index === 0 ? now : now - behind;
					if (isRefused) one.onRateLimited(sentAt[index] as number, at, retryAfterMs);
					else one.onAccepted(sentAt[index] as number);
				});
				expect(setBack.cooldownMs(now - behind)).toBeCloseTo(steady.cooldownMs(now));
				expect(setBack.isProbing).toBe(steady.isProbing);
			}
		}),
		{ numRuns: 500 },
	);
});

test('a clock that is set forward during a cooldown makes no rate of less than one request a minute', () => {
	accept(3);
	pace.onRateLimited(pace.onSend(NOW), NOW + 5 * HOUR);
	accept(1, NOW + 5 * HOUR + SECOND);
	expect(gapAfter(NOW + 5 * HOUR + SECOND)).toBe(MINUTE);
});

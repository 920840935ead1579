import { BACKOFF_CAP_MS, backoffMs } from '../../nodes/Seedance/api/backoff';
import { RateLimit } from '../../nodes/Seedance/api/rateLimit';
import { parseRetryAfter } from '../../nodes/Seedance/api/retryAfter';
import { Slots } from '../../nodes/Seedance/api/slots';

const NOW = Date.UTC(2026, 0, 15, 12);

describe('back-off', () => {
	test('doubles its bound with every retry, up to a cap', () => {
		expect([1, 2, 3, 4, 20].map((retry) => backoffMs(retry, 1))).toEqual([500, 1000, 2000, 4000, BACKOFF_CAP_MS]);
	});

	test('takes any time below the bound', () => {
		expect(backoffMs(3, 0)).toBe(0);
		expect(backoffMs(3, 0.25)).toBe(500);
	});
});

describe('Retry-After', () => {
	test.each([
		['0', 0],
		['120', 120_000],
		[' 7 ', 7_000],
		['1.5', 1_500],
		[3, 3_000],
		[['9', '1'], 9_000],
		['Thu, 15 Jan 2026 12:00:30 GMT', 30_000],
		['Thu, 15 Jan 2026 11:00:00 GMT', 0],
		['-5', undefined],
		['soon', undefined],
		['', undefined],
		[undefined, undefined],
		[{}, undefined],
	])('%p is %p ms', (header, expected) => {
		expect(parseRetryAfter(header, NOW)).toBe(expected);
	});
});

describe('rate limit of a run', () => {
	test('rests for as long as the API asks', () => {
		const limit = new RateLimit();
		expect(limit.remainingMs(NOW)).toBe(0);
		limit.refused(NOW - 100, NOW, 10_000);
		expect(limit.remainingMs(NOW)).toBe(10_000);
		expect(limit.remainingMs(NOW + 9_000)).toBe(1_000);
		expect(limit.remainingMs(NOW + 10_000)).toBe(0);
	});

	test('a longer rest replaces a shorter one, never the other way round', () => {
		const limit = new RateLimit();
		limit.refused(NOW, NOW, 10_000);
		limit.refused(NOW, NOW, 3_000);
		expect(limit.remainingMs(NOW)).toBe(10_000);
		limit.refused(NOW, NOW, 20_000);
		expect(limit.remainingMs(NOW)).toBe(20_000);
	});

	test('without Retry-After rests double, to a minute at most, and begin anew after an answer', () => {
		const limit = new RateLimit();
		const rests = [];
		let now = NOW;
		for (let refusal = 0; refusal < 8; refusal++) {
			limit.refused(now, now);
			rests.push(limit.remainingMs(now) / 1000);
			now += limit.remainingMs(now);
		}
		expect(rests).toEqual([4, 8, 16, 32, 60, 60, 60, 60]);
		limit.accepted(now);
		limit.refused(now, now);
		expect(limit.remainingMs(now)).toBe(4_000);
	});

	test('refusals of requests that were under way together count once', () => {
		const limit = new RateLimit();
		for (let request = 0; request < 10; request++) limit.refused(NOW - 1, NOW + request);
		expect(limit.remainingMs(NOW)).toBe(4_000);
	});
});

describe('slots', () => {
	test('bound what is under way, keep the order, and free a slot when work fails', async () => {
		const slots = new Slots(2);
		let underWay = 0;
		let most = 0;
		const begun: number[] = [];
		const work = (n: number) =>
			slots.run(async () => {
				begun.push(n);
				most = Math.max(most, ++underWay);
				await Promise.resolve();
				underWay--;
				if (n % 2) throw new Error(`odd ${n}`);
				return n;
			});
		const results = await Promise.allSettled([0, 1, 2, 3, 4, 5].map(work));
		expect(most).toBe(2);
		expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
		expect(results.map(({ status }) => status)).toEqual([
			'fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled', 'rejected',
		]);
	});
});

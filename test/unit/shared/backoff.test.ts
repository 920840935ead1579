import fc from 'fast-check';

import { parseRetryAfter } from '../../../nodes/Seedance/api/errors';
import { BACKOFF_CAP_MS, backoffMs } from '../../../nodes/Seedance/shared/backoff';
import { NOW } from '../clock';

describe('back-off', () => {
	test('doubles its bound with every retry, up to a cap', () => {
		expect([1, 2, 3, 4, 6, 7, 20].map((retry) => backoffMs(retry, 1))).toEqual([
			500, 1_000, 2_000, 4_000, 16_000, BACKOFF_CAP_MS, BACKOFF_CAP_MS,
		]);
		expect(BACKOFF_CAP_MS).toBe(30_000);
	});

	test('takes any time below the bound, in whole milliseconds', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 2_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (retry, random) => {
				const ms = backoffMs(retry, random);
				expect(Number.isInteger(ms)).toBe(true);
				expect(ms).toBe(Math.round(backoffMs(retry, 1) * random));
			}),
		);
	});
});

describe('Retry-After', () => {
	test.each([
		['0', 0],
		['120', 120_000],
		[' 7 ', 7_000],
		['1.5', 1_500],
		['10.25', 10_250],
		['0.0004', 0],
		[3, 3_000],
		[['9', '1'], 9_000],
		['Thu, 15 Jan 2026 12:00:30 GMT', 30_000],
		['Thu, 15 Jan 2026 11:00:00 GMT', 0],
		['-5', undefined],
		['5s', undefined],
		['x5', undefined],
		['1.', undefined],
		['2026-01-15', undefined],
		['soon', undefined],
		['', undefined],
		[undefined, undefined],
		[null, undefined],
		[true, undefined],
		[{}, undefined],
		[[], undefined],
		[[['9']], undefined],
	])('%p is %p ms', (header, expected) => {
		expect(parseRetryAfter(header, NOW)).toBe(expected);
	});
});

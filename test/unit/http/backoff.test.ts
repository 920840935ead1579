import { BACKOFF_CAP_MS, backoffMs } from '../../../nodes/Seedance/http/backoff';
import { fc } from '../expecting';

test('the back-off doubles its bound with every retry, up to a cap', () => {
	expect(BACKOFF_CAP_MS).toBe(30_000);
	const bounds = [500, 1_000, 2_000, 4_000, 8_000, 16_000, BACKOFF_CAP_MS, BACKOFF_CAP_MS];
	expect(bounds.map((_, index) => backoffMs(index + 1, 1))).toEqual(bounds);
});

test('the back-off takes any time below the bound, in whole milliseconds', () => {
	fc.assert(
		fc.property(
			fc.integer({ min: 1, max: 2_000 }),
			fc.double({ min: 0, max: 1, noNaN: true }),
			(retry, random) => {
				expect(backoffMs(retry, random)).toBe(Math.round(backoffMs(retry, 1) * random));
			},
		),
	);
});

import type { RateLimit } from '../simulator/rateLimit.cts';
import { MINUTE, PLAIN_RUN, play } from './harness/virtualRun';
import { isError } from './harness/virtualWords';

const SECOND = 1_000;

const OPERATIONS = {
	'status checks': { operation: 'get', taskId: '={{ $json.id }}', waitUntilDone: 'no' },
	creates: { operation: 'create', prompt: '={{ $json.id }}', waitUntilDone: 'no' },
} as const;

/** Runs the node with so many rows; returns how long it took, in milliseconds. */
async function runAll(
	calls: keyof typeof OPERATIONS,
	count: number,
	{ latencyMs, ...rateLimit }: RateLimit & { latencyMs: number },
) {
	const rows = Array.from({ length: count }, (_, row) => ({ id: `video_${row}` }));
	const tasks = rows.map((row) => ({ ...row, finishAfter: 0 }));
	const world = {
		...(calls === 'creates' ? { order: (id: string) => ({ id }) } : { tasks }),
		// So that a run begins in the middle of a window.
		rateLimit: { ...rateLimit, ahead: 0.37 },
		script: () => ({ note: null, latencyMs }),
	};
	const run = { ...PLAIN_RUN, maxRetries: 4 };
	const { leaving, error, log, endedSteady } = await play(run, rows, OPERATIONS[calls], world);
	expect([error, leaving.filter(isError)]).toEqual([undefined, []]);
	expect(leaving).toHaveLength(count);
	const accepted = log.filter(({ status }) => status === 200).map(({ subject }) => subject);
	expect(accepted.sort()).toEqual(rows.map(({ id }) => id).sort());
	return endedSteady;
}

const SLIDING = { window: 'sliding', retryAfter: true } as const;
const KINDS = (['sliding', 'calendar'] as const).flatMap((window) =>
	[true, false].map((retryAfter) => ({ window, retryAfter })),
);
const LATENCIES = [...KINDS.map((kind) => ({ ...kind, latencyMs: 100 })), { ...SLIDING, latencyMs: 2 }];

describe.each(LATENCIES)(
	'an API that counts by a $window window, Retry-After $retryAfter, $latencyMs ms',
	(kind) => {
		test.each([
			['status checks', 1_000, 40],
			['creates', 120, 4],
		] as const)(
			'accepts all %s once, in 1.25 of the least time: %d at %d a second',
			async (calls, count, requests) => {
				const took = await runAll(calls, count, { ...kind, requests, seconds: 1 });
				expect(took).toBeLessThan(1.25 * Math.floor((count - 1) / requests) * SECOND);
			},
		);

		test('accepts 300 status checks at 100 a minute', async () => {
			const took = await runAll('status checks', 300, { ...kind, requests: 100, seconds: 60 });
			expect(took).toBeLessThan(1.7 * 2 * MINUTE);
		});
	},
);

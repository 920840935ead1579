import {
	createdAt,
	giveUpTime,
	nextDelayMs,
	type PollState,
	type ScheduleFacts,
	type ScheduleSettings,
	SHORTEST_PARK_MS,
	startPolling,
} from '../../../nodes/Seedance/polling/schedule';
import { HOUR, MINUTE, NOW, SECOND } from '../clock';
import { fc } from '../expecting';

const DAY = 24 * HOUR;

/** A running task of the given age in milliseconds. */
function task(ageMs: number, model = 'seedance_1_5_pro_720p') {
	return { id: 'video_1', status: 'processing', model, created: (NOW - ageMs) / 1000 };
}

function delay(facts: Partial<ScheduleFacts>, settings: Partial<ScheduleSettings> = {}): number {
	return nextDelayMs({ now: NOW, giveUpAt: NOW + DAY, ...facts }, { tier: 'online', ...settings });
}

describe('adaptive, online: 30 s past the earliest likely finish, then every 30 s; late tasks every 60 s', () => {
	test.each([
		['720p, just created', '720p', 0, 2 * MINUTE + 30 * SECOND],
		['720p, half a minute old', '720p', 30 * SECOND, 2 * MINUTE],
		['720p, a moment before its earliest finish', '720p', 2 * MINUTE - SECOND, 31 * SECOND],
		['720p, at its earliest finish', '720p', 2 * MINUTE, 30 * SECOND],
		['720p, a moment before its latest finish', '720p', 5 * MINUTE - SECOND, 30 * SECOND],
		['720p, at its latest finish', '720p', 5 * MINUTE, 60 * SECOND],
		['720p, hours late', '720p', 5 * HOUR, 60 * SECOND],
		['480p, as 720p', '480p', 0, 2 * MINUTE + 30 * SECOND],
		['480p, as 720p', '480P', 3 * MINUTE, 30 * SECOND],
		['1080p, just created', '1080p', 0, 3 * MINUTE + 30 * SECOND],
		['1080p, at its earliest finish', '1080P', 3 * MINUTE, 30 * SECOND],
		['1080p, a moment before its latest finish', '1080p', 8 * MINUTE - SECOND, 30 * SECOND],
		['1080p, at its latest finish', '1080p', 8 * MINUTE, 60 * SECOND],
	])('%s (%s, %d ms old): %d ms', (_case, resolution, age, expected) => {
		expect(delay({ task: task(age, `seedance_1_5_pro_${resolution}`) })).toBe(expected);
	});
});

describe('adaptive, flex: every 60 s in the first 10 min, then every 120 s', () => {
	test.each([
		['just created', 0, 60 * SECOND],
		['a moment before 10 min', 10 * MINUTE - SECOND, 60 * SECOND],
		['at 10 min', 10 * MINUTE, 120 * SECOND],
		['hours old', 6 * HOUR, 120 * SECOND],
	])('%s', (_case, age, expected) => {
		expect(delay({ task: task(age) }, { tier: 'flex' })).toBe(expected);
	});
});

describe('nothing to go by: every 30 s, flex 60 s', () => {
	test.each<[string, ScheduleFacts['task']]>([
		['no task seen yet', undefined],
		['no created', { id: 'video_1', status: 'queued', model: 'seedance_1_5_pro_720p' }],
		['created is no number', { ...task(HOUR), created: String(NOW / 1000 - 3600) }],
		['created is not finite', { ...task(HOUR), created: NaN }],
		['created in the future', task(-10 * SECOND)],
		['created over a day ago', task(DAY + SECOND)],
		['unknown model', task(HOUR, 'seedance_9_ultra')],
		['a model without published times', task(HOUR, 'seedance_2_0_pro')],
		['no model', { ...task(HOUR), model: undefined }],
		['model is no text', { ...task(HOUR), model: ['720p'] }],
	])('%s', (_case, seen) => {
		expect(delay({ task: seen })).toBe(30 * SECOND);
		expect(delay({ task: seen }, { tier: 'flex' })).toBe(60 * SECOND);
	});
});

describe('what overrules the schedule', () => {
	test('a fixed interval, whatever the task', () => {
		expect(delay({ task: task(0) }, { pollIntervalMs: 5 * SECOND })).toBe(5 * SECOND);
		expect(delay({}, { pollIntervalMs: 90 * SECOND, tier: 'flex' })).toBe(90 * SECOND);
	});

	test('Retry-After, where it is longer', () => {
		expect(delay({ task: task(3 * MINUTE), retryAfterMs: 45 * SECOND })).toBe(45 * SECOND);
		expect(delay({ task: task(3 * MINUTE), retryAfterMs: 5 * SECOND })).toBe(30 * SECOND);
		expect(delay({ retryAfterMs: 45 * SECOND }, { pollIntervalMs: 5 * SECOND })).toBe(45 * SECOND);
	});

	test('the give-up time is never passed', () => {
		expect(delay({ task: task(0), giveUpAt: NOW + 10 * SECOND })).toBe(10 * SECOND);
		expect(delay({ retryAfterMs: HOUR, giveUpAt: NOW + 10 * SECOND })).toBe(10 * SECOND);
		expect(delay({ giveUpAt: NOW - SECOND })).toBe(0);
	});

	test('surviving restarts: nothing leaves for less than 66 s, not even for the give-up time', () => {
		expect(SHORTEST_PARK_MS).toBe(66 * SECOND);
		expect(delay({ task: task(3 * MINUTE) }, { surviveRestarts: true })).toBe(66 * SECOND);
		expect(delay({ task: task(0) }, { surviveRestarts: true })).toBe(2 * MINUTE + 30 * SECOND);
		expect(delay({ giveUpAt: NOW + SECOND }, { surviveRestarts: true })).toBe(66 * SECOND);
	});
});

test('the time of creation is taken only where it can be right', () => {
	for (const age of [0, 5 * MINUTE, DAY]) expect(createdAt(task(age), NOW)).toBe(NOW - age);
	for (const seen of [task(DAY + SECOND), task(-SECOND), undefined]) expect(createdAt(seen, NOW)).toBeUndefined();
});

test('a wait begins with nothing', () => {
	expect(startPolling(NOW)).toEqual({ attempt: 0, startedAt: NOW, completedWithoutVideo: 0, answersWithoutTask: 0 });
});

test.each<[string, Partial<PollState>, number]>([
	['created', { task: task(3 * MINUTE) }, 3 * MINUTE],
	['the first status check, before an answer', { startedAt: NOW - MINUTE }, MINUTE],
	['the first status check, where created says nothing', { startedAt: NOW - MINUTE, task: { ...task(0), created: 'x' } }, MINUTE],
	['the first status check, where created comes after it', { startedAt: NOW - HOUR, task: task(3 * MINUTE) }, HOUR],
])('the time to give up counts from %s', (_case, state, ago) => {
	const settings = { tier: 'online' as const, giveUpAfterMs: 30 * MINUTE };
	expect(giveUpTime({ ...startPolling(NOW), ...state }, settings, NOW)).toBe(NOW - ago + 30 * MINUTE);
});

describe('whatever is known', () => {
	const models = fc.constantFrom('seedance_480p', 'seedance_720p', 'seedance_1080p', 'sora-2', undefined, 7);
	const moment = fc.integer({ min: -2 * DAY, max: HOUR }).map((ms) => (NOW + ms) / 1000);
	const created = fc.oneof(moment, fc.anything());
	const seen = fc.record({ id: fc.constant('video_1'), status: fc.string(), model: models, created });
	const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
	const facts = fc.record({
		task: optional(seen),
		now: fc.constant(NOW),
		giveUpAt: fc.integer({ min: -HOUR, max: DAY }).map((ms) => NOW + ms),
		retryAfterMs: optional(fc.integer({ min: 0, max: HOUR })),
	});
	const settings = fc.record({
		tier: fc.constantFrom('online' as const, 'flex' as const),
		pollIntervalMs: optional(fc.integer({ min: 5 * SECOND, max: HOUR })),
	});

	test('the delay is never past the give-up time, nor sooner than asked for and than the vendor recommends', () => {
		fc.assert(
			fc.property(facts, settings, (known, how) => {
				const ms = nextDelayMs({ ...known, giveUpAt: Infinity }, how);
				expect(ms).toBeGreaterThanOrEqual(known.retryAfterMs ?? 0);
				expect(ms).toBeGreaterThanOrEqual(how.pollIntervalMs ?? (how.tier === 'flex' ? 60 * SECOND : 30 * SECOND));
				const bounded = Math.min(ms, Math.max(0, known.giveUpAt - NOW));
				expect(nextDelayMs(known, how)).toBe(bounded);
				expect(nextDelayMs(known, { ...how, surviveRestarts: true })).toBe(Math.max(66 * SECOND, bounded));
			}),
		);
	});

	test('half an hour takes 60 status checks at most', () => {
		fc.assert(
			fc.property(models, fc.constantFrom('online' as const, 'flex' as const), (model, tier) => {
				const giveUpAt = NOW + 30 * MINUTE;
				let checks = 0;
				for (let now = NOW; now < giveUpAt && checks <= 60; checks++) {
					const known = { id: 'video_1', status: 'queued', model, created: NOW / 1000 };
					now += nextDelayMs({ task: known, now, giveUpAt }, { tier });
				}
				expect(checks).toBeLessThanOrEqual(60);
			}),
		);
	});
});

import {
	createdAt,
	nextDelayMs,
	SHORTEST_PARK_MS,
	type ScheduleFacts,
	type ScheduleSettings,
} from '../../nodes/Seedance/polling/schedule';

const NOW = Date.UTC(2026, 0, 15, 12);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A running task of the given age in milliseconds. */
function task(ageMs: number, model = 'seedance_1_5_pro_720p') {
	return { id: 'video_1', status: 'processing', model, created: (NOW - ageMs) / 1000 };
}

function delay(facts: Partial<ScheduleFacts>, settings: Partial<ScheduleSettings> = {}): number {
	return nextDelayMs({ now: NOW, giveUpAt: NOW + 24 * HOUR, ...facts }, { tier: 'online', ...settings });
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
		['480p, as 720p', '480p', 3 * MINUTE, 30 * SECOND],
		['1080p, just created', '1080p', 0, 3 * MINUTE + 30 * SECOND],
		['1080p, at its earliest finish', '1080p', 3 * MINUTE, 30 * SECOND],
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
	const cases: Array<[string, ScheduleFacts['task']]> = [
		['no task seen yet', undefined],
		['no created', { id: 'video_1', status: 'queued', model: 'seedance_1_5_pro_720p' }],
		['created is no number', { ...task(0), created: '2026-01-15' }],
		['created is not finite', { ...task(0), created: NaN }],
		['created in the future', task(-10 * SECOND)],
		['created over a day ago', task(24 * HOUR + SECOND)],
		['unknown model', task(0, 'seedance_9_ultra')],
		['no model', { ...task(0), model: undefined }],
	];
	test.each(cases)('%s', (_case, seen) => {
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

test('createdAt takes the age from `created` only where that can be right', () => {
	expect(createdAt(task(5 * MINUTE), NOW)).toBe(NOW - 5 * MINUTE);
	expect(createdAt(task(24 * HOUR), NOW)).toBe(NOW - 24 * HOUR);
	expect(createdAt(task(24 * HOUR + SECOND), NOW)).toBeUndefined();
	expect(createdAt(task(-SECOND), NOW)).toBeUndefined();
	expect(createdAt(undefined, NOW)).toBeUndefined();
});

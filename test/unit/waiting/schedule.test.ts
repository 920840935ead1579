import {
	giveUpTime,
	nextDelayMs,
	type PollState,
	type ScheduleFacts,
	type ScheduleSettings,
	SHORTEST_PARK_MS,
	startPolling,
} from '../../../nodes/Seedance/waiting/schedule';
import { adaptiveDelayMs } from '../../../nodes/Seedance/resources/video/pace';
import { pollableVideo } from '../../../nodes/Seedance/resources/video/pollable';
import type { VideoTask } from '../../../nodes/Seedance/resources/video/video';
import { HOUR, MINUTE, NOW, SECOND } from '../clock';
import { fc } from '../expecting';

const DAY = 24 * HOUR;

/** A running task of the given age in milliseconds. */
function task(ageMs: number, model = 'seedance_1_5_pro_720p') {
	return { id: 'video_1', status: 'processing', model, created: (NOW - ageMs) / 1000 };
}

/** What is known of a video, and when it is checked next. */
interface Known extends Omit<ScheduleFacts, 'adaptiveMs'> {
	task?: VideoTask;
}

function nextDelay({ task: seen, ...facts }: Known, settings: ScheduleSettings): number {
	const adaptiveMs = adaptiveDelayMs(seen, facts.now, settings.tier);
	return nextDelayMs({ ...facts, adaptiveMs }, settings);
}

function delay(known: Partial<Known>, settings: Partial<ScheduleSettings> = {}): number {
	return nextDelay({ now: NOW, giveUpAt: NOW + DAY, ...known }, { tier: 'online', ...settings });
}

describe('the adaptive interval', () => {
	// From 30 s past the earliest likely finish every 30 s; from 30 s past the latest every 60 s. Offline, from 60 s past
	// the latest likely finish of the online tier every 120 s.
	test.each<[tier: 'online' | 'flex', resolution: string, at: Record<number, number>]>([
		['online', '480p', { 0: 150 }],
		['online', '480P', { 180: 30 }],
		['online', '720p', { 0: 150, 30: 120, 119: 31, 120: 30, 329: 30, 330: 60, 18_000: 60 }],
		['online', '1080p', { 0: 210, 509: 30, 510: 60 }],
		['online', '1080P', { 180: 30 }],
		['flex', '720p', { 0: 360, 299: 61, 300: 120, 21_600: 120 }],
		['flex', '1080p', { 0: 540, 479: 61, 480: 120 }],
	])('of an %s %s task, in seconds by its age in seconds: %j', (tier, resolution, at) => {
		for (const [age, seconds] of Object.entries(at)) {
			const seen = task(Number(age) * SECOND, `seedance_1_5_pro_${resolution}`);
			expect([age, delay({ task: seen }, { tier })]).toEqual([age, seconds * SECOND]);
		}
	});

	test.each([
		['seedance_2_0_pro', 30],
		['seedance_2_0', 30],
		['seedance_2_0_fast', 20],
		['seedance_2_0_fast_pro', 20],
		['seedance_2_0_x1_official', 30],
		['seedance_2_10_fast', 20],
		['another_seedance_2_0_fast', 30],
		['seedance_fast_2_0_x1_official', 30],
	])('of a task of %s, whatever its age: %d s', (model, seconds) => {
		for (const age of [0, MINUTE, HOUR]) expect(delay({ task: task(age, model) })).toBe(seconds * SECOND);
		expect(delay({ task: task(HOUR, model) }, { tier: 'flex' })).toBe(60 * SECOND);
	});

	test.each([
		['of the model center by its ID, whatever its model', { id: 'mcp_1', model: 'seedance_1_5_pro_720p' }],
		['of the model center by its ID, of no model', { id: 'mcp_1', model: undefined }],
		['of a model of the model center', { model: 'sd_2.0_discount' }],
		['of Seedance 2.5', { model: 'seedance-2.5-c1' }],
	])('of a task %s: 20 s, offline 60 s', (_case, fields) => {
		for (const created of [undefined, NOW / 1000, (NOW - HOUR) / 1000]) {
			const seen = { ...task(0), created, ...fields };
			expect(delay({ task: seen })).toBe(20 * SECOND);
			expect(delay({ task: seen }, { tier: 'flex' })).toBe(60 * SECOND);
		}
	});

	test.each<[string, VideoTask | undefined]>([
		['no task seen yet', undefined],
		['no created', { ...task(HOUR), created: undefined }],
		['created is no number', { ...task(HOUR), created: String(NOW / 1000 - 3600) }],
		['created is not finite', { ...task(HOUR), created: NaN }],
		['created in the future', task(-10 * SECOND)],
		['created over a day ago', task(DAY + SECOND)],
		['unknown model', task(HOUR, 'seedance_9_ultra')],
		['no model', { ...task(HOUR), model: undefined }],
		['model is no text', { ...task(HOUR), model: ['720p'] }],
	])('with nothing to go by, 30 s, offline 60 s: %s', (_case, seen) => {
		expect(delay({ task: seen })).toBe(30 * SECOND);
		expect(delay({ task: seen }, { tier: 'flex' })).toBe(60 * SECOND);
	});
});

// In seconds; of a task that is 3 minutes old, which would be checked again in 30 s. The bounds of any are properties below.
test.each<[string, number, { every?: number; retryAfter?: number }]>([
	['a fixed interval', 5, { every: 5 }],
	['a longer Retry-After', 45, { retryAfter: 45 }],
	['a longer Retry-After than the fixed interval', 45, { every: 5, retryAfter: 45 }],
	['no shorter Retry-After', 30, { retryAfter: 5 }],
])('the adaptive interval is overruled by %s: %d s', (_case, seconds, { every, retryAfter }) => {
	const inMs = (value?: number) => (value === undefined ? undefined : value * SECOND);
	const facts = { task: task(3 * MINUTE), retryAfterMs: inMs(retryAfter) };
	for (const tier of every ? (['online', 'flex'] as const) : (['online'] as const)) {
		expect(delay(facts, { pollIntervalMs: inMs(every), tier })).toBe(seconds * SECOND);
	}
});

test('a wait begins with nothing', () => {
	const counts = { attempt: 0, checksWithoutResult: 0, strayAnswers: 0 };
	expect(startPolling(NOW)).toEqual({ startedAt: NOW, ...counts });
});

test.each<[string, Partial<PollState>, number]>([
	['created', { seen: task(3 * MINUTE) }, 3 * MINUTE],
	['the first status check, before an answer', { startedAt: NOW - MINUTE }, MINUTE],
	['that check, where created says nothing', { startedAt: NOW - MINUTE, seen: task(NaN) }, MINUTE],
	['that check, where created comes after it', { startedAt: NOW - HOUR, seen: task(3 * MINUTE) }, HOUR],
])('the time to give up counts from %s', (_case, state, ago) => {
	const settings = { tier: 'online' as const, giveUpAfterMs: 30 * MINUTE };
	const time = giveUpTime(pollableVideo, { ...startPolling(NOW), ...state }, settings, NOW);
	expect(time).toBe(NOW - ago + 30 * MINUTE);
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
				const ms = nextDelay({ ...known, giveUpAt: Infinity }, how);
				expect(ms).toBeGreaterThanOrEqual(known.retryAfterMs ?? 0);
				expect(ms).toBeGreaterThanOrEqual(
					how.pollIntervalMs ?? (how.tier === 'flex' ? 60 * SECOND : 30 * SECOND),
				);
				const bounded = Math.min(ms, Math.max(0, known.giveUpAt - NOW));
				expect(nextDelay(known, how)).toBe(bounded);
				expect(nextDelay(known, { ...how, isStored: true })).toBe(Math.max(66 * SECOND, bounded));
			}),
		);
		expect(SHORTEST_PARK_MS).toBe(66 * SECOND);
	});

	test('half an hour takes 60 status checks at most', () => {
		fc.assert(
			fc.property(models, fc.constantFrom('online' as const, 'flex' as const), (model, tier) => {
				const giveUpAt = NOW + 30 * MINUTE;
				let checks = 0;
				for (let now = NOW; now < giveUpAt && checks <= 60; checks++) {
					const known = { id: 'video_1', status: 'queued', model, created: NOW / 1000 };
					now += nextDelay({ task: known, now, giveUpAt }, { tier });
				}
				expect(checks).toBeLessThanOrEqual(60);
			}),
		);
	});
});

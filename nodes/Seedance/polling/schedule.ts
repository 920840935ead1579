import { RETENTION_MS, type VideoTask } from '../api/task';

/** The vendor's service tiers: `flex` is the offline tier, cheaper and slower. */
export type ServiceTier = 'online' | 'flex';

/** What the next question's time depends on, besides the task. */
export interface ScheduleSettings {
	tier: ServiceTier;
	/** Fixed interval between questions, in milliseconds; undefined means adaptive. */
	pollIntervalMs?: number;
	/** Whether a hand-over to the Wait node must be long enough to be parked in n8n's database. */
	surviveRestarts?: boolean;
}

/** What is known when the next question's time is decided. */
export interface ScheduleFacts {
	/** The task as last seen; undefined when no question was answered yet. */
	task?: VideoTask;
	/** The present time, in milliseconds since 1970. */
	now: number;
	/** When the wait is given up, in milliseconds since 1970. */
	giveUpAt: number;
	/** How long the API asked to be left alone, in milliseconds. */
	retryAfterMs?: number;
}

/**
 * Shortest hand-over that n8n's Wait node parks in the database, plus a second for the way there, in
 * milliseconds. Below 65 s the Wait node sleeps in memory and a restart loses the execution (n8n's Wait node).
 */
export const SHORTEST_PARK_MS = 66_000;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/**
 * When a video is likely done, counted from `created`. Figures: the vendor's page "Seedance1.5 Query Video
 * Task", 720p 2 to 5 minutes, 1080p 3 to 8 minutes; 480p is not on it and takes no longer than 720p.
 */
const LIKELY_FINISH: Array<{ model: RegExp; earliestMs: number; latestMs: number }> = [
	{ model: /1080p/i, earliestMs: 3 * MINUTE, latestMs: 8 * MINUTE },
	{ model: /(480|720)p/i, earliestMs: 2 * MINUTE, latestMs: 5 * MINUTE },
];

/** Polling intervals: the vendor's page recommends 30 to 60 s, for the offline tier 60 to 120 s. */
const ONLINE = { often: 30 * SECOND, seldom: 60 * SECOND };
const FLEX = { often: 60 * SECOND, seldom: 120 * SECOND, oftenUntilMs: 10 * MINUTE };

/**
 * How long to wait before the task is asked for again. Pure: the same facts give the same delay.
 *
 * Fixed interval or adaptive; a longer `Retry-After` wins; never past the give-up time; and with
 * `surviveRestarts` never shorter than `SHORTEST_PARK_MS`, even where that reaches past the give-up time.
 *
 * @returns milliseconds from `now`, 0 or more
 */
export function nextDelayMs(facts: ScheduleFacts, settings: ScheduleSettings): number {
	const wanted = Math.max(
		settings.pollIntervalMs ?? adaptiveDelayMs(facts.task, facts.now, settings.tier),
		facts.retryAfterMs ?? 0,
	);
	const left = Math.max(0, facts.giveUpAt - facts.now);
	const delay = Math.min(wanted, left);
	return settings.surviveRestarts ? Math.max(delay, SHORTEST_PARK_MS) : delay;
}

/**
 * When the task was made, in milliseconds since 1970; undefined where `created` is missing, in the future or
 * older than the API keeps tasks, and so says nothing.
 */
export function createdAt(task: VideoTask | undefined, now: number): number | undefined {
	if (typeof task?.created !== 'number') return undefined;
	const created = task.created * SECOND;
	return created <= now && now - created <= RETENTION_MS ? created : undefined;
}

function adaptiveDelayMs(task: VideoTask | undefined, now: number, tier: ServiceTier): number {
	const created = createdAt(task, now);
	const likely = LIKELY_FINISH.find(({ model }) => typeof task?.model === 'string' && model.test(task.model));
	if (created === undefined || likely === undefined) return tier === 'flex' ? FLEX.often : ONLINE.often;

	const age = now - created;
	if (tier === 'flex') return age < FLEX.oftenUntilMs ? FLEX.often : FLEX.seldom;
	if (age >= likely.latestMs) return ONLINE.seldom;
	// At the earliest likely finish itself hardly any task is done: the first question comes an interval later.
	return Math.max(0, likely.earliestMs - age) + ONLINE.often;
}

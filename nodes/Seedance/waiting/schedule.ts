import { RETENTION_MS, type VideoTask } from '../resources/video/video';
import type { TaskError } from '../core/error';

/** The vendor's service tiers: `flex` is the offline tier, cheaper and slower. */
export type ServiceTier = 'online' | 'flex';

/** What the time of the next status check depends on, besides the task. */
export interface ScheduleSettings {
	tier: ServiceTier;
	/** Fixed interval between status checks, in milliseconds; undefined means adaptive. */
	pollIntervalMs?: number;
	/** Whether a hand-over to the Wait node must be long enough to be parked in n8n's database. */
	surviveRestarts?: boolean;
}

/** How a task is waited for. */
export interface PollSettings extends ScheduleSettings {
	/** Counted from the task's `created`, or from the first status check where that says nothing; milliseconds. */
	giveUpAfterMs: number;
}

/** What a wait remembers from one status check to the next. */
export interface PollState {
	/** Status checks made so far. */
	attempt: number;
	/** When the first status check was made, in milliseconds since 1970. */
	startedAt: number;
	/** The task as last seen. */
	task?: VideoTask;
	/** How often the task was completed without a link. */
	completedWithoutVideo: number;
	/** Answers in a row, up to now, that were no task and may pass: see `MAX_ANSWERS_WITHOUT_TASK`. */
	answersWithoutTask: number;
	/** Until when the API asked to be left alone, in milliseconds since 1970. */
	notBefore?: number;
	/** What stood in the way of the last status check; known only to the run that made it. */
	lastError?: TaskError;
}

/** The start of a wait; `now` in milliseconds since 1970. */
export function startPolling(now: number): PollState {
	return { attempt: 0, startedAt: now, completedWithoutVideo: 0, answersWithoutTask: 0 };
}

/** When a wait is given up, in milliseconds since 1970; `now` is too. */
export function giveUpTime(state: PollState, settings: PollSettings, now: number): number {
	return waitingSince(state, now) + settings.giveUpAfterMs;
}

/**
 * Since when a task is waited for, in milliseconds since 1970. None is younger than the first status check of it,
 * whatever `created` says.
 */
export function waitingSince({ task, startedAt }: PollState, now: number): number {
	return Math.min(createdAt(task, now) ?? startedAt, startedAt);
}

/** What is known when the time of the next status check is decided. */
export interface ScheduleFacts {
	/** The task as last seen; undefined when no status check was answered yet. */
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

/** Polling intervals: the vendor's page on Seedance 1.5 recommends 30 to 60 s, for the offline tier 60 to 120 s. */
const ONLINE = { often: 30 * SECOND, seldom: 60 * SECOND };
const FLEX = { often: 60 * SECOND, seldom: 120 * SECOND };

/**
 * Online models without published times. The vendor's page on Seedance 2.0 recommends 20 to 40 s, and less for its fast
 * models; of other models nothing is published.
 */
const PLAIN = { interval: 30 * SECOND, fastModel: /^seedance_2_\d+_fast/i, ofFastModel: 20 * SECOND };

/**
 * How long to wait before the next status check. Pure: the same facts give the same delay.
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
 * older than the API keeps tasks, and so says nothing. `now` is in milliseconds since 1970 too.
 */
export function createdAt(task: VideoTask | undefined, now: number): number | undefined {
	if (typeof task?.created !== 'number') return undefined;
	const created = task.created * SECOND;
	return created <= now && now - created <= RETENTION_MS ? created : undefined;
}

function adaptiveDelayMs(task: VideoTask | undefined, now: number, tier: ServiceTier): number {
	const created = createdAt(task, now);
	const id = typeof task?.model === 'string' ? task.model : '';
	const likely = LIKELY_FINISH.find(({ model }) => model.test(id));
	if (tier === 'flex') {
		if (created === undefined || likely === undefined) return FLEX.often;
		// Nothing is published for this tier but that it is the slower one: hardly a task is done before online ones are.
		return now - created >= likely.latestMs ? FLEX.seldom : created + likely.latestMs - now + FLEX.often;
	}
	if (created === undefined || likely === undefined) {
		return PLAIN.fastModel.test(id) ? PLAIN.ofFastModel : PLAIN.interval;
	}
	const age = now - created;
	// Who is done at the latest likely finish, just after a status check, is found by the next.
	if (age >= likely.latestMs + ONLINE.often) return ONLINE.seldom;
	// At the earliest likely finish itself hardly any task is done: the first status check comes an interval later.
	return Math.max(0, likely.earliestMs - age) + ONLINE.often;
}

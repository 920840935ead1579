import type { ItemError } from '../core/error';
import type { Pollable, Polled, ServiceTier } from './pollable';

/** What the time of the next status check depends on, besides what is polled. */
export interface ScheduleSettings {
	tier: ServiceTier;
	/** Fixed interval between status checks, in milliseconds; undefined means adaptive. */
	pollIntervalMs?: number;
	/** Whether n8n stores the wait in its database between two status checks, which needs a minimum time. */
	isStored?: boolean;
}

/** How something is waited for. */
export interface PollSettings extends ScheduleSettings {
	/** Counted from when it was made, or from the first status check where that is not known; milliseconds. */
	giveUpAfterMs: number;
}

/** What a wait remembers from one status check to the next. */
export interface PollState {
	/** Status checks made so far. */
	attempt: number;
	/** When the first status check was made, in milliseconds since 1970. */
	startedAt: number;
	/** What was polled, as last seen. */
	seen?: Polled;
	/** Which of its places has it, counted from 0; undefined while that is not known. */
	place?: number;
	/** How often it was done without its result. */
	checksWithoutResult: number;
	/** Answers in a row, up to now, about something else, which may pass: see `MAX_STRAY_ANSWERS`. */
	strayAnswers: number;
	/** Until when the API asked to be left alone, in milliseconds since 1970. */
	notBefore?: number;
	/** What stood in the way of the last status check; known only to the run that made it. */
	lastError?: ItemError;
}

/** The start of a wait; `now` in milliseconds since 1970. */
export function startPolling(now: number): PollState {
	return { attempt: 0, startedAt: now, checksWithoutResult: 0, strayAnswers: 0 };
}

/** When a wait times out, in milliseconds since 1970; `now` is too. */
export function giveUpTime(
	pollable: Pollable,
	state: PollState,
	{ giveUpAfterMs }: PollSettings,
	now: number,
): number {
	return waitingSince(pollable, state, now) + giveUpAfterMs;
}

/**
 * Since when something is waited for, in milliseconds since 1970. None is younger than the first status check of it,
 * whatever it says.
 */
export function waitingSince({ createdAt }: Pollable, { seen, startedAt }: PollState, now: number): number {
	return Math.min(createdAt(seen, now) ?? startedAt, startedAt);
}

/** What is known when the time of the next status check is decided. */
export interface ScheduleFacts {
	/** What adaptive polling would wait, in milliseconds. */
	adaptiveMs: number;
	/** The present time, in milliseconds since 1970. */
	now: number;
	/** When the wait times out, in milliseconds since 1970. */
	giveUpAt: number;
	/** How long the API asked to be left alone, in milliseconds. */
	retryAfterMs?: number;
}

/**
 * Shortest hand-over that n8n's Wait node parks in the database, plus a second for the way there, in
 * milliseconds. Below 65 s the Wait node sleeps in memory and a restart loses the execution (n8n's Wait node).
 */
export const SHORTEST_PARK_MS = 66_000;

/**
 * How long to wait before the next status check. Pure: the same facts give the same delay.
 *
 * Fixed interval or adaptive; a longer `Retry-After` wins; never past the give-up time; and with
 * `isStored` never shorter than `SHORTEST_PARK_MS`, even where that reaches past the give-up time.
 *
 * @returns milliseconds from `now`, 0 or more
 */
export function nextDelayMs(facts: ScheduleFacts, settings: ScheduleSettings): number {
	const wanted = Math.max(settings.pollIntervalMs ?? facts.adaptiveMs, facts.retryAfterMs ?? 0);
	const left = Math.max(0, facts.giveUpAt - facts.now);
	const delay = Math.min(wanted, left);
	return settings.isStored ? Math.max(delay, SHORTEST_PARK_MS) : delay;
}

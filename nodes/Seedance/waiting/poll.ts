import { canceledError, sleepWithAbort } from '../core/abort';
import { meaningOf, type Result, type ItemError, wasNotSent } from '../core/error';
import { gaveUpError, unknownStatusError } from './errors';
import type { Checked } from './place';
import { detailsOf, type Pollable, type Polled } from './pollable';
import {
	giveUpTime,
	nextDelayMs,
	type PollSettings,
	type PollState,
	SHORTEST_PARK_MS,
	startPolling,
	waitingSince,
} from './schedule';

/**
 * What is known of a wait after a status check: it is done; the wait has failed, with
 * `ended` set where what was polled ended without a result; or the wait goes on. Times are milliseconds since 1970.
 */
export type PollResult =
	| { state: 'done'; value: Polled }
	| { state: 'failed'; error: ItemError; ended?: Polled }
	| { state: 'pending'; nextPollAt: number; giveUpAt: number; pollState: PollState };

/** The result that says to go on. */
export type Pending = Extract<PollResult, { state: 'pending' }>;

/**
 * Checks once, retries included, and not past `until` (milliseconds since 1970).
 *
 * @param place the place that has it, where that is known
 */
export type StatusCheck = (until: number, place: number | undefined) => Promise<Checked>;

/** The part of a wait that the outside follows. */
export interface PollHooks {
	/** Called after each status check of what is not done. */
	onPending?: (pending: Pending) => void;
	/** Aborted to end the wait at once. */
	signal?: AbortSignal;
}

/** How often one that is done without its result is checked again before that is called an error. */
const MAX_CHECKS_WITHOUT_RESULT = 3;

/**
 * How many answers in a row may be a refused key (of something that was answered before), a web page or something else
 * that is no status, before the wait ends: clients of the real API saw the first pass, and gave up after as many.
 */
const MAX_STRAY_ANSWERS = 3;

/**
 * Evaluates one status check. Pure: the same answer, state, settings and time give the same result.
 *
 * @param id of what is polled
 * @param outcome the API's answer, or the error that stood in its way
 * @param before what was known before the status check
 * @param now the present time, in milliseconds since 1970
 */
export function evaluate(
	pollable: Pollable,
	id: string,
	outcome: Result<Polled>,
	before: PollState,
	settings: PollSettings,
	now: number,
): PollResult {
	const state: PollState = { ...before };
	const error = outcome.ok ? undefined : outcome.error;
	const isCounted = error !== undefined && passesAFewTimes(error, before);
	if (!error || !wasNotSent(error)) {
		state.attempt++;
		state.strayAnswers = isCounted ? before.strayAnswers + 1 : 0;
	}

	if (outcome.ok) {
		const { value } = outcome;
		const { errors } = pollable;
		state.seen = value;
		switch (pollable.stateOf(value)) {
			case 'done':
				return { state: 'done', value };
			case 'ended':
				return { state: 'failed', error: errors.ended(value), ended: value };
			case 'unknown':
				return { state: 'failed', error: unknownStatusError(pollable, value) };
			case 'incomplete':
				state.checksWithoutResult++;
				if (state.checksWithoutResult <= MAX_CHECKS_WITHOUT_RESULT) break;
				return {
					state: 'failed',
					error: errors.incomplete?.(value, MAX_CHECKS_WITHOUT_RESULT) ?? unknownStatusError(pollable, value),
				};
			case 'running':
		}
	} else {
		const goesOn = isCounted ? state.strayAnswers <= MAX_STRAY_ANSWERS : passes(outcome.error, before);
		if (!goesOn)
			return { state: 'failed', error: { ...outcome.error, details: detailsOf(pollable, state.seen) } };
	}

	state.lastError = error;
	state.notBefore = error?.retryAfterMs === undefined ? undefined : now + error.retryAfterMs;
	return scheduleNext(pollable, id, state, settings, now);
}

/**
 * Says when the next status check is due, or that the wait timed out. Called without a status check too, during a longer
 * cooldown. `now` is in milliseconds since 1970.
 */
export function scheduleNext(
	pollable: Pollable,
	id: string,
	before: PollState,
	settings: PollSettings,
	now: number,
): PollResult {
	// The clock may have been set back meanwhile.
	const pollState = { ...before, startedAt: Math.min(before.startedAt, now) };
	const { seen, lastError, notBefore } = pollState;
	const giveUpAt = giveUpTime(pollable, pollState, settings, now);
	if (now >= giveUpAt) {
		const waitedMs = now - waitingSince(pollable, pollState, now);
		const { giveUpAfterMs } = settings;
		const error = gaveUpError(pollable, { id, value: seen, lastError, waitedMs, giveUpAfterMs });
		return { state: 'failed', error };
	}
	const retryAfterMs = notBefore === undefined ? undefined : notBefore - now;
	const adaptiveMs = pollable.adaptiveDelayMs(seen, now, settings.tier, pollState.startedAt);
	const delay = nextDelayMs({ adaptiveMs, now, giveUpAt, retryAfterMs }, settings);
	return { state: 'pending', nextPollAt: now + delay, giveUpAt, pollState };
}

/** When the next turn of several waits is: n8n's Wait node has one time for all of them. */
export interface Turn {
	/** Whole seconds until then. */
	waitSeconds: number;
	/** ISO 8601 UTC time. */
	nextPollAt: string;
}

/**
 * Finds the time that any of several waits needs first, but no sooner than n8n can hold them in its database.
 *
 * @param pending the waits, one at least
 * @param now the present time, in milliseconds since 1970
 */
export function nextTurn(pending: Pending[], now: number): Turn {
	let earliest = Infinity;
	for (const { giveUpAt, nextPollAt, pollState } of pending) {
		earliest = Math.min(earliest, Math.max(nextPollAt, Math.min(pollState.notBefore ?? 0, giveUpAt)));
	}
	const wait = Math.max(earliest - now, SHORTEST_PARK_MS);
	const waitSeconds = Math.ceil(wait / 1000);
	return { waitSeconds, nextPollAt: new Date(now + waitSeconds * 1000).toISOString() };
}

/**
 * Applies a cooldown to waits, because it holds for all requests. Changes them.
 *
 * @param until when it is over, and `now` the present time, in milliseconds since 1970
 */
export function holdUntil(pending: Pending[], until: number, now: number): void {
	for (const { pollState } of pending) {
		if (until > Math.max(now, pollState.notBefore ?? 0)) pollState.notBefore = until;
	}
}

/**
 * Whether a wait goes on after an error, until it times out. An unreachable server at the very first status check is most
 * likely a typo in the address.
 */
function passes(error: ItemError, before: PollState): boolean {
	const { waiting } = meaningOf(error);
	const isFirst = before.attempt === 0 && before.seen === undefined;
	return waiting === 'passes' || (waiting === 'passesLater' && !isFirst);
}

/** Whether an error is one that a wait lets pass, but only a few times in a row. */
function passesAFewTimes(error: ItemError, before: PollState): boolean {
	const wasLetIn = error.kind === 'unauthorized' && before.seen !== undefined;
	return wasLetIn || meaningOf(error).waiting === 'passesAFewTimes';
}

/**
 * Checks the status of something once, as one step of a wait whose steps may lie in different executions or machines; not at
 * all where the API asked to be left alone for longer.
 *
 * @param before what is known from earlier steps
 */
export async function pollOnce(
	pollable: Pollable,
	id: string,
	check: StatusCheck,
	settings: PollSettings,
	before: PollState,
): Promise<PollResult> {
	const now = Date.now();
	// Back too early: the time of another item, or the give-up time, came first.
	if (before.notBefore !== undefined && now < before.notBefore)
		return scheduleNext(pollable, id, before, settings, now);
	const { outcome, place } = await check(giveUpTime(pollable, before, settings, now), before.place);
	return evaluate(pollable, id, outcome, { ...before, place }, settings, Date.now());
}

/**
 * Waits inside the node until something is done, for good or ill. Waits for different IDs run side by side and
 * share nothing but the client, so that many take as long as the slowest.
 *
 * @param before what is known already, so that the first status check can wait for its time
 * @returns how it ended; a stop is an error of kind `canceled`
 */
export async function waitUntilDone(
	pollable: Pollable,
	id: string,
	check: StatusCheck,
	settings: PollSettings,
	hooks: PollHooks,
	before?: PollState,
): Promise<Exclude<PollResult, Pending>> {
	const now = Date.now();
	let result = before
		? scheduleNext(pollable, id, before, settings, now)
		: await pollOnce(pollable, id, check, settings, startPolling(now));
	while (result.state === 'pending') {
		hooks.onPending?.(result);
		const { nextPollAt, pollState } = result;
		if (!(await sleepWithAbort(nextPollAt - Date.now(), hooks.signal))) {
			return { state: 'failed', error: { ...canceledError(), details: detailsOf(pollable, pollState.seen) } };
		}
		result = await pollOnce(pollable, id, check, settings, pollState);
	}
	return result;
}

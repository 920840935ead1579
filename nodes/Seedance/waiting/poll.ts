import { resultLink, taskState, type VideoTask } from '../resources/video/video';
import { canceledError, sleepWithAbort } from '../core/abort';
import { meaningOf, type Result, type TaskError } from '../core/error';
import { failedTaskError, gaveUpError, noVideoError, unknownStatusError } from './errors';
import {
	giveUpTime,
	nextDelayMs,
	type PollSettings,
	type PollState,
	SHORTEST_PARK_MS,
	startPolling,
} from './schedule';

/**
 * What is known of a wait after a status check: the video is done; the wait has failed, and an error of kind
 * `taskFailed` says that the task itself did; or the wait goes on. Times are milliseconds since 1970.
 */
export type PollResult =
	| { state: 'done'; task: VideoTask }
	| { state: 'failed'; error: TaskError }
	| { state: 'pending'; nextPollAt: number; giveUpAt: number; pollState: PollState };

/** The result that says to go on. */
export type Pending = Extract<PollResult, { state: 'pending' }>;

/** Checks a task's status once, retries included, and not past `until` (milliseconds since 1970). */
export type StatusCheck = (id: string, until: number) => Promise<Result<VideoTask>>;

/** The part of a wait that the outside follows. */
export interface PollHooks {
	/** Called after each status check that leaves the task unfinished. */
	onPending?: (pending: Pending) => void;
	/** Aborted to end the wait at once. */
	signal?: AbortSignal;
}

/** How often a completed task without a link is checked again before that is called an error. */
const MAX_CHECKS_WITHOUT_VIDEO = 3;

/**
 * How many answers in a row may be a refused key (of a task that was answered before), a web page or something else
 * that is no task, before the wait ends: clients of the real API saw the first pass, and gave up after as many.
 */
const MAX_ANSWERS_WITHOUT_TASK = 3;

/**
 * Evaluates one status check. Pure: the same answer, state, settings and time give the same result.
 *
 * @param id the task that was asked for
 * @param outcome the API's answer, or the error that stood in its way
 * @param before what was known before the status check
 * @param now the present time, in milliseconds since 1970
 */
export function evaluate(
	id: string,
	outcome: Result<VideoTask>,
	before: PollState,
	settings: PollSettings,
	now: number,
): PollResult {
	const state: PollState = { ...before };
	const error = outcome.ok ? undefined : outcome.error;
	const isCounted = error !== undefined && passesAFewTimes(error, before);
	// What had no turn in time was not sent.
	if (!error?.unsent) {
		state.attempt++;
		state.answersWithoutTask = isCounted ? before.answersWithoutTask + 1 : 0;
	}

	if (outcome.ok) {
		const task = outcome.value;
		state.task = task;
		const known = taskState(task.status);
		if (known === 'ended') return { state: 'failed', error: failedTaskError(task) };
		if (known === 'unknown') return { state: 'failed', error: unknownStatusError(task) };
		if (known === 'completed') {
			if (resultLink(task) !== undefined) return { state: 'done', task };
			state.completedWithoutVideo++;
			if (state.completedWithoutVideo > MAX_CHECKS_WITHOUT_VIDEO) {
				return { state: 'failed', error: noVideoError(task, MAX_CHECKS_WITHOUT_VIDEO) };
			}
		}
	} else {
		const goesOn = isCounted
			? state.answersWithoutTask <= MAX_ANSWERS_WITHOUT_TASK
			: passes(outcome.error, before);
		if (!goesOn) return { state: 'failed', error: { ...outcome.error, task: state.task } };
	}

	state.lastError = error;
	state.notBefore = error?.retryAfterMs === undefined ? undefined : now + error.retryAfterMs;
	return scheduleNext(id, state, settings, now);
}

/**
 * Says when the next status check is due, or gives up. Called without a status check too, where the API asked to be
 * left alone for longer. `now` is in milliseconds since 1970.
 */
export function scheduleNext(id: string, before: PollState, settings: PollSettings, now: number): PollResult {
	// The clock may have been set back meanwhile.
	const pollState = { ...before, startedAt: Math.min(before.startedAt, now) };
	const giveUpAt = giveUpTime(pollState, settings, now);
	if (now >= giveUpAt) return { state: 'failed', error: gaveUpError(id, pollState, settings, now) };
	const retryAfterMs = pollState.notBefore === undefined ? undefined : pollState.notBefore - now;
	const facts = { task: pollState.task, now, giveUpAt, retryAfterMs };
	return { state: 'pending', nextPollAt: now + nextDelayMs(facts, settings), giveUpAt, pollState };
}

/** When the next turn of several waits is: n8n's Wait node has one time for all of them. */
export interface Turn {
	/** Whole seconds until then. */
	waitSeconds: number;
	/** ISO 8601 UTC time. */
	nextPollAt: string;
}

/**
 * Finds the time that any of several waits needs first.
 *
 * @param pending the waits, one at least
 * @param surviveRestarts whether it has to be long enough for n8n to park it in its database
 * @param now the present time, in milliseconds since 1970
 */
export function nextTurn(pending: Pending[], surviveRestarts: boolean, now: number): Turn {
	let earliest = Infinity;
	for (const { giveUpAt, nextPollAt, pollState } of pending) {
		earliest = Math.min(earliest, Math.max(nextPollAt, Math.min(pollState.notBefore ?? 0, giveUpAt)));
	}
	const wait = Math.max(earliest - now, surviveRestarts ? SHORTEST_PARK_MS : 0);
	const waitSeconds = Math.ceil(wait / 1000);
	return { waitSeconds, nextPollAt: new Date(now + waitSeconds * 1000).toISOString() };
}

/**
 * Lets waits know of a cooldown that the API asked for when another task was asked for: they change.
 *
 * @param until when it is over, and `now` the present time, in milliseconds since 1970
 */
export function holdUntil(pending: Pending[], until: number, now: number): void {
	for (const { pollState } of pending) {
		if (until > Math.max(now, pollState.notBefore ?? 0)) pollState.notBefore = until;
	}
}

/**
 * Whether an error is one that a wait lets pass until it is given up. Nobody there at the very first status check is
 * most likely a typo in the address, and nothing that time mends.
 */
function passes(error: TaskError, before: PollState): boolean {
	const { waiting } = meaningOf(error);
	const isFirst = before.attempt === 0 && before.task === undefined;
	return waiting === 'passes' || (waiting === 'passesLater' && !isFirst);
}

/** Whether an error is one that a wait lets pass, but only a few times in a row. */
function passesAFewTimes(error: TaskError, before: PollState): boolean {
	const wasLetIn = error.kind === 'unauthorized' && before.task !== undefined;
	return wasLetIn || meaningOf(error).waiting === 'passesAFewTimes';
}

/**
 * Checks a task's status once, as one step of a wait whose steps may lie in different executions or machines; not at
 * all where the API asked to be left alone for longer.
 *
 * @param before what is known from earlier steps
 */
export async function pollOnce(
	id: string,
	check: StatusCheck,
	settings: PollSettings,
	before: PollState,
): Promise<PollResult> {
	const now = Date.now();
	// Back too early: the time of another item, or the give-up time, came first.
	if (before.notBefore !== undefined && now < before.notBefore)
		return scheduleNext(id, before, settings, now);
	const outcome = await check(id, giveUpTime(before, settings, now));
	return evaluate(id, outcome, before, settings, Date.now());
}

/**
 * Waits inside the node until a task is done, for good or ill. Waits for different tasks run side by side and
 * share nothing but the client, so that many take as long as the slowest.
 *
 * @param before what is known of the task already, so that the first status check can wait for its time
 * @returns how it ended; a stop is an error of kind `canceled`
 */
export async function waitUntilDone(
	id: string,
	check: StatusCheck,
	settings: PollSettings,
	hooks: PollHooks,
	before?: PollState,
): Promise<Exclude<PollResult, Pending>> {
	const now = Date.now();
	let result = before
		? scheduleNext(id, before, settings, now)
		: await pollOnce(id, check, settings, startPolling(now));
	while (result.state === 'pending') {
		hooks.onPending?.(result);
		const { nextPollAt, pollState } = result;
		if (!(await sleepWithAbort(nextPollAt - Date.now(), hooks.signal))) {
			return { state: 'failed', error: { ...canceledError(), task: pollState.task } };
		}
		result = await pollOnce(id, check, settings, pollState);
	}
	return result;
}

import { canceledFault } from '../api/exchange';
import type { Outcome } from '../api/fault';
import { pause } from '../api/pause';
import type { VideoTask } from '../api/task';
import {
	beginWait,
	faultProblem,
	giveUpTime,
	goOn,
	judge,
	type Progress,
	type Verdict,
	type WaitSettings,
} from './verdict';

/** Asks for a task once, retries included, and not past `until` (milliseconds since 1970). */
export type Ask = (id: string, until: number) => Promise<Outcome<VideoTask>>;

/** The end of a wait: every verdict but one that says to go on. */
export type Ending = Exclude<Verdict, { kind: 'wait' }>;

/** The verdict that says to go on. */
export type GoOn = Extract<Verdict, { kind: 'wait' }>;

/** The part of a wait that the outside follows. */
export interface WaitHooks {
	/** Called after each answer that leaves the task unfinished. */
	onWait?: (verdict: GoOn) => void;
	/** Aborted to end the wait at once. */
	signal?: AbortSignal;
}

/**
 * Asks for a task once, as one step of a wait whose steps may lie in different executions or machines; not at all
 * where the API asked to be left alone for longer.
 *
 * @param before what is known from earlier steps
 */
export async function askOnce(
	id: string,
	ask: Ask,
	settings: WaitSettings,
	before: Progress,
): Promise<Verdict> {
	const now = Date.now();
	// Back too early: the time of another item, or the give-up time, came first.
	if (before.notBefore !== undefined && now < before.notBefore) return goOn(id, before, settings, now);
	const outcome = await ask(id, giveUpTime(before, settings, now));
	return judge(id, outcome, before, settings, Date.now());
}

/**
 * Waits inside the node until a task is done, for good or ill. Waits for different tasks run side by side and
 * share nothing but the client, so that many take as long as the slowest.
 *
 * @returns how it ended; a stop is a `problem` that says `canceled`
 */
export async function waitUntilDone(
	id: string,
	ask: Ask,
	settings: WaitSettings,
	hooks: WaitHooks,
): Promise<Ending> {
	let progress = beginWait(Date.now());
	for (;;) {
		const verdict = await askOnce(id, ask, settings, progress);
		if (verdict.kind !== 'wait') return verdict;
		hooks.onWait?.(verdict);
		progress = verdict.progress;
		if (!(await pause(verdict.nextPollAt - Date.now(), hooks.signal))) {
			return { kind: 'problem', problem: faultProblem(canceledFault(), progress.task) };
		}
	}
}

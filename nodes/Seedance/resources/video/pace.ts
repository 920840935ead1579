import type { ServiceTier } from '../../waiting/pollable';
import { CENTER_PACE, modelOf, type Pace } from './models';
import { createdAt, isOfCenter, type VideoTask } from './video';

const SECOND = 1_000;

/** Polling intervals: the vendor's page on Seedance 1.5 recommends 30 to 60 s, for the offline tier 60 to 120 s. */
const ONLINE = { often: 30 * SECOND, seldom: 60 * SECOND };
const FLEX = { often: 60 * SECOND, seldom: 120 * SECOND };

/**
 * How long to wait before the next status check of a task, by its model and its age. Pure.
 *
 * @param task as last seen; undefined while no status check was answered
 * @param now the present time, in milliseconds since 1970
 * @returns milliseconds
 */
export function adaptiveDelayMs(task: VideoTask | undefined, now: number, tier: ServiceTier): number {
	const created = createdAt(task, now);
	const { everyMs, likelyFinish: likely } = paceOf(task);
	if (tier === 'flex') {
		if (created === undefined || likely === undefined) return FLEX.often;
		// Nothing is published for this tier but that it is the slower one: hardly a task is done before online ones are.
		return now - created >= likely.latestMs ? FLEX.seldom : created + likely.latestMs - now + FLEX.often;
	}
	if (created === undefined || likely === undefined) return everyMs;
	const age = now - created;
	// Keep the short interval for one more check, to catch tasks that finish right after the last one.
	if (age >= likely.latestMs + ONLINE.often) return ONLINE.seldom;
	// At the earliest likely finish itself hardly any task is done: the first status check comes an interval later.
	return Math.max(0, likely.earliestMs - age) + ONLINE.often;
}

/** Of the model center nothing is published but how often others check; its models under `/v1` have times. */
function paceOf(task: VideoTask | undefined): Pace {
	if (task && isOfCenter(task.id)) return CENTER_PACE;
	return modelOf(typeof task?.model === 'string' ? task.model : '').pace;
}

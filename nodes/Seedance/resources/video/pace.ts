import type { ServiceTier } from '../../waiting/pollable';
import { createdAt, type VideoTask } from './video';

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
 * How long to wait before the next status check of a task, by its model and its age. Pure.
 *
 * @param task as last seen; undefined while no status check was answered
 * @param now the present time, in milliseconds since 1970
 * @returns milliseconds
 */
export function adaptiveDelayMs(task: VideoTask | undefined, now: number, tier: ServiceTier): number {
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

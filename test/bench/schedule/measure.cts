import { built } from '../built.cts';
import { mean, percentile } from '../statistics.cts';

import type { ScheduleSettings } from '../../../nodes/Seedance/waiting/schedule';
import type { SimulatedTask } from './tasks.cts';

const { nextDelayMs } = built('nodes/Seedance/waiting/schedule.js');
const { adaptiveDelayMs } = built('nodes/Seedance/resources/video/pace.js');

/** What a way of asking costs and gives; times are seconds. */
export interface Measured {
	/** Mean number of status checks a finished task, the first and the last included */
	checks: number;
	/** Between finished and noticed */
	meanDelay: number;
	/** 95 of 100 tasks are noticed this soon */
	delay95: number;
	longestDelay: number;
}

/** When every task is created, in seconds since 1970. Any time will do: the clock is virtual. */
const CREATED = 1_800_000_000;

/**
 * Asks for every task as the node's schedule says, on a virtual clock. Answers take no time and none fails;
 * the give-up time plays no part.
 */
export function measure(tasks: SimulatedTask[], settings: ScheduleSettings): Measured {
	let checks = 0;
	const delays = tasks.map(({ model, firstAskedAt, finishedAt }) => {
		const task = { id: 'video_1', status: 'processing', model, created: CREATED };
		// Whole milliseconds, as the real clock has them.
		let now = Math.round(1_000 * (CREATED + firstAskedAt));
		const finished = 1_000 * (CREATED + finishedAt);
		for (checks++; now < finished; checks++) {
			now += nextDelayMs(
				{ adaptiveMs: adaptiveDelayMs(task, now, settings.tier), now, giveUpAt: Infinity },
				settings,
			);
		}
		return (now - finished) / 1_000;
	});
	return {
		checks: checks / tasks.length,
		meanDelay: mean(delays),
		delay95: percentile(delays, 0.95),
		longestDelay: percentile(delays, 1),
	};
}

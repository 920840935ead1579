import { built } from '../command.cts';
import { mean } from '../numbers.cts';

import type { Mix, SimulatedTask } from './tasks.cts';

/** What a schedule costs and gives; times are seconds. */
export interface Measured {
	/** Mean number of status checks a task, the first and the last included */
	checks: number;
	/** From finished to noticed */
	meanDelay: number;
}

/** When every task is created, in seconds since 1970; the clock is virtual. */
const CREATED = 1_800_000_000;
/** The shortest Poll Interval of the node, and how finely intervals are tried; seconds. */
const SHORTEST = 5;
const STEP = 0.1;

/** Checks every task when the node's schedule says so, on a virtual clock. Answers take no time and none fails. */
export function measure(tasks: SimulatedTask[], settings: Mix): Measured {
	const { nextDelayMs } = built('nodes/Seedance/waiting/schedule.js');
	const { adaptiveDelayMs } = built('nodes/Seedance/resources/video/pace.js');
	let checks = 0;
	const delays = tasks.map(({ model, firstCheckAt, finishedAt }) => {
		const task = { id: 'video_1', status: 'processing', model, created: CREATED };
		let now = Math.round(1_000 * (CREATED + firstCheckAt));
		const finished = 1_000 * (CREATED + finishedAt);
		for (checks++; now < finished; checks++)
			now += nextDelayMs(
				{ adaptiveMs: adaptiveDelayMs(task, now, settings.tier), now, giveUpAt: Infinity },
				settings,
			);
		return (now - finished) / 1_000;
	});
	return { checks: checks / tasks.length, meanDelay: mean(delays) };
}

/** A fixed interval, by arithmetic: the search below tries too many to simulate each. */
function measureFixed(tasks: SimulatedTask[], interval: number) {
	let checks = 0;
	let delay = 0;
	for (const { firstCheckAt, finishedAt } of tasks) {
		const more = Math.max(0, Math.ceil((finishedAt - firstCheckAt) / interval));
		checks += 1 + more;
		delay += firstCheckAt + more * interval - finishedAt;
	}
	return { interval, checks: checks / tasks.length, meanDelay: delay / tasks.length };
}

/** The fixed interval that checks least among those that notice as soon on average, or sooner. */
export function bestFixed(tasks: SimulatedTask[], meanDelay: number) {
	// The mean delay is about half an interval, so the best one is near twice the delay. Chance shifts it where few
	// checks fall into the time in which tasks finish, hence the wide search.
	const start = Math.max(SHORTEST, meanDelay);
	let best = measureFixed(tasks, start);
	for (let tried = 1; start + tried * STEP <= 4 * start; tried++) {
		const fixed = measureFixed(tasks, start + tried * STEP);
		if (fixed.meanDelay <= meanDelay && fixed.checks < best.checks) best = fixed;
	}
	return best;
}

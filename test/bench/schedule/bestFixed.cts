import type { SimulatedTask } from './tasks.cts';

/** Shortest fixed interval that the node accepts, in seconds (the option Poll Interval). */
const SHORTEST = 5;
/** How finely intervals are tried, in seconds. */
const STEP = 0.1;

/**
 * What a fixed interval costs and gives, by arithmetic: the search tries too many to ask one by one.
 *
 * @param interval seconds
 */
function measureFixed(tasks: SimulatedTask[], interval: number) {
	let checks = 0;
	let delay = 0;
	for (const { firstAskedAt, finishedAt } of tasks) {
		const more = Math.max(0, Math.ceil((finishedAt - firstAskedAt) / interval));
		checks += 1 + more;
		delay += firstAskedAt + more * interval - finishedAt;
	}
	return { interval, checks: checks / tasks.length, meanDelay: delay / tasks.length };
}

/**
 * The fixed interval that asks least and notices as soon on average, or sooner.
 *
 * @param meanDelay the mean delay to match, in seconds
 */
export function bestFixed(tasks: SimulatedTask[], meanDelay: number) {
	// About half an interval is the mean delay, so that the best is near twice the delay; where few checks
	// fall into the time in which tasks finish, chance shifts it, hence the wide search.
	const start = Math.max(SHORTEST, meanDelay);
	let best = measureFixed(tasks, start);
	for (let tried = 1; start + tried * STEP <= 4 * start; tried++) {
		const fixed = measureFixed(tasks, start + tried * STEP);
		if (fixed.meanDelay <= meanDelay && fixed.checks < best.checks) best = fixed;
	}
	return best;
}

import { bestFixed, measure } from '../schedule/measure.cts';
import { makeTasks, MIXES, type Mix } from '../schedule/tasks.cts';

import type { Row, Work } from './work.cts';

/** Simulated, for each run. */
const TASKS = 10_000;

/** The adaptive schedule against the fixed interval that checks least among those that notice as soon on average. */
export function scheduleRow(name: string, mix: Mix, runs: number): Row {
	const compared = Array.from({ length: runs }, (_, run) => {
		const tasks = makeTasks(mix, TASKS, 1 + run);
		const adaptive = measure(tasks, mix);
		return { adaptive, fixed: bestFixed(tasks, adaptive.meanDelay) };
	});
	const { adaptive, fixed } = compared[0] as (typeof compared)[number];
	return {
		what: `Status checks a task: ${name}`,
		own: compared.map((one) => one.adaptive.checks),
		note: `noticed after ${adaptive.meanDelay.toFixed(1)} s`,
		who: `best fixed interval (${fixed.interval.toFixed(1)} s)`,
		rival: compared.map((one) => one.fixed.checks),
		atMost: mix.atMost ?? 1,
	};
}

export const SCHEDULE: Work = {
	name: 'schedule',
	measure: async ({ runs }) => {
		const onPage = Object.entries(MIXES).filter(([, { isOnPage }]) => isOnPage);
		return onPage.map(([name, mix]) => scheduleRow(name, mix, runs));
	},
};

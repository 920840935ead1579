import { bestFixed } from '../schedule/bestFixed.cts';
import { measure } from '../schedule/measure.cts';
import { DOCUMENTED, makeTasks, OFFLINE, type Mix } from '../schedule/tasks.cts';
import { THIS_NODE } from './work.cts';

import type { ServiceTier } from '../../../nodes/Seedance/waiting/pollable';
import type { Line, Work } from './work.cts';

const BEST_FIXED = 'best fixed interval';
/** Simulated, for each of the runs. */
const TASKS = 10_000;

/**
 * The adaptive schedule against the fixed interval that asks least among those that notice as soon on average: on a
 * virtual clock, so that no n8n is needed.
 */
function scheduleWork(name: string, tasks: string, mix: Mix, tier: ServiceTier, atMost: number): Work {
	return {
		name,
		title: `Simulated: status checks a task at the same mean delay, ${tasks}`,
		unit: 'status checks',
		wanted: [{ atMost, of: BEST_FIXED }],
		measure: async (_host, runs) => compare(mix, tier, runs),
	};
}

function compare(mix: Mix, tier: ServiceTier, runs: number): Line[] {
	const compared = Array.from({ length: runs }, (_, run) => {
		const tasks = makeTasks(mix, TASKS, 1 + run);
		const adaptive = measure(tasks, { tier });
		return { adaptive, fixed: bestFixed(tasks, adaptive.meanDelay) };
	});
	const [first] = compared;
	return [
		{
			who: THIS_NODE,
			values: compared.map(({ adaptive }) => adaptive.checks),
			note: `noticed after ${first?.adaptive.meanDelay.toFixed(1)} s on average`,
		},
		{
			who: BEST_FIXED,
			values: compared.map(({ fixed }) => fixed.checks),
			note: `every ${first?.fixed.interval.toFixed(1)} s, known only afterwards; noticed after ${first?.fixed.meanDelay.toFixed(1)} s`,
		},
	];
}

const online = Object.entries(DOCUMENTED).filter(([tasks]) => /^\d+p$/.test(tasks));

export const SCHEDULES: Work[] = [
	...online.map(([tasks, mix]) =>
		scheduleWork(`schedule${tasks}`, `${tasks} as documented`, mix, 'online', 0.6),
	),
	...Object.entries(OFFLINE).map(([tasks, mix], index) =>
		scheduleWork(`flex${index + 1}`, `flex, a guess: ${tasks}`, mix, 'flex', 1),
	),
];

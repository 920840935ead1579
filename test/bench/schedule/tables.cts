import { table } from '../markdown.cts';
import { bestFixed } from './bestFixed.cts';
import { measure } from './measure.cts';
import { makeTasks } from './tasks.cts';

import type { Section } from './sections.cts';

/** Status checks at most, as a part of what the best fixed interval asks at the same mean delay. */
const TARGET = 0.6;

const seconds = (value: number) => `${value.toFixed(1)} s`;

/**
 * What the adaptive schedule and some fixed intervals cost and give.
 *
 * @param count tasks a row
 * @returns Markdown
 */
export function intervalTable({ settings, fixed, shown }: Section, count: number, seed: number): string {
	const rows = Object.entries(shown).flatMap(([name, mix]) => {
		const tasks = makeTasks(mix, count, seed);
		const row = (asked: string, pollIntervalMs?: number) => {
			const measured = measure(tasks, { ...settings, pollIntervalMs });
			const delays = [measured.meanDelay, measured.delay95, measured.longestDelay].map(seconds);
			return [name, asked, measured.checks.toFixed(2), ...delays];
		};
		return [row('adaptive'), ...fixed.map((interval) => row(`every ${interval} s`, 1_000 * interval))];
	});
	return table(
		['tasks', 'asked', 'status checks a task', 'mean delay', '95 % within', 'longest delay'],
		rows,
	);
}

/**
 * The adaptive schedule against the best fixed interval at the same mean delay.
 *
 * @param count tasks a row
 * @returns Markdown, and how many rows miss their target
 */
export function comparison(
	{ settings, compared, target }: Section,
	count: number,
	seed: number,
): { text: string; missed: number } {
	let missed = 0;
	const rows = Object.entries(compared).map(([name, mix]) => {
		const tasks = makeTasks(mix, count, seed);
		const adaptive = measure(tasks, settings);
		const best = bestFixed(tasks, adaptive.meanDelay);
		const ratio = adaptive.checks / best.checks;
		const isMet = ratio <= TARGET;
		if (name in target && !isMet) missed++;
		return [
			name,
			adaptive.checks.toFixed(2),
			seconds(adaptive.meanDelay),
			`every ${seconds(best.interval)}`,
			best.checks.toFixed(2),
			seconds(best.meanDelay),
			ratio.toFixed(3),
			name in target ? (isMet ? 'met' : 'MISSED') : '',
		];
	});
	const head = [
		'tasks',
		'adaptive status checks',
		'mean delay',
		'best fixed',
		'its status checks',
		'its mean delay',
	];
	return { text: table([...head, 'ratio', `at most ${TARGET}`], rows), missed };
}

import { table } from '../markdown.cts';
import { mean } from '../statistics.cts';
import { kilobytes, megabytes, seconds, times } from '../units.cts';

import type { MeasuredGroup } from './inNode.cts';
import type { Size } from './sizes.cts';

/** @returns Markdown */
export function sizeTable(sizes: Size[]): string {
	const rows = sizes.map(({ size, workflowBytes, maxInFlight, rounds }) => {
		const [first, ...later] = rounds;
		const last = later.at(-1);
		if (!first || !last) throw new Error('Too few rounds');
		// What is stored once, but not before the second round, is no growth.
		const grows = last.dataBytes - (later.at(-2) ?? first).dataBytes;
		return [
			String(size),
			kilobytes(first.dataBytes + workflowBytes),
			kilobytes(last.dataBytes + workflowBytes),
			kilobytes(grows),
			`${Math.round(grows / size)} B`,
			seconds(mean(later.map(({ askMs }) => askMs))),
			String(maxInFlight),
			megabytes(Math.max(...rounds.map(({ growthBytes }) => growthBytes))),
		];
	});
	return table(
		['items', 'in the database, first park', 'third', 'more each round', 'each item and round', 'a round takes',
			'asked at once', 'memory grew in a round'],
		rows,
	);
}

/** @returns Markdown */
export function groupTable(groups: MeasuredGroup[]): string {
	const head = ['asked', 'took', 'slowest task', 'ratio', 'one after the other', 'status checks a task'];
	return table(head, groups.map(({ name, tookMs, slowestMs, sumMs, checks }) => [
		name, seconds(tookMs), seconds(slowestMs), times(tookMs / slowestMs), seconds(sumMs), checks.toFixed(2),
	]));
}

import { table } from '../markdown.cts';
import { percentile } from '../statistics.cts';
import { kilobytes, megabytes, seconds } from '../units.cts';

import type { Memory } from '../n8n/memory.cts';
import type { InNode } from './inNode.cts';
import type { Parked } from './parked.cts';

/** @returns Markdown */
export function report(machine: string, count: number, parked: Parked, inNode: InNode): string {
	return [
		`# ${count} executions that wait, one task each\n\n${machine}`,
		`## From due to resumed\n\n${rounds(parked)}`,
		`## What a waiting execution costs\n\n${costs(count, parked, inNode)}`,
		`## In the database, for each parked execution\n\n${database(parked)}`,
	].join('\n\n');
}

function rounds({ spread, burst }: Parked) {
	const rows = Object.entries({ 'one after the other': spread, 'all at once': burst }).map(([name, round]) => [
		name,
		String(round.delays.length),
		seconds(round.spanMs),
		...[0.5, 0.99, 1].map((share) => seconds(percentile(round.delays, share))),
		`${round.cpuMs.toFixed(0)} ms`,
	]);
	const head = ['due', 'resumed', 'within', 'median', '99 % within', 'longest', 'processor time each'];
	return table(head, rows);
}

function costs(count: number, parked: Parked, inNode: InNode) {
	/** @param none of the same n8n before */
	const row = (name: string, memory: Memory, none: Memory, load: number, startMs?: number) => [
		name,
		megabytes(memory.liveBytes),
		megabytes(memory.rssBytes),
		startMs === undefined ? '' : kilobytes((memory.liveBytes - none.liveBytes) / count),
		startMs === undefined ? '' : kilobytes((memory.rssBytes - none.rssBytes) / count),
		`${(100 * load).toFixed(1)} %`,
		startMs === undefined ? '' : `${((1000 * count) / startMs).toFixed(1)} a second`,
	];
	const head = ['n8n with', 'live memory', 'resident', 'live, each', 'resident, each', 'of one core', 'started'];
	return table(head, [
		row('none', parked.none, parked.none, parked.noneLoad),
		row(`${count} parked`, parked.parked, parked.none, parked.load, parked.startMs),
		row(`${count} inside the node`, inNode.waiting, inNode.none, inNode.load, inNode.startMs),
	]);
}

function database({ bytes, spread, burst }: Parked) {
	return table(['what', 'size'], [
		['on disk, indexes and unused parts of pages included, first park', kilobytes(bytes)],
		['of which what its nodes put out', kilobytes(spread.dataBytes)],
		['of which its copy of the workflow', kilobytes(spread.workflowBytes)],
		['what its nodes put out, second park', kilobytes(burst.dataBytes)],
	]);
}

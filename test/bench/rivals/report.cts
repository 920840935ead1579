import { table } from '../markdown.cts';
import { medianOf, THIS_NODE } from './work.cts';

import type { Line, Work } from './work.cts';

/** A work and what was measured of it. */
export interface Measured {
	work: Work;
	lines: Line[];
}

/** To three digits, and whole from a hundred on. */
const figure = (value: number) =>
	Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));

const lineOf = (lines: Line[], who: string) => lines.find((line) => line.who === who);

/** @returns what is wanted of this node, in words, and whether it is so */
function verdicts({ work, lines }: Measured): Array<{ text: string; isMet: boolean }> {
	const own = lineOf(lines, THIS_NODE);
	return (work.wanted ?? []).map(({ atMost, of, plus = 0 }) => {
		const other = of === undefined ? undefined : lineOf(lines, of);
		if (!own || (of !== undefined && !other))
			throw new Error(`${work.name}: there is nothing to compare with ${of}`);
		const value = other ? medianOf(own) / medianOf(other) : medianOf(own);
		const what = of === undefined ? `${figure(value)} ${work.unit}` : `${figure(value)} of ${of}`;
		const isMet = medianOf(own) <= atMost * (other ? medianOf(other) : 1) + plus && !own.isIncomplete;
		const most = plus ? `${atMost} and ${plus} ${work.unit} on top` : String(atMost);
		return { text: `${what}, wanted at most ${most}: ${isMet ? 'met' : '**missed**'}`, isMet };
	});
}

/** @returns the rivals that took less than this node for the same, as rows of a table */
function ahead({ work, lines }: Measured): string[][] {
	const own = lineOf(lines, THIS_NODE);
	if (!own || own.isIncomplete) return [];
	/** This node's line for the same: of `rival, 300 MB` that is `this node, 300 MB`, where it has one. */
	const ownFor = (line: Line) => lineOf(lines, line.who.replace(/^[^,]*/, THIS_NODE)) ?? own;
	return lines
		.filter(
			(line) =>
				!line.who.startsWith(THIS_NODE) && !line.isIncomplete && medianOf(line) < medianOf(ownFor(line)),
		)
		.map((line) => {
			const [, why = 'not known'] =
				Object.entries(work.why ?? {}).find(([who]) => line.who.startsWith(who)) ?? [];
			return [
				work.title,
				line.who,
				`${figure(medianOf(line))}, this node ${figure(medianOf(ownFor(line)))} ${work.unit}`,
				why,
			];
		});
}

/**
 * One table of all that was measured, what is wanted, and where this node is behind.
 *
 * @returns Markdown, and how much of what is wanted is missed
 */
export function report(measured: Measured[]): { text: string; missed: number } {
	const rows = measured.flatMap(({ work, lines }) => {
		const own = lineOf(lines, THIS_NODE);
		return lines.map((line, index) => {
			const median = medianOf(line);
			const isCompared =
				own && line !== own && medianOf(own) !== 0 && !own.isIncomplete && !line.isIncomplete;
			const ratio = !isCompared ? '' : `${figure(median / medianOf(own))}×`;
			const spread =
				line.values.length > 1
					? ` (${figure(Math.min(...line.values))} to ${figure(Math.max(...line.values))})`
					: '';
			return [
				index === 0 ? `${work.title}, ${work.unit}` : '',
				line.who,
				`${figure(median)}${spread}`,
				ratio,
				line.note ?? '',
			];
		});
	});
	const told = measured.flatMap((one) => verdicts(one).map(({ text }) => `- ${one.work.title}: ${text}`));
	const missed = measured.flatMap(verdicts).filter(({ isMet }) => !isMet).length;
	const head = ['work', 'who', 'median (min to max)', 'against this node', 'note'];
	const text = [
		table(head, rows, 'left'),
		'## What is wanted',
		told.join('\n'),
		'## Where this node is behind, and why',
		table(['work', 'who', 'figures', 'why'], measured.flatMap(ahead), 'left'),
	].join('\n\n');
	return { text, missed };
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { table } from './markdown.cts';
import { figure, median } from './numbers.cts';
import { inWords, picture } from './picture.cts';

import type { Row } from './works/work.cts';

const DOCS = join(__dirname, '../../docs');

/** Whether a row reaches what is wanted. */
export const isMet = ({ own, rival, atMost, plus = 0, spoilt }: Row) =>
	!spoilt && (atMost === Infinity || median(own) <= (atMost && atMost * median(rival)) + plus);

const inUnit = (value: number, unit = '') => `${figure(value)}${unit && ` ${unit}`}`;

/** The median, and the range where there are several values. */
function valuesText(values: number[], unit?: string): string {
	const range = `${figure(Math.min(...values))} to ${figure(Math.max(...values))}`;
	return inUnit(median(values), unit) + (values.length > 1 ? ` (${range})` : '');
}

function cells(row: Row): string[] {
	const { what, unit, own, note, who, rival, atMost, plus, spoilt } = row;
	const first = [what, [valuesText(own, unit), spoilt ?? note].filter(Boolean).join('; ')];
	const beside = rival.length > 0 ? `${who}: ${valuesText(rival, unit)}` : '';
	if (atMost === Infinity) return [...first, beside, '', ''];
	const wanted =
		atMost === 0 ? '0' : `at most ${atMost} × the rival${plus ? ` + ${inUnit(plus, unit)}` : ''}`;
	const ratio = atMost === 0 ? '' : `, ${(median(own) / median(rival)).toFixed(2)} ×`;
	return [...first, beside, wanted, `${isMet(row) ? 'yes' : '**no**'}${ratio}`];
}

/** What was measured, in Markdown. */
export const resultTable = (rows: Row[]) =>
	table(['what is measured', 'this node', 'the rival', 'wanted', 'met'], rows.map(cells), 'left');

/** Writes `docs/benchmarks.md` and its picture. */
export function writePage(rows: Row[], machine: string): void {
	const bar = (values: number[], unit?: string) => ({
		value: median(values),
		text: inUnit(median(values), unit),
	});
	const figures = rows.flatMap(({ picture: what, own, unit, who, rival }) =>
		what === undefined ? [] : { what, own: bar(own, unit), rival: { who, ...bar(rival, unit) } },
	);
	const subtitle = 'Shorter bars are better. One run in a real n8n, with a simulated GlobalAI OPC.';
	writeFileSync(join(DOCS, 'images/benchmarks.svg'), picture('This node and its rivals', subtitle, figures));
	const page = [
		'# Measured side by side',
		`![${inWords(figures)}](images/benchmarks.svg)`,
		'`npm run bench` measures all of this in one run and writes this page. Times depend on the machine: compare figures of one run only.',
		`This run: ${machine}.`,
		resultTable(rows),
		'Where something was measured several times, the table shows the median and, in brackets, the range. [How each row is measured](../test/bench/README.md)',
	].join('\n\n');
	writeFileSync(join(DOCS, 'benchmarks.md'), `${page}\n`);
}

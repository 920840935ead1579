'use strict';

/**
 * A Markdown table, its columns padded so that it reads in a terminal too. The first column is flush left, the
 * others flush right.
 *
 * @param {string[]} head
 * @param {string[][]} rows
 * @returns {string}
 */
function table(head, rows) {
	const widths = head.map((cell, column) =>
		Math.max(3, cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
	);
	/** @param {string[]} cells */
	const line = (cells) =>
		`| ${cells.map((cell, i) => (i ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join(' | ')} |`;
	const rule = widths.map((width, i) => (i ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
	return [line(head), line(rule), ...rows.map(line)].join('\n');
}

module.exports = { table };

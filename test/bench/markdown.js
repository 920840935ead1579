'use strict';

/**
 * A Markdown table, its columns padded so that it reads in a terminal too. The first column is flush left.
 *
 * @param {string[]} head
 * @param {string[][]} rows
 * @param {'left' | 'right'} [others] how the other columns are flush
 * @returns {string}
 */
function table(head, rows, others = 'right') {
	const widths = head.map((cell, column) =>
		Math.max(3, cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
	);
	/** @param {string[]} cells */
	const line = (cells) => {
		const padded = cells.map((cell, i) => {
			const width = widths[i] ?? 0;
			return i && others === 'right' ? cell.padStart(width) : cell.padEnd(width);
		});
		return `| ${padded.join(' | ')} |`;
	};
	const rule = widths.map((width, i) => (i && others === 'right' ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
	return [line(head), line(rule), ...rows.map(line)].join('\n');
}

module.exports = { table };

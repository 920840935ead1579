/**
 * A Markdown table, its columns padded so that it reads in a terminal too. The first column is flush left.
 *
 * @param others how the other columns are flush
 */
export function table(head: string[], rows: string[][], others: 'left' | 'right' = 'right'): string {
	const widths = head.map((cell, column) =>
		Math.max(3, cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
	);
	const line = (cells: string[]) => {
		const padded = cells.map((cell, i) => {
			const width = widths[i] ?? 0;
			return i && others === 'right' ? cell.padStart(width) : cell.padEnd(width);
		});
		return `| ${padded.join(' | ')} |`;
	};
	const rule = widths.map((width, i) =>
		i && others === 'right' ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
	);
	return [line(head), line(rule), ...rows.map(line)].join('\n');
}

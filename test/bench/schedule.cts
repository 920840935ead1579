import { readFlags, runCommand } from './flags.cts';
import { SECTIONS } from './schedule/sections.cts';
import { comparison, intervalTable } from './schedule/tables.cts';
import { FIRST_ASKED_WITHIN } from './schedule/tasks.cts';

const HELP = `Usage: npm run bench:schedule -- [options]

Status checks, and delay until a finished task is noticed: the adaptive schedule against fixed intervals.
Needs a build (npm run build). Prints Markdown. Exit code: 1 where the target is missed, 2 where it can't run.

  --tasks N   simulated tasks a row; default: 10000
  --seed N    the same seed gives the same tables; default: 1
  --help      this text
`;

/**
 * @param count tasks a row
 * @returns whether every target is met
 */
function report(count: number, seed: number): boolean {
	console.log('# When a task is asked for: the adaptive schedule against fixed intervals\n');
	console.log(
		`${count} simulated tasks a row, seed ${seed}. The first status check is made at a random age of up`,
	);
	console.log(
		`to ${FIRST_ASKED_WITHIN} s, where the row says nothing else. Delay: from finished to noticed.`,
	);
	let missed = 0;
	for (const section of SECTIONS) {
		const compared = comparison(section, count, seed);
		missed += compared.missed;
		console.log(`\n## ${section.title}\n\n${section.note}\n`);
		console.log(intervalTable(section, count, seed));
		console.log('\nAgainst the fixed interval that asks least and notices as soon:\n');
		console.log(compared.text);
	}
	return missed === 0;
}

void runCommand(() => {
	const { tasks, seed } = readFlags(HELP, { tasks: 10_000, seed: 1 });
	process.exitCode = report(tasks, seed) ? 0 : 1;
});

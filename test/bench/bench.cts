import { parseArgs } from 'node:util';
import { runCommand } from './command.cts';
import { log, machineLine, withHost } from './n8n/host.cts';
import { isMet, resultTable, writePage } from './page.cts';
import { DOWNLOADS } from './works/downloads.cts';
import { DUPLICATES } from './works/duplicates.cts';
import { GROWTH } from './works/growth.cts';
import { INSIDE } from './works/inside.cts';
import { KILLED } from './works/killed.cts';
import { NIGHT } from './works/night.cts';
import { RATE_LIMITS } from './works/rateLimit.cts';
import { REQUESTS } from './works/requests.cts';
import { SCHEDULE } from './works/schedule.cts';

import type { Row, Work } from './works/work.cts';

/** In the order of the table. The last one leaves waits behind, which would disturb others. */
const WORKS: Work[] = [
	...REQUESTS,
	...RATE_LIMITS,
	DUPLICATES,
	NIGHT,
	SCHEDULE,
	KILLED,
	DOWNLOADS,
	INSIDE,
	GROWTH,
];
/** A trial takes this part of all items. */
const TRIAL = 1 / 20;

const HELP = `Usage: npm run bench -- [options]

This node against what a user would take instead, in a real n8n and on the simulated API. Prints a table, and writes it
to docs/benchmarks.md with a picture. Needs Linux. Takes about 20 minutes; keep the machine free of other work. Exit
code: 1 where something that is wanted is missed, 2 where it can't run.

  --only NAMES  some of the works, by name, with commas; writes nothing
  --trial       few items, to see whether everything runs; the figures mean nothing; writes nothing
  --runs N      how often to measure what takes seconds; default: 3
  --help        this text

Works: ${WORKS.map(({ name }) => name).join(', ')}
`;

const OPTIONS = {
	only: { type: 'string', default: WORKS.map(({ name }) => name).join(',') },
	trial: { type: 'boolean', default: false },
	runs: { type: 'string', default: '3' },
	help: { type: 'boolean', default: false },
} as const;

void runCommand(async () => {
	const { only, trial, runs, help } = parseArgs({ options: OPTIONS }).values;
	if (help) {
		console.log(HELP);
		return 0;
	}
	const works = WORKS.filter(({ name }) => only.split(',').includes(name));
	if (works.length !== only.split(',').length) throw new Error(`--only takes ${OPTIONS.only.default}`);
	if (!(Number(runs) >= 1)) throw new Error(`--runs needs a number from 1, not "${runs}"`);
	const size = (count: number) => (trial ? Math.ceil(count * TRIAL) : count);
	const rows: Row[] = [];
	const failed: string[] = [];
	let machine = '';
	await withHost({ runs: Number(runs), size }, async (host) => {
		machine = machineLine(host.n8n.version);
		for (const work of works) {
			log(`${work.name} ...`);
			try {
				rows.push(...(await work.measure(host)));
			} catch (error) {
				// The other works took minutes, or will: their figures are still printed.
				log(`${work.name}: ${String(error)}`);
				failed.push(work.name);
			}
		}
	});
	console.log(`${machine}\n\n${resultTable(rows)}`);
	if (failed.length > 0) throw new Error(`Not measured, and nothing written: ${failed.join(', ')}`);
	if (works.length === WORKS.length && !trial) writePage(rows, machine);
	return rows.every(isMet) ? 0 : 1;
});

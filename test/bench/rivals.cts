import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand } from './flags.cts';
import { log, withHost } from './n8n/host.cts';
import { report, type Measured } from './rivals/report.cts';
import { WORKS } from './rivals/works.cts';

const HELP = `Usage: npm run bench:rivals -- [options]

This node against what a user would take instead, in the same real n8n and on the simulated API: one table, written
to docs/benchmarks.md. Needs Linux; takes about 40 minutes, so keep the machine free of other work. Exit code: 1 where
something that is wanted is missed, 2 where it can't run.

  --only NAMES  some of the works, by name, with commas; prints the table and writes nothing
  --runs N      how often to measure each line of a work that is run more than once; default: 3
  --help        this text

Works: ${WORKS.map(({ name }) => name).join(', ')}
`;

/** What a reader of the page has to know. */
const ABOUT = `Rivals are used as their users use them. The *plain poller* is a few lines of ours
([PlainPoller.node.js](../test/bench/rivals/PlainPoller.node.js)) that do what the public nodes for such APIs do: one node,
one item after another, at a fixed interval. What each work does, and how to read it: [test/bench](../test/bench/README.md).`;

const FILE = join(__dirname, '../../docs/benchmarks.md');

void runCommand(async () => {
	const options = {
		only: { type: 'string' },
		runs: { type: 'string', default: '3' },
		help: { type: 'boolean' },
	} as const;
	const { values } = parseArgs({ options });
	if (values.help) return console.log(HELP);
	const names = values.only?.split(',');
	const works = WORKS.filter(({ name }) => !names || names.includes(name));
	if (names && works.length !== names.length)
		throw new Error(`--only takes ${WORKS.map(({ name }) => name).join(', ')}`);
	const measured: Measured[] = [];
	const failed: string[] = [];
	let machine = '';
	await withHost(
		{ N8N_PAYLOAD_SIZE_MAX: '64', N8N_CUSTOM_EXTENSIONS: join(__dirname, 'rivals') },
		async (host) => {
			machine = host.machine;
			for (const work of works) {
				log(`${work.title} ...`);
				try {
					measured.push({ work, lines: await work.measure(host, Number(values.runs)) });
				} catch (error) {
					// The others were measured, or will be, for an hour.
					log(`${work.name}: ${String(error)}`);
					failed.push(work.name);
				}
			}
		},
	);
	const { text, missed } = report(measured);
	const page = [
		'# Measured side by side',
		ABOUT,
		`Made by \`npm run bench:rivals\`, in one run on one machine: ${machine}. Repeat it with that command, and compare figures of one run only.`,
		text,
	].join('\n\n');
	console.log(page);
	if (failed.length > 0) throw new Error(`Not measured, and nothing written: ${failed.join(', ')}`);
	if (!names) writeFileSync(FILE, `${page}\n`);
	process.exitCode = missed ? 1 : 0;
});

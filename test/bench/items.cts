import { runCommand, readFlags } from './flags.cts';
import { GROUPS, measureGroup } from './items/inNode.cts';
import { ROUNDS, measureSizes } from './items/sizes.cts';
import { groupTable, sizeTable } from './items/tables.cts';
import { withHost } from './n8n/host.cts';

const HELP = `Usage: npm run bench:items -- [options]

How one execution's wait grows with its items: 1, 10, 100 and so on, up to --items, chained with a Wait node and
parked; and how long 20 tasks of different length take inside the node, against the slowest of them. Needs a build
(npm run build) and Linux. Takes about 12 minutes. Prints Markdown.

  --items N   the most items in one execution; default: 1000
  --help      this text
`;

void runCommand(async () => {
	const { items } = readFlags(HELP, { items: 1000 });
	const sizes: number[] = [];
	for (let size = 1; size < items; size *= 10) sizes.push(size);
	await withHost({ N8N_PAYLOAD_SIZE_MAX: '64' }, async (host) => {
		const groups = Promise.all(GROUPS.map(async (group) => await measureGroup(host, group)));
		const chained = await measureSizes(host, 'withWaitNode', [...sizes, items]);
		const parked = await measureSizes(host, 'parked', [...sizes, items]);
		const measuredGroups = await groups;
		console.log(`# One execution with many items\n\n${host.machine}`);
		console.log(`\n## Chained with a Wait node, ${ROUNDS} rounds\n\n${sizeTable(chained)}`);
		console.log(`\n## Parked, ${ROUNDS} turns, its own executions included\n\n${sizeTable(parked)}`);
		console.log(`\n## Inside the node, 20 tasks\n\n${groupTable(measuredGroups)}`);
	});
});

import { readFlags, runCommand } from './flags.cts';
import { withHost } from './n8n/host.cts';
import { measureInNode } from './parked/inNode.cts';
import { measureParked } from './parked/parked.cts';
import { report } from './parked/tables.cts';

const HELP = `Usage: npm run bench:parked -- [options]

Many executions that wait at once, one task each: how late n8n resumes the parked ones, and what memory, database
and processor time they cost, against executions that wait inside the node. Needs a build (npm run build) and
Linux. Takes about 12 minutes with 1000 executions. Prints Markdown.

  --executions N   how many; default: 1000
  --help           this text
`;

void runCommand(async () => {
	const { executions } = readFlags(HELP, { executions: 1000 });
	await withHost({}, async (host) => {
		const parked = await measureParked(host, executions);
		await host.n8n.restart();
		const inNode = await measureInNode(host, executions);
		console.log(report(host.machine, executions, parked, inNode));
	});
});

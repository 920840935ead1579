'use strict';

const { readFlags, runCommand } = require('./flags');
const { withHost } = require('./n8n/host');
const { measureInNode } = require('./parked/inNode');
const { measureParked } = require('./parked/parked');
const { report } = require('./parked/tables');

const HELP = `Usage: node test/bench/parked.js [options]

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

import { CASES, measureCase } from './download/cases.cts';
import { readFlags, runCommand } from './flags.cts';
import { table } from './markdown.cts';
import { log, withHost } from './n8n/host.cts';
import { megabytes, seconds } from './units.cts';

const HELP = `Usage: npm run bench:download -- [options]

How n8n's memory grows while a file is downloaded: this node, n8n's HTTP Request node, and both where n8n keeps
files in memory. Needs a build (npm run build) and Linux. Takes about 3 minutes. Prints Markdown.

  --megabytes N   size of the file; default: 300
  --help          this text
`;

void runCommand(async () => {
	const { megabytes: size } = readFlags(HELP, { megabytes: 300 });
	await withHost({}, async (host) => {
		const results = [];
		for (const one of CASES) {
			log(`Measuring: ${one.by}, N8N_DEFAULT_BINARY_DATA_MODE=${one.mode} ...`);
			results.push(await measureCase(host, one, size));
		}
		const least = Math.max(1e6, results[0]?.growthBytes ?? 0);
		const rows = results.map(({ by, mode, growthBytes, ms, shown }) => [
			by, mode, megabytes(growthBytes), `${(growthBytes / (size * 1e6)).toFixed(2)}`,
			`${(growthBytes / least).toFixed(1)}×`, seconds(ms), shown,
		]);
		console.log(`# Downloading a file of ${size} MB\n\n${host.machine}\n`);
		const head = ['downloaded by', 'binary data mode', 'memory grew by', 'of the file', 'against this node'];
		console.log(table([...head, 'time', 'size in n8n'], rows));
	});
});

'use strict';

const { readFlags, runCommand } = require('./flags');
const { table } = require('./markdown');
const { log, withHost } = require('./n8n/host');
const { CASES, measureCase } = require('./rateLimit/cases');
const { seconds } = require('./units');

const HELP = `Usage: node test/bench/rateLimit.js [options]

What an API that takes so many requests a minute does to one execution with more items than that. Needs a build
(npm run build). Takes about 5 minutes. Prints Markdown.

  --items N   finished tasks to ask for; default: 200
  --limit N   requests that the API takes in 60 s; default: 60
  --help      this text
`;

void runCommand(async () => {
	const { items, limit } = readFlags(HELP, { items: 200, limit: 60 });
	await withHost({}, async (host) => {
		log(`Asking for ${items} tasks in ${CASES.length} ways at once ...`);
		const results = await Promise.all(CASES.map(async (one) => await measureCase(host, one, items, limit)));
		const bestMs = 60_000 * Math.floor((items - 1) / limit);
		console.log(`# ${items} items, ${limit} requests in 60 s\n\n${host.machine}\n`);
		console.log(`No client can be done before ${bestMs / 1000} s.\n`);
		const rows = results.map(({ name, tookMs, requests, refused, failed }) => [
			name, seconds(tookMs), String(requests), String(refused), (requests / items).toFixed(2), String(failed),
		]);
		console.log(table(['asked', 'took', 'requests', 'refused', 'requests an item', 'items failed'], rows));
	});
});

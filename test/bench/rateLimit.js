'use strict';

const { readFlags, runCommand } = require('./flags');
const { table } = require('./markdown');
const { log, withHost } = require('./n8n/host');
const { CASES, measureCase } = require('./rateLimit/cases');
const { seconds } = require('./units');

const HELP = `Usage: node test/bench/rateLimit.js [options]

What an API that takes only so many requests in a time does to one execution with more items than that, one case
after another. Needs a build (npm run build). Takes about 10 minutes. Prints Markdown.

  --help      this text
`;

void runCommand(async () => {
	readFlags(HELP, {});
	await withHost({}, async (host) => {
		console.log(`# More items than the API takes\n\n${host.machine}\n`);
		const rows = [];
		for (const one of CASES) {
			const { items, limit, retryAfter, operation } = one;
			const what = `${items} ${operation === 'create' ? 'creates' : 'status checks'}, ${limit.requests} in ${limit.seconds} s`;
			log(`${what} ...`);
			const { leastMs, tookMs, requests, refused, failed, twice } = await measureCase(host, one);
			rows.push([
				what, retryAfter ? 'yes' : 'no', seconds(leastMs), seconds(tookMs), (tookMs / leastMs).toFixed(2),
				String(requests), String(refused), String(failed), String(twice),
			]);
		}
		const head = ['work, and what the API takes', 'Retry-After', 'least', 'took', 'ratio', 'requests', 'refused', 'failed', 'made twice'];
		console.log(table(head, rows));
	});
});

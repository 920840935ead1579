'use strict';

const { readFlags, runCommand } = require('./flags');
const { table } = require('./markdown');
const { log, withHost } = require('./n8n/host');
const { CASES, measureCase } = require('./rateLimit/cases');
const { seconds } = require('./units');

const HELP = `Usage: node test/bench/rateLimit.js [options]

What an API that takes only so many requests in a time does to one execution with more items than that. Needs a
build (npm run build). Takes about 4 minutes. Prints Markdown.

  --help      this text
`;

/** @import { Case } from './rateLimit/cases' */

void runCommand(async () => {
	readFlags(HELP, {});
	await withHost({}, async (host) => {
		console.log(`# More items than the API takes\n\n${host.machine}\n`);
		/** @param {Case} one */
		const measure = async (one) => {
			const { items, limit, retryAfter, operation } = one;
			const what = `${items} ${operation === 'create' ? 'creates' : 'status checks'}, ${limit.requests} in ${limit.seconds} s`;
			log(`${what} ...`);
			const { leastMs, tookMs, requests, refused, failed, twice } = await measureCase(host, one);
			return [
				what, retryAfter ? 'yes' : 'no', seconds(leastMs), seconds(tookMs), (tookMs / leastMs).toFixed(2),
				String(requests), String(refused), String(failed), String(twice),
			];
		};
		// Those by the minute do next to nothing while they wait, so that the others can be measured meanwhile.
		const byTheMinute = CASES.filter(({ limit }) => limit.seconds >= 60).map(measure);
		const rows = [];
		for (const one of CASES.filter(({ limit }) => limit.seconds < 60)) rows.push(await measure(one));
		rows.push(...await Promise.all(byTheMinute));
		const head = ['work, and what the API takes', 'Retry-After', 'least', 'took', 'ratio', 'requests', 'refused', 'failed', 'made twice'];
		console.log(table(head, rows));
	});
});

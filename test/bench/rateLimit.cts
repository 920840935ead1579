import { readFlags, runCommand } from './flags.cts';
import { table } from './markdown.cts';
import { log, withHost } from './n8n/host.cts';
import { CASES, measureCase, type Case } from './rateLimit/cases.cts';
import { seconds } from './units.cts';

const HELP = `Usage: npm run bench:ratelimit -- [options]

What an API that takes only so many requests in a time does to one execution with more items than that. Needs a
build (npm run build). Takes about 4 minutes. Prints Markdown.

  --help      this text
`;

void runCommand(async () => {
	readFlags(HELP, {});
	await withHost({}, async (host) => {
		console.log(`# More items than the API takes\n\n${host.machine}\n`);
		const measure = async (one: Case) => {
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
		const head = [
			'work, and what the API takes', 'Retry-After', 'least', 'took', 'ratio', 'requests', 'refused', 'failed',
			'made twice',
		];
		console.log(table(head, rows));
	});
});

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureInstalled } from '../../host/install.cts';
import { THIS_NODE } from './work.cts';

import type { Runner } from './itemsProgram.cts';
import type { Line, Work } from './work.cts';

const FEW = 10_000;
const MANY = 100_000;
/** Items that are run before, so that the code is compiled. */
const WARM_UP = 1000;
/** A run of many items takes half a minute, and differs little from the next. */
const MOST_RUNS = 3;

const countOf = (count: number) => `${count.toLocaleString('en')} items`;
const FEW_ITEMS = `${THIS_NODE}, ${countOf(FEW)}`;

/** @returns one line, each run in a process of its own, by the Node.js that runs n8n */
async function line(who: string, runner: Runner, count: number, runs: number, note?: string): Promise<Line> {
	const { node } = await ensureInstalled();
	const args = [
		'--require',
		'tsx/cjs',
		join(__dirname, 'itemsProgram.cts'),
		runner,
		String(count),
		String(WARM_UP),
	];
	const values = [];
	for (let run = 0; run < Math.min(runs, MOST_RUNS); run++)
		values.push(Number((await promisify(execFile)(node, args)).stdout));
	return { who, values, note };
}

const workOf = (
	runner: 'get' | 'create',
	name: string,
	what: string,
	others: (runs: number) => Promise<Line[]>,
): Work => ({
	name,
	title: `${what} with ${countOf(MANY)}, answered at once by a stub, without a server`,
	unit: 'µs of processor time an item',
	wanted: [{ atMost: 1.3, of: FEW_ITEMS }],
	why: { 'a ': 'Reads no options, keeps no time limit and no order of requests' },
	measure: async (_host, runs) => [
		await line(THIS_NODE, runner, MANY, runs),
		await line(FEW_ITEMS, runner, FEW, runs),
		...(await others(runs)),
	],
});

export const queriedItems = workOf('get', 'items', 'Get Result', async (runs) => [
	await line('a plain poller', 'poller', MANY, runs),
	await line('a loop over the helper alone', 'helper', MANY, runs, 'what no node can do without'),
]);

export const createdItems = workOf('create', 'items-create', 'Create', async () => []);

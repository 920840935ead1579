import { until } from '../../host/until.cts';
import { parkedExecutions } from '../n8n/database.cts';
import { log, LOOK_EVERY_MS } from '../n8n/host.cts';
import { CHAINED, chained, endlessTasks, loop, parked, publishWaiter } from './waiters.cts';
import { THIS_NODE } from './work.cts';

import type { BenchHost } from '../n8n/host.cts';
import type { Published, Waiter } from './waiters.cts';
import type { Line, Work } from './work.cts';

const ITEMS = 1000;
/** Rounds that find every task unfinished; what is stored once, but not before the second, is no growth. */
const ROUNDS = 3;
/** A round with its park takes 70 s; the rest is for a busy machine. */
const ROUND_WITHIN_MS = 240_000;
/** Of a task that takes 12 h and is asked for as the adaptive schedule does in the flex tier. */
const ROUNDS_OF_12_HOURS = 359;
/** Asking as often as the node can: every park is the shortest there is. */
const SHORTEST = { pollInterval: 5 };

/** With how many executions each is parked. */
const WAITERS: Array<{ waiter: Waiter; executions: number }> = [
	{ waiter: parked(THIS_NODE, SHORTEST), executions: 3 },
	{ waiter: chained(SHORTEST), executions: 1 },
	{ waiter: loop(70), executions: 1 },
];

/** All at the same time: bytes are counted, not time. */
async function measureDatabase(host: BenchHost): Promise<Line[]> {
	return await Promise.all(
		WAITERS.map(async ({ waiter, executions }) => {
			const published = await publishWaiter(host, waiter);
			const rows = endlessTasks(published.api, ITEMS);
			await published.start(rows);
			const bytes: number[] = [];
			for (let round = 1; round <= ROUNDS; round++) {
				bytes.push(await bytesAfterRound(host, published, round, executions));
				log(`${waiter.who}: ${bytes.at(-1)} bytes after round ${round}`);
			}
			// So that the next round is the last.
			for (const { id } of rows) published.api.finishTask(id);
			const [first = 0, second = 0, third = 0] = bytes;
			const growth = third - second;
			const megabytes = (value: number) => `${(value / 1e6).toFixed(1)} MB`;
			const after12Hours = megabytes(third + growth * (ROUNDS_OF_12_HOURS - ROUNDS));
			const note = `${megabytes(first)} after the first round; ${ROUNDS_OF_12_HOURS} rounds (flex, 12 h) come to ${after12Hours}`;
			return { who: waiter.who, values: [growth / ITEMS], note };
		}),
	);
}

/** What the nodes have put out, of all executions of the wait, once they are stored again. */
async function bytesAfterRound(
	{ n8n }: BenchHost,
	{ api, waiter }: Published,
	round: number,
	executions: number,
) {
	const asked = () =>
		api.requests.length >= round * ITEMS && api.requests.every(({ endedAt }) => endedAt !== null);
	await until(asked, {
		what: `${waiter.who}: round ${round} is over`,
		withinMs: ROUND_WITHIN_MS,
		everyMs: LOOK_EVERY_MS,
	});
	const taskIds = new Set(api.requests.map(({ id }) => id));
	return await until(
		async () => {
			const own = (await parkedExecutions(n8n)).filter(({ taskId }) => taskIds.has(taskId));
			return own.length === executions && own.reduce((sum, { dataBytes }) => sum + dataBytes, 0);
		},
		{
			what: `${waiter.who} is parked after round ${round}`,
			withinMs: ROUND_WITHIN_MS,
			everyMs: LOOK_EVERY_MS,
		},
	);
}

export const DATABASE: Work = {
	name: 'database',
	title: `One execution that waits for ${ITEMS} items: more in the database, an item and round`,
	unit: 'bytes',
	wanted: [{ atMost: 0.5, of: CHAINED }],
	measure: async (host) => await measureDatabase(host),
};

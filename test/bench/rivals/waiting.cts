import { until } from '../../host/until.cts';
import { parkedExecutions } from '../n8n/database.cts';
import { log, LOOK_EVERY_MS } from '../n8n/host.cts';
import { settledMemory } from '../n8n/memory.cts';
import { endlessTasks, IN_NODE, inNode, LOOP, loop, parked, publishWaiter } from './waiters.cts';
import { oncePerHost, THIS_NODE } from './work.cts';

import type { BenchHost } from '../n8n/host.cts';
import type { Published, Waiter } from './waiters.cts';
import type { Line, Work } from './work.cts';

const EXECUTIONS = 1000;
/** Of a wait inside n8n, so many stand for all: 1000 of them would take some 11 GB. */
const INSIDE_N8N = 100;
/** Webhooks called at once: enough to keep n8n busy. */
const CALLERS = 10;
/** Executions that load what n8n loads on first use and let its code be compiled. */
const WARM_UP = 50;
/** Seconds that they are parked for: time to start all and to measure memory before the first is due. */
const PARK = 240;
/** Of such a park, with what n8n is late. */
const RESUMED_WITHIN_MS = 600_000;
/** An execution that is due later than this waits for another one, not for a time. */
const NEVER_MS = 3_600_000;

const NOTES: Record<string, string> = {
	[THIS_NODE]: "Parked in n8n's Database; ",
	[IN_NODE]: `of ${INSIDE_N8N}; most is n8n's sandbox for expressions, held for every execution that runs; `,
};

const WAITERS: Array<{ waiter: Waiter; isParked: boolean }> = [
	{ waiter: parked(THIS_NODE, { pollInterval: PARK }), isParked: true },
	{ waiter: inNode(IN_NODE, { pollInterval: 3600 }), isParked: false },
	{ waiter: loop(PARK), isParked: true },
];

/** What the executions of one waiter cost and give. */
interface Waiting {
	who: string;
	/** Of n8n's resident memory, each, in megabytes */
	megabytes: number;
	/** Of what n8n's own code still refers to, each, in kilobytes; the sandboxes for expressions are not in it */
	liveKilobytes: number;
	/** From due to the next request about its task, in seconds; none where n8n parks nothing */
	delays: number[];
}

const waitingOf = oncePerHost(measureAll);

async function measureAll(host: BenchHost): Promise<Waiting[]> {
	const all: Waiting[] = [];
	for (const { waiter, isParked } of WAITERS) {
		log(`${waiter.who} ...`);
		await host.n8n.restart();
		all.push(await measureWaiter(host, waiter, isParked));
	}
	// What waits inside n8n would go on.
	await host.n8n.restart();
	return all;
}

async function measureWaiter(host: BenchHost, waiter: Waiter, isParked: boolean): Promise<Waiting> {
	const published = await publishWaiter(host, waiter);
	const { api } = published;
	await startEach(
		published,
		Array.from({ length: WARM_UP }, () => ({ id: api.addTask({ finishAfter: 0 }).id })),
	);
	const before = await settledMemory(host.n8n);
	api.resetLog();
	const executions = isParked ? EXECUTIONS : INSIDE_N8N;
	const rows = endlessTasks(api, executions);
	await startEach(published, rows);
	const hasAsked = () => rows.every(({ id }) => api.requestsFor(id).length > 0);
	await until(hasAsked, {
		what: 'every task was asked for',
		withinMs: RESUMED_WITHIN_MS,
		everyMs: LOOK_EVERY_MS,
	});
	const due = isParked ? await dueTimes(host, rows) : new Map<string, number>();
	const { rssBytes, liveBytes } = await settledMemory(host.n8n);
	// So that the next status check is the last, and nothing is left that disturbs the next waiter.
	for (const { id } of rows) api.finishTask(id);
	const delays = isParked ? await resumeDelays(published, due) : [];
	const areOver = async () => !isParked || (await parkedFor(host, rows)).length === 0;
	await until(areOver, { what: 'all have ended', withinMs: RESUMED_WITHIN_MS, everyMs: LOOK_EVERY_MS });
	return {
		who: waiter.who,
		megabytes: (rssBytes - before.rssBytes) / 1e6 / executions,
		liveKilobytes: (liveBytes - before.liveBytes) / 1e3 / executions,
		delays,
	};
}

/** An execution for each row. */
async function startEach({ start }: Published, rows: object[]) {
	const left = [...rows];
	const call = async () => {
		for (let row = left.shift(); row; row = left.shift()) await start([row]);
	};
	await Promise.all(Array.from({ length: CALLERS }, call));
}

async function parkedFor({ n8n }: BenchHost, rows: Array<{ id: string }>) {
	const ids = new Set(rows.map(({ id }) => id));
	return (await parkedExecutions(n8n)).filter(({ taskId }) => ids.has(taskId));
}

/** When each task's parked execution is due; a parked wait has two others that wait for that one. */
async function dueTimes(host: BenchHost, rows: Array<{ id: string }>): Promise<Map<string, number>> {
	return await until(
		async () => {
			const due = new Map<string, number>();
			for (const { taskId, waitTill } of await parkedFor(host, rows)) {
				if (waitTill < Date.now() + NEVER_MS) due.set(taskId, waitTill);
			}
			return rows.every(({ id }) => due.has(id)) && due;
		},
		{ what: 'all are parked', withinMs: RESUMED_WITHIN_MS, everyMs: LOOK_EVERY_MS },
	);
}

async function resumeDelays({ api }: Published, due: Map<string, number>): Promise<number[]> {
	const nextAt = (id: string) => api.requestsFor(id).find(({ at }) => at >= Number(due.get(id)))?.at;
	const ids = [...due.keys()];
	const haveResumed = () => ids.every((id) => nextAt(id) !== undefined);
	await until(haveResumed, { what: 'all have resumed', withinMs: RESUMED_WITHIN_MS, everyMs: LOOK_EVERY_MS });
	return ids.map((id) => (Number(nextAt(id)) - Number(due.get(id))) / 1000);
}

export const WAITING: Work[] = [
	{
		name: 'memory',
		title: `${EXECUTIONS} executions that wait, one task each: n8n's resident memory, each`,
		unit: 'MB',
		why: {
			[LOOP]:
				'A parked wait starts three executions, so that n8n needed more before; it gives resident memory back slowly',
		},
		measure: async (host) =>
			(await waitingOf(host)).map(
				({ who, megabytes, liveKilobytes }): Line => ({
					who,
					values: [megabytes],
					note: `${NOTES[who] ?? ''}${liveKilobytes.toFixed(1)} kB each are still referred to`,
				}),
			),
	},
	{
		name: 'resume',
		title: 'The same: from due to the next status check',
		unit: 'seconds',
		why: {
			[LOOP]:
				'All are due soon after one another, and n8n has three executions to end for each where the loop has one',
		},
		measure: async (host) =>
			(await waitingOf(host))
				.filter(({ delays }) => delays.length > 0)
				.map(({ who, delays }) => ({ who, values: delays })),
	},
];

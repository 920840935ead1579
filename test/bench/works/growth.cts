import { until, untilAsked, type BenchHost, type Published } from '../n8n/host.cts';
import { parkedOf, type Parked } from '../n8n/database.cts';
import { memoryGrowth } from '../n8n/memory.cts';
import { addTasks } from '../n8n/nodeRun.cts';
import { loopWorkflow, oneNodeWorkflow, seedanceWait } from '../n8n/workflows.cts';
import { figure } from '../numbers.cts';

import type { Simulator } from '../../simulator/index.cts';
import type { WorkflowJson } from '../../host/session/workflow.cts';
import type { Work } from './work.cts';

const FEW = 1000;
const MANY = 10_000;
/** The loop's database grows by the item; so few disturb no measurement beside it. */
const LOOP_ITEMS = 100;
/** Executions of a parked wait: the user's, the one that checks, and the one that keeps. */
const PARKED_EXECUTIONS = 3;
/** n8n's Wait node parks from 65 s on. */
const LOOP_INTERVAL = 70;
const ROUND_WITHIN_MS = 240_000;
/** Of a task that takes 12 h, as the flex tier's schedule checks it. */
const ROUNDS_OF_12_HOURS = 359;
const LOOK_EVERY_MS = 250;

/** A wait whose every round finds every task unfinished. */
interface Wait extends Published {
	api: Simulator;
	items: number;
	executions: number;
}

async function prepare(
	host: BenchHost,
	items: number,
	executions: number,
	workflow: (api: Simulator) => WorkflowJson,
): Promise<Wait> {
	const api = await host.simulate();
	return { ...(await host.publish(workflow(api), api)), api, items: host.size(items), executions };
}

const prepareParked = async (host: BenchHost, items: number) =>
	await prepare(host, items, PARKED_EXECUTIONS, () => oneNodeWorkflow(seedanceWait('parked', 5)));

/** Waits until a round is over and stored; the first round is 1. */
async function stored({ n8n }: BenchHost, wait: Wait, round: number): Promise<Parked> {
	await untilAsked(wait.api, round * wait.items, ROUND_WITHIN_MS);
	const lastAt = Math.max(...wait.api.requests.slice(-wait.items).map(({ at }) => at));
	return await until(
		async () => {
			const parked = await parkedOf(n8n, wait.workflowId);
			return parked.executions === wait.executions && parked.parkedAt >= lastAt && parked;
		},
		{ what: `round ${round} is stored`, withinMs: ROUND_WITHIN_MS, everyMs: LOOK_EVERY_MS },
	);
}

const start = async ({ api, items, start: begin }: Wait) => await begin(addTasks(api, items, 'endless'));

/** A database after 12 hours, from two rounds in a row: what is stored once is no growth. */
const after12Hours = (second: Parked, third: Parked) =>
	(third.bytes + (third.bytes - second.bytes) * (ROUNDS_OF_12_HOURS - 3)) / 1e6;

/** First round and first turn of a parked wait; seconds, MB. */
async function measureParked(host: BenchHost, wait: Wait) {
	const { growth, result } = await memoryGrowth(host.n8n, async () => {
		const began = Date.now();
		await start(wait);
		const first = await stored(host, wait, 1);
		const second = await stored(host, wait, 2);
		return { first: (first.parkedAt - began) / 1000, second, turn: (second.parkedAt - first.dueAt) / 1000 };
	});
	return { ...result, memory: growth / 1e6, bytes: result.second.bytes / 1e6 };
}

export const GROWTH: Work = {
	name: 'growth',
	measure: async (host) => {
		await host.n8n.restart();
		const loop = await prepare(host, LOOP_ITEMS, 1, (api) => loopWorkflow(api, LOOP_INTERVAL));
		const few = await prepareParked(host, FEW);
		const many = await prepareParked(host, MANY);
		const loopRounds = async () => {
			await start(loop);
			await stored(host, loop, 1);
			return after12Hours(await stored(host, loop, 2), await stored(host, loop, 3));
		};
		const parkedRounds = async () => {
			const ofFew = await measureParked(host, few);
			const [third, ofMany] = await Promise.all([stored(host, few, 3), measureParked(host, many)]);
			return { ofFew, ofMany, own: after12Hours(ofFew.second, third) };
		};
		const [loopMegabytes, { ofFew, ofMany, own }] = await Promise.all([loopRounds(), parkedRounds()]);
		const rival = (loopMegabytes * few.items) / loop.items;
		const grows = (what: string, unit: string, value: (one: typeof ofFew) => number) => ({
			what: `${figure(MANY)} parked IDs: ${what}`,
			unit,
			own: [value(ofMany)],
			who: `this node, ${figure(FEW)} IDs`,
			rival: [value(ofFew)],
			atMost: MANY / FEW,
		});
		const what = `n8n's database: ${figure(FEW)} IDs that wait 12 hours`;
		const who = 'HTTP Request in a loop';
		return [
			{ what, unit: 'MB', own: [own], who, rival: [rival], atMost: 0.1, picture: what },
			grows('from the start until they are parked', 's', ({ first }) => first),
			grows('a later round, from due until parked again', 's', ({ turn }) => turn),
			grows("n8n's database", 'MB', ({ bytes }) => bytes),
			grows("growth of n8n's memory at its peak", 'MB', ({ memory }) => memory),
		];
	},
};

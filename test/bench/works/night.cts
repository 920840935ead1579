import {
	batchesWorkflow,
	httpCreate,
	loopWorkflow,
	oneNodeWorkflow,
	seedanceMake,
} from '../n8n/workflows.cts';
import { allItems, isFinished } from '../../host/session.cts';
import { createdTwice } from './duplicates.cts';

import type { BenchHost } from '../n8n/host.cts';
import type { WorkflowJson, WorkflowNode } from '../../host/session/workflow.cts';
import type { Simulator } from '../../simulator/index.cts';
import type { Row, Work } from './work.cts';

const PROMPTS = 40;
/** How many tasks the API lets run; it answers further creates by 429. */
const AT_ONCE = 10;
/** A video takes 12 to 30 s, instead of 2 to 5 min. */
const SPEED = 10;
const LONGEST = 30;
/** Seconds */
const POLL_INTERVAL = 10;
const WITHIN_MS = 20 * 60_000;

/** One item a second: n8n's own interval. */
const BATCHING = { batching: { batch: { batchSize: 1, batchInterval: 1000 } } };
/** The most that n8n offers. */
const RETRY = { retryOnFail: true, maxTries: 5, waitBetweenTries: 5000 };

/** A way to make the videos of all prompts. */
interface Way {
	name: string;
	workflow: (api: Simulator) => WorkflowJson;
	/** Outputs the finished rows */
	lastNode: string;
}

const createWith = (api: Simulator, options: object, more: Partial<WorkflowNode>): WorkflowNode => ({
	...httpCreate(api, { ...options }),
	name: 'Create',
	...more,
});

/** Rows that the API refuses go nowhere, the others go on. */
const CONTINUE = { onError: 'continueErrorOutput' };

const own = (waitUntilDone: 'inNode' | 'parked', name: string): Way => ({
	name,
	workflow: () => oneNodeWorkflow({ ...seedanceMake(waitUntilDone, POLL_INTERVAL), ...CONTINUE }),
	lastNode: 'Seedance',
});

const OWN: Way[] = [own('parked', 'parked'), own('inNode', 'inside the node')];

const looped = (name: string, options: object, more: Partial<WorkflowNode>): Way => ({
	name,
	workflow: (api) => loopWorkflow(api, POLL_INTERVAL, createWith(api, options, more)),
	lastNode: 'Done',
});

const RIVALS: Way[] = [
	looped('HTTP Request, all at once, in a poll loop', {}, CONTINUE),
	looped('HTTP Request, one a second, in a poll loop', BATCHING, CONTINUE),
	looped('HTTP Request, one a second, *Retry On Fail*', BATCHING, RETRY),
];

/** Knows what nobody knows who uses an account: its limit, and how long a video takes at most. */
const TOLD: Way = {
	name: 'Loop Over Items and Wait, told the limit and the longest time',
	workflow: (api) => {
		const create = createWith(api, {}, CONTINUE);
		return batchesWorkflow(api, { batchSize: AT_ONCE, seconds: LONGEST, create });
	},
	lastNode: 'Done',
};

/** What came of all prompts. */
interface Outcome {
	way: Way;
	/** Rows that came out without a video, or not at all */
	without: number;
	twice: number;
	seconds: number;
}

async function measure(host: BenchHost, way: Way): Promise<Outcome> {
	const api = await host.simulate({ maxRunning: AT_ONCE, speed: SPEED });
	const { run } = await host.publish(way.workflow(api), api);
	const began = performance.now();
	const prompts = host.size(PROMPTS);
	const id = await run(Array.from({ length: prompts }, (_, row) => ({ prompt: `Row ${row}` })));
	const execution = await host.session.waitForExecution(id, { until: isFinished, timeoutMs: WITHIN_MS });
	const seconds = (performance.now() - began) / 1000;
	const done = allItems(execution, way.lastNode).filter(({ status }) => status === 'completed');
	const made = new Set(done.map((json) => json['id'])).size;
	return { way, without: prompts - made, twice: createdTwice(api), seconds };
}

const WHAT = `${PROMPTS} prompts, ${AT_ONCE} videos at a time`;

/** What is counted of both ways of ours, the worse one, beside a rival. */
function counted(title: string, ours: Outcome[], rival: Outcome, count: (one: Outcome) => number): Row {
	return {
		what: `${WHAT}: ${title}`,
		own: [Math.max(...ours.map(count))],
		note: ours.map((one) => `${one.way.name} ${count(one)}`).join(', '),
		who: rival.way.name,
		rival: [count(rival)],
		atMost: 0,
	};
}

/** More videos than the account makes at a time. All ways run together: each has an API of its own, and mostly waits. */
export const NIGHT: Work = {
	name: 'night',
	measure: async (host) => {
		const outcomes = async (ways: Way[]) =>
			await Promise.all(ways.map(async (way) => await measure(host, way)));
		const [ours, rivals, [told]] = await Promise.all([outcomes(OWN), outcomes(RIVALS), outcomes([TOLD])]);
		const retried = rivals.at(-1) as Outcome;
		return [
			...rivals.map((rival) => counted('rows without a video', ours, rival, ({ without }) => without)),
			counted('made twice', ours, retried, ({ twice }) => twice),
			...ours.map((one) => ({
				what: `${WHAT}, ${one.way.name}: time`,
				unit: 's',
				own: [one.seconds],
				who: `${TOLD.name} (${told?.without} rows without a video)`,
				rival: [told?.seconds ?? NaN],
				atMost: Infinity,
			})),
		];
	},
};

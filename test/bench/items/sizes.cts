import { randomUUID } from 'node:crypto';
import { executionsByStatus, parkedExecutions, type ParkedExecution } from '../n8n/database.cts';
import { log, LOOK_EVERY_MS } from '../n8n/host.cts';
import { settledMemory, watchMemory } from '../n8n/memory.cts';
import { until } from '../../host/until.cts';
import { chainedWorkflow, oneRunWorkflow } from '../n8n/workflows.cts';

import type { BenchHost } from '../n8n/host.cts';
import type { Simulator } from '../../simulator/index.cts';

/** Rounds that find every task unfinished, each but the last followed by a park of the shortest time, 66 s. */
export const ROUNDS = 3;
const ROUND_MS = 66_000;
/** How long the simulated API takes to answer, in milliseconds. */
const ANSWER_MS = 100;
const SAMPLE_EVERY_MS = 20;
/** A round of 1000 items takes 10 s at best; ten times that is a hopelessly busy machine. */
const ROUND_WITHIN_MS = 100_000;
/** Asking as often as the node can: every park is the shortest there is. */
const OPTIONS = { pollInterval: 5, maxConcurrency: 10 };

/** How many executions a wait takes, with the workflow it needs, by the value of Wait Until Done. */
const MODES = {
	withWaitNode: { executions: 1, workflow: (path: string) => chainedWorkflow(path, OPTIONS) },
	parked: { executions: 3, workflow: (path: string) => oneRunWorkflow(path, { waitUntilDone: 'parked', options: OPTIONS }) },
};

export type Mode = keyof typeof MODES;

/** One round of one execution. */
export interface Round {
	/** From the first status check to the last answer */
	askMs: number;
	/** Of n8n's resident memory, from before the round to the most in it */
	growthBytes: number;
	/** What the execution, and those that it is parked for, remember after the round */
	dataBytes: number;
}

export type Size = { size: number, workflowBytes: number, maxInFlight: number, rounds: Round[] };

/**
 * One execution after the other starts to wait, each with more items, and each keeps its own time from then on,
 * so that their rounds don't meet.
 *
 * @param sizes how many items
 */
export async function measureSizes(host: BenchHost, mode: Mode, sizes: number[]): Promise<Size[]> {
	// Loads what n8n loads on first use.
	await startSize(host, mode, 1);
	await settledMemory(host.n8n);
	const watch = watchMemory(host.n8n, SAMPLE_EVERY_MS);
	try {
		const measured: Array<Promise<Size>> = [];
		for (const size of sizes) {
			log(`Starting an execution with ${size} items (${mode}) ...`);
			const started = await startSize(host, mode, size);
			measured.push(followSize(host, watch, started));
			await until(() => allAnswered(started.api, size), {
				what: 'its first round is over', withinMs: ROUND_WITHIN_MS, everyMs: LOOK_EVERY_MS,
			});
		}
		return await Promise.all(measured);
	} finally {
		watch.stop();
	}
}

async function startSize(host: BenchHost, mode: Mode, size: number) {
	const api = await host.simulate();
	api.fault({ kind: 'slow', delay: ANSWER_MS, times: Infinity });
	const rows = Array.from({ length: size }, (_, n) => ({
		id: api.addTask({ outcome: 'never' }).id, title: `Video ${n}`,
	}));
	const path = randomUUID();
	await host.publish(MODES[mode].workflow(path), api);
	const startedAt = Date.now();
	await host.session.callWebhook(path, { body: { rows } });
	return { api, mode, size, startedAt };
}

async function followSize(
	{ n8n }: BenchHost,
	watch: ReturnType<typeof watchMemory>,
	{ api, mode, size, startedAt }: Awaited<ReturnType<typeof startSize>>,
): Promise<Size> {
	const measured: Size = { size, workflowBytes: 0, maxInFlight: 0, rounds: [] };
	let from = startedAt;
	for (let round = 0; round < ROUNDS; round++) {
		await until(() => allAnswered(api, size), {
			what: `round ${round + 1} of ${size} items is over`,
			withinMs: ROUND_MS + ROUND_WITHIN_MS,
			everyMs: LOOK_EVERY_MS,
		});
		const asked = api.requests.map(({ at }) => at);
		const answered = api.requests.map(({ endedAt }) => Number(endedAt));
		const parked = await parkedWith(n8n, new Set(api.requests.map(({ id }) => id)), MODES[mode].executions);
		const first = Math.min(...asked);
		measured.rounds.push({
			askMs: Math.max(...answered) - first,
			growthBytes: watch.growth(Math.min(from, first) - 1_000, Date.now()),
			dataBytes: parked.dataBytes,
		});
		measured.workflowBytes = parked.workflowBytes;
		measured.maxInFlight = Math.max(measured.maxInFlight, api.maxInFlight);
		api.resetLog();
		// The next round begins when the park ends, at the earliest.
		from = Infinity;
	}
	return measured;
}

function allAnswered({ requests }: Simulator, size: number) {
	return requests.length >= size && requests.every(({ endedAt }) => endedAt !== null);
}

/** The bytes of all executions that are parked for these tasks, once they are stored again after a round. */
async function parkedWith(n8n: BenchHost['n8n'], taskIds: Set<string | null>, count: number) {
	return await until(async () => {
		const { error = 0, crashed = 0 } = await executionsByStatus(n8n);
		if (error + crashed > 0) throw new Error('An execution has failed');
		const parked = (await parkedExecutions(n8n)).filter(({ taskId }) => taskIds.has(taskId));
		const sum = (of: (one: ParkedExecution) => number) => parked.reduce((bytes, one) => bytes + of(one), 0);
		return parked.length === count && { dataBytes: sum((one) => one.dataBytes), workflowBytes: sum((one) => one.workflowBytes) };
	}, { what: 'the execution is parked', withinMs: ROUND_WITHIN_MS, everyMs: LOOK_EVERY_MS });
}

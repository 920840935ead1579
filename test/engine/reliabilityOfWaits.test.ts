import type { IDataObject, INodeExecutionData, OnError } from 'n8n-workflow';

import { FAULTS, requestTimeoutFor, type FaultCase, type Waiting } from '../reliability/cases.cts';
import { runsWith } from './harness/runsWith';
import { KEY, useSimulator } from './harness/simulator';
import { leaksOf } from './harness/virtualWords';

const simulator = useSimulator();

const CHECKS = FAULTS.filter((one): one is FaultCase & { waiting: Waiting } => one.waiting !== undefined);

const get = runsWith(simulator, {
	connected: [0, 1],
	parameters: { taskId: '={{ $json.id }}', giveUpAfter: 30, options: { maxRetries: 0 } },
});

/** Asks the simulator for a fault in what it answers about one task. */
function faultOf(one: FaultCase, filter: Record<string, unknown>): void {
	simulator.api.fault({ ...one.fault, ...filter } as never);
}

/** How many faults in a row a wait lets pass. */
function passes(waiting: Waiting, answeredBefore: boolean): number {
	if (waiting === 'passes') return Infinity;
	if (waiting === 'passesThrice') return 3;
	return waiting === 'passesThriceOnceAnswered' && answeredBefore ? 3 : 0;
}

/** A wait of many rounds, chained with the Wait node, whose times nobody waits for. */
async function chained(items: IDataObject[], onError: OnError, requestTimeout: number): Promise<INodeExecutionData[]> {
	const left: INodeExecutionData[] = [];
	for (let round = items; round.length > 0; ) {
		const parameters = { waitUntilDone: 'withWaitNode', options: { requestTimeout } };
		const result = await get({ items: round, onError, parameters });
		expect(result.error).toBeUndefined();
		const [done = [], running = [], failed = []] = result.outputs;
		left.push(...done, ...failed);
		expect(done.length + running.length + failed.length).toBe(round.length);
		round = running.map(({ json }) => json);
	}
	return left;
}

async function inNode(items: IDataObject[], onError: OnError, requestTimeout: number): Promise<INodeExecutionData[]> {
	const parameters = { waitUntilDone: 'inNode', options: { pollInterval: 5, maxConcurrency: 100, requestTimeout } };
	const { outputs, error } = await get({ items, onError, parameters });
	expect(error).toBeUndefined();
	return outputs.flat();
}

describe.each([
	['inside the node', inNode, ['continueErrorOutput'] as OnError[]],
	['chained with the Wait node', chained, ['continueRegularOutput', 'continueErrorOutput'] as OnError[]],
])('a wait %s', (_mode, wait, settings) => {
	describe.each([
		['at its first status check', false],
		['at a later one', true],
	])('%s', (_moment, answeredBefore) => {
		test.each(settings)('lets pass what may pass, and ends for the rest (%s)', async (onError) => {
			const after = answeredBefore ? 1 : 0;
			const finish = answeredBefore ? { finishAfterAnswers: 1 } : { finishAfter: 0 };
			const cases = CHECKS.flatMap((one) => {
				const most = passes(one.waiting, answeredBefore);
				const passing = { one, id: simulator.api.addTask(finish).id, faults: Math.min(most, 4), checks: NaN };
				const ending = { one, id: simulator.api.addTask(finish).id, faults: Infinity, checks: after + most + 1 };
				return [...(most > 0 ? [passing] : []), ...(most < Infinity ? [ending] : [])];
			});
			for (const { one, id, faults } of cases) faultOf(one, { id, after, times: faults });
			const byTimeout = [...new Set(cases.map(({ one }) => requestTimeoutFor(one)))].map(async (seconds) => {
				const rows = cases.filter(({ one }) => requestTimeoutFor(one) === seconds);
				return await wait(rows.map(({ id }) => ({ id })), onError, seconds);
			});
			const left = (await Promise.all(byTimeout)).flat();
			expect(left).toHaveLength(cases.length);

			const seen = cases.map(({ one, id, checks }) => {
				const item = left.find(({ json }) => json.id === id || String(json.error).includes(id));
				const end = item?.json.error ? 'error' : item?.json.status;
				return [one.what, end, checks && simulator.api.requestsFor(id).length];
			});
			const wanted = cases.map(({ one, checks }) => [one.what, Number.isNaN(checks) ? 'completed' : 'error', checks]);
			expect(seen).toEqual(wanted);
			expect(leaksOf([JSON.stringify(left)], KEY)).toEqual([]);
		});
	});
});

describe('a wait that stops the workflow', () => {
	test.each(CHECKS.filter(({ waiting }) => passes(waiting, false) === 0))('$what', async (one) => {
		const { id } = simulator.api.addTask();
		faultOf(one, { id, times: Infinity });
		for (const waitUntilDone of ['inNode', 'withWaitNode']) {
			const { error } = await get({ items: [{ id }], parameters: { waitUntilDone } });
			expect(`${error?.message} ${error?.description}`).toContain(one.words);
		}
		expect(simulator.api.requestsFor(id)).toHaveLength(2);
	});
});

import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { executeParked } from '../../../../nodes/Seedance/waiting/parked/items';
import { pollableVideo } from '../../../../nodes/Seedance/resources/video/pollable';
import { WATCH_MS } from '../../../../nodes/Seedance/waiting/parked/life';
import type { ParkedRole } from '../../../../nodes/Seedance/waiting/parked/workflow';
import { stubContext } from '../../stubContext';

// An n8n that doesn't resume the keeper when the execution that checks is lost; n8n's own way stands in engine/parked.

const NOW = Date.parse('2026-01-15T12:00:00Z');

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

/** A keeper, as n8n runs its two nodes by turns. */
function keeper(memory: IDataObject = {}) {
	const stored: Record<string, unknown> = { user: { waitTill: new Date(NOW + 1e9), resultData: {} } };
	const started: string[] = [];
	const waits: number[] = [];
	const context = (items: INodeExecutionData[]) =>
		stubContext({
			executionId: 'keeper',
			more: {
				getInputData: () => items,
				getContext: () => memory,
				getWorkflow: () => ({ id: 'workflow' }),
				getWorkflowSettings: () => ({}),
				getMode: () => 'manual',
				getExecuteData: () => ({ metadata: {} }),
				getExecutionDataById: async (id: string) => stored[id],
				setMetadata: () => {},
				putExecutionToWait: async (until: Date) => void waits.push(until.getTime() - Date.now()),
				continueOnFail: () => false,
				logger: { warn: () => {}, info: () => {} },
				executeWorkflow: async () => {
					started.push(`check ${started.length + 1}`);
					return { executionId: started.at(-1), data: [null], waitTill: new Date(NOW + 66_000) };
				},
			},
		});
	const run = async (role: ParkedRole, items: INodeExecutionData[]) => {
		const own = { role, name: 'Video', awaitedBy: ['user'], stops: true };
		return await executeParked(context(items), pollableVideo, JSON.stringify(own));
	};
	/** n8n wakes it: the node that parked hands over what came in, and the next one is run; then that hands back. */
	const wake = async (items: INodeExecutionData[]) => {
		jest.advanceTimersByTime(WATCH_MS);
		const [done, again] = await run('settle', items);
		return { done, again: again ?? [] };
	};
	return { run, wake, stored, started, waits, memory };
}

const ITEMS: INodeExecutionData[] = [{ json: { id: 'video_1', waiting: { query: { id: 'video_1' } } } }];
const parkedUntil = (ms: number) => ({ waitTill: new Date(NOW + ms), resultData: {} });

test('it starts the execution that checks, and wakes after a while to look after it', async () => {
	const { run, started, waits } = keeper();
	await run('keep', ITEMS);
	expect(started).toEqual(['check 1']);
	expect(waits).toEqual([WATCH_MS]);
});

test('while that one takes its turns, it parks again with one small item, and starts no other', async () => {
	const { run, wake, stored, started, waits } = keeper();
	await run('keep', ITEMS);
	for (let round = 1; round <= 5; round++) {
		stored['check 1'] = parkedUntil(round * WATCH_MS + 30_000);
		const { done, again } = await wake(ITEMS);
		expect(done).toEqual([]);
		expect(again).toHaveLength(1);
		expect(JSON.stringify(again)).not.toContain('video_1');
		await run('keep', again);
	}
	expect(started).toEqual(['check 1']);
	expect(waits).toEqual(Array.from({ length: 6 }, () => WATCH_MS));
});

test('a turn that is overdue at two looks in a row was lost in a kill: another execution begins, with the same items', async () => {
	const { run, wake, stored, started } = keeper();
	await run('keep', ITEMS);
	stored['check 1'] = parkedUntil(66_000);
	const first = await wake(ITEMS);
	await run('keep', first.again);
	expect(started).toEqual(['check 1']);
	const second = await wake(first.again);
	await run('keep', second.again);
	expect(started).toEqual(['check 1', 'check 2']);
});

test('a long turn is not lost where the next one is due', async () => {
	const { run, wake, stored, started } = keeper();
	await run('keep', ITEMS);
	stored['check 1'] = parkedUntil(66_000);
	const first = await wake(ITEMS);
	await run('keep', first.again);
	stored['check 1'] = parkedUntil(2 * WATCH_MS - 1_000);
	const second = await wake(first.again);
	await run('keep', second.again);
	expect(started).toEqual(['check 1']);
});

test('results that n8n did not hand over, since it was just awake, are taken from what is stored', async () => {
	const { run, wake, stored } = keeper();
	await run('keep', ITEMS);
	const main = [[{ json: { settled: { leaves: { id: 'video_1', status: 'completed' } } } }]];
	stored['check 1'] = { resultData: { lastNodeExecuted: 'Video', runData: { Video: [{ data: { main } }] } } };
	const { done } = await wake(ITEMS);
	expect(done?.map(({ json }) => json)).toEqual([{ id: 'video_1', status: 'completed' }]);
});

test("a check that ended without items has no results: another begins while the user's execution waits", async () => {
	const { run, wake, stored, started } = keeper();
	await run('keep', ITEMS);
	stored['check 1'] = {
		resultData: { lastNodeExecuted: 'Video', runData: { Video: [{ data: { main: [[]] } }] } },
	};
	const { again } = await wake(ITEMS);
	expect(again).toHaveLength(1);
	await run('keep', again);
	expect(started).toEqual(['check 1', 'check 2']);
});

test('where the user has stopped the execution, it ends with nothing', async () => {
	const { run, wake, stored } = keeper();
	await run('keep', ITEMS);
	stored['check 1'] = parkedUntil(1e9);
	stored.user = { resultData: { error: { name: 'ManualExecutionCancelledError' } } };
	expect(await wake(ITEMS)).toEqual({ done: [], again: [] });
});

import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { executeParkedWait } from '../../../../nodes/Seedance/waiting/parked';
import { pollableVideo } from '../../../../nodes/Seedance/resources/video/pollable';
import { WATCH_MS } from '../../../../nodes/Seedance/waiting/parked/executions';
import type { ParkedRole } from '../../../../nodes/Seedance/waiting/parked/role';
import { NOW } from '../../clock';
import { containing } from '../../expecting';
import { stubContext } from '../../stubContext';

// Most tests have an n8n that doesn't resume the keeper when it loses the checker; the other way stands in engine/parked.

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

interface KeeperRun {
	stops?: boolean;
	/** What n8n has against another execution. */
	refusal?: Error;
	/** Whether n8n resumes the keeper when it loses the checker. */
	resumes?: boolean;
}

/** A keeper, as n8n runs its two nodes by turns. */
function keeper({ stops = true, refusal, resumes = false }: KeeperRun = {}) {
	const memory: IDataObject = {};
	const stored: Record<string, unknown> = { user: { waitTill: new Date(NOW + 1e9), resultData: {} } };
	const started: string[] = [];
	const waits: number[] = [];
	const log: string[] = [];
	const context = (items: INodeExecutionData[], role: ParkedRole) =>
		stubContext({
			executionId: 'keeper',
			parameters: {
				resource: 'video',
				operation: 'parkedWait',
				role,
				nodeName: 'Video',
				userExecutionId: 'user',
				keeperExecutionId: '',
				stopsOnError: stops,
				executionTimeout: '',
			},
			more: {
				getInputData: () => items,
				getContext: () => memory,
				getWorkflow: () => ({ id: 'workflow' }),
				getWorkflowSettings: () => ({}),
				getMode: () => 'manual',
				getExecuteData: () => ({ metadata: resumes ? { waitingChildExecutionIds: ['check'] } : {} }),
				getExecutionDataById: async (id: string) => stored[id],
				setMetadata: () => {},
				putExecutionToWait: async (until: Date) => void waits.push(until.getTime() - Date.now()),
				continueOnFail: () => false,
				logger: { warn: (line: string) => log.push(line), info: () => {} },
				executeWorkflow: async () => {
					if (refusal) throw refusal;
					started.push(`check ${started.length + 1}`);
					return { executionId: started.at(-1), data: [null], waitTill: new Date(NOW + 66_000) };
				},
			},
		});
	const run = async (role: ParkedRole, items: INodeExecutionData[]) =>
		await executeParkedWait(context(items, role), pollableVideo);
	/** n8n wakes it: the node that parked hands over what came in, and the next one is run; then that hands back. */
	const wake = async (items: INodeExecutionData[]) => {
		jest.advanceTimersByTime(WATCH_MS);
		const [done, again] = await run('keeperEnds', items);
		return { done, again: again ?? [] };
	};
	return { run, wake, stored, started, waits, memory, log };
}

const ITEMS: INodeExecutionData[] = [{ json: { id: 'video_1', waiting: { query: { id: 'video_1' } } } }];
/** Three that are not made yet, of which a turn makes two. */
const TO_MAKE: INodeExecutionData[] = [1, 2, 3].map((row) => ({
	json: {
		waiting: { pending: { giveUpAt: NOW + 1e9 }, toMake: { order: { row }, mostInTurn: 2 } },
	},
}));
const withoutHandingBack = (items: INodeExecutionData[]): INodeExecutionData[] =>
	items.map(({ json }) => {
		const { waiting } = JSON.parse(JSON.stringify(json)) as { waiting: { toMake: IDataObject } };
		delete waiting.toMake.mostInTurn;
		return { json: { waiting } };
	});
const parkedUntil = (ms: number) => ({ waitTill: new Date(NOW + ms), resultData: {} });

test('it starts the checker, and wakes every two minutes to watch it', async () => {
	const { run, started, waits } = keeper();
	await run('keeperParks', ITEMS);
	expect(started).toEqual(['check 1']);
	expect(waits).toEqual([WATCH_MS]);
});

test('while the checker takes its turns, it parks again with one small item, and starts no other', async () => {
	const { run, wake, stored, started, waits } = keeper();
	await run('keeperParks', ITEMS);
	for (let round = 1; round <= 5; round++) {
		stored['check 1'] = parkedUntil(round * WATCH_MS + 30_000);
		const { done, again } = await wake(ITEMS);
		expect(done).toEqual([]);
		expect(again).toHaveLength(1);
		expect(JSON.stringify(again)).not.toContain('video_1');
		await run('keeperParks', again);
	}
	expect(started).toEqual(['check 1']);
	expect(waits).toEqual(Array.from({ length: 6 }, () => WATCH_MS));
});

test.each([
	['a turn that is overdue at two looks in a row was lost in a kill: another checker starts', 66_000, 2],
	['a long turn is not lost where the next one is due', 2 * WATCH_MS - 1_000, 1],
])('%s', async (_case, dueAtSecondLook, checkers) => {
	const { run, wake, stored, started } = keeper();
	await run('keeperParks', ITEMS);
	stored['check 1'] = parkedUntil(66_000);
	const first = await wake(ITEMS);
	await run('keeperParks', first.again);
	expect(started).toEqual(['check 1']);
	stored['check 1'] = parkedUntil(dueAtSecondLook);
	const second = await wake(first.again);
	await run('keeperParks', second.again);
	expect(started).toHaveLength(checkers);
});

test('results that n8n did not hand over, since it was just awake, are taken from what is stored', async () => {
	const { run, wake, stored } = keeper();
	await run('keeperParks', ITEMS);
	const main = [[{ json: { outcome: { output: { id: 'video_1', status: 'completed' } } } }]];
	stored['check 1'] = { resultData: { lastNodeExecuted: 'Video', runData: { Video: [{ data: { main } }] } } };
	const { done } = await wake(ITEMS);
	expect(done?.map(({ json }) => json)).toEqual([{ id: 'video_1', status: 'completed' }]);
});

test("a checker that ended without items has no outcomes: another starts while the user's execution waits", async () => {
	const { run, wake, stored, started } = keeper();
	await run('keeperParks', ITEMS);
	stored['check 1'] = {
		resultData: { lastNodeExecuted: 'Video', runData: { Video: [{ data: { main: [[]] } }] } },
	};
	const { again } = await wake(ITEMS);
	expect(again).toHaveLength(1);
	await run('keeperParks', again);
	expect(started).toEqual(['check 1', 'check 2']);
});

test('where the user has stopped the execution, it ends with nothing', async () => {
	const { run, wake, stored } = keeper();
	await run('keeperParks', ITEMS);
	stored['check 1'] = parkedUntil(1e9);
	stored.user = { resultData: { error: { name: 'ManualExecutionCancelledError' } } };
	expect(await wake(ITEMS)).toEqual({ done: [], again: [] });
});

/** Two rows that are still running, and one that is decided. */
const THREE: INodeExecutionData[] = [
	{ json: { id: 'video_1', waiting: { query: { id: 'video_1' } } } },
	{ json: { id: 'video_2', decided: { json: { id: 'video_2', status: 'completed' } } } },
	{
		json: {
			id: 'video_3',
			waiting: { query: { id: 'video_3' }, input: { json: { row: 3 } }, includeInputInError: true },
		},
	},
];

/** A crashed checker's last item. */
const LOST: INodeExecutionData[] = [{ json: { waitSeconds: 66 } }];

describe('an n8n that resumes the keeper', () => {
	test('if it is killed while the keeper runs, the result is one item that names every task', async () => {
		const { run, waits, started } = keeper({ resumes: true });
		const [[item] = [], again] = await run('keeperParks', THREE);
		expect(again).toEqual([]);
		expect(item?.json.error).toBe('n8n stopped during the wait, so these videos are no longer being checked');
		expect(JSON.stringify(item?.json.details)).toContain('video_1, video_2, video_3');
		expect(started).toEqual(['check 1']);
		expect(waits).toEqual([]);
	});

	test('outcomes become the output, in their order, each linked to its row, and nothing is remembered', async () => {
		const { run, memory } = keeper({ resumes: true });
		await run('keeperParks', THREE);
		const outcomes = ['b', 'a'].map((id) => ({
			json: { outcome: { output: { id } } },
			binary: { data: { mimeType: 'video/mp4', data: id } },
		}));
		const [done, again] = await run('keeperEnds', outcomes);
		expect(done).toEqual([
			{ json: { id: 'b' }, binary: outcomes[0]?.binary, pairedItem: 0 },
			{ json: { id: 'a' }, binary: outcomes[1]?.binary, pairedItem: 1 },
		]);
		expect(again).toEqual([]);
		expect(memory).not.toHaveProperty('items');
	});

	test('the error that ended the wait stops the workflow, with its item', async () => {
		const { run } = keeper({ resumes: true });
		await run('keeperParks', THREE);
		const error = { kind: 'ended', message: 'Task "video_3" failed', description: 'Others: video_1.' };
		const ending = run('keeperEnds', [{ json: { outcome: { failed: { error, index: 2 } } } }]);
		await expect(ending).rejects.toMatchObject({
			message: 'Task "video_3" failed',
			description: 'Others: video_1.',
			context: { itemIndex: 2 },
		});
	});

	test('it starts another checker five times, and then outputs each row: decided ones, and errors', async () => {
		const { run, stored, started, log } = keeper({ resumes: true, stops: false });
		await run('keeperParks', THREE);
		for (let loss = 1; loss <= 5; loss++) {
			stored[`check ${loss}`] = { resultData: {} };
			const [done, again] = await run('keeperEnds', LOST);
			expect(done).toEqual([]);
			await run('keeperParks', again ?? []);
		}
		expect(started).toHaveLength(6);
		expect(log).toHaveLength(5);
		const [done] = await run('keeperEnds', LOST);
		const words = (id: string) => `The wait for task "${id}" was ended: n8n stopped during a status check`;
		const ends = done?.map(({ json }) => json.error ?? json.status);
		expect(ends).toEqual([words('video_1'), 'completed', words('video_3')]);
		expect(done?.[0]?.json).not.toHaveProperty('row');
		expect(done?.[2]?.json).toMatchObject({ row: 3, details: { task: { id: 'video_3' } } });
	});

	test('items that a checker hands back are remembered, and go on in another', async () => {
		const { run, memory, started } = keeper({ resumes: true });
		await run('keeperParks', TO_MAKE);
		const goesOn = [{ id: 'video_1', waiting: {} }, TO_MAKE[1]?.json];
		const [done, again] = await run(
			'keeperEnds',
			goesOn.map((item) => ({ json: { outcome: { goesOn: item } } })),
		);
		expect(done).toEqual([]);
		expect(memory.items).toEqual(goesOn);
		await run('keeperParks', again ?? []);
		expect(started).toEqual(['check 1', 'check 2']);
	});

	test('after a loss, it goes on with what n8n has stored of the checker', async () => {
		const { run, memory, stored } = keeper({ resumes: true });
		await run('keeperParks', TO_MAKE);
		const items = [{ id: 'video_1', waiting: {} }, TO_MAKE[1]?.json, TO_MAKE[2]?.json];
		const contextData = { 'node:Video: Check': { items } };
		stored['check 1'] = { resultData: { runData: {} }, executionData: { contextData } };
		await run('keeperEnds', LOST);
		expect(memory.items).toEqual(items);
	});

	test.each([
		['as it might make in its turn', TO_MAKE, [true, true, undefined]],
		['as it had to make, if it handed nothing back', withoutHandingBack(TO_MAKE), [true, true, true]],
	])('where n8n has stored nothing of it, as many may exist %s', async (_case, items, expected) => {
		const { run, memory, stored } = keeper({ resumes: true });
		await run('keeperParks', items);
		stored['check 1'] = { resultData: { error: { message: 'job stalled' } } };
		await run('keeperEnds', LOST);
		const marks = (memory.items as IDataObject[]).map(
			({ waiting }) => (waiting as { toMake: IDataObject }).toMake.isSent,
		);
		expect(marks).toEqual(expected);
	});

	test('a checker that was stopped is not started again', async () => {
		const { run, stored } = keeper({ resumes: true });
		await run('keeperParks', THREE);
		const error = { name: 'ManualExecutionCancelledError', message: 'Stopped' };
		stored['check 1'] = { resultData: { error } };
		await expect(run('keeperEnds', LOST)).rejects.toMatchObject({
			message: 'The wait for task "video_1" was ended: Stopped',
			description: containing('Other tasks of this run: video_2, video_3.'),
			context: { itemIndex: 0 },
		});
	});
});

const REFUSED = 'The credential is not shared';
const refusedWait = (id: string) => `The wait for task "${id}" was ended: ${REFUSED}`;

test("what n8n has against the checker becomes each row's error", async () => {
	const { run } = keeper({ stops: false, refusal: new Error(REFUSED) });
	const [refused = []] = await run('keeperParks', THREE);
	const [done] = await run('keeperEnds', refused);
	const ends = done?.map(({ json }) => json.error ?? json.status);
	expect(ends).toEqual([refusedWait('video_1'), 'completed', refusedWait('video_3')]);
});

test('what n8n has against the checker stops the workflow where On Error says so', async () => {
	const { run } = keeper({ refusal: new Error(REFUSED) });
	const [refused = []] = await run('keeperParks', THREE);
	await expect(run('keeperEnds', refused)).rejects.toMatchObject({
		message: refusedWait('video_1'),
		description: containing('Other tasks of this run: video_2, video_3.'),
		context: { itemIndex: 0 },
	});
});

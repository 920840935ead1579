import type { IDataObject } from 'n8n-workflow';

import { executeParkedWait } from '../../../../nodes/Seedance/waiting/parked';
import { pollableVideo } from '../../../../nodes/Seedance/resources/video/pollable';
import { advance, finish, NOW, SECOND, useClock } from '../../clock';
import { containing } from '../../expecting';
import { streamed } from '../../http/responses';
import { type Ran, runOperation, type Sent } from '../../resources/video/running';

useClock();

const TURN = 66 * SECOND;

/** What the API says of each task; a task that is missing here is still processing. */
type Lives = Record<string, IDataObject>;

const DONE = { status: 'completed', video_url: 'https://cdn.example/v.mp4' };
const FAILED = { status: 'failed', error: 'prompt refused' };

/** An item that is waited for, as the keeper hands it over; due after so many milliseconds. */
function waitingItem(id: string, dueAfter = TURN, more: IDataObject = {}): IDataObject {
	const wait = { tier: 'online', giveUpAfterMs: 30 * 60 * SECOND, pollIntervalMs: 5_000, isStored: true };
	return {
		id,
		waiting: {
			query: { id, wait: { ...wait, ifTaskFails: 'error' }, inNode: false },
			settings: { requestTimeoutMs: 30_000, maxRetries: 0, maxConcurrency: 10 },
			includeInput: false,
			includeInputInError: false,
			pending: {
				state: 'pending',
				nextPollAt: NOW + dueAfter,
				giveUpAt: NOW + 30 * 60 * SECOND,
				pollState: { attempt: 1, startedAt: NOW, checksWithoutResult: 0, strayAnswers: 0 },
			},
			...more,
		},
	};
}

const decidedItem = (id: string): IDataObject => ({ id, decided: { json: { id, status: 'completed' } } });

const waiting = (child: string) => ({
	waitTill: new Date(NOW),
	resultData: {},
	executionData: { nodeExecutionStack: [{ metadata: { waitingChildExecutionIds: [child] } }] },
});

/** A checker with these items, in an n8n that has these other executions. */
function checker(
	items: IDataObject[],
	lives: Lives = {},
	{ stops = false, cancel = new AbortController(), has = '' } = {},
) {
	const memory: Record<string, unknown> = {};
	const executions: Record<string, object | undefined> = {
		user: waiting('keeper'),
		keeper: waiting('execution-1'),
	};
	const started: IDataObject[] = [];
	const log: string[] = [];
	const parameters = {
		resource: 'video',
		operation: 'parkedWait',
		role: 'checker',
		nodeName: 'Video',
		userExecutionId: 'user',
		keeperExecutionId: 'keeper',
		stopsOnError: stops,
		executionTimeout: '',
	};
	const more = {
		getWorkflow: () => ({ id: 'workflow' }),
		getWorkflowSettings: () => ({}),
		getMode: () => 'manual',
		getExecutionDataById: async (id: string) => executions[id],
		executeWorkflow: async (_info: unknown, handed: unknown, _data: unknown, options: IDataObject) => {
			started.push({ handed: handed as IDataObject, options });
			return { executionId: 'another', data: [null] };
		},
		logger: { info: (line: string) => log.push(line), warn: () => {} },
	};
	const reply = ({ url }: Sent) => {
		const id = url.split('/').at(-1) as string;
		if (lives[id]?.status === 404 || !url.includes(has)) return streamed(404, '');
		if (lives[id]?.stopped) cancel.abort();
		return { id, created: NOW / 1000, status: 'processing', ...lives[id] };
	};
	/** One turn, on what the keeper has handed over, or on the Wait node's item. */
	const turn = async (): Promise<Ran> =>
		await finish(
			runOperation(async (context) => await executeParkedWait(context, pollableVideo), {
				items: memory.items ? [{ waitSeconds: 66 }] : items,
				parameters,
				onError: 'continueRegularOutput',
				memory,
				cancelSignal: cancel.signal,
				more,
				reply,
			}),
		);
	/** The first turn, and those after it. */
	const turns = async (count: number): Promise<Ran> => {
		let ran = await turn();
		for (let number = 1; number < count; number++) {
			await advance(TURN);
			ran = await turn();
		}
		return ran;
	};
	return { turn, turns, memory, executions, started, log };
}

const containingFields = (fields: object): unknown => expect.objectContaining(fields);

const idsSent = ({ sent }: Ran) => sent.map(({ url }) => url.split('/').at(-1));
const placesOf = ({ sent }: Ran) => sent.map(({ url }) => /\/v\d\/.*\//.exec(url)?.[0]);

test('the first turn checks nothing, since the execution before it did, and waits 66 s at least', async () => {
	const { turn, memory } = checker([waitingItem('video_1', SECOND), decidedItem('video_2')]);
	const ran = await turn();
	expect(ran.sent).toEqual([]);
	expect(ran.outputs).toEqual([
		[],
		[
			{
				json: {
					waitSeconds: 66,
					nextPollAt: new Date(NOW + TURN).toISOString(),
					done: 1,
					stillRunning: 1,
					waitingForSlot: 0,
					failed: 0,
				},
			},
		],
	]);
	expect(memory.items).toHaveLength(2);
});

test('a turn checks what is due within 33 s, the same task once, and neither the decided nor the later ones', async () => {
	const items = [
		waitingItem('due'),
		waitingItem('soon', TURN + 32 * SECOND),
		waitingItem('later', TURN + 40 * SECOND),
		decidedItem('decided'),
		waitingItem('due'),
	];
	const ran = await checker(items).turns(2);
	expect(idsSent(ran)).toEqual(['due', 'soon']);
	expect(ran.outputs?.[1]?.[0]?.json).toMatchObject({ stillRunning: 4 });
});

test('a turn asks at the place that has the task, and remembers it for the next', async () => {
	const { turns, memory } = checker([waitingItem('video_1')], {}, { has: '/v2/model-center/tasks/' });
	const first = await turns(2);
	expect(placesOf(first)).toEqual(['/v1/result/', '/v2/model-center/tasks/']);
	expect(memory.items).toMatchObject([{ waiting: { pending: { pollState: { place: 1 } } } }]);
	// n8n stores the memory as JSON between turns.
	memory.items = JSON.parse(JSON.stringify(memory.items));
	await advance(TURN);
	expect(placesOf(await turns(1))).toEqual(['/v2/model-center/tasks/']);
});

test('all items are handed over together, in their order, when the last is decided; then nothing is remembered', async () => {
	const lives: Lives = { video_2: DONE };
	const items = [waitingItem('video_1'), waitingItem('video_2'), decidedItem('video_3')];
	const { turns, turn, memory } = checker(items, lives);
	expect((await turns(2)).outputs?.[0]).toEqual([]);
	lives.video_1 = DONE;
	await advance(TURN);
	const ran = await turn();
	expect(idsSent(ran)).toEqual(['video_1']);
	const [done, again] = ran.outputs ?? [];
	expect(again).toEqual([]);
	expect(done?.map(({ json, pairedItem }) => [(json.outcome as IDataObject).output, pairedItem])).toEqual([
		[containingFields({ id: 'video_1', status: 'completed' }), { item: 0 }],
		[containingFields({ id: 'video_2', status: 'completed' }), { item: 1 }],
		[{ id: 'video_3', status: 'completed' }, { item: 2 }],
	]);
	expect(memory).not.toHaveProperty('items');
});

test('an item that fails waits for the others as an error, with the fields that its row wants', async () => {
	const failing = { includeInput: true, includeInputInError: true, input: { json: { row: 1 } } };
	const items = [waitingItem('video_1', TURN, failing), waitingItem('video_2')];
	const { turns, memory } = checker(items, { video_1: FAILED });
	const ran = await turns(2);
	expect(ran.outputs?.[1]?.[0]?.json).toMatchObject({ stillRunning: 1 });
	expect(memory.items).toMatchObject([
		{ id: 'video_1', decided: { json: { row: 1, error: 'Task "video_1" failed: prompt refused' } } },
		{ id: 'video_2', waiting: { pending: { pollState: { attempt: 2 } } } },
	]);
});

test('where On Error says to stop, the first failure ends the wait, and names the other tasks', async () => {
	const items = [decidedItem('video_1'), waitingItem('video_2'), waitingItem('video_3')];
	const { turns, memory } = checker(items, { video_2: FAILED, video_3: { status: 404 } }, { stops: true });
	const { outputs } = await turns(2);
	const error = containingFields({
		message: 'Task "video_2" failed: prompt refused',
		description: containing('Other tasks of this run: video_1, video_3.'),
	});
	const made = ['video_1', 'video_2', 'video_3'].map((id) => ({ id }));
	expect(outputs).toEqual([[{ json: { outcome: { failed: { index: 1, error }, made } } }], []]);
	expect(memory).not.toHaveProperty('items');
});

test("where the user's execution no longer waits, it sends nothing and ends without items", async () => {
	const { turn, executions, memory, started, log } = checker([waitingItem('video_1')]);
	await turn();
	executions.user = { resultData: { error: { name: 'ManualExecutionCancelledError' } } };
	await advance(TURN);
	const ran = await turn();
	expect(ran.sent).toEqual([]);
	expect(ran.outputs).toEqual([[], []]);
	expect(started).toEqual([]);
	expect(log.at(-1)).toBe('Execution user is no longer waiting; status checks stopped');
	expect(memory).not.toHaveProperty('items');
});

test('where only the keeper was lost, it hands its items to another, and ends', async () => {
	const { turns, turn, executions, started } = checker([waitingItem('video_1'), decidedItem('video_2')]);
	await turns(2);
	executions.user = { waitTill: new Date(NOW), resultData: {} };
	executions.keeper = undefined;
	await advance(TURN);
	const ran = await turn();
	expect(ran.sent).toEqual([]);
	expect(ran.outputs).toEqual([[], []]);
	expect(started).toMatchObject([
		{
			handed: [
				{ json: { id: 'video_1', waiting: { pending: { pollState: { attempt: 2 } } } } },
				{ json: { id: 'video_2' } },
			],
			options: { parentExecution: { executionId: 'user', workflowId: 'workflow', shouldResume: true } },
		},
	]);
});

test('stopped during a check, it throws: no item becomes an error of its own', async () => {
	const { turns } = checker([waitingItem('video_1'), waitingItem('video_2')], { video_1: { stopped: true } });
	expect((await turns(2)).error?.message).toMatch(/stopped|cancel/i);
});

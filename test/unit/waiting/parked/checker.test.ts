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

/** An item of a video that is not created yet. */
function itemToMake(prompt: string, more: IDataObject = {}): IDataObject {
	const { waiting } = waitingItem('', 0) as { waiting: IDataObject };
	const order = { model: 'seedance_1_5_pro_720p', prompt, duration: 5, ratio: '16:9' };
	return { waiting: { ...waiting, toMake: { order, mostInTurn: 10, ...more } } };
}

/** The text of a create. */
function promptOf(body: IDataObject | undefined): string {
	const parts = (body?.content ?? []) as Array<{ text?: string }>;
	return parts.map(({ text = '' }) => text).join('');
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
	{
		stops = false,
		cancel = new AbortController(),
		has = '',
		create = () => streamed(500, ''),
		saves = true,
	}: {
		stops?: boolean;
		cancel?: AbortController;
		has?: string;
		/** What a create is answered, by its prompt. */
		create?: (prompt: string) => object;
		/** Whether n8n stores what the checker remembers after each step. */
		saves?: boolean;
	} = {},
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
	const reply = ({ method, url, body }: Sent) => {
		if (method === 'POST') return create(promptOf(body));
		const id = url.split('/').at(-1) as string;
		if (lives[id]?.status === 404 || !url.includes(has)) return streamed(404, '');
		if (lives[id]?.stopped) cancel.abort();
		return { id, created: NOW / 1000, status: 'processing', ...lives[id] };
	};
	/** One step, on what the keeper has handed over, or on the item of the step before. */
	const turn = async (): Promise<Ran> => {
		const ran = await finish(
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
		if (saves) {
			const contextData = { 'node:Video: Check': JSON.parse(JSON.stringify(memory)) as object };
			executions['execution-1'] = { resultData: {}, executionData: { contextData } };
		}
		return ran;
	};
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
		[{ json: { unfinished: true } }],
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
	expect((await turns(2)).outputs?.[0]).toEqual([{ json: { unfinished: true } }]);
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

describe('items that are to be made', () => {
	const created = (prompt: string) => ({ id: `video_${prompt}`, created: NOW / 1000, status: 'queued' });
	const prompts = ({ sent }: Ran) => sent.map(({ body }) => promptOf(body));
	/** Where a step leads: to the end, to the Wait node, or to the next step. */
	const leadsTo = ({ outputs }: Ran) => outputs?.map((items) => items.length);
	const handedBack = ({ outputs }: Ran) =>
		outputs?.[0]?.map(({ json }) => (json.outcome as { goesOn?: IDataObject }).goesOn);
	const NEXT_STEP = [1, 0, 1];
	const WAIT_NODE = [1, 1];

	test('one after another, each stored as sent before it is sent', async () => {
		const { turn, memory } = checker(
			[itemToMake('A'), waitingItem('B', 5 * TURN), itemToMake('C')],
			{},
			{
				create: created,
			},
		);
		expect(leadsTo(await turn())).toEqual(WAIT_NODE);
		await advance(TURN);
		const marks = await turn();
		expect([marks.sent, leadsTo(marks)]).toEqual([[], NEXT_STEP]);
		expect(memory.items).toMatchObject([{ waiting: { toMake: { isSent: true } } }, {}, { waiting: {} }]);
		const first = await turn();
		expect([prompts(first), leadsTo(first)]).toEqual([['A'], NEXT_STEP]);
		const second = await turn();
		expect(prompts(second)).toEqual(['C']);
		expect(handedBack(second)).toMatchObject([{ id: 'video_A' }, { id: 'B' }, { id: 'video_C' }]);
		expect(memory).not.toHaveProperty('items');
	});

	test('one in a hundred side by side, and no more than Max Concurrency', async () => {
		const items = Array.from({ length: 1_500 }, (_, row) => itemToMake(String(row)));
		const { turns, turn } = checker(items, {}, { create: created });
		await turns(2);
		expect(prompts(await turn())).toEqual(Array.from({ length: 10 }, (_, row) => String(row)));
	});

	test('what the API has no slot for waits for the next turn, and the others with it', async () => {
		let isFull = true;
		const create = (prompt: string) => (isFull ? streamed(429, '') : created(prompt));
		const { turns, turn } = checker([itemToMake('A'), itemToMake('B')], {}, { create });
		await turns(2);
		const refused = await turn();
		expect(new Set(prompts(refused))).toEqual(new Set(['A']));
		expect(leadsTo(refused)).toEqual(WAIT_NODE);
		expect(refused.outputs?.[1]?.[0]?.json).toMatchObject({ waitSeconds: 66, waitingForSlot: 2 });
		isFull = false;
		await advance(TURN);
		expect(leadsTo(await turn())).toEqual(NEXT_STEP);
		expect(prompts(await turn())).toEqual(['A']);
	});

	test('what is not created because the API can not be reached is created in a later turn', async () => {
		let isDown = true;
		const create = (prompt: string) => {
			if (isDown)
				throw Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
			return created(prompt);
		};
		const { turns, turn } = checker([itemToMake('A')], {}, { create });
		await turns(2);
		expect(leadsTo(await turn())).toEqual(WAIT_NODE);
		isDown = false;
		await advance(TURN);
		await turn();
		expect(handedBack(await turn())).toMatchObject([{ id: 'video_A' }]);
	});

	test('no more than Max Videos at Once are under way, and the next turn comes when one may be done', async () => {
		const mostAtOnce = 2;
		const items = ['A', 'B', 'C'].map((prompt) => itemToMake(prompt, { mostAtOnce }));
		const { turns, turn } = checker(items, {}, { create: created });
		await turns(2);
		expect(prompts(await turn())).toEqual(['A']);
		const last = await turn();
		expect(prompts(last)).toEqual(['B']);
		expect(handedBack(last)).toMatchObject([
			{ id: 'video_A' },
			{ id: 'video_B' },
			{ waiting: { toMake: {} } },
		]);
		const next = checker(handedBack(last) as IDataObject[], {}, { create: created });
		expect((await next.turn()).outputs?.[1]?.[0]?.json).toMatchObject({ stillRunning: 2, waitingForSlot: 1 });
	});

	test('where n8n keeps what it has stored, the checker goes on with as many as the account takes', async () => {
		const items = Array.from({ length: 12 }, (_, row) => itemToMake(String(row), { mostInTurn: undefined }));
		const { turns, turn, memory } = checker(items, {}, { create: created });
		await turns(2);
		for (let row = 0; row < 11; row++) expect(leadsTo(await turn())).toEqual(NEXT_STEP);
		expect(leadsTo(await turn())).toEqual(WAIT_NODE);
		expect(memory.items).toMatchObject(Array.from({ length: 12 }, (_, row) => ({ id: `video_${row}` })));
	});

	test('a turn makes no more than it may, and the next twice as many, or one more than was taken', async () => {
		const items = Array.from({ length: 9 }, (_, row) => itemToMake(String(row), { mostInTurn: 2 }));
		const first = checker(items, {}, { create: created });
		await first.turns(2);
		await first.turn();
		const all = handedBack(await first.turn()) as Array<{ waiting?: { toMake?: IDataObject } }>;
		expect(all.map(({ waiting }) => waiting?.toMake?.mostInTurn).slice(2)).toEqual(Array(7).fill(4));
		const create = (prompt: string) => (prompt === '2' ? created(prompt) : streamed(429, ''));
		const second = checker(all as IDataObject[], {}, { create });
		await second.turns(2);
		await second.turn();
		const limited = handedBack(await second.turn()) as Array<{ waiting?: { toMake?: IDataObject } }>;
		expect(limited.map(({ waiting }) => waiting?.toMake?.mostInTurn).slice(3)).toEqual(Array(6).fill(2));
	});

	test('what n8n has not stored as sent is not sent', async () => {
		const { turns, turn } = checker([itemToMake('A')], {}, { create: created, saves: false });
		await turns(2);
		const ran = await turn();
		expect([ran.sent, leadsTo(ran)]).toEqual([[], WAIT_NODE]);
	});

	test.each([
		['another process of n8n, or another worker', false],
		['another checker', true],
	])('what was marked as sent by %s may exist, and is never sent again', async (_case, isAnother) => {
		const before = checker([itemToMake('A'), itemToMake('B')], {}, { create: created });
		await before.turns(2);
		const stored = JSON.parse(JSON.stringify(before.memory)) as { items: IDataObject[] };
		const { turn, memory } = checker(stored.items, {}, { create: created });
		if (!isAnother) Object.assign(memory, stored);
		const ran = await turn();
		expect(ran.sent).toEqual([]);
		expect(memory.items).toMatchObject([
			{ mayExist: true, decided: { json: { error: containing('not known') } } },
			{ waiting: { toMake: {} } },
		]);
	});

	test('a create without an answer may exist, and is not sent again', async () => {
		const { turns, turn, memory } = checker([itemToMake('A')]);
		await turns(2);
		const ran = await turn();
		expect(ran.sent).toHaveLength(1);
		expect(ran.outputs?.[0]).toMatchObject([
			{ json: { outcome: { output: { error: containing('HTTP 500') } } } },
		]);
		expect(memory).not.toHaveProperty('items');
	});

	test('an error that says that its own video may exist does not name its item again', async () => {
		const items = [itemToMake('A', { isSent: true }), itemToMake('B', { isSent: true })];
		const { outputs } = await checker(items, {}, { stops: true }).turn();
		const { failed } = outputs?.[0]?.[0]?.json.outcome as { failed: { error: { description: string } } };
		expect(failed.error.description).toContain('Item 1 may also have created a video.');
	});

	test('where On Error says to stop, a refusal names what exists, what may, and how many do not', async () => {
		const create = (prompt: string) => (prompt === 'B' ? streamed(400, '') : created(prompt));
		const items = ['A', 'B', 'C', 'D'].map((prompt) => itemToMake(prompt));
		const { turns, turn } = checker(items, {}, { create, stops: true });
		await turns(2);
		await turn();
		const { outputs } = await turn();
		const { failed, made } = outputs?.[0]?.[0]?.json.outcome as { failed: IDataObject; made: unknown };
		expect(failed).toMatchObject({
			index: 1,
			error: {
				message: containing('HTTP 400'),
				description: containing(
					'Other tasks of this run: video_A. 2 more items were not created, and nothing is billed for them.',
				),
			},
		});
		expect(made).toEqual([{ id: 'video_A' }, {}, {}, {}]);
	});
});

import type { IDataObject, INodeParameters, OnError } from 'n8n-workflow';

import type { TaskOptions } from '../simulator/tasks.cts';
import { ON_ERROR } from './harness/engine';
import { CAN_PARK } from './harness/parking';
import {
	KEY,
	MINUTE,
	PLAIN_RUN,
	play,
	type CommonRun,
	type Meanwhile,
	type World,
} from './harness/virtualRun';

const SECOND = 1_000;

/** How a task ends, and after how many milliseconds of the run. */
interface Life {
	afterMs: number;
	status?: 'completed' | 'failed';
}

const taskOf = (id: string, { afterMs, status }: Life): TaskOptions => ({
	id,
	...(afterMs === Infinity ? { outcome: 'never' } : { finishAfter: afterMs / SECOND, outcome: status }),
	error: 'prompt refused',
});

/** Rows that create make the tasks of the same names. */
function worldOf(
	lives: Record<string, Life>,
	operation: unknown,
	more: World<unknown>,
	made: string[],
): World<unknown> {
	if (operation === 'create') {
		const order = (prompt: string) => {
			made.push(prompt);
			return taskOf(prompt, lives[prompt] as Life);
		};
		return { ...more, order };
	}
	return { tasks: Object.entries(lives).map(([id, life]) => taskOf(id, life)) };
}

/** Runs the node on rows that ask for their tasks, or make them; parked. */
async function run(
	lives: Record<string, Life>,
	parameters: INodeParameters = {},
	settings: Partial<CommonRun> = {},
	meanwhile: Meanwhile & { items?: IDataObject[] } = {},
	world: World<unknown> = {},
) {
	const { items = Object.keys(lives).map((id, row) => ({ id, row })) } = meanwhile;
	const made: string[] = [];
	const form = {
		taskId: '={{ $json.id }}',
		prompt: '={{ $json.id }}',
		waitUntilDone: 'parked',
		...parameters,
	};
	const { leaving, children, error, log, consoleMessages } = await play(
		{ ...PLAIN_RUN, ...settings },
		items,
		form,
		worldOf(lives, parameters.operation, world, made),
		meanwhile,
	);
	const ends = leaving.map(({ row, output, item }) => [
		row,
		output,
		String(item.json.error ?? item.json.status),
	]);
	const asked = (id: string) => log.filter(({ kind, subject }) => kind === 'query' && subject === id);
	const creates = log.filter(({ kind }) => kind === 'create');
	return { ends, leaving, children, error, asked, creates, made, log, consoleMessages };
}

const REFUSED = /can't be parked in n8n's database/;

if (!CAN_PARK) {
	test.each([...ON_ERROR])('this n8n can not park: refused before anything is sent (%s)', async (onError) => {
		for (const operation of ['get', 'create']) {
			const { ends, error, log } = await run({ video_1: { afterMs: 0 } }, { operation }, { onError });
			expect(log).toHaveLength(0);
			expect(error?.message ?? ends[0]?.[2]).toMatch(REFUSED);
			if (error) expect(error.description).toContain('Chained With a Wait Node');
		}
	});
}

if (CAN_PARK) {
	describe('Get Result, parked', () => {
		test('all rows leave together, in their order, each linked to its own, when the last is decided', async () => {
			const lives: Record<string, Life> = {
				video_late: { afterMs: 6 * MINUTE },
				video_fails: { afterMs: 3 * MINUTE, status: 'failed' },
				video_early: { afterMs: 0 },
				video_never: { afterMs: Infinity },
				video_middle: { afterMs: 3 * MINUTE },
			};
			const items = [...Object.keys(lives).map((id) => ({ id })), { id: 'a b' }, { id: 'video_late' }];
			const { ends, children, asked } = await run(lives, { giveUpAfter: 10 }, {}, { items });
			expect(children).toHaveLength(2);
			const gaveUp = expect.stringMatching(
				/"video_never" was still processing after 1\d minutes, so the wait timed out/,
			);
			expect(ends).toEqual([
				[0, 'done', 'completed'],
				[2, 'done', 'completed'],
				[4, 'done', 'completed'],
				[6, 'done', 'completed'],
				[1, 'error', 'Task "video_fails" failed: prompt refused'],
				[3, 'error', gaveUp],
				[5, 'error', `The 'Task ID' contains a space or a line break: "a b"`],
			]);
			// Twice in the list, asked for once a turn; and decided ones no more.
			expect(asked('video_early')).toHaveLength(1);
			expect(asked('video_middle').length).toBeLessThan(asked('video_late').length);
			const times = asked('video_late').map(({ steady }) => steady);
			times
				.slice(1)
				.forEach((time, index) => expect(time - (times[index] ?? 0)).toBeGreaterThanOrEqual(66 * SECOND));
		});

		test('options mean what they mean elsewhere: If Task Fails, Include Input Fields, Download Video', async () => {
			const lives: Record<string, Life> = {
				video_1: { afterMs: 3 * MINUTE, status: 'failed' },
				video_2: { afterMs: 3 * MINUTE },
			};
			const parameters = {
				downloadVideo: true,
				binaryPropertyName: 'film',
				options: { ifTaskFails: 'output' },
			};
			const { leaving } = await run(lives, parameters, { includeInput: true });
			expect(
				leaving.map(({ item: { json, binary } }) => [json.row, json.status, binary?.film?.fileName]),
			).toEqual([
				[0, 'failed', undefined],
				[1, 'completed', 'video_2.mp4'],
			]);
		});

		// Their nodes, settings and parents are proven in unit/waiting/parked/workflow.test.ts.
		test('its own executions hold what they need: no expression, no row that is not wanted, no key', async () => {
			const taskId = "={{ $('Rows').item.json.id }}";
			const { children } = await run({ video_1: { afterMs: 3 * MINUTE } }, { taskId });
			for (const { workflow, items } of children) {
				expect(JSON.stringify(items)).not.toContain('"row"');
				expect(JSON.stringify(workflow)).not.toContain('Rows');
				expect(JSON.stringify([workflow, items])).not.toContain(KEY);
				expect(JSON.stringify(items).length).toBeLessThan(1_000);
				const own = workflow.nodes.find(({ type }) => type.endsWith('.seedance'));
				expect(own).toMatchObject({ credentials: { globalAiOpcApi: { id: '1' } } });
			}
			const [keeping, checking] = await Promise.all(children.map(async (child) => (await child.run).data));
			// One item a turn, and nothing remembered when all is over.
			const turns = checking?.resultData.runData['Seedance: Wait'];
			expect(turns?.map((turn) => turn.data?.main?.[0]?.length)).toEqual([1, 1]);
			expect(checking?.executionData?.contextData['node:Seedance: Check']).toEqual({});
			expect(keeping?.executionData?.contextData.flow).toEqual({ checkerId: 'child 2' });
		});

		test.each(ON_ERROR)(
			'an execution that n8n gives up while it checks is begun again, and no row is lost (%s)',
			async (onError) => {
				const lives = {
					video_1: { afterMs: 0 },
					video_2: { afterMs: 3 * MINUTE },
					video_3: { afterMs: 5 * MINUTE },
				};
				const { ends, children, error } = await run(
					lives,
					{ downloadVideo: true },
					{ onError },
					{ crashes: 5 },
				);
				expect(error).toBeUndefined();
				expect(ends).toEqual([0, 1, 2].map((row) => [row, 'done', 'completed']));
				expect(children).toHaveLength(7);
			},
		);
	});

	describe('Create that is parked', () => {
		const create = { operation: 'create', downloadVideo: true };

		test('prompt in, finished video out, without a needless status check', async () => {
			const lives = { Cat: { afterMs: 3 * MINUTE }, Dog: { afterMs: 5 * MINUTE } };
			const { leaving, creates, asked, error } = await run(lives, create);
			expect(error).toBeUndefined();
			expect(
				leaving.map(
					({
						row,
						item: {
							json: { id, status },
							binary,
						},
					}) => [row, id, status, binary?.data?.fileName],
				),
			).toEqual([
				[0, 'Cat', 'completed', 'Cat.mp4'],
				[1, 'Dog', 'completed', 'Dog.mp4'],
			]);
			expect(creates).toHaveLength(2);
			// Not before 30 s past the earliest likely finish, 2 minutes.
			expect(asked('Cat')[0]?.steady).toBe(150 * SECOND);
		});

		test.each([1, 3])(
			'a wait that ends badly names its task, and nothing is made anew (%d tries)',
			async (tries) => {
				const lives: Record<string, Life> = {
					Cat: { afterMs: MINUTE, status: 'failed' },
					Dog: { afterMs: Infinity },
				};
				const settings = { tries, onError: 'stopWorkflow' as const };
				const { error, creates } = await run(lives, create, settings);
				expect(error?.message).toBe('Task "Cat" failed: prompt refused');
				expect(error?.description).toContain('Other tasks of this run: Dog.');
				expect(creates).toHaveLength(2);
				const going = await run(lives, create, { tries, onError: 'continueRegularOutput' });
				expect(
					going.leaving.map(({ item: { json } }) => [json.error, (json.details as IDataObject).task]),
				).toEqual([
					['Task "Cat" failed: prompt refused', expect.objectContaining({ id: 'Cat' })],
					[
						expect.stringContaining('Task "Dog" was still processing'),
						expect.objectContaining({ id: 'Dog' }),
					],
				]);
				expect(going.creates).toHaveLength(2);
			},
		);

		test('a child that n8n refuses loses no task: each is named, and none is made anew', async () => {
			const childRefusal = { error: new Error('Subworkflow may not be called'), of: 1 };
			const lives = { Cat: { afterMs: MINUTE }, Dog: { afterMs: MINUTE } };
			const stopped = await run(lives, create, { tries: 3, onError: 'stopWorkflow' }, { childRefusal });
			expect(stopped.error?.message).toContain('task "Cat"');
			expect(stopped.error?.description).toContain('Dog');
			expect(stopped.creates).toHaveLength(2);
			const going = await run(lives, create, { tries: 3, onError: 'continueErrorOutput' }, { childRefusal });
			expect(going.ends.map(([row, output]) => [row, output])).toEqual([
				[0, 'error'],
				[1, 'error'],
			]);
			expect(going.creates).toHaveLength(2);
		});

		describe('through an account that makes three at a time', () => {
			const names = Array.from({ length: 12 }, (_, row) => `Video ${row}`);
			/** Lives of three minutes, counted from each one's create; times are those of the API's clock. */
			const lives = Object.fromEntries(names.map((name) => [name, { afterMs: 3 * MINUTE }]));
			const ids = (ends: unknown[][]) => ends.map(([row, , end]) => [row, end]);

			test.each([
				['as many as it takes', {}, 3],
				['two, as the node is told', { options: { maxRunning: 2 } }, 3],
			])('all rows come out in their order, each made once: %s', async (_case, options, maxRunning) => {
				const ran = await run(
					lives,
					{ ...create, ...options },
					{ onError: 'stopWorkflow' },
					{},
					{ maxRunning },
				);
				expect(ran.error).toBeUndefined();
				expect(ids(ran.ends)).toEqual(names.map((_name, row) => [row, 'completed']));
				expect(ran.leaving.map(({ item: { binary } }) => binary?.data?.fileName)).toEqual(
					names.map((name) => `${name}.mp4`),
				);
				expect(ran.made).toEqual(names);
			});

			const failing = { ...lives, 'Video 7': { afterMs: MINUTE, status: 'failed' as const } };

			test.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
				'a row that fails takes no other with it (%s)',
				async (onError) => {
					const ran = await run(failing, create, { onError, tries: 3 }, {}, { maxRunning: 3 });
					const failed = [7, 'Task "Video 7" failed: prompt refused'];
					expect(ids(ran.ends).sort(([a], [b]) => Number(a) - Number(b))).toEqual(
						names.map((_name, row) => (row === 7 ? failed : [row, 'completed'])),
					);
					expect(ran.made).toEqual(names);
				},
			);

			test('where On Error says to stop, the first failure names what was created, and what was not', async () => {
				const ran = await run(failing, create, { onError: 'stopWorkflow', tries: 3 }, {}, { maxRunning: 3 });
				expect(ran.error?.message).toBe('Task "Video 7" failed: prompt refused');
				for (const name of ran.made) {
					if (name !== 'Video 7') expect(ran.error?.description).toContain(name);
				}
				expect(ran.made.length).toBeLessThan(12);
				expect(ran.error?.description).toContain(
					`${12 - ran.made.length} more items were not created, and nothing is billed for them.`,
				);
			});

			test('what gets no slot in time was not created, and says so', async () => {
				const short = { ...create, giveUpAfter: 10 };
				const slow = Object.fromEntries(names.map((name) => [name, { afterMs: 9 * MINUTE }]));
				const ran = await run(slow, short, {}, {}, { maxRunning: 3 });
				const errors = ran.leaving.filter(({ item: { json } }) => json.error);
				expect(ran.made.length).toBeLessThan(12);
				expect(errors).toHaveLength(12 - ran.made.length);
				for (const { item } of errors) {
					expect(item.json.error).toBe(
						'The video was not created: the account accepted no further task for 10 minutes',
					);
					expect((item.json.details as IDataObject).description).toMatch(
						/^No task was created for this item/,
					);
				}
			});

			test('an execution that n8n gives up before it created anything is begun again', async () => {
				const ran = await run(lives, create, {}, { crashes: 1 }, { maxRunning: 3 });
				expect(ids(ran.ends)).toEqual(names.map((_name, row) => [row, 'completed']));
				expect(ran.made).toEqual(names);
			});
		});

		test('a row that can not be made leaves with the others', async () => {
			const items = [{ id: '' }, { id: 'Cat' }];
			const { ends } = await run({ Cat: { afterMs: MINUTE } }, create, {}, { items });
			expect(ends).toEqual([
				[1, 'done', 'completed'],
				[0, 'error', "The 'Prompt' is empty"],
			]);
		});
	});
}

describe('Create that waits inside the node', () => {
	const create = { operation: 'create', waitUntilDone: 'inNode', downloadVideo: true };

	test('prompt in, finished video out', async () => {
		const lives = { Cat: { afterMs: 3 * MINUTE }, Dog: { afterMs: 4 * MINUTE } };
		const { leaving, creates, asked, consoleMessages } = await run(lives, create);
		expect(leaving.map(({ item: { json, binary } }) => [json.status, binary?.data?.fileName])).toEqual([
			['completed', 'Cat.mp4'],
			['completed', 'Dog.mp4'],
		]);
		expect(creates).toHaveLength(2);
		expect(asked('Cat').map(({ steady }) => steady / SECOND)).toEqual([150, 180]);
		// A manual run tells the browser that it is alive.
		const alive = 'Task "Cat": processing after 1 status check(s), next at 2026-01-15T12:03:00.000Z';
		expect(consoleMessages).toContainEqual([expect.stringContaining(alive)]);
	});

	test.each([
		['stopWorkflow', 1],
		['stopWorkflow', 3],
		['continueRegularOutput', 3],
		['continueErrorOutput', 3],
	] as Array<[OnError, number]>)(
		'a task that fails is named with the others, and never made anew (%s, %d tries)',
		async (onError, tries) => {
			const lives: Record<string, Life> = {
				Cat: { afterMs: MINUTE, status: 'failed' },
				Dog: { afterMs: 10 * MINUTE },
			};
			const { error, ends, creates } = await run(lives, create, { onError, tries });
			expect(creates).toHaveLength(2);
			if (onError === 'stopWorkflow') {
				expect(error?.message).toBe('Task "Cat" failed: prompt refused');
				expect(error?.description).toContain('Tasks of this run that were created: Cat, Dog.');
			} else {
				expect(ends.map(([row, , end]) => [row, end]).sort()).toEqual([
					[0, 'Task "Cat" failed: prompt refused'],
					[1, 'completed'],
				]);
			}
		},
	);
});

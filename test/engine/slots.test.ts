import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { TaskOptions } from '../simulator/tasks.cts';
import { bodyStep, step } from './harness/virtualReplies';
import { MINUTE, PLAIN_RUN, play, type CommonRun, type Meanwhile, type World } from './harness/virtualRun';

const SECOND = 1_000;

const NAMES = Array.from({ length: 12 }, (_, row) => `Video ${row}`);

const ENDLESS = Object.fromEntries(NAMES.map((name) => [name, { finishAfter: 9_000 }]));

/** How long a video is in the making, as far as nothing else is said, in seconds. */
const USUAL = 180;

interface Case extends Meanwhile {
	names?: string[];
	lives?: Record<string, TaskOptions>;
	form?: INodeParameters;
	settings?: Partial<CommonRun>;
	world?: World<unknown>;
}

/** Has videos of these names made inside the node, through an account that makes three at a time. */
async function run({ names = NAMES, lives = {}, form = {}, settings, world, ...meanwhile }: Case = {}) {
	const made: string[] = [];
	/** When each task begins and ends, in milliseconds since 1970. */
	const times: Array<{ from: number; to: number }> = [];
	const order = (prompt: string): TaskOptions => {
		const life = { finishAfter: USUAL, ...lives[prompt] };
		made.push(prompt);
		times.push({ from: Date.now(), to: Date.now() + SECOND * life.finishAfter });
		return { id: prompt, error: 'prompt refused', ...life };
	};
	const played = await play(
		{ ...PLAIN_RUN, maxRetries: 4, ...settings },
		names.map((id, row) => ({ id, row })),
		{ operation: 'create', waitUntilDone: 'inNode', prompt: '={{ $json.id }}', ...form },
		{ maxRunning: 3, ...world, order },
		meanwhile,
	);
	const ends = played.leaving.map(({ row, item: { json } }) => [row, json.error ?? json.status]);
	const creates = played.log.filter(({ kind }) => kind === 'create');
	const refused = creates.filter(({ status }) => status === 429);
	const runningAt = (time: number) => times.filter(({ from, to }) => from <= time && time < to).length;
	const mostAtOnce = Math.max(...times.map(({ from }) => runningAt(from)));
	const descriptions = played.leaving.map(({ item: { json } }) =>
		String((json.details as IDataObject | undefined)?.description),
	);
	return {
		...played,
		ends: ends.sort(([a], [b]) => Number(a) - Number(b)),
		made: made.sort((a, b) => NAMES.indexOf(a) - NAMES.indexOf(b)),
		creates,
		refused,
		mostAtOnce,
		descriptions,
	};
}

const completed = NAMES.map((_name, row) => [row, 'completed']);

describe('twelve videos, inside the node, through an account that makes three at a time', () => {
	test('all rows come out, each made once, little later than possible', async () => {
		const { ends, made, refused, endedSteady, hints } = await run({ settings: { onError: 'stopWorkflow' } });
		expect(ends).toEqual(completed);
		expect(made).toEqual(NAMES);
		expect(refused.length).toBeLessThan(30);
		// All but three of those that were sent together, and one that found out whether that was for the rate.
		expect(refused.filter(({ steady }) => steady < 18 * SECOND)).toHaveLength(8);
		// Four rounds of three minutes, each found up to 30 s late.
		expect(endedSteady).toBeLessThan(4 * 3.5 * MINUTE);
		expect(hints).toEqual(['12 of 12 videos made. 60 s of video.']);
	});

	test('the sum of what the API says of prices is told, and one video is none', async () => {
		const lives = { 'Video 0': { extra: { amount: '0.1' } }, 'Video 1': { extra: { amount: 0.2 } } };
		const two = await run({ names: NAMES.slice(0, 2), lives });
		expect(two.hints).toEqual(['2 of 2 videos made. 10 s of video. The API gives an amount of 0.3 in all.']);
		expect((await run({ names: NAMES.slice(0, 1), lives })).hints).toEqual([]);
	});

	test('status checks are not slowed down by creates that have no slot', async () => {
		const { log } = await run();
		const checks = log.filter(({ kind, subject }) => kind === 'query' && subject === 'Video 2');
		const late = checks.map(({ steady }, index) => steady - (150 + 30 * index) * SECOND);
		expect(late).toHaveLength(2);
		expect(Math.max(...late)).toBeLessThan(2 * SECOND);
	});

	test.each([
		['4 a second, told', { requests: 4, seconds: 1, retryAfter: true }],
		['4 a second', { requests: 4, seconds: 1 }],
		['6 a minute', { requests: 6, seconds: 60 }],
	])('with a limit of requests too: %s', async (_case, rateLimit) => {
		const { ends, made } = await run({ world: { rateLimit } });
		expect(ends).toEqual(completed);
		expect(made).toEqual(NAMES);
	});

	test.each([
		['4 a second', { requests: 4, seconds: 1 }, 5],
		['6 a minute', { requests: 6, seconds: 60 }, 9],
	])(
		'a limit of requests alone is not taken for a limit of videos: %s',
		async (_case, rateLimit, minutes) => {
			const { ends, endedSteady } = await run({ world: { rateLimit, maxRunning: Infinity } });
			expect(ends).toEqual(completed);
			expect(endedSteady).toBeLessThan(minutes * MINUTE);
		},
	);

	test('no more at a time than Max Videos at Once, and nothing is refused then', async () => {
		const { ends, mostAtOnce, refused } = await run({ form: { options: { maxRunning: 2 } } });
		expect(ends).toEqual(completed);
		expect(mostAtOnce).toBe(2);
		expect(refused).toHaveLength(0);
	});

	test('a slot is free when its video is made, before the file is downloaded', async () => {
		const script: World<unknown>['script'] = ({ kind }) => ({
			note: null,
			latencyMs: kind === 'file' ? 20 * SECOND : 0,
		});
		const form = { downloadVideo: true, options: { maxRunning: 1 } };
		const { creates, files, ends } = await run({ names: NAMES.slice(0, 2), form, world: { script } });
		expect(ends).toEqual(completed.slice(0, 2));
		expect(creates[1]?.steady).toBeLessThan(files[0]?.endedSteady as number);
	});

	test('slots that someone else takes are waited for, also where nothing of the run is running', async () => {
		const tasks = ['a', 'b', 'c'].map((id) => ({ id, finishAfter: 600 }));
		const { ends, made, refused } = await run({ world: { tasks } });
		expect(ends).toEqual(completed);
		expect(made).toEqual(NAMES);
		expect(refused.length).toBeLessThan(60);
	});
});

describe.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
	'a row that fails (%s)',
	(onError) => {
		test('in the making: takes no other with it', async () => {
			const lives = { 'Video 7': { finishAfter: 60, outcome: 'failed' } } as const;
			const { ends, made, hints } = await run({ lives, settings: { onError, tries: 3 } });
			const failed = [7, 'Task "Video 7" failed: prompt refused'];
			expect(ends).toEqual(completed.map((end, row) => (row === 7 ? failed : end)));
			expect(made).toEqual(NAMES);
			expect(hints).toEqual([expect.stringContaining('11 of 12 videos made, 1 failed. 55 s of video.')]);
		});

		test('because the API refuses it: takes no other with it', async () => {
			const { ends, made, hints } = await run({
				world: refusing('Video 5'),
				settings: { onError, maxConcurrency: 1 },
			});
			expect(ends[5]).toEqual([5, expect.stringContaining('rejected the request for a new task')]);
			expect(ends.filter(([row]) => row !== 5)).toEqual(completed.filter(([row]) => row !== 5));
			expect(made).toEqual(NAMES.filter((name) => name !== 'Video 5'));
			expect(hints).toEqual([expect.stringContaining('11 of 12 videos made, 1 not created.')]);
		});
	},
);

/** The API refuses a prompt. */
const refusing = (prompt: string): World<unknown> => ({
	script: ({ subject }) => {
		const reply =
			subject === prompt
				? bodyStep('refused', 400, { error: { message: 'bad prompt' } })
				: step('made', 'made');
		return reply.make({ wall: 0 } as never);
	},
});

describe('where On Error says to stop', () => {
	const settings = { onError: 'stopWorkflow', tries: 3 } as const;

	test('a video that fails withdraws the creates that wait, and names what exists', async () => {
		const lives = { 'Video 2': { finishAfter: 60, outcome: 'failed' } } as const;
		const { error, failedRow, made } = await run({ lives, settings });
		expect(error?.message).toBe('Task "Video 2" failed: prompt refused');
		expect(failedRow).toBe(2);
		// A probe finds the slot of the one that failed before a status check does.
		expect(made).toEqual(NAMES.slice(0, 4));
		for (const name of made) expect(error?.description).toContain(name);
		expect(error?.description).toContain('8 more items were not created, and nothing is billed for them.');
	});

	test('another attempt of n8n knows of the failure before it sends anything', async () => {
		const early = { finishAfter: 60 };
		const lives = {
			'Video 0': early,
			'Video 1': early,
			'Video 2': { ...early, outcome: 'failed' },
		} as const;
		const script: World<unknown>['script'] = () => ({ note: null, latencyMs: 50 });
		const form = { options: { maxRunning: 3 } };
		const { error, creates } = await run({ lives, form, settings, world: { script } });
		expect(error?.message).toBe('Task "Video 2" failed: prompt refused');
		expect(new Set(creates.map(({ execution }) => execution))).toEqual(new Set([1]));
	});

	test('a create that the API refuses withdraws those that wait, and names what exists', async () => {
		const { error, failedRow, made } = await run({
			world: refusing('Video 4'),
			settings: { ...settings, tries: 1 },
		});
		expect(error?.message).toContain('rejected the request for a new task');
		expect(failedRow).toBe(4);
		for (const name of made) expect(error?.description).toContain(name);
	});

	test('a create that has no slot in time is the error, and names what exists', async () => {
		const lives = Object.fromEntries(NAMES.map((name) => [name, { finishAfter: 540 }]));
		const form = { giveUpAfter: 10 };
		const { error, made, endedSteady, failedRow } = await run({ lives, form, settings });
		expect(made).toHaveLength(6);
		expect(error?.message).toContain('accepted no further task for 10 minutes');
		expect(made).not.toContain(NAMES[failedRow]);
		for (const name of made) expect(error?.description).toContain(name);
		// The next attempt of n8n does not wait all over.
		expect(endedSteady).toBeLessThan(11 * MINUTE);
	});
});

describe('a create that has no slot by the time of Give Up After', () => {
	const lives = Object.fromEntries(NAMES.map((name) => [name, { finishAfter: 540 }]));

	test('was not created, and says what to do', async () => {
		const form = { giveUpAfter: 10 };
		const { ends, made, descriptions, hints } = await run({ lives, form });
		expect(made).toEqual(NAMES.slice(0, 6));
		const late = 'The video was not created: the account accepted no further task for 10 minutes';
		expect(ends).toEqual([...completed.slice(0, 6), ...NAMES.slice(6).map((_name, row) => [row + 6, late])]);
		const told = descriptions.filter((text) => text.startsWith('No task was created for this item'));
		expect(told).toHaveLength(6);
		expect(told[0]).toContain('3 videos of this run were being made then.');
		expect(told[0]).toContain("raise 'Give Up After'");
		expect(told[0]).toContain('The API said: Too many tasks are running');
		expect(hints).toEqual([expect.stringContaining('6 of 12 videos made, 6 not created.')]);
	});

	test('for want of Max Videos at Once, says so', async () => {
		const form = { giveUpAfter: 10, options: { maxRunning: 1 } };
		const { descriptions } = await run({ lives, form, names: NAMES.slice(0, 3) });
		expect(descriptions.at(-1)).toContain("raise 'Max Videos at Once', which is 1");
	});
});

test.each([20, 200, 400])('Stop after %d s ends the wait for a slot within a second', async (seconds) => {
	const stopAfterMs = seconds * SECOND;
	const { endedSteady, log, consoleMessages } = await run({ stopAfterMs });
	expect(endedSteady - stopAfterMs).toBeLessThan(SECOND);
	expect(log.filter(({ steady }) => steady > stopAfterMs)).toEqual([]);
	expect(JSON.stringify(consoleMessages)).toContain('Tasks of this run that were created: Video 0');
});

test('the log says now and then how the run goes, while creates wait', async () => {
	const { consoleMessages } = await run();
	const lines = consoleMessages.flat().filter((line) => String(line).startsWith('Videos of this run'));
	expect(lines[0]).toBe('Videos of this run: 0 made, 3 running, 9 waiting for a slot, 0 failed');
	expect(lines.length).toBeLessThan(25);
});

test('Retry On Fail makes none twice, and waits for the slots of what is running', async () => {
	const script: World<unknown>['script'] = ({ subject, count }) => {
		const isLost = subject === 'Video 1' && count === 0;
		return (isLost ? bodyStep('refused', 400, { error: 'no' }) : step('made', 'made')).make({
			wall: 0,
		} as never);
	};
	const settings = { onError: 'stopWorkflow', tries: 3 } as const;
	const form = { options: { maxRunning: 2 } };
	const { ends, made, mostAtOnce, error } = await run({ settings, form, world: { script } });
	expect(error).toBeUndefined();
	expect(ends).toEqual(completed);
	expect(made).toEqual(NAMES);
	expect(mostAtOnce).toBe(2);
});

test('what nothing waits for is an error, which says what would', async () => {
	const { ends, made, descriptions } = await run({ lives: ENDLESS, form: { waitUntilDone: 'no' } });
	expect(made).toHaveLength(3);
	expect(ends.slice(3).map(([, end]) => end)).toEqual(
		Array.from({ length: 9 }, () => expect.stringContaining('limit')),
	);
	expect(descriptions.at(-1)).toContain("With 'Wait Until Done', a create waits until the account takes it");
});

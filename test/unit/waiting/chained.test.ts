import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import {
	hintEmptyItem,
	hintUnconnected,
	resumePolling,
	STILL_RUNNING_OUTPUT,
	toWaitNode,
	withoutPolling,
} from '../../../nodes/Seedance/waiting/chained';
import { pollableVideo } from '../../../nodes/Seedance/resources/video/pollable';
import type { Pending } from '../../../nodes/Seedance/waiting/poll';
import type { OutputItem } from '../../../nodes/Seedance/core/items';
import { type PollState, startPolling } from '../../../nodes/Seedance/waiting/schedule';
import { HOUR, MINUTE, NOW, SECOND } from '../clock';
import { matching } from '../expecting';
import { stubContext } from '../stubContext';

/** Its messages come from what is polled. */
const pollableSound = {
	...pollableVideo,
	words: { ...pollableVideo.words, one: 'sound', many: 'sounds', results: 'sounds' },
};

const iso = (ms: number) => new Date(ms).toISOString();

const TASK = { id: 'video_1', status: 'processing', created: NOW / 1000 - 60, totalTokens: 7 };
const POLLING = {
	attempt: 3,
	startedAt: iso(NOW - HOUR),
	waitSeconds: 66,
	nextPollAt: iso(NOW),
	giveUpAt: iso(NOW + HOUR),
};

describe('an item that comes back', () => {
	const resume = (json: IDataObject, keepsRow = false) =>
		resumePolling(pollableVideo, { json }, 'video_1', NOW, keepsRow);
	const back = (polling: IDataObject = {}) => resume({ ...TASK, polling: { ...POLLING, ...polling } });
	const resumed = { attempt: 3, startedAt: NOW - HOUR, checksWithoutResult: 0, strayAnswers: 0 };

	test.each<[string, IDataObject, Partial<PollState>]>([
		['the task as last seen', {}, {}],
		['its counts', { checksWithoutResult: 2, strayAnswers: 1 }, { checksWithoutResult: 2, strayAnswers: 1 }],
		['the place that has it', { place: 1 }, { place: 1 }],
		['the cooldown that the API asked for', { notBefore: iso(NOW + MINUTE) }, { notBefore: NOW + MINUTE }],
		['a first status check in the future, which was now', { startedAt: iso(NOW + HOUR) }, { startedAt: NOW }],
	])('goes on with %s', (_case, polling, expected) => {
		expect(back(polling)).toEqual({ ...resumed, place: 0, seen: TASK, ...expected });
	});

	test.each([[-1], [1.5], ['2'], [null], [{}]])(
		"with a count of %j, which is none of the node's, has none",
		(count) => {
			expect(back({ checksWithoutResult: count, strayAnswers: count })).toEqual({
				...resumed,
				place: 0,
				seen: TASK,
			});
		},
	);

	test("with its row's fields beside the task's: those are not taken for the task's", () => {
		const row = { customer: 'Ada', totalTokens: 'mine', message: 'mine' };
		const { totalTokens, ...documented } = TASK;
		expect(totalTokens).toBe(7);
		expect(resume({ ...TASK, ...row, polling: POLLING }, true)).toEqual({
			...resumed,
			place: 0,
			seen: documented,
		});
	});

	test.each<[string, IDataObject, boolean]>([
		['no status', { id: 'video_1', polling: POLLING }, false],
		['a status that is no text', { id: 'video_1', status: 3, polling: POLLING }, true],
		[
			"its row's status",
			{ id: 'video_1', status: 'new', created: 1, polling: { ...POLLING, unanswered: true } },
			true,
		],
	])('from rounds without an answer, with %s, has no task yet', (_case, json, keepsRow) => {
		expect(resume(json, keepsRow)).toEqual(resumed);
	});

	test.each<[string, IDataObject]>([
		['nothing to count by', TASK],
		['polling that is null', { ...TASK, polling: null }],
		['polling of its own', { ...TASK, polling: 'hourly' }],
		['polling without a count', { ...TASK, polling: { startedAt: POLLING.startedAt } }],
		['polling with half a count', { ...TASK, polling: { ...POLLING, attempt: 1.5 } }],
		['polling without a start', { ...TASK, polling: { attempt: 3 } }],
		['polling with a start that is no time', { ...TASK, polling: { ...POLLING, startedAt: 'yesterday' } }],
		['polling with a start that is no text', { ...TASK, polling: { ...POLLING, startedAt: 2026 } }],
		['the polling of another task', { ...TASK, id: 'video_2', polling: POLLING }],
	])('with %s begins afresh', (_case, json) => {
		expect(resume(json)).toEqual(startPolling(NOW));
	});

	test('leaves without what the last round added', () => {
		const binary = { data: { data: '', mimeType: 'video/mp4' } };
		expect(withoutPolling({ json: { ...TASK, polling: POLLING }, binary })).toEqual({ json: TASK, binary });
		const own = { json: { polling: 'hourly' } };
		expect(withoutPolling(own)).toBe(own);
	});
});

describe('items that leave for the Wait node', () => {
	/** An item whose task is checked again in so many milliseconds. */
	function running(id: string, ms: number, more: Partial<PollState> = {}, giveUpAt = NOW + HOUR) {
		const pollState = { ...startPolling(NOW - MINUTE), attempt: 2, seen: TASK, ...more };
		const stillRunning = { state: 'pending' as const, nextPollAt: NOW + ms, giveUpAt, pollState };
		return { item: { json: { id }, pairedItem: { item: 0 } }, stillRunning };
	}
	const finished: OutputItem<Pending> = { item: { json: { id: 'done' } } };

	/** What the items carry. */
	const leave = (leaving: Array<OutputItem<Pending>>, cooldownMs = 0) =>
		toWaitNode(leaving, NOW + cooldownMs, NOW).map(({ json }) => json.polling as IDataObject);

	test('carry what is known, with one time for all: the earliest that any of them needs', () => {
		const leaving: Array<OutputItem<Pending>> = [
			running('a', 150 * SECOND),
			finished,
			running('b', 90_001, { attempt: 5 }),
		];
		const times = {
			startedAt: iso(NOW - MINUTE),
			giveUpAt: iso(NOW + HOUR),
			waitSeconds: 91,
			nextPollAt: iso(NOW + 91 * SECOND),
		};
		expect(toWaitNode(leaving, 0, NOW)).toEqual([
			{ json: { id: 'a', polling: { attempt: 2, ...times } }, pairedItem: { item: 0 } },
			{ json: { id: 'b', polling: { attempt: 5, ...times } }, pairedItem: { item: 0 } },
		]);
	});

	test('carry counts only where there is something to count', () => {
		const counts = { checksWithoutResult: 1, strayAnswers: 2 };
		const [counting] = leave([running('a', 0, { ...counts, seen: undefined })]);
		expect(counting).toMatchObject({ ...counts, unanswered: true });
		const [plain = {}] = leave([running('a', 0)]);
		expect(Object.keys(plain)).toEqual(['attempt', 'giveUpAt', 'startedAt', 'waitSeconds', 'nextPollAt']);
	});

	// Two items, both due in 130 s; all times in seconds.
	test.each([
		['all wait together', 190, [undefined, 160], 190, [190, 190]],
		['a longer one of a single task is kept for that one', 190, [undefined, 250], 190, [190, 250]],
		['one of a single task holds up no other', 0, [undefined, 250], 130, [undefined, 250]],
		['one that is over holds nobody up', 0, [undefined, -60], 130, [undefined, -60]],
		['one that was over before holds nobody up', -1, [undefined, -60], 130, [undefined, -60]],
		['none waits past the time at which it is given up', 250, [undefined, undefined], 160, [250, 250]],
	])('while there is a cooldown, %s', (_case, cooldown, before, waitSeconds, after) => {
		const leaving = before.map((seconds, index) => {
			const notBefore = seconds === undefined ? undefined : NOW + seconds * SECOND;
			return running(
				'a',
				130 * SECOND,
				{ notBefore },
				index === 0 && cooldown === 250 ? NOW + 160 * SECOND : undefined,
			);
		});
		const carried = leave(leaving, cooldown * SECOND);
		expect(carried.map((polling) => polling.waitSeconds)).toEqual([waitSeconds, waitSeconds]);
		const times = after.map((seconds) => (seconds === undefined ? undefined : iso(NOW + seconds * SECOND)));
		expect(carried.map(({ notBefore }) => notBefore)).toEqual(times);
	});

	test('come back as they left', () => {
		const counts = { checksWithoutResult: 1, strayAnswers: 2, notBefore: NOW + MINUTE, place: 1 };
		const [polling = {}] = leave([running('video_1', 0, counts)]);
		expect(
			resumePolling(pollableVideo, { json: { ...TASK, polling } }, 'video_1', NOW + 66 * SECOND, false),
		).toEqual({
			attempt: 2,
			startedAt: NOW - MINUTE,
			...counts,
			seen: TASK,
		});
	});

	test.each([
		[30 * SECOND, 66],
		[66_001, 67],
		[-5 * SECOND, 66],
	])('due in %d ms, wait long enough for n8n to store them: %d s', (ms, waitSeconds) => {
		const expected = { waitSeconds, nextPollAt: iso(NOW + waitSeconds * SECOND) };
		expect(leave([running('a', ms)])).toEqual([expect.objectContaining(expected)]);
	});

	test('are none where every task is finished', () => expect(leave([finished])).toEqual([]));
});

describe('a warning that nobody will check again', () => {
	type Sources = Array<Array<{ node: string; index: number }> | null>;

	/** What the editor is told of two running tasks, where the node leads to children with such inputs. */
	function hints(children: Array<Sources | undefined>, count = 2, hasConnections = true) {
		const addExecutionHints = jest.fn();
		const getChildNodes = (name: string) =>
			name === 'Seedance' ? children.map((_, index) => ({ name: `child ${index}` })) : [];
		function getConnections(this: unknown, { name }: { name: string }, type: string) {
			if (this !== context || type !== 'main') throw new Error('It was called the wrong way');
			return children[Number(name.split(' ')[1])];
		}
		const more = { addExecutionHints, getChildNodes, ...(hasConnections && { getConnections }) };
		const context: IExecuteFunctions = stubContext({ more });
		hintUnconnected(context, pollableSound, count);
		return addExecutionHints.mock.calls as unknown[][];
	}

	const from = (index: number, node = 'Seedance') => ({ node, index });

	test.each<[string, Array<Sources | undefined>]>([
		['nowhere', []],
		['on by Done only', [[[from(0)]]]],
		['on by no input', [[null]]],
		['to a node that another leads to by its second output', [[[from(0), from(1, 'If')]]]],
	])('is given where the node leads %s', (_case, children) => {
		const message = matching(/^2 sound\(s\) are still running, .*Connect it to a Wait node/);
		expect(hints(children)).toEqual([[{ message, type: 'warning', location: 'outputPane' }]]);
	});

	test.each<[string, Array<Sources | undefined>]>([
		['to a Wait node', [[[from(1)]]]],
		['there by a later child', [[[from(0)]], [[from(1)]]]],
		['there by a later input, from several', [[null, [from(0), from(1)]]]],
		['to a node whose inputs nobody knows', [undefined]],
	])('is not given where the node leads %s', (_case, children) => {
		expect(STILL_RUNNING_OUTPUT).toBe(1);
		expect(hints(children)).toEqual([]);
	});

	test('is not given by an n8n that knows no connections, nor where nothing is running', () => {
		expect(hints([[[from(0)]]], 2, false)).toEqual([]);
		expect(hints([], 0)).toEqual([]);
	});
});

test.each<[string, boolean | undefined, number, number, boolean]>([
	['nothing done, one running', true, 0, 1, true],
	['one done', true, 1, 1, false],
	['nothing running, so that n8n was asked for this item', true, 0, 0, false],
	["'Always Output Data' off", false, 0, 1, false],
	["'Always Output Data' never set", undefined, 0, 1, false],
])("a warning of n8n's empty item by Done: %s", (_case, alwaysOutputData, done, running, isGiven) => {
	const addExecutionHints = jest.fn();
	const context = stubContext({ node: { alwaysOutputData }, more: { addExecutionHints } });
	hintEmptyItem(context, pollableSound, done, running);
	const message = matching(/^'Done' outputs an empty item.* finishes no sound, .*Turn it off/);
	expect(addExecutionHints.mock.calls).toEqual(
		isGiven ? [[{ message, type: 'warning', location: 'outputPane' }]] : [],
	);
});

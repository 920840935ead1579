import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import {
	hintUnconnected,
	resumePolling,
	STILL_RUNNING_OUTPUT,
	toWaitNode,
	withoutPolling,
} from '../../../../nodes/Seedance/operations/get/waitNode';
import type { OutputItem } from '../../../../nodes/Seedance/operations/shared/forEachItem';
import { type PollState, startPolling } from '../../../../nodes/Seedance/polling/schedule';
import { HOUR, MINUTE, NOW, SECOND } from '../../clock';
import { stubContext } from '../../stubContext';

const iso = (ms: number) => new Date(ms).toISOString();

const TASK = { id: 'video_1', status: 'processing', created: NOW / 1000 - 60, totalTokens: 7 };
const POLLING = { attempt: 3, startedAt: iso(NOW - HOUR), waitSeconds: 66, nextPollAt: iso(NOW), giveUpAt: iso(NOW + HOUR) };

describe('an item that comes back', () => {
	const resume = (json: IDataObject, keepsRow = false) => resumePolling({ json }, 'video_1', NOW, keepsRow);
	const resumed = { attempt: 3, startedAt: NOW - HOUR, completedWithoutVideo: 0, answersWithoutTask: 0 };

	test('goes on counting, with the task as last seen', () => {
		expect(resume({ ...TASK, polling: POLLING })).toEqual({ ...resumed, task: TASK });
	});

	test('keeps its counts', () => {
		const counts = { completedWithoutVideo: 2, answersWithoutTask: 1 };
		expect(resume({ ...TASK, polling: { ...POLLING, ...counts } })).toMatchObject({ completedWithoutVideo: 2, answersWithoutTask: 1 });
	});

	test.each([[-1], [1.5], ['2'], [null], [{}]])("a count of %j, which is none of the node's, is nothing", (count) => {
		const counts = { completedWithoutVideo: count, answersWithoutTask: count };
		expect(resume({ ...TASK, polling: { ...POLLING, ...counts } })).toMatchObject({ completedWithoutVideo: 0, answersWithoutTask: 0 });
	});

	test("with its row's fields beside the task's: those are not taken for the task's", () => {
		const row = { customer: 'Ada', totalTokens: 'mine', message: 'mine' };
		expect(resume({ ...TASK, ...row, polling: POLLING }, true)).toEqual({
			...resumed,
			task: { id: 'video_1', status: 'processing', created: TASK.created },
		});
	});

	test.each<[string, IDataObject, boolean]>([
		['no status', { id: 'video_1', polling: POLLING }, false],
		['a status that is no text', { id: 'video_1', status: 3, polling: POLLING }, true],
		["its row's status", { id: 'video_1', status: 'new', created: 1, polling: { ...POLLING, unanswered: true } }, true],
	])('from rounds without an answer, with %s, has no task yet', (_case, json, keepsRow) => {
		expect(resume(json, keepsRow)).toEqual(resumed);
	});

	test('keeps the rest that the API asked for', () => {
		expect(resume({ ...TASK, polling: { ...POLLING, notBefore: iso(NOW + MINUTE) } }).notBefore).toBe(NOW + MINUTE);
		expect(resume({ ...TASK, polling: POLLING }).notBefore).toBeUndefined();
	});

	test('whose first question lies in the future began now', () => {
		expect(resume({ ...TASK, polling: { ...POLLING, startedAt: iso(NOW + HOUR) } })).toMatchObject({ startedAt: NOW });
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
	/** An item whose task is asked for again in so many milliseconds. */
	function running(id: string, ms: number, more: Partial<PollState> = {}): OutputItem {
		const pollState: PollState = { attempt: 2, startedAt: NOW - MINUTE, completedWithoutVideo: 0, answersWithoutTask: 0, task: TASK, ...more };
		return {
			item: { json: { id }, pairedItem: { item: 0 } },
			stillRunning: { state: 'pending', nextPollAt: NOW + ms, giveUpAt: NOW + HOUR, pollState },
		};
	}
	const finished: OutputItem = { item: { json: { id: 'done' } } };

	test('carry what is known, with one time for all: the earliest that any of them needs', () => {
		const leaving = [running('a', 150 * SECOND), finished, running('b', 90_001, { attempt: 5 })];
		const polling = {
			attempt: 2,
			startedAt: iso(NOW - MINUTE),
			giveUpAt: iso(NOW + HOUR),
			waitSeconds: 91,
			nextPollAt: iso(NOW + 91 * SECOND),
		};
		expect(toWaitNode(leaving, false, 0, NOW)).toEqual([
			{ json: { id: 'a', polling }, pairedItem: { item: 0 } },
			{ json: { id: 'b', polling: { ...polling, attempt: 5 } }, pairedItem: { item: 0 } },
		]);
	});

	test('carry counts only where there is something to count', () => {
		const [item] = toWaitNode([running('a', 0, { completedWithoutVideo: 1, answersWithoutTask: 2, task: undefined })], false, 0, NOW);
		expect(item?.json.polling).toMatchObject({ completedWithoutVideo: 1, answersWithoutTask: 2, unanswered: true });
		const [other] = toWaitNode([running('a', 0)], false, 0, NOW);
		expect(Object.keys(other?.json.polling as object)).toEqual(['attempt', 'giveUpAt', 'startedAt', 'waitSeconds', 'nextPollAt']);
	});

	describe('while the API wants to be left alone', () => {
		/** Seconds that the items wait, and until when each may not be asked for. */
		function leave(leaving: OutputItem[], restMs: number) {
			const items = toWaitNode(leaving, false, NOW + restMs, NOW).map(({ json }) => json.polling as IDataObject);
			return {
				waits: items.map(({ waitSeconds }) => waitSeconds),
				rests: items.map(({ notBefore }) => (notBefore ? (Date.parse(notBefore as string) - NOW) / SECOND : undefined)),
			};
		}

		test('all rest together', () => {
			const leaving = [running('a', 30 * SECOND), running('b', 150 * SECOND, { notBefore: NOW + 60 * SECOND })];
			expect(leave(leaving, 90 * SECOND)).toEqual({ waits: [90, 90], rests: [90, 90] });
		});

		test('a longer rest of a single task is kept for that one', () => {
			const leaving = [running('a', 30 * SECOND), running('b', 150 * SECOND, { notBefore: NOW + 150 * SECOND })];
			expect(leave(leaving, 90 * SECOND)).toEqual({ waits: [90, 90], rests: [90, 150] });
			expect(leave([running('a', 30 * SECOND), running('b', 150 * SECOND, { notBefore: NOW + 150 * SECOND })], 0)).toEqual({
				waits: [30, 30],
				rests: [undefined, 150],
			});
		});

		test('none rests past the time at which it is given up', () => {
			const one = running('a', 30 * SECOND);
			Object.assign(one.stillRunning as object, { giveUpAt: NOW + MINUTE });
			expect(leave([one, running('b', 30 * SECOND)], 150 * SECOND)).toEqual({ waits: [60, 60], rests: [150, 150] });
		});

		test.each([[0], [-SECOND]])('a rest that is over holds nobody up: %d ms', (restMs) => {
			expect(leave([running('a', 30 * SECOND), running('b', 40 * SECOND, { notBefore: NOW - MINUTE })], restMs)).toEqual({
				waits: [30, 30],
				rests: [undefined, -60],
			});
		});
	});

	test('come back as they left', () => {
		const counts = { completedWithoutVideo: 1, answersWithoutTask: 2, notBefore: NOW + MINUTE };
		const [item] = toWaitNode([{ ...running('video_1', 0, counts), item: { json: TASK } }], true, 0, NOW);
		expect(resumePolling({ json: item?.json ?? {} }, 'video_1', NOW + 66 * SECOND, false)).toEqual({
			attempt: 2, startedAt: NOW - MINUTE, ...counts, task: TASK,
		});
	});

	test.each([
		[30 * SECOND, true, 66],
		[66_001, true, 67],
		[30 * SECOND, false, 30],
		[-5 * SECOND, false, 0],
		[-5 * SECOND, true, 66],
	])('due in %d ms, surviving restarts %s: %d s', (ms, surviveRestarts, waitSeconds) => {
		const [item] = toWaitNode([running('a', ms)], surviveRestarts, 0, NOW);
		expect(item?.json.polling).toMatchObject({ waitSeconds, nextPollAt: iso(NOW + waitSeconds * SECOND) });
	});

	test('are none where every task is finished', () => {
		expect(toWaitNode([finished], true, 0, NOW)).toEqual([]);
	});
});

describe('a warning that nobody will ask again', () => {
	type Sources = Array<Array<{ node: string; index: number }> | null>;

	/** What the editor is told of two running tasks, where the node leads to children with such inputs. */
	function hints(children: Array<Sources | undefined>, count = 2, hasConnections = true) {
		const addExecutionHints = jest.fn();
		const context: IExecuteFunctions = stubContext({
			more: {
				addExecutionHints,
				getChildNodes: (name: string) => (name === 'Seedance' ? children.map((_, index) => ({ name: `child ${index}` })) : []),
				...(hasConnections && {
					getConnections(this: unknown, { name }: { name: string }, type: string) {
						if (this !== context || type !== 'main') throw new Error('It was asked for the wrong way');
						return children[Number(name.split(' ')[1])];
					},
				}),
			},
		});
		hintUnconnected(context, count);
		return addExecutionHints.mock.calls as unknown[][];
	}

	const from = (index: number, node = 'Seedance') => ({ node, index });

	test.each<[string, Array<Sources | undefined>]>([
		['nowhere', []],
		['on by Done only', [[[from(0)]]]],
		['on by no input', [[null]]],
		['to a node that another leads to by its second output', [[[from(0), from(1, 'If')]]]],
	])('is given where the node leads %s', (_case, children) => {
		expect(hints(children)).toEqual([
			[
				{
					message: expect.stringMatching(/^2 task\(s\) are still running, .*Connect it to a Wait node/) as unknown,
					type: 'warning',
					location: 'outputPane',
				},
			],
		]);
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

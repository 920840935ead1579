import type { IDataObject } from 'n8n-workflow';

import type { VideoRequest } from '../../../../../nodes/Seedance/resources/video/models';
import { openCreateMemory } from '../../../../../nodes/Seedance/resources/video/create/memory';
import type { NodeRun } from '../../../../../nodes/Seedance/core/attempt';
import { failure, success } from '../../../../../nodes/Seedance/core/error';

const VIDEO: VideoRequest = { model: 'm', prompt: 'A cat', ratio: '16:9', duration: 5, generateAudio: false };
const OTHER: VideoRequest = { ...VIDEO, prompt: 'A dog' };
const TASK = success({ id: 'video_1', status: 'queued' });
const UNCERTAIN = failure({ kind: 'timeout', message: 'Nobody knows', description: 'Look at GlobalAI OPC.' });

/** What n8n keeps of the node, as text in its database between two tries. */
let stored: string;

beforeEach(() => {
	stored = '{}';
});

/** Runs the node once more, in the same execution unless said otherwise. */
function tryAgain(run: Partial<NodeRun> = {}, isTool = false) {
	const memory = JSON.parse(stored) as IDataObject;
	const nodeRun = { memory, executionId: 'one', runIndex: 0, ...run };
	const { recall, keep, drop, forget } = openCreateMemory({ nodeRun, isTool });
	return {
		recall,
		drop: (...dropped: Parameters<typeof drop>) => {
			drop(...dropped);
			stored = JSON.stringify(memory);
		},
		keep: (...sent: Parameters<typeof keep>) => {
			keep(...sent);
			stored = JSON.stringify(memory);
		},
		forget: () => {
			forget();
			stored = JSON.stringify(memory);
		},
	};
}

/** The items whose creates are stored. */
const storedItems = () => Object.keys((JSON.parse(stored) as { sentCreates: object }).sentCreates);

describe('in another try of an execution', () => {
	test.each([
		['a task', TASK],
		['a create of which nobody knows', UNCERTAIN],
	])('%s is found by its item, whatever its expressions have made of it', (_case, sent) => {
		const first = tryAgain();
		expect(first.recall(1, VIDEO)).toBeUndefined();
		first.keep(1, VIDEO, sent);
		expect(first.recall(1, VIDEO)).toMatchObject(sent);
		expect(tryAgain().recall(1, VIDEO)).toMatchObject(sent);
		expect(tryAgain().recall(1, OTHER)).toMatchObject(sent);
		expect(tryAgain().recall(0, VIDEO)).toBeUndefined();
	});

	test('every item has its own, under a name that a newer node knows too, and the next try adds to them', () => {
		const first = tryAgain();
		first.keep(0, VIDEO, TASK);
		first.keep(1, VIDEO, success({ id: 'video_2', status: 'queued' }));
		tryAgain().keep(2, VIDEO, success({ id: 'video_3', status: 'queued' }));
		expect(Object.keys(JSON.parse(stored) as object)).toEqual(['sentCreates']);
		const ids = [0, 1, 2].map((index) => tryAgain().recall(index, VIDEO));
		expect(ids).toMatchObject([TASK, { value: { id: 'video_2' } }, { value: { id: 'video_3' } }]);
	});

	test('a create that was stopped on its way is no stop of that try', () => {
		tryAgain().keep(0, VIDEO, failure({ ...UNCERTAIN.error, kind: 'canceled' }));
		expect(tryAgain().recall(0, VIDEO)).toMatchObject(failure({ ...UNCERTAIN.error, kind: 'unreadable' }));
	});
});

test('in another round of a loop, every item wants a task of its own, and the last round is forgotten', () => {
	tryAgain({ runIndex: 0 }).keep(0, VIDEO, TASK);
	const next = tryAgain({ runIndex: 1 });
	expect(next.recall(0, VIDEO)).toBeUndefined();
	next.keep(1, VIDEO, TASK);
	next.keep(2, VIDEO, TASK);
	expect(storedItems()).toEqual(['1', '2']);
});

test('a create that certainly made no task is dropped, and the others are kept', () => {
	const first = tryAgain();
	first.keep(0, VIDEO, UNCERTAIN);
	first.keep(1, VIDEO, TASK);
	first.drop(0, VIDEO);
	expect(storedItems()).toEqual(['1']);
	expect(tryAgain().recall(0, VIDEO)).toBeUndefined();
	first.drop(1, VIDEO);
	expect(stored).toBe('{}');
	first.keep(2, VIDEO, TASK);
	expect(storedItems()).toEqual(['2']);
});

test('to drop what was not sent leaves alone what is stored', () => {
	tryAgain().keep(0, VIDEO, TASK);
	tryAgain().drop(1, VIDEO);
	tryAgain({ runIndex: 1 }).drop(0, VIDEO);
	expect(storedItems()).toEqual(['0']);
});

test('what nothing can send again is forgotten', () => {
	const first = tryAgain();
	first.keep(0, VIDEO, TASK);
	first.forget();
	expect(stored).toBe('{}');
	expect(tryAgain().recall(0, VIDEO)).toBeUndefined();
});

test('in an execution that is retried by hand, the item is found while it asks for the same video', () => {
	tryAgain().keep(0, VIDEO, TASK);
	expect(tryAgain({ executionId: 'two' }).recall(0, { ...VIDEO })).toMatchObject(TASK);
	expect(tryAgain({ executionId: 'two' }).recall(0, OTHER)).toBeUndefined();
});

describe('asked by an AI agent', () => {
	const asked = (run?: Partial<NodeRun>) => tryAgain(run, true);

	test('a task is found by what was asked for, in the same call', () => {
		asked().keep(0, VIDEO, TASK);
		expect(asked().recall(3, { ...VIDEO })).toMatchObject(TASK);
		expect(asked().recall(0, OTHER)).toBeUndefined();
	});

	test('in a later call the same video is another one, but not where nobody knows of the first', () => {
		asked().keep(0, VIDEO, TASK);
		asked().keep(0, OTHER, UNCERTAIN);
		expect(asked({ runIndex: 1 }).recall(0, VIDEO)).toBeUndefined();
		expect(asked({ runIndex: 1 }).recall(0, OTHER)).toMatchObject(UNCERTAIN);
	});

	test('in another execution, nothing is found', () => {
		asked().keep(0, VIDEO, UNCERTAIN);
		expect(asked({ executionId: 'two' }).recall(0, VIDEO)).toBeUndefined();
	});
});

test.each(['{}', '{"sentCreates":"yes"}', '{"sentCreates":[1]}'])(
	'where n8n has kept %s, nothing is found',
	(memory) => {
		stored = memory;
		expect(tryAgain().recall(0, VIDEO)).toBeUndefined();
	},
);

test('where n8n keeps no memory, nothing is found, and nothing breaks', () => {
	const memory = openCreateMemory({ isTool: false });
	memory.keep(0, VIDEO, TASK);
	memory.drop(0, VIDEO);
	memory.forget();
	expect(memory.recall(0, VIDEO)).toBeUndefined();
});

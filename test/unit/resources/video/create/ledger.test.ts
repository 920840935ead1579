import type { IDataObject } from 'n8n-workflow';

import type { VideoRequest } from '../../../../../nodes/Seedance/resources/video/models';
import { CreateLedger } from '../../../../../nodes/Seedance/resources/video/create/ledger';
import type { NodeRun } from '../../../../../nodes/Seedance/core/attempt';
import { failure, success } from '../../../../../nodes/Seedance/core/error';
import { containing } from '../../../expecting';

const VIDEO: VideoRequest = { model: 'm', prompt: 'A cat', ratio: '16:9', duration: 5, generateAudio: false };
const OTHER: VideoRequest = { ...VIDEO, prompt: 'A dog' };
const TASK = success({ id: 'video_1', status: 'queued' });
const UNCERTAIN = failure({ kind: 'timeout', message: 'It timed out', description: '' });
const REFUSED = failure({ kind: 'rejected', message: 'Refused', description: '' });
const MAY_EXIST = failure({
	kind: 'timeout',
	message: 'It timed out',
	description: containing('may exist and be billed') as string,
});

/** What n8n keeps of the node, as text in its database between two attempts. */
let stored: string;

beforeEach(() => {
	stored = '{}';
});

/** Runs the node once more, in the same execution unless said otherwise. */
function attempt(run: Partial<NodeRun> = {}, isTool = false) {
	const memory = JSON.parse(stored) as IDataObject;
	const nodeRun = { memory, executionId: 'one', runIndex: 0, ...run };
	const ledger = new CreateLedger({ nodeRun, isTool, redact: (text) => text });
	const storing = <T extends unknown[], U>(call: (...given: T) => U) => {
		return (...given: T): U => {
			const result = call(...given);
			stored = JSON.stringify(memory);
			return result;
		};
	};
	return {
		earlier: ledger.earlier.bind(ledger),
		summary: ledger.summary.bind(ledger),
		sending: storing(ledger.sending.bind(ledger)),
		settle: storing(ledger.settle.bind(ledger)),
		forget: storing(ledger.forget.bind(ledger)),
		leave: storing(ledger.leave.bind(ledger)),
		recall: ledger.recall.bind(ledger),
	};
}

/** The items whose creates are stored. */
const storedItems = () => Object.keys((JSON.parse(stored) as { sentCreates: object }).sentCreates);

describe('in another attempt at an execution', () => {
	test.each([
		['a task', TASK, TASK],
		['a create whose outcome is unknown', UNCERTAIN, MAY_EXIST],
	])('%s is found by its item, whatever its expressions have made of it', (_case, outcome, sent) => {
		const first = attempt();
		expect(first.earlier(1, VIDEO)).toBeUndefined();
		first.settle(1, VIDEO, outcome);
		expect(first.earlier(1, VIDEO)).toMatchObject(sent);
		expect(attempt().earlier(1, VIDEO)).toMatchObject(sent);
		expect(attempt().earlier(1, OTHER)).toMatchObject(sent);
		expect(attempt().earlier(0, VIDEO)).toBeUndefined();
	});

	test('every item has its own, under a name that a newer node knows too, and the next attempt adds to them', () => {
		const first = attempt();
		first.settle(0, VIDEO, TASK);
		first.settle(1, VIDEO, success({ id: 'video_2', status: 'queued' }));
		attempt().settle(2, VIDEO, success({ id: 'video_3', status: 'queued' }));
		expect(Object.keys(JSON.parse(stored) as object)).toEqual(['sentCreates']);
		const ids = [0, 1, 2].map((index) => attempt().earlier(index, VIDEO));
		expect(ids).toMatchObject([TASK, { value: { id: 'video_2' } }, { value: { id: 'video_3' } }]);
	});

	test('a create that was stopped on its way is no stop of that attempt', () => {
		attempt().settle(0, VIDEO, failure({ ...UNCERTAIN.error, kind: 'canceled' }));
		expect(attempt().earlier(0, VIDEO)).toMatchObject(failure({ ...MAY_EXIST.error, kind: 'unreadable' }));
	});
});

test('in another round of a loop, every item wants a task of its own, and the last round is forgotten', () => {
	attempt({ runIndex: 0 }).settle(0, VIDEO, TASK);
	const next = attempt({ runIndex: 1 });
	expect(next.earlier(0, VIDEO)).toBeUndefined();
	next.settle(1, VIDEO, TASK);
	next.settle(2, VIDEO, TASK);
	expect(storedItems()).toEqual(['1', '2']);
});

test('a create that certainly made no task is erased, and the others are kept', () => {
	const first = attempt();
	first.settle(0, VIDEO, UNCERTAIN);
	first.settle(1, VIDEO, TASK);
	first.settle(0, VIDEO, REFUSED);
	expect(storedItems()).toEqual(['1']);
	expect(attempt().earlier(0, VIDEO)).toBeUndefined();
	first.settle(1, VIDEO, REFUSED);
	expect(stored).toBe('{}');
	first.settle(2, VIDEO, TASK);
	expect(storedItems()).toEqual(['2']);
});

test('to erase what was not sent leaves alone what is stored', () => {
	attempt().settle(0, VIDEO, TASK);
	attempt().settle(1, VIDEO, REFUSED);
	attempt({ runIndex: 1 }).settle(0, VIDEO, REFUSED);
	expect(storedItems()).toEqual(['0']);
});

test('what nothing can send again is forgotten', () => {
	const first = attempt();
	first.settle(0, VIDEO, TASK);
	first.forget();
	expect(stored).toBe('{}');
	expect(attempt().earlier(0, VIDEO)).toBeUndefined();
});

test('in an execution that is retried by hand, the item is found while it asks for the same video', () => {
	attempt().settle(0, VIDEO, TASK);
	expect(attempt({ executionId: 'two' }).earlier(0, { ...VIDEO })).toMatchObject(TASK);
	expect(attempt({ executionId: 'two' }).earlier(0, OTHER)).toBeUndefined();
});

describe('asked by an AI agent', () => {
	const asked = (run?: Partial<NodeRun>) => attempt(run, true);

	test('a task is found by what was asked for, in the same call', () => {
		asked().settle(0, VIDEO, TASK);
		expect(asked().earlier(3, { ...VIDEO })).toMatchObject(TASK);
		expect(asked().earlier(0, OTHER)).toBeUndefined();
	});

	test('in a later call the same video is another one, but not where the first may exist', () => {
		asked().settle(0, VIDEO, TASK);
		asked().settle(0, OTHER, UNCERTAIN);
		expect(asked({ runIndex: 1 }).earlier(0, VIDEO)).toBeUndefined();
		expect(asked({ runIndex: 1 }).earlier(0, OTHER)).toMatchObject(MAY_EXIST);
	});

	test('in another execution, nothing is found', () => {
		asked().settle(0, VIDEO, UNCERTAIN);
		expect(asked({ executionId: 'two' }).earlier(0, VIDEO)).toBeUndefined();
	});
});

test.each(['{}', '{"sentCreates":"yes"}', '{"sentCreates":[1]}'])(
	'where n8n has kept %s, nothing is found',
	(memory) => {
		stored = memory;
		expect(attempt().earlier(0, VIDEO)).toBeUndefined();
	},
);

test('where n8n keeps no memory, nothing is found, and nothing breaks', () => {
	const ledger = new CreateLedger({ isTool: false, redact: (text) => text });
	ledger.sending(0, VIDEO);
	ledger.settle(0, VIDEO, TASK);
	ledger.settle(1, VIDEO, REFUSED);
	ledger.forget();
	expect(ledger.earlier(0, VIDEO)).toBeUndefined();
	expect(ledger.summary()).toContain('video_1');
});

describe('a create that is about to be sent', () => {
	test('may exist for a later attempt, whatever happened to this one', () => {
		attempt().sending(0, VIDEO);
		const error = { kind: 'internal', description: containing('may exist and be billed') };
		expect(attempt().earlier(0, VIDEO)).toMatchObject({ ok: false, error });
	});

	test('of an agent is not written down, since it may ask for the same video twice at the same time', () => {
		attempt({}, true).sending(0, VIDEO);
		expect(attempt({}, true).earlier(0, VIDEO)).toBeUndefined();
	});
});

test('what came of a create says whether a task exists', () => {
	const ledger = attempt();
	expect(ledger.settle(0, VIDEO, TASK)).toEqual(TASK);
	expect(ledger.settle(1, VIDEO, UNCERTAIN)).toEqual(MAY_EXIST);
	const description = containing('No task was created');
	expect(ledger.settle(2, VIDEO, REFUSED)).toMatchObject({ error: { kind: 'rejected', description } });
	const ended = { id: 'video_3', status: 'failed', error: 'refused prompt' };
	expect(ledger.settle(3, VIDEO, success(ended))).toMatchObject({
		error: { kind: 'ended', details: { task: ended } },
	});
});

test('the summary names the tasks that exist, and the other items that may have one', () => {
	const ledger = attempt();
	expect(ledger.summary()).toBe('');
	ledger.settle(0, VIDEO, TASK);
	expect(ledger.summary()).toBe(' Tasks of this run that were created: video_1.');
	ledger.settle(4, VIDEO, UNCERTAIN);
	expect(ledger.summary(4)).toBe(' Tasks of this run that were created: video_1.');
	expect(ledger.summary(0)).toMatch(/video_1\. Item 4 may also have created .* run it again\.$/);
	ledger.settle(2, VIDEO, UNCERTAIN);
	expect(ledger.summary()).toMatch(/ Items 2, 4 may also have created .* run them again\.$/);
});

test('the summary of a later attempt names what earlier ones made', () => {
	attempt().settle(0, VIDEO, TASK);
	attempt().settle(1, VIDEO, UNCERTAIN);
	attempt().settle(2, VIDEO, success({ id: 'video_2', status: 'failed' }));
	const later = attempt();
	for (const index of [0, 1, 2]) later.earlier(index, VIDEO);
	expect(later.summary()).toMatch(/created: video_1, video_2\. Item 1 may also/);
});

describe('creates that were left to a parked wait', () => {
	const left = () => {
		const { leave } = attempt();
		for (const index of [0, 1, 2]) leave(index, VIDEO, 'keeper');
		return attempt({ executionId: 'retried' });
	};

	test('are what the wait made of them: a task, one that may exist, or nothing', async () => {
		const { recall, earlier } = left();
		const asked: string[] = [];
		await recall(async (executionId) => {
			asked.push(executionId);
			return [{ id: 'video_7' }, { mayExist: true }, {}];
		});
		expect(new Set(asked)).toEqual(new Set(['keeper']));
		expect(earlier(0, VIDEO)).toMatchObject(success({ id: 'video_7' }));
		expect(earlier(1, VIDEO)).toMatchObject({ ok: false, error: { message: containing('not known') } });
		expect(earlier(2, VIDEO)).toBeUndefined();
	});

	test('may exist where n8n no longer knows of the wait', async () => {
		const { recall, earlier } = left();
		await recall(async () => undefined);
		for (const index of [0, 1, 2]) expect(earlier(index, VIDEO)).toMatchObject({ ok: false });
	});
});

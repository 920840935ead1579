import type { Execution } from '../host/session.cts';
import type { Item } from '../host/session/execution.cts';
import type { Row } from './rows';
import { PARKED_PATH, setUp, type Setup } from './setup';
import { LOST, tellStory, type ParkedWaits, type Story } from './story';

const SEEDANCE = 'Is My Video Done?';
/** What n8n says of an execution that it gave up. */
const STALLED = /failed to be processed too many times/;

/** Far more than it takes: two waits of a minute each, and 90 s until n8n misses a killed worker. */
const LIMIT_MS = 15 * 60_000;

const closing: Array<() => Promise<void>> = [];
let setup: Setup;
let story: Story;

beforeAll(async () => {
	setup = await setUp(closing);
	story = await tellStory(setup);
}, LIMIT_MS);

afterAll(async () => {
	for (const step of closing.reverse()) await step();
}, LIMIT_MS);

describe('200 tasks in queue mode, with Redis restarted and a worker killed', () => {
	test('each finished video is delivered once, by Done, with its own row', () => {
		const delivered = posted('/done');
		const expected = story.rows.filter(({ outcome }) => outcome === 'completed');
		expect(delivered.sort(byRow)).toEqual(
			expected
				.map(({ id, title }) => ({ id, row: id, title, videoUrl: expect.stringContaining(id) }))
				.sort(byRow),
		);
	});

	test('each failed task is delivered once, by the error output, with its own row', () => {
		const delivered = posted('/failed');
		const expected = story.rows.filter(({ outcome }) => outcome === 'failed');
		expect(delivered.sort(byRow)).toEqual(
			expected
				.map(({ id, title }) => ({ row: id, title, reason: expect.stringMatching(`${id}.* failed`) }))
				.sort(byRow),
		);
	});

	test('the executions in the database say the same', () => {
		const { videos } = story.executions;
		// n8n empties a lost execution, so what left it before it was lost is read from before.
		const last = videos.map((execution) =>
			story.lost.includes(execution.id) ? (story.parked.get(execution.id) as Execution) : execution,
		);
		expect(left(last, 'Deliver Video')).toEqual(idsOf('completed'));
		expect(left(last, 'Deliver Failure')).toEqual(idsOf('failed'));
	});

	test('the table that the workflow keeps says the same', () => {
		const states = story.table.map(({ taskId, state }) => `${taskId} ${state}`);
		const word = { completed: 'done', failed: 'failed' };
		const rows = [...story.rows, ...Object.values(story.waits).flatMap(({ lists }) => lists.flat())];
		const expected = rows.map(({ id, outcome }) => `${id} ${word[outcome]}`);
		expect(states.sort()).toEqual(expected.sort());
	});

	test('n8n and its workers noticed the restart of Redis and went on', () => {
		const { main, workers } = setup.stack;
		for (const { logText } of [main, ...workers]) {
			expect(logText()).toContain('Recovered Redis connection');
		}
	});
});

describe('what docs/queue-mode.md says of n8n', () => {
	test('n8n gives up those executions that the killed worker held, no others, and empties them', () => {
		const { videos, plain } = story.executions;
		const children = Object.values(story.waits).flatMap(childrenOf);
		const failed = [...videos, ...plain, ...children].filter(({ status }) => status !== 'success');
		expect(failed.map(({ id }) => id).sort()).toEqual([...story.lost].sort());
		for (const { status, data } of failed) {
			expect(status).toBe('error');
			expect(data.error?.message).toMatch(STALLED);
			expect(data.runData).toEqual({});
		}
	});

	test('it does so without any node of ours', () => {
		const lost = story.executions.plain.filter(({ id }) => story.lost.includes(id));
		expect(lost.length).toBeGreaterThan(0);
		expect(lost.every(({ status }) => status === 'error')).toBe(true);
	});

	test('the error workflow starts only those rows again that had not been delivered', () => {
		const lost = story.executions.videos.filter(({ id }) => story.lost.includes(id));
		expect(lost.length).toBeGreaterThan(0);
		const first = story.parked;
		const again = story.executions.videos.filter(({ id }) => !first.has(id));
		expect(story.executions.recovery).toHaveLength(lost.length);
		expect(again).toHaveLength(lost.length);
		const lists = again.map((execution) => idsIn(execution, 'Split Out').sort());
		const open = lost.map(({ id }) => {
			const execution = first.get(id) as Execution;
			const gone = idsIn(execution, SEEDANCE);
			expect(gone).not.toHaveLength(0);
			return idsIn(execution, 'Split Out')
				.filter((row) => !gone.includes(row))
				.sort();
		});
		expect(lists.sort()).toEqual(open.sort());
	});
});

describe('parked waits, with a worker killed while they are parked', () => {
	test('each row comes out once, in its order, by its own output', () => {
		const { lists, executions } = story.waits.parked;
		const parents = parentsIn(executions);
		expect(parents).toHaveLength(lists.length);
		parents.forEach((execution, index) => {
			const list = lists[index] as Row[];
			expect(execution.status).toBe('success');
			expect(rowsIn(execution, 'Deliver Video')).toEqual(withOutcome(list, 'completed'));
			expect(rowsIn(execution, 'Deliver Failure')).toEqual(withOutcome(list, 'failed'));
		});
	});

	test('what was delivered says the same', () => {
		const rows = Object.values(story.waits).flatMap(({ lists }) => lists.flat());
		const delivered = (path: string) =>
			posted(PARKED_PATH + path)
				.map(({ row }) => row)
				.sort();
		expect(delivered('/done')).toEqual(withOutcome(rows, 'completed').sort());
		expect(delivered('/failed')).toEqual(withOutcome(rows, 'failed').sort());
	});
});

describe('parked waits, with a worker killed while it checks their tasks', () => {
	test.each(LOST)('n8n gives up what checked them, and the wait is begun again: %s', (name) => {
		const { lists, executions } = story.waits[name];
		const lost = childrenOf(story.waits[name]).filter(({ id }) => story.lost.includes(id));
		expect(lost).not.toHaveLength(0);
		// Three for each wait, and one more for each that was begun again.
		expect(executions).toHaveLength(3 * lists.length + lost.length);
		parentsIn(executions).forEach((execution, index) => {
			expect(execution.status).toBe('success');
			expect(rowsIn(execution, 'Deliver Video')).toEqual(withOutcome(lists[index] as Row[], 'completed'));
		});
	});
});

/** Those that were started by the webhook, in the order of their lists; what was started again comes after them. */
function parentsIn(executions: Execution[]): Execution[] {
	return executions.filter(({ mode }) => mode !== 'integrated');
}

function childrenOf({ executions }: ParkedWaits): Execution[] {
	return executions.filter(({ mode }) => mode === 'integrated');
}

function withOutcome(rows: Row[], outcome: Row['outcome']): string[] {
	return rows.flatMap((row) => (row.outcome === outcome ? [row.id] : []));
}

/** Ids of the rows that an execution delivered by a node, as it delivered them. */
function rowsIn(execution: Execution, node: string): string[] {
	return itemsIn(execution, node).map(({ json }) => String(json.row));
}

function posted(path: string): Array<Record<string, string>> {
	return setup.witness.posted(path);
}

function byRow(a: { row?: string }, b: { row?: string }): number {
	return String(a.row).localeCompare(String(b.row));
}

function idsOf(outcome: Row['outcome']): string[] {
	return withOutcome(story.rows, outcome).sort();
}

/** Ids of the items that left a node by its first output, in all of its runs. */
function idsIn(execution: Execution, node: string): string[] {
	return itemsIn(execution, node).map(({ json }) => String(json.id));
}

/** Ids of the rows that executions delivered by a node, in all of their rounds. */
function left(executions: Execution[], node: string): string[] {
	return executions.flatMap((execution) => rowsIn(execution, node)).sort();
}

function itemsIn({ data }: Execution, node: string): Item[] {
	return (data.runData[node] ?? []).flatMap((run) => run.data?.main?.[0] ?? []);
}

import { hash, hashOf } from '../e2e/harness/folder.cts';
import { allItems, itemsOf, type Execution } from '../host/session.cts';
import { until } from '../host/until.cts';
import { png } from '../unit/media/pictures';
import { EXECUTIONS, type Row } from './rows';
import { PARKED_PATH, PHOTO_PATH, setUp, type Setup } from './setup';
import { CREATE } from './workflows.cts';
import { LOST, rowsIn, tellStory, type ParkedWaits, type Story } from './story';

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
		const expected = story.rows.filter(({ outcome }) => outcome === 'completed');
		expect(posted('/done')).toEqual(
			expected
				.map(({ id, title }) => ({ id, row: id, title, videoUrl: expect.stringContaining(id) }))
				.sort(byRow),
		);
	});

	test('each failed task is delivered once, by the error output, with its own row', () => {
		const expected = story.rows.filter(({ outcome }) => outcome === 'failed');
		expect(posted('/failed')).toEqual(
			expected
				.map(({ id, title }) => ({ row: id, title, reason: expect.stringMatching(`${id}.* failed`) }))
				.sort(byRow),
		);
	});

	test('the table that the workflow keeps says the same', async () => {
		const states = (await setup.tableRows()).map(({ taskId, state }) => `${taskId} ${state}`);
		const word = { completed: 'done', failed: 'failed' };
		const rows = [...story.rows, ...rowsOfParked()];
		expect(states.sort()).toEqual(rows.map(({ id, outcome }) => `${id} ${word[outcome]}`).sort());
	});

	test('the error workflow starts each execution again that the worker held', () => {
		const { videos, recovery } = story.executions;
		const lost = videos.filter(({ id }) => story.lost.includes(id));
		expect(lost).not.toHaveLength(0);
		expect(recovery).toHaveLength(lost.length);
		expect(videos).toHaveLength(EXECUTIONS + lost.length);
	});
});

describe('parked waits', () => {
	test('a worker killed while they are parked: each row comes out once, in its order, by its own output', () => {
		expectRows(story.waits.parked);
	});

	test.each(LOST)('a worker killed while it checks their tasks: another checker starts (%s)', (name) => {
		const { lists, executions } = story.waits[name];
		const lost = executions.filter(({ mode, id }) => mode === 'integrated' && story.lost.includes(id));
		expect(lost).not.toHaveLength(0);
		// Three for each wait, and one more for each that was begun again.
		expect(executions).toHaveLength(3 * lists.length + lost.length);
		expectRows(story.waits[name]);
	});

	test('what was delivered says the same', () => {
		const delivered = (path: string) => posted(PARKED_PATH + path).map(({ row }) => row);
		expect(delivered('/done')).toEqual(withOutcome(rowsOfParked(), 'completed').sort());
		expect(delivered('/failed')).toEqual(withOutcome(rowsOfParked(), 'failed').sort());
	});
});

describe('parked waits that create videos, a worker killed while it creates some', () => {
	test('each video is created once', () => {
		const sent = setup.api.created.map(({ prompt }) => prompt);
		expect(sent.sort()).toEqual(story.creates.prompts.flat().sort());
	});

	test('each row comes out in its order; of a create whose answer was lost, as one that may exist', () => {
		const { prompts, executions } = story.creates;
		const lost = executions.filter(({ mode, id }) => mode === 'integrated' && story.lost.includes(id));
		expect(lost).not.toHaveLength(0);
		const parents = executions.filter(({ mode }) => mode !== 'integrated');
		const outcomes = parents.map((execution) => ({
			rows: rowsIn(execution, 'Row'),
			ids: allItems(execution, CREATE).map(({ id, error }) => id ?? error),
		}));
		const idOf = (prompt: string) => setup.api.created.find((one) => one.prompt === prompt)?.id;
		const inDoubt = outcomes.filter(({ ids }) => /not known/.test(String(ids[1])));
		expect(inDoubt).toHaveLength(lost.length);
		expect(outcomes).toEqual(
			prompts.map((rows, index) => ({
				rows,
				ids: [
					idOf(rows[0] as string),
					inDoubt.includes(outcomes[index] as never) ? expect.anything() : idOf(rows[1] as string),
				],
			})),
		);
	});
});

test('a photo in the database is handed over by a link that outlives its execution', async () => {
	const { api, session, stack } = setup;
	const bytes = Buffer.concat([png([640, 480]), Buffer.alloc(300_000, 7)]);
	api.media.mode = 'atOnce';
	await session.submit(`webhook/${PHOTO_PATH}`, { photo: { bytes, name: 'IMG 0042', type: '' } });
	const execution = await until(
		async () => {
			const [begun] = await session.executions({ workflowId: setup.photo });
			return begun && (await session.waitForExecution(begun.id));
		},
		{ what: 'the photo has been ordered', withinMs: LIMIT_MS },
	);
	expect(execution.data.error).toBeUndefined();
	expect(itemsOf(execution, 'Webhook')[0]?.binary?.['photo'].id).toMatch(/^database:/);
	const [{ url = '', ...fetched } = {}] = api.media.fetched;
	expect(url).toContain(`${stack.main.url}/rest/binary-data/signed?token=`);
	const sha256 = hash(bytes);
	expect(fetched).toMatchObject({ status: 200, contentType: 'image/png', size: bytes.length, sha256 });
	expect(await hashOf(url)).toBe(sha256);
});

/** Expects the rows of each wait from the execution that the webhook started. */
function expectRows({ lists, executions }: ParkedWaits): void {
	const parents = executions.filter(({ mode }) => mode !== 'integrated');
	const left = (execution: Execution) => ({
		status: execution.status,
		done: rowsIn(execution, 'Deliver Video'),
		failed: rowsIn(execution, 'Deliver Failure'),
	});
	expect(parents.map(left)).toEqual(
		lists.map((list) => ({
			status: 'success',
			done: withOutcome(list, 'completed'),
			failed: withOutcome(list, 'failed'),
		})),
	);
}

function rowsOfParked(): Row[] {
	return Object.values(story.waits).flatMap(({ lists }) => lists.flat());
}

function withOutcome(rows: Row[], outcome: Row['outcome']): string[] {
	return rows.flatMap((row) => (row.outcome === outcome ? [row.id] : []));
}

/** What was posted there, by row. */
function posted(path: string): Array<Record<string, string>> {
	return setup.witness.posted(path).sort(byRow);
}

function byRow(a: { row?: string }, b: { row?: string }): number {
	const [first, second] = [String(a.row), String(b.row)];
	return first < second ? -1 : Number(first > second);
}

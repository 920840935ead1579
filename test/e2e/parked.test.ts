import { allItems, itemsOf, type Execution, type WorkflowNode } from '../host/session.cts';
import { fetch } from '../host/session/http.cts';
import { until } from '../host/until.cts';
import { addField, calling, chain, n8nNode, to } from '../host/workflows.cts';
import { KEY, useHost } from './harness/host';
import {
	after,
	begin,
	created,
	LIMIT_MS,
	NODE,
	onRows,
	over,
	parked,
	parkedNode,
	waiting,
	withErrorOutput,
	type Run,
} from './harness/runs';

const host = useHost();

const failed = addField('Failed', 'title', "$('Rows').item.json.title");

/** A row whose task goes on until the test ends it. */
const running = (title: string) => ({ title, id: host.api.addTask({ outcome: 'never' }).id });

const left = (execution: Execution | undefined, node = 'After') =>
	execution && allItems(execution, node).map(({ title, id, status }) => [title, id, status]);

describe('n8n killed while everything is parked', () => {
	/** When each of a hundred rows of one node is decided, or how: in an order that mixes them. */
	const KINDS = ['at once', 'first turn', 'second turn', 'fails', 'no answer in the first turn'] as const;
	type Kind = (typeof KINDS)[number];

	/** One row each, in workflows of their own. */
	const single = {} as Record<'file' | 'two' | 'sub' | 'loop 1' | 'loop 2', { title: string; id: string }>;
	const runs: Record<string, Run> = {};
	const ends: Record<string, Execution> = {};
	let rows: Array<{ title: string; kind: Kind; id: string }>;
	let own: { keeping: string; checking: string };
	/** When the hundred rows' first turn was due, and how many requests there were when n8n was killed. */
	let due: Date | null;
	let askedBefore: number;
	const idsOf = (kind: Kind) => rows.filter((row) => row.kind === kind).map(({ id }) => id);

	beforeAll(async () => {
		// Where a turn was due before n8n 2.35 was back, n8n may never resume the caller of a sub-workflow, as
		// docs/waiting.md says. Every n8n resumes what is due before it looks for what a kill has lost, and may then call
		// crashed what it has just resumed. So a turn has to be later than the slowest start of n8n.
		const options = { pollInterval: 150 };
		const node = (parameters = {}, more: Partial<WorkflowNode> = {}) =>
			parkedNode({ ...parameters, options }, more);
		for (const title of ['file', 'two', 'sub', 'loop 1', 'loop 2'] as const) single[title] = running(title);
		const { file, two, sub, 'loop 1': first, 'loop 2': second } = single;
		rows = Array.from({ length: 100 }, (_, index) => {
			const kind = KINDS[index % KINDS.length] as Kind;
			const task = kind === 'at once' ? { finishAfter: 0 } : { outcome: 'never' as const };
			return { title: `Row ${index}`, kind, id: host.api.addTask(task).id };
		});

		// n8n keeps a run by hand all the same, but would drop the child with its file.
		const settings = { saveDataSuccessExecution: 'none' };
		runs['file'] = await begin(host, {
			...onRows([file], node({ downloadVideo: true }), after),
			settings,
		});
		runs['two'] = await begin(host, onRows([two], node(), { ...node(), name: 'Again' }, after));
		const called = n8nNode('Called', 'executeWorkflowTrigger', 1.1, { inputSource: 'passthrough' });
		const { id: subId } = await host.session.importWorkflow(chain([called, node()]), host.credentials);
		const parameters = { ...calling(subId), mode: 'once', options: { waitForSubWorkflow: true } };
		runs['sub'] = await begin(
			host,
			onRows([sub], n8nNode('Call', 'executeWorkflow', 1.2, parameters), after),
		);
		const inBatches = n8nNode('Loop', 'splitInBatches', 3, { batchSize: 1, options: {} });
		const loop = onRows([first, second], inBatches, node(), addField('After', 'a', '1'));
		Object.assign(loop.connections, { Loop: { main: [[], [to(NODE)]] }, After: { main: [[to('Loop')]] } });
		runs['loop'] = await begin(host, loop);
		const create = { operation: 'create', prompt: '={{ $json.prompt }}', downloadVideo: true };
		const prompts = ['A cat', 'A dog'].map((prompt) => ({ title: prompt, prompt }));
		runs['create'] = await begin(
			host,
			onRows(prompts, node(create, { onError: 'continueRegularOutput', retryOnFail: true }), after),
		);
		for (const { id } of Object.values(runs)) await waiting(host, id);
		// The last to begin, and n8n is killed once it is parked: no turn of it may come before.
		const giveUpAfter = '={{ 15 * 2 }}';
		const many = onRows(rows, node({ giveUpAfter }, { onError: 'continueErrorOutput' }), after);
		runs['many'] = await begin(host, withErrorOutput(many, failed));
		own = await parked(host, runs['many']);
		askedBefore = host.api.requests.length;
		due = (await host.session.execution(own.checking)).waitTill;

		await host.n8n.kill();
		const [cat] = await created(host, 1, 'A cat');
		const [dog] = await created(host, 1, 'A dog');
		const done = [...idsOf('first turn'), ...Object.values(single).map(({ id }) => id), String(cat?.id)];
		for (const id of done) host.api.finishTask(id);
		for (const id of [...idsOf('fails'), String(dog?.id)]) host.api.finishTask(id, 'failed');
		const unanswered = idsOf('no answer in the first turn');
		for (const id of unanswered) host.api.fault({ kind: 'status', status: 503, id, times: Infinity });
		await host.n8n.restart();
		// Where n8n took longer to start than the turn was due, n8n 2.35 calls an execution that it has just resumed
		// crashed, until its turn is over.
		await until(
			async () => {
				const { status, waitTill } = await host.session.execution(own.checking);
				return status === 'waiting' && waitTill?.getTime() !== due?.getTime();
			},
			{ what: 'the first turn after the kill is over', withinMs: LIMIT_MS },
		);
		host.api.clearFaults();
		for (const id of [...idsOf('second turn'), ...unanswered]) host.api.finishTask(id);
		for (const [name, { id }] of Object.entries(runs)) ends[name] = await over(host, id);
	}, LIMIT_MS);

	test('a hundred rows of one node come out once, each in its place and linked to its own', async () => {
		const execution = ends['many'] as Execution;
		expect(execution.data.error).toBeUndefined();
		expect(execution.status).toBe('success');
		const [done, failures] = [
			rows.filter(({ kind }) => kind !== 'fails'),
			rows.filter(({ kind }) => kind === 'fails'),
		];
		expect(left(execution)).toEqual(done.map(({ title, id }) => [title, id, 'completed']));
		expect(allItems(execution, 'Failed')).toMatchObject(
			failures.map(({ title, id }) => ({ title, id, error: expect.stringContaining(`"${id}" failed`) })),
		);
		for (const id of Object.values(own)) expect((await host.session.execution(id)).status).toBe('success');
	});

	test('nothing is asked while all is parked, and a decided task no more', () => {
		for (const id of idsOf('at once')) expect(host.api.requestsFor(id)).toHaveLength(1);
		for (const id of idsOf('first turn')) expect(host.api.requestsFor(id)).toHaveLength(2);
		const ids = new Set(rows.map(({ id }) => id));
		const firstAfter = host.api.requests.slice(askedBefore).find(({ id }) => ids.has(String(id)));
		expect(firstAfter?.at).toBeGreaterThanOrEqual(Number(due));
	});

	test.each([
		['two nodes one after another', 'two', ['two']],
		['a node in a sub-workflow', 'sub', ['sub']],
		['a node in a loop', 'loop', ['loop 1', 'loop 2']],
	] as const)('%s: the rows come out', (_, name, titles) => {
		const ids = allItems(ends[name] as Execution, 'After').map(({ id, status }) => [id, status]);
		expect(ids).toEqual(titles.map((title) => [single[title].id, 'completed']));
		expect(ends[name]?.status).toBe('success');
	});

	test('creates are not made again, and their files come', () => {
		const { status, data } = ends['create'] as Execution;
		expect({ status, error: data.error }).toEqual({ status: 'success', error: undefined });
		const [cat, dog] = allItems(ends['create'] as Execution, 'After');
		expect(cat).toMatchObject({ title: 'A cat', status: 'completed' });
		expect(dog).toMatchObject({ title: 'A dog', error: expect.stringMatching(/^Task "video_\w+" failed/) });
		const [item] = itemsOf(ends['create'] as Execution, NODE);
		expect(item?.binary?.['data']).toMatchObject({ mimeType: 'video/mp4' });
		expect(host.api.created).toHaveLength(2);
	});

	test('a file is there although the workflow keeps no execution that succeeded', async () => {
		const [video] = itemsOf(ends['file'] as Execution, NODE);
		const { id, fileName } = video?.binary?.['data'] as { id: string; fileName: string };
		expect(fileName).toBe(`${single.file.id}.mp4`);
		const path = `/rest/binary-data?id=${encodeURIComponent(id)}&action=download`;
		const answer = await fetch(host.n8n.url + path, { headers: host.session.rest.headers });
		const served = await fetch(String(host.api.task(single.file.id)?.videoUrl), {});
		expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from(await served.arrayBuffer()));
	});

	test('no execution holds the key', async () => {
		const helpers = await Promise.all(Object.values(own).map(async (id) => await host.session.execution(id)));
		expect(JSON.stringify([ends, helpers])).not.toContain(KEY);
	});
});

test(
	'n8n killed while it checks: the checks begin again, and every row comes out',
	async () => {
		const rows = ['one', 'two'].map(running);
		const start = async (onError: string) =>
			await begin(host, withErrorOutput(onRows(rows, parkedNode({}, { onError }), after), failed));
		const runs = [await start('stopWorkflow'), await start('continueErrorOutput')];
		const own = await Promise.all(runs.map(async (run) => await parked(host, run)));
		for (const { id } of rows) host.api.fault({ kind: 'hang', id, times: Infinity });
		await until(() => rows.every(({ id }) => host.api.requestsFor(id).length === 4), { withinMs: LIMIT_MS });
		await host.n8n.kill();
		host.api.clearFaults();
		for (const { id } of rows) host.api.finishTask(id);
		await host.n8n.restart();
		for (const [index, { workflowId, id }] of runs.entries()) {
			const execution = await over(host, id);
			expect(execution.status).toBe('success');
			expect(left(execution)).toEqual(rows.map((row) => [row.title, row.id, 'completed']));
			const statusOf = async (one?: string) => (await host.session.execution(String(one))).status;
			expect(await statusOf(own[index]?.checking)).toBe('crashed');
			expect(await statusOf(own[index]?.keeping)).toBe('success');
			expect(await host.session.executions({ workflowId, status: ['running', 'waiting'] })).toEqual([]);
		}
	},
	LIMIT_MS,
);

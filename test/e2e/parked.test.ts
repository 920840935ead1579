import type { WorkflowJson, WorkflowNode } from '../host/session/workflow.cts';
import { itemsOf } from '../host/session.cts';
import { fetch } from '../host/session/http.cts';
import { until } from '../host/until.cts';
import { allItems } from './harness/chain';
import { KEY, useHost } from './harness/host';
import { begin, LIMIT_MS, NODE, note, onRows, over, parked, parkedNode, type Parked } from './harness/parked';

const host = useHost();

/** Rows of one node, ten of each kind. */
const KINDS = [
	'at once',
	'first turn',
	'second turn',
	'fails',
	'cancelled',
	'vanishes',
	'given up',
	'no video',
	'bad id',
	'again',
] as const;
type Kind = (typeof KINDS)[number];

interface Row {
	title: string;
	kind: Kind;
	taskId: string;
}

/**
 * A hundred rows, in an order that mixes their kinds; "again" asks for the same task as another row.
 *
 * @param left seconds until those to be given up are
 */
function hundredRows(left: number): Row[] {
	const rows = Array.from({ length: 100 }, (_, index): Row => {
		const kind = KINDS[index % KINDS.length] as Kind;
		return { title: `Row ${index}`, kind, taskId: kind === 'bad id' ? 'a b' : addTask(kind, left) };
	});
	for (const row of rows) if (row.kind === 'again') row.taskId = rows[1]?.taskId as string;
	return rows;
}

function addTask(kind: Kind, left: number): string {
	if (kind === 'at once') return host.api.addTask({ finishAfter: 0 }).id;
	if (kind === 'given up') return host.api.addTask({ createdAgo: 30 * 60 - left, outcome: 'never' }).id;
	if (kind === 'fails') return host.api.addTask({ outcome: 'never', error: 'prompt refused' }).id;
	return host.api.addTask({ outcome: 'never' }).id;
}

/** A sub-workflow that makes a video, and a workflow that calls it. */
async function callingSubWorkflow(id: string, node: typeof parkedNode): Promise<WorkflowJson> {
	const trigger: WorkflowNode = {
		name: 'Called',
		type: 'n8n-nodes-base.executeWorkflowTrigger',
		typeVersion: 1.1,
		parameters: { inputSource: 'passthrough' },
	};
	const to = (node: string) => ({ main: [[{ node, type: 'main', index: 0 }]] });
	const sub = { name: 'Get a video', nodes: [trigger, node()], connections: { Called: to(NODE) } };
	const { id: workflowId } = await host.session.importWorkflow(sub, { credentials: host.credentials });
	const call: WorkflowNode = {
		name: 'Call',
		type: 'n8n-nodes-base.executeWorkflow',
		typeVersion: 1.2,
		parameters: {
			source: 'database',
			workflowId: { __rl: true, mode: 'id', value: workflowId },
			workflowInputs: { mappingMode: 'defineBelow', value: {} },
			mode: 'once',
			options: { waitForSubWorkflow: true },
		},
	};
	return onRows([{ id, title: 'Sub' }], [call, note('After', 'title', "$('Rows').item.json.title")]);
}

/** Two rows one after another, by Loop Over Items. */
function inLoop(rows: object[], node: typeof parkedNode): WorkflowJson {
	const loop: WorkflowNode = {
		name: 'Loop',
		type: 'n8n-nodes-base.splitInBatches',
		typeVersion: 3,
		parameters: { batchSize: 1, options: {} },
	};
	const workflow = onRows(rows, [loop, node(), note('After', 'title', "$('Loop').item.json.title")]);
	const to = (node: string) => [{ node, type: 'main', index: 0 }];
	Object.assign(workflow.connections, { Loop: { main: [[], to(NODE)] }, After: { main: [to('Loop')] } });
	return workflow;
}

/**
 * Nodes whose turns are so far apart, in seconds. Where a turn was due before n8n 2.35 was back, n8n may never resume the
 * caller of a sub-workflow, as docs/waiting.md says. So there a turn has to be later than the slowest start of n8n.
 */
const turnsEvery =
	(pollInterval: number): typeof parkedNode =>
	(parameters = {}, node = {}) =>
		parkedNode({ ...parameters, options: { pollInterval } }, node);

test(
	'n8n killed while everything is parked: every row comes out, in its place, linked to its own',
	async () => {
		const isOldest = host.n8n.version.startsWith('2.35.');
		const node = turnsEvery(isOldest ? 150 : 5);
		const rows = hundredRows(isOldest ? 300 : 30);
		const single = ['file', 'two', 'sub', 'loop 1', 'loop 2'].map((title) => ({
			title,
			id: host.api.addTask({ outcome: 'never' }).id,
		}));
		const [file, two, sub, ...loop] = single as Array<{ title: string; id: string }>;
		const failed = note('Failed', 'title', "$('Rows').item.json.title");
		const titled = note('After', 'title', "$('Rows').item.json.title");
		const runs: Record<string, Parked> = {
			// n8n keeps a run by hand all the same, but would drop the child with its file.
			file: await begin(
				host,
				onRows([file as object], [node({ downloadVideo: true }), titled], {
					settings: { saveDataSuccessExecution: 'none' },
				}),
			),
			two: await begin(host, onRows([two as object], [node(), { ...node(), name: 'Again' }, titled])),
			sub: await begin(host, await callingSubWorkflow(sub?.id as string, node)),
			loop: await begin(host, inLoop(loop, node)),
			create: await begin(
				host,
				onRows(
					[
						{ title: 'Cat', prompt: 'A cat' },
						{ title: 'Refused', prompt: 'A dog' },
					],
					[
						node(
							{ operation: 'create', prompt: '={{ $json.prompt }}', downloadVideo: true },
							{ onError: 'continueRegularOutput', retryOnFail: true },
						),
						titled,
					],
				),
			),
		};
		for (const run of Object.values(runs))
			await host.session.waitForExecution(run.id, { until: ({ status }) => status === 'waiting' });
		// The last to begin, and n8n is killed once it is parked: no turn of it may come before.
		const many = await begin(
			host,
			onRows(
				rows,
				[
					node(
						{ taskId: "={{ $('Rows').item.json.taskId }}", giveUpAfter: '={{ 15 * 2 }}' },
						{ onError: 'continueErrorOutput' },
					),
					titled,
				],
				{
					branch: failed,
				},
			),
		);
		const { keeping, checking } = await parked(host, many);
		const before = host.api.requests.length;
		const { waitTill } = await host.session.execution(checking);

		await host.n8n.kill();
		const idsOf = (kind: Kind) => rows.filter((row) => row.kind === kind).map(({ taskId }) => taskId);
		const [cat, dog] = ['A cat', 'A dog'].map(
			(prompt) => host.api.created.find(({ body }) => JSON.stringify(body).includes(prompt))?.id as string,
		);
		for (const id of [...idsOf('first turn'), ...single.map((row) => row.id), cat as string])
			host.api.finishTask(id);
		for (const id of [...idsOf('fails'), dog as string]) host.api.finishTask(id, 'failed');
		for (const id of idsOf('cancelled')) host.api.finishTask(id, 'cancelled');
		for (const id of idsOf('vanishes')) host.api.removeTask(id);
		for (const id of idsOf('no video')) {
			host.api.fault({ kind: 'status', status: 503, id, times: Infinity });
		}
		await host.n8n.restart();
		// Where n8n took longer to start than the turn was due, n8n 2.35 calls an execution that it has just resumed crashed,
		// until its turn is over.
		await until(
			async () => {
				const execution = await host.session.execution(checking);
				return execution.status === 'waiting' && execution.waitTill?.getTime() !== waitTill?.getTime();
			},
			{ what: 'the first turn after the kill is over', withinMs: LIMIT_MS },
		);
		host.api.clearFaults();
		for (const id of [...idsOf('second turn'), ...idsOf('no video')]) host.api.finishTask(id);

		const execution = await over(host, many.id);
		expect(execution.data.error).toBeUndefined();
		expect(execution.status).toBe('success');
		const isDone = ({ kind }: Row) =>
			['at once', 'first turn', 'second turn', 'no video', 'again'].includes(kind);
		const done = allItems(execution, 'After');
		expect(done.map(({ title, id, status }) => [title, id, status])).toEqual(
			rows.filter(isDone).map(({ title, taskId }) => [title, taskId, 'completed']),
		);
		const words: Partial<Record<Kind, (id: string) => unknown>> = {
			fails: (id) => `Task "${id}" failed: prompt refused`,
			cancelled: (id) => `Task "${id}" was cancelled`,
			vanishes: (id) => `GlobalAI OPC has no task "${id}"`,
			'given up': () =>
				expect.stringMatching(/was still processing after 3\d minutes, so the wait timed out/),
			'bad id': () => `The 'Task ID' contains a space or a line break: "a b"`,
		};
		expect(allItems(execution, 'Failed').map(({ title, error }) => [title, error])).toEqual(
			rows.filter((row) => !isDone(row)).map(({ title, kind, taskId }) => [title, words[kind]?.(taskId)]),
		);
		// Nothing is asked while all is parked, and a decided task no more.
		for (const id of idsOf('at once')) expect(host.api.requestsFor(id)).toHaveLength(1);
		for (const id of idsOf('first turn').slice(1)) expect(host.api.requestsFor(id)).toHaveLength(2);
		const own = new Set(rows.map(({ taskId }) => taskId));
		const firstAfter = host.api.requests.slice(before).find(({ id }) => own.has(String(id)));
		expect(firstAfter?.at).toBeGreaterThanOrEqual(waitTill?.getTime() as number);

		const ends = Object.fromEntries(
			await Promise.all(
				Object.entries(runs).map(async ([name, { id }]) => [name, await over(host, id)] as const),
			),
		);
		expect(Object.entries(ends).map(([name, { status }]) => [name, status])).toEqual(
			Object.keys(runs).map((name) => [name, 'success']),
		);
		const left = (name: string) =>
			allItems(ends[name] as never, 'After').map(({ title, id, status }) => [title, id, status]);
		expect(left('two')).toEqual([['two', two?.id, 'completed']]);
		expect(left('sub')).toEqual([['Sub', sub?.id, 'completed']]);
		expect(left('loop')).toEqual(loop.map(({ title, id }) => [title, id, 'completed']));

		const [made] = itemsOf(ends.create as never, NODE);
		expect(
			allItems(ends.create as never, 'After').map(({ title, status, error }) => [title, error ?? status]),
		).toEqual([
			['Cat', 'completed'],
			['Refused', expect.stringMatching(/^Task "video_\w+" failed/)],
		]);
		expect(made?.binary?.data).toMatchObject({ mimeType: 'video/mp4' });
		expect(host.api.created).toHaveLength(2);

		// The file is there although the workflow keeps no execution that succeeded.
		const [video] = itemsOf(ends.file as never, NODE);
		const { id: binaryId, fileName } = video?.binary?.data as { id: string; fileName: string };
		expect(fileName).toBe(`${file?.id}.mp4`);
		const answer = await fetch(
			`${host.n8n.url}/rest/binary-data?id=${encodeURIComponent(binaryId)}&action=download`,
			{
				headers: host.session.rest.headers,
			},
		);
		const served = await fetch(String(host.api.task(file?.id as string)?.videoUrl), {});
		expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from(await served.arrayBuffer()));

		const others = await Promise.all([keeping, checking].map(async (id) => await host.session.execution(id)));
		expect(others.map(({ status }) => status)).toEqual(['success', 'success']);
		expect(JSON.stringify([execution, others, ends])).not.toContain(KEY);
	},
	LIMIT_MS,
);

test(
	'n8n killed while it checks: the checks begin again, and every row comes out',
	async () => {
		const rows = ['one', 'two'].map((title) => ({ title, id: host.api.addTask({ outcome: 'never' }).id }));
		const start = async (onError: string) => {
			const nodes = [parkedNode({}, { onError }), note('After', 'title', "$('Rows').item.json.title")];
			return await begin(host, onRows(rows, nodes, { branch: note('Failed', 'a', '1') }));
		};
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
			const left = allItems(execution, 'After').map(({ title, id: task, status }) => [title, task, status]);
			expect(left).toEqual(rows.map(({ title, id: task }) => [title, task, 'completed']));
			const statusOf = async (one?: string) => (await host.session.execution(String(one))).status;
			expect([await statusOf(own[index]?.checking), await statusOf(own[index]?.keeping)]).toEqual([
				'crashed',
				'success',
			]);
			expect(await host.session.executions({ workflowId, status: ['running', 'waiting'] })).toEqual([]);
		}
	},
	LIMIT_MS,
);

import { readExample } from '../host/examples.cts';
import type { WorkflowNode } from '../host/session/workflow.cts';
import { fetch, FormData } from '../host/session/http.cts';
import { until } from '../host/until.cts';
import { allItems } from './harness/chain';
import { useHost } from './harness/host';
import { begin, LIMIT_MS, NODE, note, onRows, over, parkedNode } from './harness/parked';
import { sideBySide } from './harness/sideBySide';

// One production execution at a time, so that a parked one would hold up all others if n8n counted it.
const host = useHost({ N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' });

const to = (node: string) => ({ main: [[{ node, type: 'main', index: 0 }]] });

/** A Create that is parked, for prompts of this kind. */
const create = (prompt: string) => parkedNode({ operation: 'create', prompt: `=${prompt} {{ $json.n }}` });

/** The tasks made for prompts of this kind. */
const made = (kind: string) =>
	host.api.created.filter(({ body }) => JSON.stringify(body).includes(`${kind} `));

/** Waits until so many were made, and ends them. */
async function finish(kind: string, count: number, status?: (body: string) => 'failed' | undefined) {
	await until(() => made(kind).length === count, {
		what: `${count} tasks are made for ${kind}`,
		withinMs: LIMIT_MS,
		everyMs: 250,
	});
	for (const { id, body } of made(kind)) host.api.finishTask(id, status?.(JSON.stringify(body)));
}

/** Five calls of a webhook that is answered first, then waits for its video. */
async function answeredFirst(): Promise<string> {
	const path = 'answered-first';
	const hook: WorkflowNode = {
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		webhookId: path,
		parameters: { path, httpMethod: 'POST', responseMode: 'responseNode', options: {} },
	};
	const answer: WorkflowNode = {
		name: 'Answer',
		type: 'n8n-nodes-base.respondToWebhook',
		typeVersion: 1.4,
		parameters: { respondWith: 'json', responseBody: '{"ordered":true}', options: {} },
	};
	const video = parkedNode({ operation: 'create', prompt: '=Answered {{ $json.body.n }}' });
	const nodes = [hook, answer, video, note('After', 'n', "$('Webhook').item.json.body.n")];
	const connections = { Webhook: to('Answer'), Answer: to(NODE), [NODE]: to('After') };
	const { id } = await host.session.importWorkflow({ nodes, connections }, { credentials: host.credentials });
	await host.session.publish(id);
	const answers = await Promise.all(
		[1, 2, 3, 4, 5].map(async (n) => await host.session.callWebhook(path, { body: { n } })),
	);
	expect(answers).toEqual(Array(5).fill({ status: 200, body: { ordered: true } }));
	return id;
}

/** The data table that the example makes, by its rows. */
async function tableOf(name: string) {
	const { data } = await host.session.rest.request(
		'GET',
		`/data-tables-global?filter=${encodeURIComponent(JSON.stringify({ name }))}`,
	);
	const [{ id, projectId }] = data as [{ id: string; projectId: string }];
	const path = `/projects/${projectId}/data-tables/${id}`;
	return {
		add: async (rows: object[]) =>
			await host.session.rest.request('POST', `${path}/insert`, { data: rows, returnType: 'all' }),
		rows: async () =>
			(await host.session.rest.request('GET', `${path}/rows?sortBy=id:asc`)).data as Array<
				Record<string, unknown>
			>,
	};
}

sideBySide(
	{
		'five executions end where one may run at a time, and each caller is answered before its video is made':
			async () => {
				const workflowId = await answeredFirst();
				await finish('Answered', 5);
				const executions = await host.session.executions({ workflowId });
				const ends = await Promise.all(
					executions.filter(({ mode }) => mode === 'webhook').map(async ({ id }) => await over(host, id)),
				);
				expect(ends.map(({ status }) => status)).toEqual(Array(5).fill('success'));
				const left = ends.flatMap((end) => allItems(end, 'After')).map(({ n, status }) => [n, status]);
				expect(left.sort()).toEqual(['1', '2', '3', '4', '5'].map((n) => [n, 'completed']));
				expect(made('Answered')).toHaveLength(5);
			},

		'"Table to videos": runs that overlap order each row once, and write what came of it': async () => {
			const from = 'When clicking ‘Execute workflow’';
			const { id } = await host.session.importWorkflow(readExample('table-to-videos.json'), {
				credentials: host.credentials,
				edit: (nodes) => ((nodes['Make Videos'] as WorkflowNode).parameters.options = { pollInterval: 5 }),
			});
			const first = await over(host, await host.session.run(id, { from }));
			expect(first.status).toBe('success');
			expect(first.data.runData).not.toHaveProperty('Make Videos');
			const table = await tableOf('Videos');
			await table.add(['Table 1', 'Table 2 [fail]', 'Table 3'].map((prompt) => ({ prompt })));
			const runs = await Promise.all([0, 1, 2].map(async () => await host.session.run(id, { from })));
			await finish('Table', 3, (body) => (body.includes('[fail]') ? 'failed' : undefined));
			for (const run of runs) expect((await over(host, run)).status).toBe('success');
			expect(made('Table')).toHaveLength(3);
			const link = expect.stringMatching(/^http.*mp4$/);
			expect(await table.rows()).toMatchObject([
				{ prompt: 'Table 1', state: 'done', video_url: link, reason: null },
				{
					prompt: 'Table 2 [fail]',
					state: 'failed',
					video_url: null,
					reason: expect.stringContaining('failed'),
				},
				{ prompt: 'Table 3', state: 'done', video_url: link, reason: null },
			]);
		},

		'Execute Sub-workflow, once for each item: a sub-workflow that waits inside the node gives each row its own':
			async () => {
				const sub = await host.session.importWorkflow(readExample('make-a-video.json'), {
					credentials: host.credentials,
					edit: (nodes) =>
						Object.assign((nodes['Make Video'] as WorkflowNode).parameters, {
							waitUntilDone: 'inNode',
							options: { pollInterval: 5 },
						}),
				});
				await host.session.publish(sub.id);
				const schema = [
					{ id: 'prompt', displayName: 'prompt', type: 'string', display: true, required: false },
				];
				const call: WorkflowNode = {
					name: 'Call',
					type: 'n8n-nodes-base.executeWorkflow',
					typeVersion: 1.2,
					parameters: {
						workflowId: { __rl: true, mode: 'id', value: sub.id },
						workflowInputs: { mappingMode: 'defineBelow', value: { prompt: '={{ $json.prompt }}' }, schema },
						mode: 'each',
						options: {},
					},
				};
				const rows = ['Each 1', '', 'Each 3'].map((prompt) => ({ prompt }));
				const run = await begin(
					host,
					onRows(rows, [call, note('After', 'prompt', "$('Rows').item.json.prompt")]),
				);
				await finish('Each', 1);
				await finish('Each', 2);
				const left = allItems(await over(host, run.id), 'After').map(({ prompt, id, reason }) => [
					prompt,
					reason ?? id,
				]);
				const [first, third] = made('Each').map(({ id }) => id);
				expect(left).toEqual([
					['Each 1', first],
					['', "The 'Prompt' is empty"],
					['Each 3', third],
				]);
			},

		'"Form to video": the form waits, and its last page has the file and the link': async () => {
			const path = 'form-to-video';
			const { id } = await host.session.importWorkflow(readExample('form-to-video.json'), {
				credentials: host.credentials,
				edit: (nodes) => {
					(nodes['On form submission'] as WorkflowNode).webhookId = path;
					const make = nodes['Make Video'] as WorkflowNode;
					Object.assign(make.parameters, { waitUntilDone: 'parked', options: { pollInterval: 5 } });
				},
			});
			await host.session.publish(id);
			const body = new FormData();
			body.append('field-0', 'Form 1');
			const submitted = await until(
				async () => {
					const answer = await fetch(`${host.n8n.url}/form/${path}`, { method: 'POST', body });
					return answer.ok && ((await answer.json()) as { formWaitingUrl: string });
				},
				{ what: 'the form is at work', withinMs: LIMIT_MS, everyMs: 500 },
			);
			await finish('Form', 1);
			// What n8n's page asks for until it goes on.
			const status = new URL(submitted.formWaitingUrl);
			status.pathname += '/n8n-execution-status';
			const isNext = async () => (await (await fetch(String(status), {})).text()) === 'form-waiting';
			await until(isNext, { what: 'the form goes on', withinMs: LIMIT_MS, everyMs: 1000 });
			const end = await (await fetch(submitted.formWaitingUrl, {})).text();
			const task = made('Form')[0]?.id as string;
			expect(end).toContain(host.api.task(task)?.videoUrl);
			expect(end).toContain(`${task}.mp4`);
		},

		'a step behind a Create is executed again and again: its results are used while the editor has them, or they are pinned':
			async () => {
				const run = await begin(host, onRows([{ n: 1 }], [create('Step'), note('After', 'a', '1')]));
				await finish('Step', 1);
				const { data } = await over(host, run.id);
				const execute = async (body: object) => {
					const destinationNode = { nodeName: 'After', mode: 'inclusive' };
					const path = `/workflows/${run.workflowId}`;
					const { executionId } = await host.session.rest.request('POST', `${path}/run`, {
						destinationNode,
						...body,
					});
					return allItems(await over(host, String(executionId)), 'After').map(({ id, status }) => [
						id,
						status,
					]);
				};
				const video = [[made('Step')[0]?.id, 'completed']];
				expect(await execute({ runData: data.runData, dirtyNodeNames: [] })).toEqual(video);
				const { versionId } = await host.session.rest.request('GET', `/workflows/${run.workflowId}`);
				const pinData = { [NODE]: data.runData[NODE]?.[0]?.data?.main?.[0] };
				await host.session.rest.request('PATCH', `/workflows/${run.workflowId}`, { versionId, pinData });
				expect(await execute({})).toEqual(video);
				expect(made('Step')).toHaveLength(1);
			},
	},
	LIMIT_MS,
);

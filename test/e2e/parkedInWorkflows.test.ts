import { example } from '../host/examples.cts';
import { allItems } from '../host/session.cts';
import { addField, calling, chain, n8nNode, webhook } from '../host/workflows.cts';
import { useHost } from './harness/host';
import { begin, created, LIMIT_MS, onRows, over, parkedNode, publish, SHORTEST } from './harness/runs';
import { sideBySide } from './harness/sideBySide';

// One production execution at a time, so that a parked one would hold up all others if n8n counted it.
const host = useHost({ N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' });

/** Waits until so many tasks were created for prompts that include a text, and ends them. */
async function finish(text: string, count: number): Promise<void> {
	for (const { id } of await created(host, count, text)) host.api.finishTask(id);
}

sideBySide(
	{
		'five executions end where one may run at a time, and each caller is answered before its video is made':
			async () => {
				const calls = ['1', '2', '3', '4', '5'];
				const workflowId = await publish(
					host,
					chain([
						webhook('answered-first', 'responseNode'),
						n8nNode('Answer', 'respondToWebhook', 1.4, {
							respondWith: 'json',
							responseBody: '{"ordered":true}',
							options: {},
						}),
						parkedNode({ operation: 'create', prompt: '=Answered {{ $json.body.n }}' }),
						addField('After', 'n', "$('Webhook').item.json.body.n"),
					]),
				);
				const answers = await Promise.all(
					calls.map(async (n) => await host.session.callWebhook('answered-first', { body: { n } })),
				);
				expect(answers).toEqual(calls.map(() => ({ status: 200, body: { ordered: true } })));
				await finish('Answered', calls.length);
				const executions = await host.session.executions({ workflowId });
				const ends = await Promise.all(
					executions.filter(({ mode }) => mode === 'webhook').map(async ({ id }) => await over(host, id)),
				);
				expect(ends.map(({ status }) => status)).toEqual(calls.map(() => 'success'));
				const left = ends.flatMap((end) => allItems(end, 'After')).map(({ n, status }) => [n, status]);
				expect(left.sort()).toEqual(calls.map((n) => [n, 'completed']));
				expect(await created(host, 0, 'Answered')).toHaveLength(calls.length);
			},

		'Execute Sub-workflow, once for each item: a sub-workflow that waits inside the node gives each row its own':
			async () => {
				const sub = await publish(
					host,
					example('make-a-video.json', { 'Make Video': { waitUntilDone: 'inNode', options: SHORTEST } }),
				);
				const parameters = { ...calling(sub, { prompt: '={{ $json.prompt }}' }), mode: 'each', options: {} };
				const call = n8nNode('Call', 'executeWorkflow', 1.2, parameters);
				const rows = ['Each 1', '', 'Each 3'].map((prompt) => ({ prompt }));
				const asked = addField('After', 'prompt', "$('Rows').item.json.prompt");
				const run = await begin(host, onRows(rows, call, asked));
				await finish('Each', 1);
				await finish('Each', 2);
				const left = allItems(await over(host, run.id), 'After');
				const [first, third] = (await created(host, 2, 'Each')).map(({ id }) => id);
				expect(left.map(({ prompt, id, reason }) => [prompt, reason ?? id])).toEqual([
					['Each 1', first],
					['', "The 'Prompt' is empty"],
					['Each 3', third],
				]);
			},
	},
	LIMIT_MS,
);

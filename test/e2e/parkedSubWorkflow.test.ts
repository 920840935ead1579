import { example } from '../host/examples.cts';
import { itemsOf, type WorkflowJson } from '../host/session.cts';
import { calling, chain, leadsTo, n8nNode, START } from '../host/workflows.cts';
import { startChatModel, toolAnswer, type ChatModel } from './harness/chatModel.cts';
import { useHost } from './harness/host';
import { after, begin, created, LIMIT_MS, onRows, over, publish, SHORTEST, waiting } from './harness/runs';

const host = useHost();

let model: ChatModel;

beforeAll(async () => {
	model = await startChatModel();
});

afterAll(async () => await model?.close());

/** Publishes the example "Make a video"; returns how a node calls it with this prompt. */
async function callingExample(prompt: string) {
	const id = await publish(host, example('make-a-video.json', { 'Make Video': { options: SHORTEST } }));
	return calling(id, { prompt });
}

/** Runs a workflow that calls the example until it is parked, and gives its ID and the tasks made for it. */
async function runUntilParked(workflow: WorkflowJson, tasks: number, credentials = {}) {
	host.api.created.splice(0);
	const { id } = await begin(host, workflow, { credentials });
	const made = await created(host, tasks);
	await waiting(host, id);
	return { id, tasks: made.map((task) => task.id) };
}

test(
	'Execute Sub-workflow is parked too, and gives each row its video or the reason',
	async () => {
		const prompts = ['A cat on a skateboard', 'A prompt that is refused [fail]', ''];
		const rows = prompts.map((prompt, row) => ({ title: `Row ${row}`, prompt }));
		const parameters = { ...(await callingExample('={{ $json.prompt }}')), mode: 'once', options: {} };
		const call = n8nNode('Make a Video', 'executeWorkflow', 1.2, parameters);
		const { id, tasks } = await runUntilParked(onRows(rows, call, after), 2);
		for (const task of tasks) host.api.finishTask(task);
		const execution = await over(host, id);
		expect(execution.status).toBe('success');
		const left = itemsOf(execution, 'After').map(({ json }) => json);
		expect(left).toEqual([
			{
				title: 'Row 0',
				id: expect.any(String),
				video_url: expect.any(String),
				expiresAt: expect.any(String),
				reason: null,
			},
			{
				title: 'Row 1',
				id: expect.any(String),
				video_url: null,
				expiresAt: null,
				reason: expect.stringContaining('failed:'),
			},
			{ title: 'Row 2', id: null, video_url: null, expiresAt: null, reason: "The 'Prompt' is empty" },
		]);
		expect(tasks.map((task) => host.api.task(task)?.videoUrl)).toContain(left[0]?.['video_url']);
	},
	LIMIT_MS,
);

test(
	'an AI agent whose tool it is goes on with the finished video',
	async () => {
		const openAiApi = await host.session.createCredential(model.credential);
		model.follow([
			() => ({ tool: 'Make_a_Video', args: { prompt: 'A cat on a skateboard' } }),
			(told) => ({ text: `It is here: ${toolAnswer(told)[0].video_url}` }),
		]);
		const agent = n8nNode('AI Agent', '@n8n/n8n-nodes-langchain.agent', 3, {
			promptType: 'define',
			text: 'Make a video of a cat',
			options: {},
		});
		const workflow = chain([START, agent], {
			connections: {
				Model: leadsTo('AI Agent', 'ai_languageModel'),
				'Make a Video': leadsTo('AI Agent', 'ai_tool'),
			},
		});
		workflow.nodes.push(
			n8nNode('Model', '@n8n/n8n-nodes-langchain.lmChatOpenAi', 1.3, {
				model: { __rl: true, mode: 'id', value: 'scripted' },
				responsesApiEnabled: false,
				options: {},
			}),
			n8nNode('Make a Video', '@n8n/n8n-nodes-langchain.toolWorkflow', 2.2, {
				description: 'Makes a video',
				...(await callingExample("={{ $fromAI('prompt', `What the video shows`, 'string') }}")),
			}),
		);
		const { id, tasks } = await runUntilParked(workflow, 1, { openAiApi });
		const [task = ''] = tasks;
		host.api.finishTask(task);
		const execution = await over(host, id);
		expect(execution.status).toBe('success');
		const output = `It is here: ${host.api.task(task)?.videoUrl}`;
		expect(itemsOf(execution, 'AI Agent')[0]?.json).toEqual({ output });
		expect(model.requests).toHaveLength(2);
	},
	LIMIT_MS,
);

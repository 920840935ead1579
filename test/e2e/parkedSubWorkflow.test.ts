import { readExample } from '../host/examples.cts';
import { itemsOf } from '../host/session.cts';
import type { WorkflowJson, WorkflowNode } from '../host/session/workflow.cts';
import { until } from '../host/until.cts';
import { LIMIT_MS, parked } from './harness/chain';
import { startChatModel, toolAnswer, type ChatModel } from './harness/chatModel.cts';
import { useHost } from './harness/host';

const host = useHost();

const START: WorkflowNode = {
	name: 'Start',
	type: 'n8n-nodes-base.manualTrigger',
	typeVersion: 1,
	parameters: {},
};

let model: ChatModel;

beforeAll(async () => {
	model = await startChatModel();
});

afterAll(async () => await model?.close());

/** The example "Make a video" as its note tells to set it up, and how a node calls it with this prompt. */
async function publishExample(prompt: string) {
	const { id } = await host.session.importWorkflow(readExample('make-a-video.json'), {
		credentials: host.credentials,
		edit: (nodes) => ((nodes['Make Video'] as WorkflowNode).parameters.options = { pollInterval: 5 }),
	});
	await host.session.publish(id);
	return {
		workflowId: { __rl: true, mode: 'id', value: id },
		workflowInputs: {
			mappingMode: 'defineBelow',
			value: { prompt },
			schema: [{ id: 'prompt', displayName: 'prompt', type: 'string', display: true, required: false }],
		},
	};
}

const to = (node: string, type = 'main') => ({ [type]: [[{ node, type, index: 0 }]] });

/** Runs a workflow that calls the example, and comes back when it is parked, with the tasks made for it. */
async function runUntilParked(workflow: WorkflowJson, tasks: number, credentials = {}) {
	host.api.created.splice(0);
	const { id } = await host.session.importWorkflow(workflow, { credentials });
	const executionId = await host.session.run(id);
	await until(() => host.api.created.length === tasks, { what: 'the tasks are made', withinMs: LIMIT_MS });
	await parked(host, executionId);
	return executionId;
}

test(
	'Execute Sub-workflow is parked too, and gives each row its video or the reason',
	async () => {
		const prompts = ['A cat on a skateboard', 'A prompt that is refused [fail]', ''];
		const rows = prompts.map((prompt, row) => ({ row, prompt }));
		const executionId = await runUntilParked(
			{
				nodes: [
					START,
					{
						name: 'Rows',
						type: 'n8n-nodes-base.set',
						typeVersion: 3.4,
						parameters: { mode: 'raw', jsonOutput: JSON.stringify({ rows }), options: {} },
					},
					{
						name: 'Split Out',
						type: 'n8n-nodes-base.splitOut',
						typeVersion: 1,
						parameters: { fieldToSplitOut: 'rows', options: {} },
					},
					{
						name: 'Make a Video',
						type: 'n8n-nodes-base.executeWorkflow',
						typeVersion: 1.2,
						parameters: { ...(await publishExample('={{ $json.prompt }}')), mode: 'once', options: {} },
					},
					{
						name: 'After',
						type: 'n8n-nodes-base.set',
						typeVersion: 3.4,
						parameters: {
							includeOtherFields: true,
							assignments: {
								assignments: [
									{ id: 'row', name: 'row', type: 'number', value: "={{ $('Split Out').item.json.row }}" },
								],
							},
							options: {},
						},
					},
				],
				connections: {
					Start: to('Rows'),
					Rows: to('Split Out'),
					'Split Out': to('Make a Video'),
					'Make a Video': to('After'),
				},
			},
			2,
		);
		for (const { id } of host.api.created) host.api.finishTask(id);
		const execution = await host.session.waitForExecution(executionId, { timeoutMs: LIMIT_MS });
		expect(execution.status).toBe('success');
		const videoUrls = host.api.created.map(({ id }) => host.api.task(id)?.videoUrl);
		expect(itemsOf(execution, 'After').map(({ json }) => json)).toEqual([
			{
				row: 0,
				id: expect.any(String),
				video_url: expect.any(String),
				expiresAt: expect.any(String),
				reason: null,
			},
			{
				row: 1,
				id: expect.any(String),
				video_url: null,
				expiresAt: null,
				reason: expect.stringContaining('failed:'),
			},
			{ row: 2, id: null, video_url: null, expiresAt: null, reason: "The 'Prompt' is empty" },
		]);
		expect(videoUrls).toContain(itemsOf(execution, 'After')[0]?.json.video_url);
	},
	LIMIT_MS,
);

test(
	'an AI agent whose tool it is goes on with the finished video',
	async () => {
		const openAiApi = await host.session.createCredential({
			name: 'Scripted model',
			type: 'openAiApi',
			data: { apiKey: 'scripted', url: model.url, header: false },
		});
		model.follow([
			() => ({ tool: 'Make_a_Video', args: { prompt: 'A cat on a skateboard' } }),
			(told) => ({ text: `It is here: ${toolAnswer(told)[0].video_url}` }),
		]);
		const executionId = await runUntilParked(
			{
				nodes: [
					START,
					{
						name: 'AI Agent',
						type: '@n8n/n8n-nodes-langchain.agent',
						typeVersion: 3,
						parameters: { promptType: 'define', text: 'Make a video of a cat', options: {} },
					},
					{
						name: 'Model',
						type: '@n8n/n8n-nodes-langchain.lmChatOpenAi',
						typeVersion: 1.3,
						parameters: {
							model: { __rl: true, mode: 'id', value: 'scripted' },
							responsesApiEnabled: false,
							options: {},
						},
					},
					{
						name: 'Make a Video',
						type: '@n8n/n8n-nodes-langchain.toolWorkflow',
						typeVersion: 2.2,
						parameters: {
							description: 'Makes a video',
							...(await publishExample("={{ $fromAI('prompt', `What the video shows`, 'string') }}")),
						},
					},
				],
				connections: {
					Start: to('AI Agent'),
					Model: to('AI Agent', 'ai_languageModel'),
					'Make a Video': to('AI Agent', 'ai_tool'),
				},
			},
			1,
			{ openAiApi },
		);
		const id = String(host.api.created[0]?.id);
		host.api.finishTask(id);
		const execution = await host.session.waitForExecution(executionId, { timeoutMs: LIMIT_MS });
		expect(execution.status).toBe('success');
		const output = `It is here: ${host.api.task(id)?.videoUrl}`;
		expect(itemsOf(execution, 'AI Agent')[0]?.json).toEqual({ output });
		expect(model.requests).toHaveLength(2);
	},
	LIMIT_MS,
);

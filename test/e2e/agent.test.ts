import agentExample from '../../examples/ai-agent-makes-a-video.json';
import type { WorkflowJson, WorkflowNode } from '../host/session/workflow.cts';
import { startChatModel, toolAnswer, toolText, type ChatModel } from './harness/chatModel.cts';
import { KEY, useHost } from './harness/host';

const host = useHost();

const TRIGGER = 'When chat message received';
const CREATE = 'Create_Video';
const GET = 'Get_Video';
const PROMPT = 'A cat rides a skateboard through Paris';

let model: ChatModel;
let workflowId: string;
/** Where n8n takes chat messages for the example. */
let chatPath: string;

/** The example as its notes tell to set it up, and its chat public, so that a test can write to it. */
async function publishExample() {
	const openAiApi = await host.session.createCredential({
		name: 'Scripted model',
		type: 'openAiApi',
		data: { apiKey: 'scripted', url: model.url, header: false },
	});
	const { id } = await host.session.importWorkflow(agentExample as unknown as WorkflowJson, {
		credentials: { ...host.credentials, openAiApi },
		edit: (nodes) => {
			const trigger = nodes[TRIGGER] as WorkflowNode;
			trigger.parameters = { ...trigger.parameters, public: true };
			chatPath = `${trigger.webhookId}/chat`;
		},
	});
	await host.session.publish(id);
	return id;
}

beforeAll(async () => {
	model = await startChatModel();
	workflowId = await publishExample();
}, 60_000);

afterAll(async () => await model?.close());

const say = async (chatInput: string, sessionId: string) =>
	await host.session.callWebhook(chatPath, { body: { action: 'sendMessage', sessionId, chatInput } });

/** What the model was told of its latest tool call, before each answer that followed one. */
const toolTexts = () =>
	model.requests.filter(({ messages }) => messages.at(-1)?.role === 'tool').map(toolText);

test('the model creates a video, asks for it, and gives its link', async () => {
	let id = '';
	model.follow([
		() => ({ tool: CREATE, args: { prompt: PROMPT } }),
		(told) => {
			id = toolAnswer(told)[0].id;
			return { tool: GET, args: { taskId: id } };
		},
		(told) => {
			host.api.finishTask(toolAnswer(told)[0].id);
			return { tool: GET, args: { taskId: id } };
		},
		(told) => ({ text: `Here is video ${id}: ${toolAnswer(told)[0].video_url}` }),
		() => ({ text: 'You have it already.' }),
	]);
	const { status, body } = await say(`Make a video. ${PROMPT}`, 'makes a video');

	const link = host.api.task(id)?.videoUrl;
	expect({ status, output: body.output }).toEqual({ status: 200, output: `Here is video ${id}: ${link}` });
	expect(host.api.created).toMatchObject([{ id, body: { content: [{ text: PROMPT }] } }]);

	const offered = model.requests[0]?.tools?.map(({ function: tool }) => [
		tool.name,
		tool.parameters.required,
	]);
	expect(Object.fromEntries(offered ?? [])).toEqual({ [CREATE]: ['prompt'], [GET]: ['taskId'] });
	const running = { id, status: expect.stringMatching(/queued|processing/), expiresAt: expect.any(String) };
	const [created, asked, done] = toolTexts();
	expect(JSON.parse(String(created))).toEqual([
		{ ...running, nextStep: expect.stringMatching(/^Still queued, ask again in \d+ s with the same id\.$/) },
	]);
	expect(JSON.parse(String(asked))).toEqual([
		{ ...running, nextStep: expect.stringMatching(/^Still \w+, ask again in \d+ s with the same id\.$/) },
	]);
	expect(JSON.parse(String(done))).toEqual([
		{
			id,
			status: 'completed',
			video_url: link,
			actualDuration: 5,
			expiresAt: expect.any(String),
			nextStep: expect.stringContaining('Give the user the link'),
		},
	]);
	for (const text of [created, asked, done]) expect(text?.length).toBeLessThan(500);
	expect(host.api.requests.filter((request) => request.host === 'files')).toHaveLength(0);

	await say('Is it done?', 'makes a video');
	expect(model.requests.at(-1)?.messages.some(({ content }) => content?.includes(String(link)))).toBe(true);
	expect(JSON.stringify(model.requests)).not.toContain(KEY);
});

test('the model is told what is wrong, in words that it can act on', async () => {
	const createdBefore = host.api.created.length;
	model.follow([
		() => ({ tool: CREATE, args: { prompt: '' } }),
		() => ({ tool: GET, args: { taskId: 'video_nobody_knows' } }),
		() => ({ tool: CREATE, args: { prompt: PROMPT } }),
		() => ({ text: 'It is being made.' }),
	]);
	const { status, body } = await say('Make a video', 'learns what is wrong');

	expect({ status, output: body.output }).toEqual({ status: 200, output: 'It is being made.' });
	const [empty, unknown, created] = toolTexts();
	expect(empty).toContain("The 'Prompt' is empty");
	expect(empty).toContain("Describe the video in 'Prompt'");
	expect(unknown).toContain('GlobalAI OPC has no task \\"video_nobody_knows\\"');
	expect(created).toContain('nextStep');
	for (const text of [empty, unknown]) expect(text?.length).toBeLessThan(800);
	expect(host.api.created).toHaveLength(createdBefore + 1);
	expect(JSON.stringify(model.requests)).not.toContain(KEY);
	const executions = await host.session.executions({ workflowId });
	expect(executions.map((execution) => execution.status)).toEqual(executions.map(() => 'success'));
});

import { example } from '../host/examples.cts';
import { nodeOf } from '../host/session/workflow.cts';
import { startChatModel, toolAnswer, type ChatModel } from './harness/chatModel.cts';
import { KEY, useHost } from './harness/host';

const host = useHost();

const CREATE = 'Create_Video';
const GET = 'Get_Video';
const PROMPT = 'A cat rides a skateboard through Paris';

let model: ChatModel;
let workflowId: string;
/** Where n8n takes chat messages for the example. */
let chatPath: string;

/** The example as its notes tell to set it up, and its chat public, so that a test can write to it. */
beforeAll(async () => {
	model = await startChatModel();
	const openAiApi = await host.session.createCredential(model.credential);
	const workflow = example('ai-agent-makes-a-video.json', { 'When chat message received': { public: true } });
	chatPath = `${nodeOf(workflow, 'When chat message received').webhookId}/chat`;
	const credentials = { ...host.credentials, openAiApi };
	workflowId = (await host.session.importWorkflow(workflow, credentials)).id;
	await host.session.publish(workflowId);
}, 60_000);

afterAll(async () => await model?.close());

const say = async (chatInput: string, sessionId: string) =>
	await host.session.callWebhook(chatPath, { body: { action: 'sendMessage', sessionId, chatInput } });

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

	const link = String(host.api.task(id)?.videoUrl);
	expect({ status, output: body.output }).toEqual({ status: 200, output: `Here is video ${id}: ${link}` });
	expect(host.api.created).toMatchObject([{ id, body: { content: [{ text: PROMPT }] } }]);
	const offered = model.requests[0]?.tools?.map(({ function: { name, parameters } }) => [
		name,
		parameters.required,
	]);
	expect(Object.fromEntries(offered ?? [])).toEqual({ [CREATE]: ['prompt'], [GET]: ['taskId'] });
	const [first, second, done] = model.toolTexts().map((text) => JSON.parse(text));
	for (const answer of [first, second])
		expect(answer).toMatchObject([{ id, nextStep: expect.stringMatching(/^Still \w+, ask again in/) }]);
	expect(done).toMatchObject([{ id, video_url: link, nextStep: expect.stringContaining('the link') }]);
	expect(host.api.requests.filter((request) => request.host === 'files')).toHaveLength(0);

	await say('Is it done?', 'makes a video');
	expect(model.requests.at(-1)?.messages.some(({ content }) => content?.includes(link))).toBe(true);
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
	const [empty, unknown, made] = model.toolTexts();
	expect(empty).toContain("The 'Prompt' is empty");
	expect(empty).toContain("Describe the video in 'Prompt'");
	expect(unknown).toContain('GlobalAI OPC has no task \\"video_nobody_knows\\"');
	expect(made).toContain('nextStep');
	expect(host.api.created).toHaveLength(createdBefore + 1);
	expect(JSON.stringify(model.requests)).not.toContain(KEY);
	const executions = await host.session.executions({ workflowId });
	expect(executions.map((execution) => execution.status)).toEqual(executions.map(() => 'success'));
});

// Of a tool's error, n8n gives the model the message alone, and keeps nothing else.
test('the model is told how long the API asks to wait', async () => {
	const { id } = host.api.addTask();
	host.api.fault({ id, kind: 'status', status: 429, retryAfter: 3600, times: Infinity });
	model.follow([() => ({ tool: GET, args: { taskId: id } }), () => ({ text: 'Ask me again in an hour.' })]);
	const { body } = await say(`Is ${id} done?`, 'learns of a rate limit');

	expect(body.output).toBe('Ask me again in an hour.');
	expect(model.toolTexts()[0]).toContain('It asks to wait 3600 s');
});

import { example } from '../host/examples.cts';
import { nodeOf, type WorkflowNode } from '../host/session/workflow.cts';
import type { Credential } from '../host/session.cts';
import { calling, n8nNode } from '../host/workflows.cts';
import { openChat, type ChatPage } from './harness/chat.cts';
import { startChatModel, toolAnswer, toolText, type ChatModel } from './harness/chatModel.cts';
import { KEY, useHost } from './harness/host';
import { LIMIT_MS, publish, SHORTEST } from './harness/runs';
import { until } from '../host/until.cts';

const host = useHost();

const CREATE = 'Create_Video';
const GET = 'Get_Video';
const PROMPT = 'A cat rides a skateboard through Paris';

let model: ChatModel;

/** An example with a chat that is published. */
interface Published {
	workflowId: string;
	/** Where n8n takes its chat messages */
	chatPath: string;
}

let credentials: Record<string, Credential>;
let plain: Published;
let asking: Published;

beforeAll(async () => {
	model = await startChatModel();
	const openAiApi = await host.session.createCredential(model.credential);
	credentials = { ...host.credentials, openAiApi };
	plain = await publishChat('ai-agent-makes-a-video.json');
	asking = await publishChat('ai-agent-asks-first.json');
}, 120_000);

/**
 * Publishes an example as its notes tell to set it up, and its chat public, so that a test can write to it.
 * @param nodes what differs in the nodes of these names
 */
async function publishChat(
	name: string,
	nodes: Array<Partial<WorkflowNode> & { name: string }> = [],
): Promise<Published> {
	const workflow = example(name, { 'When chat message received': { public: true } });
	for (const node of nodes) Object.assign(nodeOf(workflow, node.name), node);
	const chatPath = `${nodeOf(workflow, 'When chat message received').webhookId}/chat`;
	const { id: workflowId } = await host.session.importWorkflow(workflow, credentials);
	await host.session.publish(workflowId);
	return { workflowId, chatPath };
}

afterAll(async () => await model?.close());

const say = async (chatInput: string, sessionId: string) =>
	await host.session.callWebhook(plain.chatPath, { body: { action: 'sendMessage', sessionId, chatInput } });

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

	const link = String(host.api.task(id)?.videoUrl);
	expect({ status, output: body.output }).toEqual({ status: 200, output: `Here is video ${id}: ${link}` });
	expect(host.api.created).toMatchObject([{ id, body: { content: [{ text: PROMPT }] } }]);
	const offered = model.requests[0]?.tools?.map(({ function: { name, parameters } }) => [
		name,
		parameters.required,
	]);
	expect(Object.fromEntries(offered ?? [])).toEqual({ [CREATE]: ['prompt'], [GET]: ['taskId'] });
	const [first, second, done] = toolTexts().map((text) => JSON.parse(text));
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
	const [empty, unknown, made] = toolTexts();
	expect(empty).toContain("The 'Prompt' is empty");
	expect(empty).toContain("Describe the video in 'Prompt'");
	expect(unknown).toContain('GlobalAI OPC has no task \\"video_nobody_knows\\"');
	expect(made).toContain('nextStep');
	expect(host.api.created).toHaveLength(createdBefore + 1);
	expect(JSON.stringify(model.requests)).not.toContain(KEY);
	const executions = await host.session.executions({ workflowId: plain.workflowId });
	expect(executions.map((execution) => execution.status)).toEqual(executions.map(() => 'success'));
});

// Of a tool's error, n8n gives the model the message alone, and keeps nothing else.
test('the model is told how long the API asks to wait', async () => {
	const { id } = host.api.addTask();
	host.api.fault({ id, kind: 'status', status: 429, retryAfter: 3600, times: Infinity });
	model.follow([() => ({ tool: GET, args: { taskId: id } }), () => ({ text: 'Ask me again in an hour.' })]);
	const { body } = await say(`Is ${id} done?`, 'learns of a rate limit');

	expect(body.output).toBe('Ask me again in an hour.');
	expect(toolTexts()[0]).toContain('It asks to wait 3600 s');
});

describe('an agent that asks first', () => {
	/** How n8n has a model call a tool that needs approval. */
	const CALL = { tool: CREATE, args: { toolParameters: { prompt: PROMPT }, hitlParameters: {} } };

	let page: ChatPage | undefined;

	afterEach(() => page?.close());

	/** Writes the first message, and waits until the chat asks whether the video may be made. */
	async function ask(first: string, chatPath = asking.chatPath): Promise<ChatPage> {
		const chat = await openChat(host, chatPath, first);
		page = chat;
		await until(() => chat.messages.length > 0, { what: 'the chat asks', withinMs: 60_000 });
		return chat;
	}

	const nextMessage = async (chat: ChatPage, count: number) => {
		const what = `message ${count} comes`;
		await until(() => chat.messages.length >= count, { what, withinMs: LIMIT_MS });
		return chat.messages[count - 1];
	};

	test('a video is created when a person has approved it, and not before', async () => {
		const before = host.api.created.length;
		model.follow([() => CALL, (told) => ({ text: `Being made: ${toolAnswer(told)[0].id}` })]);
		const chat = await ask(`Make a video. ${PROMPT}`);
		expect(chat.messages[0]).toMatchObject({
			text: expect.stringContaining(PROMPT),
			buttons: [{ text: 'Make it' }, { text: 'No' }],
		});
		expect(host.api.created).toHaveLength(before);
		await chat.press('Make it');
		const said = await nextMessage(chat, 2);
		expect(host.api.created.slice(before)).toMatchObject([{ body: { content: [{ text: PROMPT }] } }]);
		expect(said).toBe(`Being made: ${host.api.created[before]?.id}`);
	});

	test('nothing is created when a person declines, and the agent is told so', async () => {
		const before = host.api.created.length;
		model.follow([() => CALL, () => ({ text: 'What shall I change?' })]);
		const chat = await ask('Make a video that nobody wants');
		await chat.press('No');
		expect(await nextMessage(chat, 2)).toBe('What shall I change?');
		expect(toolTexts()[0]).toContain('rejected');
		expect(host.api.created).toHaveLength(before);
	});

	test('an answer in words creates nothing either, and the agent reads it', async () => {
		const before = host.api.created.length;
		model.follow([() => CALL, () => ({ text: 'In the rain, then.' })]);
		const chat = await ask('Make a video that needs rain');
		chat.write('Let it rain');
		expect(await nextMessage(chat, 2)).toBe('In the rain, then.');
		expect(toolTexts()[0]).toContain('feedback: \\"Let it rain\\"');
		expect(host.api.created).toHaveLength(before);
	});

	test(
		'once approved, a tool that waits in the database gives the chat the finished video',
		async () => {
			const before = host.api.created.length;
			const makeAVideo = example('make-a-video.json', { 'Make Video': { options: SHORTEST } });
			const tool = n8nNode('Create Video', '@n8n/n8n-nodes-langchain.toolWorkflow', 2.2, {
				description: 'Makes a video',
				...calling(await publish(host, makeAVideo), {
					prompt: "={{ $fromAI('prompt', `What the video shows`, 'string') }}",
				}),
			});
			const trigger = { name: 'When chat message received', webhookId: 'another-chat' };
			const { chatPath } = await publishChat('ai-agent-asks-first.json', [tool, trigger]);
			model.follow([() => CALL, (told) => ({ text: `Done: ${toolAnswer(told)[0].video_url}` })]);
			const chat = await ask('Make a video and wait', chatPath);
			await chat.press('Make it');
			const [{ id = '' } = {}] = await until(
				() => host.api.created.length > before && host.api.created.slice(before),
				{ what: 'the video is created', withinMs: LIMIT_MS },
			);
			host.api.finishTask(id);
			expect(await nextMessage(chat, 2)).toBe(`Done: ${host.api.task(id)?.videoUrl}`);
		},
		LIMIT_MS,
	);
});

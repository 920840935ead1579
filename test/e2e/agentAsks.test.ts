import { example } from '../host/examples.cts';
import { nodeOf, type WorkflowNode } from '../host/session/workflow.cts';
import type { Credential } from '../host/session.cts';
import { until } from '../host/until.cts';
import { calling, n8nNode } from '../host/workflows.cts';
import { openChat, type ChatPage } from './harness/chat.cts';
import { startChatModel, toolAnswer, type ChatModel } from './harness/chatModel.cts';
import { useHost } from './harness/host';
import { LIMIT_MS, publish, SHORTEST } from './harness/runs';

const host = useHost();

const PROMPT = 'A cat rides a skateboard through Paris';

/** How n8n has a model call a tool that needs approval. */
const CALL = { tool: 'Create_Video', args: { toolParameters: { prompt: PROMPT }, hitlParameters: {} } };

let model: ChatModel;
let credentials: Record<string, Credential>;
/** Where n8n takes chat messages for the example. */
let chatPath: string;
let page: ChatPage | undefined;

beforeAll(async () => {
	model = await startChatModel();
	const openAiApi = await host.session.createCredential(model.credential);
	credentials = { ...host.credentials, openAiApi };
	chatPath = await publishExample();
}, 60_000);

afterEach(() => page?.close());

afterAll(async () => await model?.close());

/**
 * Publishes the example as its notes tell to set it up, and its chat public, so that a test can write to it.
 * @param nodes what differs in the nodes of these names
 * @returns where n8n takes its chat messages
 */
async function publishExample(nodes: Array<Partial<WorkflowNode> & { name: string }> = []): Promise<string> {
	const workflow = example('ai-agent-asks-first.json', { 'When chat message received': { public: true } });
	for (const node of nodes) Object.assign(nodeOf(workflow, node.name), node);
	const { id } = await host.session.importWorkflow(workflow, credentials);
	await host.session.publish(id);
	return `${nodeOf(workflow, 'When chat message received').webhookId}/chat`;
}

/** Writes the first message, and waits until the chat asks whether the video may be made. */
async function ask(first: string, path = chatPath): Promise<ChatPage> {
	const chat = await openChat(host, path, first);
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
	expect(model.toolTexts()[0]).toContain('rejected');
	expect(host.api.created).toHaveLength(before);
});

test('an answer in words creates nothing either, and the agent reads it', async () => {
	const before = host.api.created.length;
	model.follow([() => CALL, () => ({ text: 'In the rain, then.' })]);
	const chat = await ask('Make a video that needs rain');
	chat.write('Let it rain');
	expect(await nextMessage(chat, 2)).toBe('In the rain, then.');
	expect(model.toolTexts()[0]).toContain('feedback: \\"Let it rain\\"');
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
		const path = await publishExample([tool, trigger]);
		model.follow([() => CALL, (told) => ({ text: `Done: ${toolAnswer(told)[0].video_url}` })]);
		const chat = await ask('Make a video and wait', path);
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

import { example } from '../host/examples.cts';
import { until } from '../host/until.cts';
import { chain, seedance, webhook } from '../host/workflows.cts';
import { KEY, useHost } from './harness/host';
import { connectMcp, type McpClient, type ToolAnswer } from './harness/mcp.cts';
import { created, NODE, over, publish, SHORTEST } from './harness/runs';

import type { CreatedTask } from '../simulator/api.cts';

const host = useHost();

const TOKEN = ['mcp', 'token', '0123456789'].join('-');

let client: McpClient | undefined;

/** The example as its notes tell to set it up, with a client connected to it. */
beforeAll(async () => {
	const httpBearerAuth = await host.session.createCredential({
		name: 'MCP clients',
		type: 'httpBearerAuth',
		data: { token: TOKEN },
	});
	const workflow = example('mcp-make-a-video.json', { 'Create Video': { options: { requestTimeout: 120 } } });
	const { id } = await host.session.importWorkflow(workflow, { ...host.credentials, httpBearerAuth });
	await host.session.publish(id);
	const url = `${host.n8n.url}/mcp/make-a-video`;
	client = await until(async () => await connectMcp(url, TOKEN).catch(() => undefined), {
		what: 'the client connects',
		withinMs: 60_000,
		everyMs: 500,
	});
}, 120_000);

afterAll(async () => await client?.close());

/** Calls the tool. Once a model has called a tool, it reads its answer as JSON. */
async function makeVideo(prompt: string, more: { take?: number; timeout?: number } = {}) {
	const { timeout, ...take } = more;
	const call = { name: 'Make_Video', arguments: { prompt, take: 1, ...take } };
	const answer = (await client?.callTool(call, undefined, { timeout })) as ToolAnswer;
	const text = answer.content[0]?.text ?? '';
	expect(text).not.toContain(KEY);
	const [item] = [JSON.parse(text)].flat();
	return item;
}

const createdFor = (prompt: string) => host.api.created.filter((task) => task.prompt === prompt);

test('the very first calls, side by side, make one video', async () => {
	const prompt = 'Four windows ask at once';
	await Promise.all([1, 2, 3, 4].map(async () => await makeVideo(prompt)));
	expect(createdFor(prompt)).toHaveLength(1);
});

test('the client is answered at once, and asks again with the same prompt until the video is there', async () => {
	const prompt = 'A cat rides a skateboard';
	const { tools } = (await client?.listTools()) ?? { tools: [] };
	expect(tools.map(({ name }) => name)).toEqual(['Make_Video']);

	const ordered = await makeVideo(prompt);
	const [task] = createdFor(prompt);
	expect(ordered).toMatchObject({ id: task?.id, status: 'ordered', reason: '' });
	expect(ordered.nextStep).toContain('Call again in a minute');
	expect(await makeVideo(prompt)).toMatchObject({ id: task?.id, status: 'queued', video_url: '' });

	host.api.finishTask(String(task?.id));
	expect(await makeVideo(prompt)).toMatchObject({
		id: task?.id,
		status: 'completed',
		video_url: host.api.task(String(task?.id))?.videoUrl,
		expiresAt: expect.stringMatching(/Z$/),
		nextStep: expect.stringContaining('Done'),
	});
	expect(createdFor(prompt)).toHaveLength(1);

	expect(await makeVideo(prompt, { take: 2 })).toMatchObject({ status: 'ordered' });
	expect(createdFor(prompt)).toHaveLength(2);
});

test('a client that gave up and asks again orders nothing twice', async () => {
	const prompt = 'A video whose order is answered late';
	let answerOrder = () => {};
	const answered = new Promise<void>((resolve) => (answerOrder = resolve));
	host.api.fault({ kind: 'hold', until: answered, method: 'POST', times: 1 });
	// Clients wait 60 s by default; the order is answered later than that, too.
	await expect(makeVideo(prompt, { timeout: 5_000 })).rejects.toThrow('Request timed out');
	const asked = await makeVideo(prompt);
	expect(asked).toMatchObject({ status: 'ordered', nextStep: expect.stringContaining('orders nothing') });
	const [task] = createdFor(prompt);
	answerOrder();
	const isKnown = async () => (await makeVideo(prompt)).id === task?.id;
	await until(isKnown, { what: 'the client is told the ID', withinMs: 60_000, everyMs: 1_000 });
	expect(createdFor(prompt)).toHaveLength(1);
});

test('the client is told why there is no video, and asking again changes nothing', async () => {
	const refused = await makeVideo(' ');
	expect(refused).toMatchObject({ status: 'no video', reason: "The 'Prompt' is empty", video_url: '' });
	expect(await makeVideo(' ')).toEqual(refused);

	const prompt = 'A prompt that is refused [fail]';
	const { id } = await makeVideo(prompt);
	host.api.finishTask(id);
	const failed = await makeVideo(prompt);
	expect(failed).toMatchObject({ id, status: 'failed', reason: expect.stringContaining('review') });
	expect(failed.nextStep).toContain('the next take orders a new video');
	expect(createdFor(prompt)).toHaveLength(1);
});

test('a check that fails is no end: the client is not led to another order', async () => {
	const prompt = 'The API is down for a minute';
	const { id } = await makeVideo(prompt);
	host.api.fault({ kind: 'status', status: 503, id, times: Infinity });
	const unknown = await makeVideo(prompt);
	expect(unknown).toMatchObject({ id, status: 'unknown', video_url: '', reason: expect.any(String) });
	expect(unknown.nextStep).toContain('Call again in a minute');
	expect(unknown.nextStep).not.toContain('next take');
	expect(createdFor(prompt)).toHaveLength(1);
});

test("by n8n's own MCP server the client gets an execution's ID at once, and the video by that", async () => {
	const prompt = 'A workflow is executed';
	const { rest } = host.session;
	await rest.request('PATCH', '/mcp/settings', { mcpAccessEnabled: true });
	const { apiKey } = await rest.request('GET', '/mcp/api-key');
	const parameters = { operation: 'create', prompt: '={{ $json.body.prompt }}', waitUntilDone: 'inNode' };
	const workflow = chain(
		[webhook('by-mcp'), seedance({ ...parameters, options: SHORTEST }, { name: NODE })],
		{
			settings: { executionOrder: 'v1', availableInMCP: true },
		},
	);
	const workflowId = await publish(host, workflow);
	const own = await connectMcp(`${host.n8n.url}/mcp-server/http`, apiKey);
	try {
		const call = async (name: string, args: Record<string, unknown>) =>
			(await own.callTool({ name, arguments: { workflowId, ...args } })).structuredContent;
		const inputs = { webhookData: { body: { prompt } } };
		const trigger = { executionMode: 'production', triggerNodeName: 'Webhook', inputs };
		const { executionId, status } = await call('execute_workflow', trigger);
		expect(status).toBe('started');
		const [{ id }] = (await created(host, 1, prompt)) as [CreatedTask];
		const execution = { executionId, includeData: true, nodeNames: [NODE] };
		expect((await call('get_workflow_execution', execution)).execution.status).toBe('running');
		host.api.finishTask(id);
		await over(host, executionId);
		const { data } = await call('get_workflow_execution', execution);
		const item = data.resultData.runData[NODE][0].data.main[0][0];
		expect(item.json).toMatchObject({ id, video_url: host.api.task(id)?.videoUrl });
		expect(JSON.stringify(data)).not.toContain(KEY);
	} finally {
		await own.close();
	}
});

test('whoever lacks the token is refused', async () => {
	await expect(connectMcp(`${host.n8n.url}/mcp/make-a-video`, 'another')).rejects.toThrow(
		'Authorization data is wrong',
	);
});

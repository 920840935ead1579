import anyModelJson from '../../examples/any-model.json';
import isMyVideoDone from '../../examples/is-my-video-done.json';
import { itemsOf } from '../host/session.cts';
import { nodeOf, type WorkflowJson, type WorkflowNode } from '../host/session/workflow.cts';
import { until } from '../host/until.cts';
import { installNodeByHand } from '../package/install.cts';
import type { CreatedTask } from '../simulator/api.cts';
import { KEY, useHost } from './harness/host';
import { WITNESS, workflowOfN8n, workflowsOfNode } from './harness/workflowOfNode.cts';

const host = useHost(WITNESS, installNodeByHand);

const NODE = 'Is My Video Done?';

/** The example, as a person sets it up: the ID filled in, the credential chosen. */
async function importExample(id: string, edit: (node: WorkflowNode) => void = () => {}) {
	return await host.session.importWorkflow(isMyVideoDone as unknown as WorkflowJson, {
		credentials: host.credentials,
		edit: (nodes) => {
			const [idNode, node] = [nodes['Task ID'], nodes[NODE]];
			if (!idNode || !node) throw new Error('The example has changed');
			idNode.parameters.assignments.assignments[0].value = id;
			edit(node);
		},
	});
}

test('n8n lists the node as the package describes it', async () => {
	const type = await host.session.nodeType('n8n-nodes-globalaiopc.seedance');
	expect(type).toMatchObject({
		displayName: 'Seedance',
		usableAsTool: true,
		credentials: [{ name: 'globalAiOpcApi', required: true }],
		codex: { categories: ['Marketing & Content'] },
	});
	expect(Object.keys(type.iconUrl)).toEqual(['light', 'dark']);
});

test("installed by the command of docs/install.md, it works with n8n's own n8n-workflow", () => {
	expect(workflowsOfNode(host.n8n.userFolder)).toEqual([workflowOfN8n()]);
});

describe('the Test of the credential', () => {
	const pressTest = (change: Record<string, string> = {}) =>
		host.session.testCredential({
			name: 'Tried out',
			type: 'globalAiOpcApi',
			data: { apiKey: KEY, baseUrl: host.api.baseUrl, ...change },
		});

	test('accepts a good key', async () => {
		expect(await pressTest()).toMatchObject({ status: 'OK' });
	});

	test('refuses a bad key in words', async () => {
		expect(await pressTest({ apiKey: 'sk-bad' })).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('refused this API key'),
		});
	});

	test('tells an unreachable server apart', async () => {
		expect(await pressTest({ baseUrl: 'http://127.0.0.1:9' })).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('refused the connection'),
		});
	});
});

describe('the example "Is my video done?"', () => {
	test('waits, and gives the link', async () => {
		const { id } = host.api.addTask({ finishAfterAnswers: 1 });
		const workflow = await importExample(id, (node) => (node.parameters.options = { pollInterval: 5 }));
		const execution = await host.session.waitForExecution(await host.session.run(workflow.id));
		expect(execution.status).toBe('success');
		const [item] = itemsOf(execution, NODE);
		expect(item?.json).toMatchObject({ id, status: 'completed', expiresAt: expect.any(String) });
		expect(item?.json.video_url).toBe(host.api.task(id)?.videoUrl);
		expect(host.api.requestsFor(id).map(({ authorization }) => authorization)).toEqual([
			`Bearer ${KEY}`,
			`Bearer ${KEY}`,
		]);
	});

	test('asks once where the wait is switched off', async () => {
		const { id } = host.api.addTask({ finishAfter: 3600 });
		const workflow = await importExample(id, (node) => (node.parameters.waitUntilDone = 'no'));
		const execution = await host.session.waitForExecution(await host.session.run(workflow.id));
		expect(itemsOf(execution, NODE)[0]?.json).toMatchObject({ id, status: 'queued' });
		expect(host.api.requestsFor(id)).toHaveLength(1);
	});

	test('fails in words when the task does, without the key', async () => {
		const { id } = host.api.addTask({ outcome: 'failed', finishAfter: 0, error: 'prompt refused' });
		const workflow = await importExample(id);
		const execution = await host.session.waitForExecution(await host.session.run(workflow.id));
		expect(execution.status).toBe('error');
		expect(execution.data.error).toMatchObject({ message: `Task "${id}" failed: prompt refused` });
		expect(JSON.stringify(execution)).not.toContain(KEY);
	});

	test('leaves by the error output where the user wants that', async () => {
		const workflow = await importExample('video_gone', (node) => (node.onError = 'continueErrorOutput'));
		const execution = await host.session.waitForExecution(await host.session.run(workflow.id));
		expect(execution.status).toBe('success');
		expect(itemsOf(execution, NODE, { output: 0 })).toHaveLength(0);
		expect(itemsOf(execution, NODE, { output: 1 })[0]?.json).toMatchObject({
			id: 'video_gone',
			error: 'GlobalAI OPC has no task "video_gone"',
		});
	});

	test('Stop ends a wait of minutes', async () => {
		const { id } = host.api.addTask();
		const workflow = await importExample(id);
		const executionId = await host.session.run(workflow.id);
		while (host.api.requestsFor(id).every(({ endedAt }) => !endedAt))
			await host.session.execution(executionId);
		await host.session.stopExecution(executionId);
		const execution = await host.session.waitForExecution(executionId);
		expect(execution.status).toBe('canceled');
		expect(host.api.requestsFor(id)).toHaveLength(1);
	});
});

const ANY_MODEL = anyModelJson as unknown as WorkflowJson;
const REAL_API = 'https://zcbservice.aizfw.cn/kyyReactApiServer';

/** Runs the example, as a person sets it up: the credential chosen in both nodes, the simulated API's address filled in. */
async function runAnyModel() {
	const { id } = await host.session.importWorkflow(ANY_MODEL, {
		credentials: host.credentials,
		edit: (nodes) => {
			const create = nodes['Create Task'] as WorkflowNode;
			create.parameters.url = String(create.parameters.url).replace(REAL_API, host.api.baseUrl);
		},
	});
	return await host.session.run(id);
}

describe('the example "Any model of GlobalAI OPC"', () => {
	test('a picture of a model that the node does not create is waited for, and its file comes', async () => {
		expect(nodeOf(ANY_MODEL, 'Create Task').parameters.url).toContain(REAL_API);
		const executionId = await runAnyModel();
		await until(() => host.api.created.length > 0, { what: 'the task is created', withinMs: 60_000 });
		const { id, body, authorization } = host.api.created[0] as CreatedTask;
		expect(body).toEqual({
			model: 'nano-banana-2',
			prompt: 'A cat on a skateboard, as a stamp',
			resolution: '1k',
			size: '1:1',
		});
		expect(authorization).toBe(`Bearer ${KEY}`);
		await until(() => host.api.requestsFor(id).length > 0, { what: 'it is asked for', withinMs: 60_000 });
		host.api.finishTask(id);

		const execution = await host.session.waitForExecution(executionId);
		expect(execution.status).toBe('success');
		const [item] = itemsOf(execution, 'Get File');
		expect(item?.json).toMatchObject({
			id,
			object: 'nanobanana',
			status: 'completed',
			image_url: host.api.task(id)?.videoUrl,
		});
		expect(item?.json).not.toHaveProperty('video_url');
		expect(item?.binary?.data).toMatchObject({ mimeType: 'image/png', fileName: `${id}.png` });
		const atFiles = host.api.requests.filter((request) => request.host === 'files');
		expect(JSON.stringify(atFiles)).not.toContain(KEY);
	});

	test('where no task was created, Get Result says what is missing', async () => {
		host.api.fault({ method: 'POST', kind: 'seen', answer: 'missingParameter' });
		const execution = await host.session.waitForExecution(await runAnyModel());
		expect(execution.status).toBe('error');
		expect(execution.data.error?.message).toMatch(/Task ID'? is empty/);
	});
});

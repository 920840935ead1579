import { example, GET_NODE, isMyVideoDone } from '../host/examples.cts';
import { itemsOf } from '../host/session.cts';
import { nodeOf } from '../host/session/workflow.cts';
import { until } from '../host/until.cts';
import { installNodeByHand } from '../package/install.cts';
import { KEY, useHost } from './harness/host';
import { begin, created, over, SHORTEST } from './harness/runs';
import { WITNESS, workflowOfN8n, workflowsOfNode } from './harness/workflowOfNode.cts';

const host = useHost(WITNESS, installNodeByHand);

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

test.each([
	['accepts a good key', {}, 'OK', ''],
	['refuses a bad key in words', { apiKey: 'sk-bad' }, 'Error', 'refused this API key'],
	['tells an unreachable server apart', { baseUrl: 'http://127.0.0.1:9' }, 'Error', 'refused the connection'],
])('the Test of the credential %s', async (_, change, status, words) => {
	const data = { apiKey: KEY, baseUrl: host.api.baseUrl, ...change };
	const answer = await host.session.testCredential({ name: 'Tried out', type: 'globalAiOpcApi', data });
	expect(answer).toMatchObject({ status, message: expect.stringContaining(words) });
});

test('the example "Is my video done?" waits, and gives the link', async () => {
	const { id } = host.api.addTask({ finishAfterAnswers: 1 });
	const run = await begin(host, isMyVideoDone(id, { options: SHORTEST }));
	const execution = await over(host, run.id);
	expect(execution.status).toBe('success');
	const [item] = itemsOf(execution, GET_NODE);
	expect(item?.json).toMatchObject({ id, status: 'completed', expiresAt: expect.any(String) });
	expect(item?.json['video_url']).toBe(host.api.task(id)?.videoUrl);
	const authorizations = host.api.requestsFor(id).map(({ authorization }) => authorization);
	expect(authorizations).toEqual([`Bearer ${KEY}`, `Bearer ${KEY}`]);
});

test('the example "Any model": a picture of a model that the node does not create is waited for, and its file comes', async () => {
	const workflow = example('any-model.json');
	const create = nodeOf(workflow, 'Create Task').parameters;
	expect(create['url']).toContain('https://zcbservice.aizfw.cn/kyyReactApiServer');
	create['url'] = create['url'].replace('https://zcbservice.aizfw.cn/kyyReactApiServer', host.api.baseUrl);
	const run = await begin(host, workflow);
	const [{ id = '', body, authorization } = {}] = await created(host, 1);
	expect(body).toEqual({
		model: 'nano-banana-2',
		prompt: 'A cat on a skateboard, as a stamp',
		resolution: '1k',
		size: '1:1',
	});
	expect(authorization).toBe(`Bearer ${KEY}`);
	await until(() => host.api.requestsFor(id).length > 0, { what: 'it is asked for', withinMs: 60_000 });
	host.api.finishTask(id);

	const execution = await over(host, run.id);
	expect(execution.status).toBe('success');
	const [item] = itemsOf(execution, 'Get File');
	expect(item?.json).toMatchObject({
		id,
		object: 'nanobanana',
		status: 'completed',
		image_url: host.api.task(id)?.videoUrl,
	});
	expect(item?.json).not.toHaveProperty('video_url');
	expect(item?.binary?.['data']).toMatchObject({ mimeType: 'image/png', fileName: `${id}.png` });
	const atFiles = host.api.requests.filter((request) => request.host === 'files');
	expect(JSON.stringify(atFiles)).not.toContain(KEY);
});

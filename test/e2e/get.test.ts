import { example, GET_NODE, isMyVideoDone } from '../host/examples.cts';
import { itemsOf } from '../host/session.cts';
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

test.each([
	['a video', { value: 'minimax-h3', duration: 5 }, { duration: 5 }, 'video/mp4'],
	['a picture', { value: 'nano-banana-2', duration: -1 }, {}, 'image/png'],
])(
	'the example "Any model" makes %s by the ID of its model',
	async (_what, { value, duration }, sent, mimeType) => {
		const workflow = example('any-model.json', {
			'Make It': { model: { __rl: true, mode: 'id', value }, duration, options: SHORTEST },
		});
		host.api.created.splice(0);
		const run = await begin(host, workflow);
		const [{ id = '', body, authorization } = {}] = await created(host, 1);
		expect(body).toEqual({ model: value, prompt: 'A cat on a skateboard, as a stamp', tools: [], ...sent });
		expect(authorization).toBe(`Bearer ${KEY}`);
		host.api.finishTask(id);

		const execution = await over(host, run.id);
		expect(execution.status).toBe('success');
		const [item] = itemsOf(execution, 'Make It');
		expect(item?.json).toMatchObject({ id, status: 'completed' });
		expect(item?.binary?.['data']).toMatchObject({ mimeType });
		const atFiles = host.api.requests.filter((request) => request.host === 'files');
		expect(JSON.stringify(atFiles)).not.toContain(KEY);
	},
);

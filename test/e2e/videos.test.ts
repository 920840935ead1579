import { readExample } from '../host/examples.cts';
import { itemsOf } from '../host/session.cts';
import type { WorkflowNode } from '../host/session/workflow.cts';
import { until } from '../host/until.cts';
import { allItems, LIMIT_MS } from './harness/chain';
import { hashesIn, hashOf, removeFolder, temporaryFolder } from './harness/folder.cts';
import { CAN_PARK, KEY, useHost } from './harness/host';
import { runPromptsToVideos } from './harness/videos';
import type { CreatedTask } from '../simulator/api.cts';

const folder = temporaryFolder();
const host = useHost({ N8N_RESTRICT_FILE_ACCESS_TO: folder });

afterAll(() => removeFolder(folder));

const ROWS = [
	{ name: 'cat', prompt: 'A cat rides a skateboard' },
	{ name: 'failed', prompt: 'A prompt that is refused [fail]' },
	{ name: 'empty', prompt: ' ' },
	{ name: 'gone', prompt: 'A video whose file is gone' },
	{ name: 'no such folder/city', prompt: 'A city in the rain' },
	{ name: 'sea', prompt: 'The sea at night' },
];

/** The prompt of a create, as the API got it. */
const promptOf = ({ body }: { body: unknown }) =>
	(body as { content: Array<{ text: string }> }).content[0]?.text;

test(
	'prompts become files on disk, and every row comes out once',
	async () => {
		const executionId = await runPromptsToVideos(host, ROWS, folder, CAN_PARK ? 'parked' : 'inNode');
		const come = async (until: () => boolean) =>
			await host.session.waitForExecution(executionId, { until, timeoutMs: LIMIT_MS });
		const sent = ROWS.filter((row) => row.prompt.trim()).map(({ prompt }) => prompt);
		await come(() => host.api.created.length === sent.length);
		const idOf = Object.fromEntries(host.api.created.map((task) => [promptOf(task), task.id]));
		const videos = ROWS.map(({ name, prompt }) => ({ name, id: idOf[prompt] as string }));
		const [cat, failed, , gone, city, sea] = videos;
		host.api.fault({ kind: 'status', status: 404, host: 'files', id: gone?.id, times: Infinity });
		for (const { id } of host.api.created) if (id !== sea?.id) host.api.finishTask(id);
		// One turn later than the others, at least.
		await come(() => host.api.requestsFor(sea?.id as string).some(({ endedAt }) => endedAt));
		host.api.finishTask(sea?.id as string);
		const execution = await host.session.waitForExecution(executionId, { timeoutMs: LIMIT_MS });
		expect(execution.data.error).toBeUndefined();
		expect(execution.status).toBe('success');

		const files = [
			{ ...cat, fileName: `${folder}/cat-${cat?.id}.mp4` },
			{ ...sea, fileName: `${folder}/sea-${sea?.id}.mp4` },
		];
		expect(allItems(execution, 'Videos')).toEqual(files);
		const failures = allItems(execution, 'Failed');
		expect(failures).toHaveLength(4);
		expect(failures).toEqual(
			expect.arrayContaining([
				{ name: 'empty', reason: "The 'Prompt' is empty", id: null, video_url: null },
				{ ...failed, reason: expect.stringContaining(`Task "${failed?.id}" failed:`), video_url: null },
				{
					...gone,
					reason: expect.stringContaining(`Task "${gone?.id}" is done, but:`),
					video_url: host.api.task(gone?.id as string)?.videoUrl,
				},
				{
					...city,
					reason: expect.stringContaining('does not exist'),
					video_url: host.api.task(city?.id as string)?.videoUrl,
				},
			]),
		);

		const served = files.map(async ({ id }) => [
			`${id === cat?.id ? 'cat' : 'sea'}-${id}.mp4`,
			await hashOf(String(host.api.task(id as string)?.videoUrl)),
		]);
		expect(hashesIn(folder)).toEqual(Object.fromEntries(await Promise.all(served)));

		// Sent side by side, so that they arrive in any order.
		expect(host.api.created.map(promptOf).sort()).toEqual([...sent].sort());
		expect(host.api.requests.filter(({ method }) => method === 'POST')).toHaveLength(sent.length);
		const atFiles = host.api.requests.filter((request) => request.host === 'files');
		expect(atFiles.length).toBeGreaterThanOrEqual(3);
		expect(JSON.stringify(atFiles)).not.toContain(KEY);
		expect(JSON.stringify(execution)).not.toContain(KEY);
	},
	LIMIT_MS,
);

test('"First video" is made, waited for and downloaded by one node', async () => {
	const before = host.api.created.length;
	const { id: workflowId } = await host.session.importWorkflow(readExample('first-video.json'), {
		credentials: host.credentials,
		edit: (nodes) => ((nodes['Make Video'] as WorkflowNode).parameters.options = { pollInterval: 5 }),
	});
	const executionId = await host.session.run(workflowId);
	await until(() => host.api.created.length > before, { what: 'the video is ordered', withinMs: 60_000 });
	const { id, body } = host.api.created[before] as CreatedTask;
	expect(promptOf({ body })).toBe('A cat rides a skateboard through Paris at sunset');
	host.api.finishTask(id);
	const execution = await host.session.waitForExecution(executionId);
	expect(execution.status).toBe('success');
	const [item] = itemsOf(execution, 'Make Video');
	expect(item?.json).toMatchObject({ id, status: 'completed', video_url: host.api.task(id)?.videoUrl });
	expect(item?.binary?.data).toMatchObject({ mimeType: 'video/mp4', fileName: `${id}.mp4` });
});

if (!CAN_PARK)
	test('where n8n can not park the wait, each row says so, and nothing is sent', async () => {
		const before = host.api.requests.length;
		const rows = ROWS.slice(0, 1);
		const executionId = await runPromptsToVideos(host, rows, folder, 'parked');
		const execution = await host.session.waitForExecution(executionId);
		expect(allItems(execution, 'Failed')).toMatchObject([
			{ name: 'cat', reason: "The wait can't be parked in n8n's database: this takes n8n 2.36 or later" },
		]);
		expect(host.api.requests).toHaveLength(before);
	});

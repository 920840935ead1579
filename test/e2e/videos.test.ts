import { example, promptsToVideos } from '../host/examples.cts';
import { allItems, itemsOf } from '../host/session.cts';
import { until } from '../host/until.cts';
import { hashesIn, hashOf, removeFolder, temporaryFolder } from './harness/folder.cts';
import { CAN_PARK, KEY, useHost } from './harness/host';
import { begin, created, LIMIT_MS, over, SHORTEST } from './harness/runs';

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

test(
	'prompts become files on disk, and every row comes out once',
	async () => {
		const waitUntilDone = CAN_PARK ? 'parked' : 'inNode';
		const run = await begin(host, promptsToVideos(ROWS, folder, { waitUntilDone, options: SHORTEST }));
		const sent = ROWS.filter(({ prompt }) => prompt.trim());
		await created(host, sent.length);
		const idFor = async (prompt: string) => String((await created(host, 1, prompt))[0]?.id);
		const [cat, failed, gone, city, sea] = (await Promise.all(
			sent.map(async ({ prompt }) => await idFor(prompt)),
		)) as [string, string, string, string, string];
		host.api.fault({ kind: 'status', status: 404, host: 'files', id: gone, times: Infinity });
		for (const { id } of host.api.created) if (id !== sea) host.api.finishTask(id);
		// One turn later than the others, at least.
		await until(() => host.api.requestsFor(sea).some(({ endedAt }) => endedAt), {
			what: 'the sea is asked for',
			withinMs: LIMIT_MS,
		});
		host.api.finishTask(sea);
		const execution = await over(host, run.id);
		expect(execution.data.error).toBeUndefined();
		expect(execution.status).toBe('success');

		const link = (id: string) => String(host.api.task(id)?.videoUrl);
		const files = { [`cat-${cat}.mp4`]: cat, [`sea-${sea}.mp4`]: sea };
		expect(allItems(execution, 'Videos')).toEqual([
			{ name: 'cat', id: cat, fileName: `${folder}/cat-${cat}.mp4` },
			{ name: 'sea', id: sea, fileName: `${folder}/sea-${sea}.mp4` },
		]);
		const served = Object.entries(files).map(async ([name, id]) => [name, await hashOf(link(id))]);
		expect(hashesIn(folder)).toEqual(Object.fromEntries(await Promise.all(served)));
		const reason = (words: string) => expect.stringContaining(words);
		expect(allItems(execution, 'Failed').sort((a, b) => a.name.localeCompare(b.name))).toEqual([
			{ name: 'empty', id: null, reason: "The 'Prompt' is empty", video_url: null },
			{ name: 'failed', id: failed, reason: reason(`Task "${failed}" failed:`), video_url: null },
			{ name: 'gone', id: gone, reason: reason(`Task "${gone}" is done, but:`), video_url: link(gone) },
			{ name: 'no such folder/city', id: city, reason: reason('does not exist'), video_url: link(city) },
		]);

		expect(host.api.requests.filter(({ method }) => method === 'POST')).toHaveLength(sent.length);
		const atFiles = host.api.requests.filter((request) => request.host === 'files');
		expect(atFiles.length).toBeGreaterThanOrEqual(3);
		expect(JSON.stringify([atFiles, execution])).not.toContain(KEY);
	},
	LIMIT_MS,
);

test('"First video" is made, waited for and downloaded by one node', async () => {
	host.api.created.splice(0);
	const run = await begin(host, example('first-video.json', { 'Make Video': { options: SHORTEST } }));
	const [{ id = '' } = {}] = await created(host, 1, 'A cat rides a skateboard through Paris at sunset');
	host.api.finishTask(id);
	const execution = await over(host, run.id);
	expect(execution.status).toBe('success');
	const [item] = itemsOf(execution, 'Make Video');
	expect(item?.json).toMatchObject({ id, status: 'completed', video_url: host.api.task(id)?.videoUrl });
	expect(item?.binary?.data).toMatchObject({ mimeType: 'video/mp4', fileName: `${id}.mp4` });
});

test('"Faces: reviewed first" has the photo reviewed, then makes the video of it', async () => {
	host.api.created.splice(0);
	// It is not there, so that n8n passes it on.
	const firstFrame = `${host.api.filesUrl}/person.png`;
	const run = await begin(host, example('faces.json', { 'Make Video': { firstFrame, options: SHORTEST } }));
	const { id, body } = await until(() => host.api.uploads[0], { what: 'the photo is uploaded' });
	expect(body).toEqual({ assetType: 'Image', url: firstFrame });
	host.api.finishAsset(id);
	const [task] = await created(host, 1);
	expect(task?.body).toMatchObject({ model: 'seedance_2_0_pro', first_image: `asset://${id}` });
	host.api.finishTask(String(task?.id));
	const execution = await over(host, run.id);
	expect(execution.status).toBe('success');
	expect(itemsOf(execution, 'Make Video')[0]?.binary?.data).toMatchObject({ mimeType: 'video/mp4' });
});

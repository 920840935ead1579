import { example } from '../host/examples.cts';
import { itemsOf } from '../host/session.cts';
import { until } from '../host/until.cts';
import { useHost } from './harness/host';
import { begin, created, over, SHORTEST } from './harness/runs';

const host = useHost();

test('"First video" is made, waited for and downloaded by one node', async () => {
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

import { hash } from '../e2e/harness/folder.cts';
import { KEY } from '../e2e/harness/host';
import { example, GET_NODE } from '../host/examples.cts';
import { until } from '../host/until.cts';
import { png } from '../unit/media/pictures';
import { useEditor } from './harness/editor';
import { AFTER, runParked } from './harness/parked';

const { host, inEditor } = useEditor();

const CREATE = 'Create video';
const PROMPT = 'A cat rides a skateboard through Paris at sunset';

/** Waits until the node has ordered a video, and gives the new task's ID. */
async function ordered(before: number) {
	await until(() => host.api.created.length > before, { what: 'a video is ordered', withinMs: 60_000 });
	return host.api.created[before]?.id as string;
}

inEditor('the nodes panel lists the node among the apps', async ({ panel, canvas }) => {
	await panel.open();
	await panel.choose('Trigger manually');
	await canvas.addAfter('When clicking ‘Execute workflow’');
	await panel.choose('Action in an app');
	await panel.entry('Seedance').waitFor();
});

inEditor("README's steps lead from an empty workflow to a playing video", async (editor) => {
	await host.session.deleteCredential(host.credentials.globalAiOpcApi.id);
	const { panel, form, credentialDialog: dialog, canvas } = editor;
	const before = host.api.created.length;
	// The node then checks after 30 s; where it knows when the task was created, only after 2 min 30 s.
	host.api.fault({ kind: 'missingField', field: 'created', method: 'POST', times: 1 });
	await panel.open();
	await panel.search('seedance');
	await panel.entry('Seedance').waitFor();
	await panel.chooseFirst();
	await panel.choose(CREATE);

	await form.firstCredential();
	expect(await dialog.baseUrl()).toMatch(/^https:\/\//);
	await dialog.fill({ apiKey: 'sk-bad', baseUrl: host.api.baseUrl });
	await dialog.save();
	await dialog.says('GlobalAI OPC refused this API key');
	await dialog.fill({ baseUrl: 'http://127.0.0.1:9' });
	await dialog.save();
	await dialog.says('server refused the connection');
	// As it is pasted from a page of examples.
	await dialog.fill({ apiKey: ` Bearer ${KEY} `, baseUrl: `${host.api.baseUrl}/` });
	await dialog.save();
	await dialog.closed();
	await form.hasCredential('GlobalAI OPC account');
	await form.editCredential();
	await dialog.accepted();
	await dialog.close();

	await form.write('prompt', PROMPT);
	await form.toggle('downloadVideo');
	await form.execute();
	host.api.finishTask(await ordered(before));
	expect(await form.playVideo()).toEqual({ seconds: 5, width: 64 });
	expect(host.api.created.length).toBe(before + 1);
	expect(JSON.stringify(host.api.created[before]?.body)).toContain(PROMPT);
	await form.close();
	await canvas.succeeded(CREATE);
	expect(await canvas.subtitle(CREATE).innerText()).toBe('Create, Wait Inside');
});

inEditor("a form with a photo gives the video's file on its last page", async (editor) => {
	const { canvas } = editor;
	const before = host.api.created.length;
	const options = { pollInterval: 5 };
	await canvas.paste(example('form-to-video.json', { 'Make Video': { options } }));
	const form = await editor.webForm(async () => await canvas.run());
	const photo = Buffer.concat([png([640, 480]), Buffer.alloc(300_000, 7)]);
	host.api.media.mode = 'atOnce';
	await form.submit(PROMPT, { name: 'photo.png', mimeType: 'image/png', buffer: photo });
	const { videoUrl } = host.api.finishTask(await ordered(before));
	expect(await form.page('Your video')).toContain(String(videoUrl));
	expect(await form.isDownloadOf(String(videoUrl))).toBe(true);
	await canvas.succeeded('Make Video');
	host.api.media.mode = 'never';
	expect(host.api.media.fetched.map(({ sha256 }) => sha256)).toEqual([hash(photo)]);
});

inEditor('a parked node waits in sight, and later offers its fields to the next node', async (editor) => {
	const { canvas, form } = editor;
	const { id, videoUrl } = host.api.addTask({ createdAgo: 500, outcome: 'never' });
	const { parent, keeping, checking, ended } = await runParked(host, editor, id);
	await canvas.openNode(GET_NODE);
	await form.output.getByText('Waiting for input').waitFor();
	await form.close();
	await editor.beside('/home/executions', async ({ executions }) => {
		// n8n names all after the workflow that is stored.
		const row = { workflow: 'Is my video done?', status: 'Waiting' };
		for (const { id: one } of [parent, keeping, checking]) expect(await executions.row(one)).toEqual(row);
	});

	host.api.finishTask(id);
	await ended(parent);
	await canvas.succeeded(GET_NODE);
	await canvas.succeeded(AFTER);
	expect(await canvas.countBetween(GET_NODE, AFTER)).toBe('1 item');
	await canvas.openNode(GET_NODE);
	await form.output.getByText(videoUrl as string).waitFor();
	expect(await form.relatedExecution()).toEqual({ words: 'View sub-execution', path: keeping.path });
	await form.close();

	await editor.beside(keeping.path, async (other) => {
		expect(await other.executions.opened(keeping.id)).toBe('Succeeded');
		expect(await other.executions.note.innerText()).toContain(`stop execution ${parent.id}`);
		await other.canvas.openNode(`${GET_NODE}: Start`);
		const words = `View parent execution ${parent.id}`;
		expect(await other.form.relatedExecution()).toEqual({ words, path: parent.path });
	});

	// n8n offers the fields of the last successful execution then, which may be one of the wait's own.
	await editor.reload();
	await canvas.openNode(AFTER);
	await form.dragToFields('video_url');
	expect(await form.expression('value')).toBe('{{ $json.video_url }}');
	await form.execute();
	await form.output.getByText(videoUrl as string).waitFor();
});

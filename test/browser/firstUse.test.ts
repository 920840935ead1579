import { KEY } from '../e2e/harness/host';
import { useEditor } from './harness/editor';

const { host, inEditor } = useEditor();

const GET = 'Get video result';

describe('the nodes panel', () => {
	inEditor('has the node for every word that a person may try', async ({ panel }) => {
		await panel.open();
		for (const words of ['seedance', 'video', 'globalai', 'text to video', 'text2video']) {
			await panel.search(words);
			await panel.entry('Seedance').waitFor();
		}
	});

	inEditor('lists it among the apps', async ({ panel, canvas }) => {
		await panel.open();
		await panel.choose('Trigger manually');
		await canvas.addAfter('When clicking ‘Execute workflow’');
		await panel.choose('Action in an app');
		await panel.entry('Seedance').waitFor();
	});

	inEditor('offers both operations as actions', async ({ panel }) => {
		await panel.open();
		await panel.search('seedance');
		await panel.choose('Seedance');
		await panel.entry('Create video').waitFor();
		await panel.entry(GET).waitFor();
	});
});

inEditor('from the panel to a finished video, with a credential made on the way', async (editor) => {
	await host.session.deleteCredential(host.credentials.globalAiOpcApi.id);
	const { id } = host.api.addTask({ finishAfter: 0 });
	const { panel, form, credentialDialog: dialog, canvas } = editor;
	await panel.open();
	await panel.search('seedance');
	await panel.choose('Seedance');
	await panel.choose(GET);

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

	await form.setExpression('taskId', `{{ '${id}' }}`);
	await form.choose('waitUntilDone', 'Inside This Node');
	await form.execute();
	await form.output.getByText(host.api.task(id)?.videoUrl as string).waitFor();
	await form.close();
	await canvas.succeeded(GET);
	expect(await canvas.subtitle(GET).innerText()).toBe('Get Result, Wait Inside');
});

import { useEditor } from './harness/editor';
import { AFTER, runParked } from './harness/parked';
import { NODE } from './harness/workflows.cts';

const { host, inEditor } = useEditor();

inEditor('a parked node is shown as waiting, and then gives its video to the next node', async (editor) => {
	const { canvas, form } = editor;
	const { id, videoUrl } = host.api.addTask({ createdAgo: 500, outcome: 'never' });
	const { parent, keeping, checking, ended } = await runParked(host, editor, id);
	await canvas.openNode(NODE);
	await form.output.getByText('Waiting for input').waitFor();
	await form.close();
	await editor.beside('/home/executions', async ({ executions }) => {
		// n8n names all after the workflow that is stored.
		const row = { workflow: 'Is my video done?', status: 'Waiting' };
		for (const { id: one } of [parent, keeping, checking]) expect(await executions.row(one)).toEqual(row);
	});

	host.api.finishTask(id);
	await ended(parent);
	await canvas.succeeded(NODE);
	await canvas.succeeded(AFTER);
	expect(await canvas.countBetween(NODE, AFTER)).toBe('1 item');
	await canvas.openNode(NODE);
	await form.output.getByText(videoUrl as string).waitFor();
	expect(await form.relatedExecution()).toEqual({ words: 'View sub-execution', path: keeping.path });

	await editor.beside(keeping.path, async (other) => {
		expect(await other.executions.opened(keeping.id)).toBe('Succeeded');
		expect(await other.executions.note.innerText()).toContain(`stop execution ${parent.id}`);
		await other.canvas.openNode(`${NODE}: Start`);
		const words = `View parent execution ${parent.id}`;
		expect(await other.form.relatedExecution()).toEqual({ words, path: parent.path });
	});
});

inEditor('Stop ends a parked run at once, and its task is asked for no more', async (editor) => {
	const { canvas, form } = editor;
	const { id } = host.api.addTask({ createdAgo: 500, outcome: 'never' });
	const { parent, keeping, checking, ended } = await runParked(host, editor, id);
	await canvas.stop();
	await canvas.idle();
	await canvas.notWaiting(NODE);
	expect((await ended(parent)).status).toBe('canceled');
	await canvas.openNode(NODE);
	await form.output.getByText('No output data returned').waitFor();
	// In their next turn they find that nobody waits for them.
	for (const one of [checking, keeping]) expect((await ended(one)).status).toBe('success');
	expect(host.api.requestsFor(id)).toHaveLength(1);
});

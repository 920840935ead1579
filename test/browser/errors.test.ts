import { KEY } from '../e2e/harness/host';
import { GET_NODE, isMyVideoDone, waitForManyVideos } from '../host/examples.cts';
import { useEditor } from './harness/editor';
import { runParked } from './harness/parked';
import { rowsFor, stopOnError } from './harness/workflows.cts';
import type { Editor } from './pages/editor.cts';

const { host, inEditor } = useEditor();

const error = 'the prompt was refused';

/** Expects that the error box says what happened to which item and what to do, without the key. */
async function expectErrorBox({ canvas, errorBox }: Editor, id: string, itemIndex: number): Promise<void> {
	await canvas.failed(GET_NODE);
	await canvas.openNode(GET_NODE);
	const message = await errorBox.message();
	expect(message).toContain(`Task "${id}" failed: ${error}`);
	expect(message).not.toContain('\n');
	expect(await errorBox.description()).toMatch(/create the task again/);
	const everything = await errorBox.everything();
	expect(everything).toMatch(new RegExp(`Item Index\\s+${itemIndex}`));
	expect(everything).not.toContain(KEY);
}

inEditor('the error box says what happened to which item and what to do, without the key', async (editor) => {
	const fine = host.api.addTask({ finishAfter: 0 });
	const failed = host.api.addTask({ finishAfter: 0, outcome: 'failed', error });
	const workflow = waitForManyVideos(rowsFor([fine.id, failed.id]), { waitUntilDone: 'inNode' });
	await editor.canvas.paste(stopOnError(workflow));
	await editor.canvas.run();
	await expectErrorBox(editor, failed.id, 1);
});

inEditor('it says the same after a parked wait', async (editor) => {
	const { id } = host.api.addTask({ outcome: 'failed', finishAfter: 3600, error });
	const { parent, ended } = await runParked(host, editor, id);
	host.api.finishTask(id);
	expect((await ended(parent)).status).toBe('error');
	await expectErrorBox(editor, id, 0);
});

inEditor('a wait inside the node shows that it is alive, and Stop ends it', async (editor) => {
	const { canvas } = editor;
	const { id } = host.api.addTask({ createdAgo: 300, outcome: 'never' });
	await canvas.paste(isMyVideoDone(id, { options: { pollInterval: 5 } }));
	await canvas.run();
	const line = await editor.consoleLine(/after 2 status check/);
	expect(line).toContain(`Task "${id}": processing`);
	expect(line).toMatch(/next at \d{4}-\d\d-\d\dT\d\d:\d\d/);
	await canvas.stop();
	await canvas.idle();
	const [execution] = await host.session.executions({ status: 'canceled' });
	expect(execution?.status).toBe('canceled');
	expect(editor.consoleLines.join('\n')).not.toContain(KEY);
});

inEditor('tasks that nobody will ask for again are pointed out', async (editor) => {
	const { canvas, form } = editor;
	const { id } = host.api.addTask({ outcome: 'never' });
	await canvas.paste(isMyVideoDone(id, { waitUntilDone: 'withWaitNode' }));
	await canvas.run();
	await canvas.succeeded(GET_NODE);
	await canvas.openNode(GET_NODE);
	await form.output.getByText('leads nowhere').waitFor();
});

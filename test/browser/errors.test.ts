import { KEY } from '../e2e/harness/host';
import { useEditor } from './harness/editor';
import { askForMany, askForOne, NODE, stopOnError } from './harness/workflows.cts';

const { host, inEditor } = useEditor();

inEditor('the error box says what happened to which item and what to do, without the key', async (editor) => {
	const { canvas, errorBox } = editor;
	const fine = host.api.addTask({ finishAfter: 0 });
	const failed = host.api.addTask({ finishAfter: 0, outcome: 'failed', error: 'the prompt was refused' });
	await canvas.paste(stopOnError(askForMany([fine.id, failed.id], { waitUntilDone: 'inNode' })));
	await canvas.run();
	await canvas.failed(NODE);
	await canvas.openNode(NODE);
	expect(await errorBox.message()).toContain(`Task "${failed.id}" failed: the prompt was refused`);
	expect(await errorBox.message()).not.toContain('\n');
	expect(await errorBox.description()).toMatch(/create the task again/);
	const everything = await errorBox.everything();
	expect(everything).toMatch(/Item Index\s+1/);
	expect(everything).not.toContain(KEY);
});

inEditor('a wait inside the node shows that it is alive, and Stop ends it', async (editor) => {
	const { canvas } = editor;
	const { id } = host.api.addTask({ createdAgo: 300, outcome: 'never' });
	await canvas.paste(askForOne(id, { options: { pollInterval: 5 } }));
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
	await canvas.paste(askForOne(id, { waitUntilDone: 'withWaitNode' }));
	await canvas.run();
	await canvas.succeeded(NODE);
	await canvas.openNode(NODE);
	await form.output.getByText('leads nowhere').waitFor();
});

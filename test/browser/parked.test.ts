import { KEY } from '../e2e/harness/host';
import { useEditor } from './harness/editor';
import { runParked } from './harness/parked';
import { NODE } from './harness/workflows.cts';

const { host, inEditor } = useEditor();

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

inEditor('the error box says the same after a parked wait as after one inside the node', async (editor) => {
	const { canvas, errorBox } = editor;
	const { id } = host.api.addTask({
		outcome: 'failed',
		finishAfter: 3600,
		error: 'the prompt was refused',
	});
	const { parent, ended } = await runParked(host, editor, id);
	host.api.finishTask(id);
	expect((await ended(parent)).status).toBe('error');
	await canvas.failed(NODE);
	await canvas.openNode(NODE);
	expect(await errorBox.message()).toBe(`Task "${id}" failed: the prompt was refused`);
	expect(await errorBox.description()).toMatch(/create the task again/);
	const everything = await errorBox.everything();
	expect(everything).toMatch(/Item Index\s+0/);
	expect(everything).not.toContain(KEY);
});

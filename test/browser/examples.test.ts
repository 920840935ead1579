import type { WorkflowJson } from '../host/session/workflow.cts';
import { exampleNames, readExample } from '../host/examples.cts';
import { until } from '../host/until.cts';
import { useEditor } from './harness/editor';
import { askForMany, askForOne, NODE } from './harness/workflows.cts';
import type { Editor } from './pages/editor.cts';

const { host, inEditor } = useEditor();

/** Pastes an example and checks that a person has nothing left to do but to fill in the data. */
async function paste({ canvas, form }: Editor, workflow: WorkflowJson) {
	await canvas.paste(workflow);
	expect(await canvas.unknownNodes()).toBe(0);
	for (const { name } of workflow.nodes.filter(({ type }) => /\.seedance(Tool)?$/.test(type))) {
		await canvas.openNode(name);
		await form.hasCredential(host.credentials.globalAiOpcApi.name);
		await form.close();
	}
}

// The form is pasted, and filled in, in a newcomer's first hour.
test('every example is pasted by one of these tests', () => {
	expect(exampleNames()).toEqual([
		'ai-agent-makes-a-video.json',
		'any-model.json',
		'first-video.json',
		'form-to-video.json',
		'is-my-video-done.json',
		'make-a-video.json',
		'prompts-to-videos.json',
		'queue-mode-recover-videos.json',
		'queue-mode-wait-for-videos.json',
		'table-to-videos.json',
		'wait-for-many-videos.json',
	]);
});

for (const file of [
	'ai-agent-makes-a-video.json',
	'any-model.json',
	'first-video.json',
	'make-a-video.json',
	'queue-mode-recover-videos.json',
	'queue-mode-wait-for-videos.json',
	'table-to-videos.json',
]) {
	inEditor(`${file} is made of nodes that n8n has`, async (editor) => {
		await paste(editor, readExample(file));
	});
}

inEditor('"Is my video done?" gives the link', async (editor) => {
	const { canvas, form } = editor;
	const { id, videoUrl } = host.api.addTask({ finishAfter: 0 });
	await paste(editor, askForOne(id));
	await canvas.run();
	await canvas.succeeded(NODE);
	await canvas.openNode(NODE);
	await form.output.getByText(videoUrl as string).waitFor();
});

inEditor('"Wait for many videos" counts each row at its output', async (editor) => {
	const { canvas } = editor;
	const tasks = (['completed', 'completed', 'completed', 'failed'] as const).map((outcome) =>
		host.api.addTask({ outcome, finishAfter: 0 }),
	);
	const running = [1, 2].map(() => host.api.addTask({ createdAgo: 500, outcome: 'never' }));
	await paste(editor, askForMany([...tasks, ...running].map(({ id }) => id)));
	await canvas.run();
	expect(await canvas.countBetween('Split Out', NODE)).toBe('6 items');
	expect(await canvas.countBetween(NODE, 'Finished Videos')).toBe('3 items');
	expect(await canvas.countBetween(NODE, 'Wait')).toBe('2 items');
	expect(await canvas.countBetween(NODE, 'Failed Videos')).toBe('1 item');
	await canvas.stop();
	await canvas.idle();
});

inEditor('"Prompts to videos" orders a video for each row, and waits parked', async (editor) => {
	const { canvas } = editor;
	const before = host.api.created.length;
	const workflow = readExample('prompts-to-videos.json');
	await paste(editor, workflow);
	await canvas.run();
	expect(await canvas.countBetween('Split Out', 'Make Videos')).toBe('2 items');
	const isParked = async () => (await host.session.executions({ status: 'waiting' })).length > 0;
	await until(isParked, { what: 'n8n has parked it', withinMs: 60_000, everyMs: 250 });
	expect(host.api.created).toHaveLength(before + 2);
	await canvas.stop();
	await canvas.idle();
});

import { GET_NODE, isMyVideoDone } from '../host/examples.cts';
import { nodeOf, type WorkflowNode } from '../host/session/workflow.cts';
import { shownFields } from '../unit/form';
import { useEditor } from './harness/editor';
import { isCutOff } from './pages/locators.cts';

const { inEditor } = useEditor();

inEditor('the form shows the fields of any model for an expression in Model', async ({ canvas, form }) => {
	const model = { __rl: true as const, mode: 'id', value: '={{ "seedance_2_0_fast" }}' };
	const create = { operation: 'create', waitUntilDone: 'no', prompt: 'A cat', model };
	await canvas.paste(isMyVideoDone('video_1', create));
	await canvas.openNode(GET_NODE);
	await form.field('duration').first().waitFor();
	const shown = shownFields({ resource: 'video', ...create });
	const fields = shown.filter(({ name, type }) => name !== 'options' && type !== 'notice');
	expect(await form.fields()).toEqual(fields.map(({ name }) => name));
});

inEditor('the form explains every choice in words that fit into the list', async ({ canvas, form }) => {
	await canvas.paste(isMyVideoDone('video_1'));
	await canvas.openNode(GET_NODE);
	for (const operation of ['Get Result', 'Create']) {
		await form.choose('operation', operation);
		for (const name of ['operation', 'waitUntilDone']) {
			await form.openList(name);
			const offered = await form.offered();
			expect(offered.filter(({ isWhole }) => !isWhole)).toEqual([]);
			const unexplained = offered.filter(({ explanation }) => !explanation).map(({ title }) => title);
			// n8n adds this one to every node with a credential.
			expect(unexplained).toEqual(name === 'operation' ? ['Custom API Call'] : []);
			await form.closeList();
		}
	}
});

/** What a node on the canvas says that it does, and how it is set; the names of its outputs. */
const MODES: Array<[subtitle: string, parameters: object, outputs?: string[]]> = [
	['Create', { operation: 'create', waitUntilDone: 'no' }],
	['Create, Wait Inside', { operation: 'create', waitUntilDone: 'inNode' }],
	['Create, Parked', { operation: 'create', waitUntilDone: 'parked' }],
	['Get Result', { waitUntilDone: 'no' }],
	['Get Result, Wait Inside', { waitUntilDone: 'inNode' }],
	['Get Result, Parked', { waitUntilDone: 'parked' }],
	['Get Result, Wait Node', { waitUntilDone: 'withWaitNode' }, ['Done', 'Still Running']],
];

inEditor(
	'a node on the canvas says in full what it does, names its outputs and has its icon',
	async (editor) => {
		const { canvas } = editor;
		const nodes = MODES.map(([name, parameters], index): WorkflowNode => {
			const node = nodeOf(isMyVideoDone('video_1', parameters), GET_NODE);
			return { ...node, id: undefined, name, position: [300 * index, 0] };
		});
		await canvas.paste({ nodes, connections: {} });
		for (const [subtitle, , outputs = []] of MODES) {
			await canvas.subtitle(subtitle).waitFor();
			expect(await canvas.subtitle(subtitle).innerText()).toBe(subtitle);
			expect(await isCutOff(canvas.subtitle(subtitle))).toBe(false);
			expect((await canvas.outputs(subtitle)).filter(Boolean)).toEqual(outputs);
			expect(await canvas.icon(subtitle)).toEqual({ file: 'seedance.svg', isDrawn: true });
		}
	},
);

inEditor(
	'it has an icon of its own in the dark theme',
	async ({ canvas }) => {
		await canvas.paste(isMyVideoDone('video_1'));
		expect(await canvas.icon(GET_NODE)).toEqual({ file: 'seedance.dark.svg', isDrawn: true });
	},
	'dark',
);

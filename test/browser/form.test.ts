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

/** A word to search by, the model that it finds, and fields that the form then has or lacks. */
const FOUND: Array<[search: string, model: string, has: string[], lacks: string[]]> = [
	['2.5 c1', 'Seedance 2.5 C1', ['resolution', 'firstFrame', 'referenceVideos'], ['generateAudio']],
	['2.5 c3', 'Seedance 2.5 C3', ['referenceImages', 'generateAudio'], ['resolution', 'referenceVideos']],
	['sd_2.0_discount', 'Seedance 2.0 Discount', ['resolution', 'referenceVideos'], []],
	['fast pro', 'Seedance 2.0 Fast Pro', ['referenceVideos', 'generateAudio'], ['resolution']],
	['x1 official', 'Seedance X1 Official', ['resolution', 'referenceImages'], ['generateAudio']],
	['1.5 1080', 'Seedance 1.5 Pro 1080p', ['firstFrame', 'generateAudio'], ['resolution', 'referenceImages']],
];

inEditor('a model is found by a word, and the form then has its fields', async ({ canvas, form }) => {
	await canvas.paste(isMyVideoDone('video_1', { operation: 'create', waitUntilDone: 'no', prompt: 'A cat' }));
	await canvas.openNode(GET_NODE);
	await form.field('prompt').waitFor();
	for (const [search, model, has, lacks] of FOUND) {
		await form.find('model', search, model);
		expect(await form.located('model')).toContain(model);
		const fields = await form.fields();
		expect([model, has.filter((name) => !fields.includes(name))]).toEqual([model, []]);
		expect([model, lacks.filter((name) => fields.includes(name))]).toEqual([model, []]);
		expect([model, new Set(fields).size]).toEqual([model, fields.length]);
	}
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
	['Upload Asset, Wait Inside', { resource: 'asset', operation: 'upload', waitUntilDone: 'inNode' }],
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

import type { INodeParameters, INodeProperties } from 'n8n-workflow';

import { nodeOf, type WorkflowJson, type WorkflowNode } from '../host/session/workflow.cts';
import { until } from '../host/until.cts';
import { shownFields } from '../unit/form';
import { useEditor } from './harness/editor';
import { askForOne, NODE } from './harness/workflows.cts';
import type { Editor } from './pages/editor.cts';
import { isCutOff } from './pages/locators.cts';

const { host, inEditor } = useEditor();

const PARKED = "Parked in n8n's Database";

async function openForm({ canvas }: Editor, parameters: Record<string, unknown>) {
	await canvas.paste(askForOne('video_1', parameters));
	await canvas.openNode(NODE);
}

/** What n8n's rule shows of Create, which the unit tests go by, with the value that the editor evaluated. */
function byRule(model: string | undefined) {
	const form = { resource: 'video', operation: 'create', waitUntilDone: 'no', model } as INodeParameters;
	const fields = shownFields(form).filter(({ name }) => name !== 'options');
	const isNotice = ({ type }: INodeProperties) => type === 'notice';
	return {
		fields: fields.filter((field) => !isNotice(field)).map(({ name }) => name),
		notices: fields.filter(isNotice).map(({ displayName }) => displayName),
	};
}

/** Models, what the editor makes of each, and what it marks. */
const MODELS: Array<[model: string, comesTo: string | undefined, marked: string[]]> = [
	['seedance_1_5_pro_1080p', 'seedance_1_5_pro_1080p', []],
	['seedance_2_0_fast', 'seedance_2_0_fast', ['referenceVideoUrls']],
	['={{ "seedance_2_0_fast" }}', 'seedance_2_0_fast', []],
	['={{ $json.nothing }}', undefined, []],
	// n8n marks what is not in the list.
	['={{ "seedance_9" }}', 'seedance_9', ['model']],
	['={{ "" }}', '', ['model']],
];

describe('the form', () => {
	inEditor('shows what belongs to a wait once there is one', async (editor) => {
		const { form } = editor;
		await openForm(editor, { waitUntilDone: 'no', giveUpAfter: undefined });
		await form.choose('waitUntilDone', 'Inside This Node');
		await form.field('giveUpAfter').waitFor();
		expect(await form.value('giveUpAfter')).toBe('30');

		await form.choose('waitUntilDone', PARKED);
		await form.hasValue('giveUpAfter', '720');
		expect(await form.root.innerText()).not.toContain('User Execution ID');

		await form.choose('waitUntilDone', 'Chained With a Wait Node');
		await form.notice('Connect "Still Running" to a Wait node').waitFor();
		expect(await form.offeredOptions()).toContain('Poll Interval (Seconds)');
	});

	inEditor('waits for a video by default when Create is chosen', async (editor) => {
		const { form } = editor;
		await openForm(editor, { waitUntilDone: 'no' });
		await form.choose('operation', 'Create');
		await form.field('prompt').waitFor();
		expect(await form.value('waitUntilDone')).toBe('Inside This Node');
	});

	for (const [model, comesTo, marked] of MODELS) {
		inEditor(`goes by what the model ${model} comes to`, async (editor) => {
			const { form } = editor;
			await openForm(editor, { operation: 'create', waitUntilDone: 'no', prompt: 'A cat', model });
			await form.field('duration').first().waitFor();
			const { fields, notices } = byRule(comesTo);
			expect(await form.fields()).toEqual(fields);
			expect(await form.notices()).toEqual(notices);
			expect(await form.fieldsWithIssues()).toEqual(marked);
		});
	}

	inEditor('sends a model that is not in the list, though n8n marks it', async (editor) => {
		const { form } = editor;
		const model = '={{ "seedance_9" }}';
		await openForm(editor, { operation: 'create', waitUntilDone: 'no', prompt: 'A cat', model });
		host.api.resetLog();
		await form.execute();
		await until(() => host.api.requests.length > 0);
	});

	inEditor('keeps what is set when another model is chosen', async (editor) => {
		const { form } = editor;
		await openForm(editor, { operation: 'create', waitUntilDone: 'no', model: 'seedance_1_5_pro_720p' });
		expect(await form.value('ratio')).toBe('Adaptive');
		await form.choose('model', 'Seedance X1, Official');
		await form.field('resolution').waitFor();
		expect(await form.value('ratio')).toBe('Adaptive');
		await form.choose('ratio', '9:16 (Vertical)');
		await form.choose('model', 'Seedance 2.0 Pro');
		await form.field('generateAudio').waitFor();
		expect(await form.value('ratio')).toBe('9:16 (Vertical)');
		expect(await form.fieldsWithIssues()).toEqual(['prompt']);
	});

	inEditor(
		'says what is missing, and runs nothing, where a model needs a reference video',
		async (editor) => {
			const { form, page } = editor;
			await openForm(editor, {
				operation: 'create',
				waitUntilDone: 'no',
				prompt: 'A cat',
				model: 'seedance_2_0',
			});
			const before = host.api.created.length;
			await form.execute();
			await page.getByText('Parameter "Reference Video URLs" is required').waitFor();
			expect(host.api.created).toHaveLength(before);
		},
	);

	inEditor('explains every choice in words that fit into the list', async (editor) => {
		const { form } = editor;
		await openForm(editor, {});
		const lists = { 'Get Result': [], Create: ['model'] };
		for (const [operation, more] of Object.entries(lists)) {
			await form.choose('operation', operation);
			for (const name of ['operation', ...more, 'waitUntilDone']) {
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
});

describe('the node on the canvas', () => {
	const MODES = [
		{ parameters: { operation: 'create', waitUntilDone: 'no' }, subtitle: 'Create', outputs: [] },
		{
			parameters: { operation: 'create', waitUntilDone: 'inNode' },
			subtitle: 'Create, Wait Inside',
			outputs: [],
		},
		{ parameters: { operation: 'create', waitUntilDone: 'parked' }, subtitle: 'Create, Parked', outputs: [] },
		{ parameters: { waitUntilDone: 'no' }, subtitle: 'Get Result', outputs: [] },
		{ parameters: { waitUntilDone: 'inNode' }, subtitle: 'Get Result, Wait Inside', outputs: [] },
		{ parameters: { waitUntilDone: 'parked' }, subtitle: 'Get Result, Parked', outputs: [] },
		{
			parameters: { waitUntilDone: 'withWaitNode' },
			subtitle: 'Get Result, Wait Node',
			outputs: ['Done', 'Still Running'],
		},
	];

	/** One node a mode, named by the subtitle it should have. */
	function allModes(): WorkflowJson {
		const nodes = MODES.map(({ parameters, subtitle: name }, index): WorkflowNode => {
			const node = nodeOf(askForOne('video_1', parameters), NODE);
			return { ...node, id: undefined, name, position: [300 * index, 0] };
		});
		return { nodes, connections: {} };
	}

	inEditor('says in full what it does, names its outputs and has its icon', async ({ canvas }) => {
		await canvas.paste(allModes());
		for (const { subtitle, outputs } of MODES) {
			await canvas.subtitle(subtitle).waitFor();
			expect(await canvas.subtitle(subtitle).innerText()).toBe(subtitle);
			expect(await isCutOff(canvas.subtitle(subtitle))).toBe(false);
			expect((await canvas.outputs(subtitle)).filter(Boolean)).toEqual(outputs);
			expect(await canvas.icon(subtitle)).toEqual({ file: 'seedance.svg', isDrawn: true });
		}
	});

	inEditor(
		'has an icon of its own in the dark theme',
		async ({ canvas }) => {
			await canvas.paste(askForOne('video_1'));
			expect(await canvas.icon(NODE)).toEqual({ file: 'seedance.dark.svg', isDrawn: true });
		},
		'dark',
	);
});

import { nodeOf, type WorkflowJson, type WorkflowNode } from '../host/session/workflow.cts';
import { useEditor } from './harness/editor';
import { askForOne, NODE } from './harness/workflows.cts';
import type { Editor } from './pages/editor.cts';
import { isCutOff } from './pages/locators.cts';

const { inEditor } = useEditor();

const ALWAYS = ['resource', 'operation', 'taskId', 'waitUntilDone', 'downloadVideo'];

/** What a wait adds to the form, or moves. */
const WAITING = ['serviceTier', 'giveUpAfter', 'downloadVideo'];

/** Create, as long as it does not wait. */
const CREATE = [
	'resource',
	'operation',
	'prompt',
	'model',
	'duration',
	'ratio',
	'firstFrameUrl',
	'lastFrameUrl',
	'generateAudio',
	'waitUntilDone',
];

const WAIT_OPTIONS = [
	'If Task Fails',
	'Include Input Fields',
	'Max Concurrency',
	'Max Retries',
	'Poll Interval (Seconds)',
	'Request Timeout (Seconds)',
];

const PARKED = "Parked in n8n's Database";

async function openForm({ canvas }: Editor, parameters: Record<string, unknown>) {
	await canvas.paste(askForOne('video_1', parameters));
	await canvas.openNode(NODE);
}

describe('the form', () => {
	inEditor('asks for no more than a single status check needs', async (editor) => {
		const { form } = editor;
		await openForm(editor, { waitUntilDone: 'no' });
		expect(await form.fields()).toEqual(ALWAYS);
		expect(await form.notices()).toEqual([expect.stringContaining('stops working one day after')]);
		expect(await form.offeredOptions()).toEqual([
			'Include Input Fields',
			'Max Concurrency',
			'Max Retries',
			'Request Timeout (Seconds)',
		]);
	});

	inEditor('shows what belongs to a wait once there is one', async (editor) => {
		const { form } = editor;
		await openForm(editor, { waitUntilDone: 'no', giveUpAfter: undefined });
		await form.choose('waitUntilDone', 'Inside This Node');
		await form.field('giveUpAfter').waitFor();
		expect(await form.fields()).toEqual([...ALWAYS.slice(0, 4), ...WAITING]);
		expect(await form.value('giveUpAfter')).toBe('30');
		await form.choose('serviceTier', 'Offline (Flex)');
		await form.hasValue('giveUpAfter', '720');

		await form.choose('waitUntilDone', PARKED);
		await form.hasValue('giveUpAfter', '720');
		expect(await form.notices()).toEqual([expect.stringContaining('stops working one day after')]);
		expect(await form.fields()).toEqual([...ALWAYS.slice(0, 4), ...WAITING]);
		expect(await form.root.innerText()).not.toContain('Parked For');
		expect(await form.offeredOptions()).toEqual(WAIT_OPTIONS);

		await form.choose('waitUntilDone', 'Chained With a Wait Node');
		await form.notice('Connect "Still Running" to a Wait node').waitFor();
		expect(await form.offeredOptions()).toEqual([...WAIT_OPTIONS, 'Survive Restarts']);
	});

	inEditor('stops warning of dying links once the file is downloaded', async (editor) => {
		const { form } = editor;
		await openForm(editor, { waitUntilDone: 'no' });
		await form.toggle('downloadVideo');
		await form.field('binaryPropertyName').waitFor();
		expect(await form.notices()).toEqual([]);
		expect(await form.offeredOptions()).toContain('Max Video Size (MB)');
	});

	inEditor('says that a video costs money', async (editor) => {
		const { form } = editor;
		await openForm(editor, { waitUntilDone: 'no' });
		await form.choose('operation', 'Create');
		await form.field('prompt').waitFor();
		expect(await form.notices()).toEqual([expect.stringContaining('every video costs money')]);
		expect(await form.fields()).toEqual(CREATE);
	});

	inEditor('shows what belongs to a wait in Create too, and only then', async (editor) => {
		const { form } = editor;
		await openForm(editor, { operation: 'create', waitUntilDone: 'no', giveUpAfter: undefined });
		for (const mode of ['Inside This Node', PARKED]) {
			await form.choose('waitUntilDone', mode);
			await form.field('giveUpAfter').waitFor();
			expect(await form.fields()).toEqual([...CREATE, ...WAITING]);
			expect(await form.offeredOptions()).toEqual(WAIT_OPTIONS);
		}
		expect(await form.notices()).toEqual([
			expect.stringContaining('every video costs money'),
			expect.stringContaining('stops working one day after'),
		]);
		await form.toggle('downloadVideo');
		await form.field('binaryPropertyName').waitFor();
		expect(await form.offeredOptions()).toContain('Max Video Size (MB)');

		await form.choose('waitUntilDone', 'No');
		await form.field('giveUpAfter').waitFor({ state: 'hidden' });
		expect(await form.fields()).toEqual(CREATE);
	});

	inEditor('offers the waits in the order in which a user has to think about them', async (editor) => {
		const { form } = editor;
		const offered = async () => {
			await form.openList('waitUntilDone');
			const titles = (await form.offered()).map(({ title }) => title);
			await form.closeList();
			return titles;
		};
		await openForm(editor, {});
		expect(await offered()).toEqual(['No', 'Inside This Node', PARKED, 'Chained With a Wait Node']);
		await form.choose('operation', 'Create');
		await form.field('prompt').waitFor();
		expect(await offered()).toEqual(['No', 'Inside This Node', PARKED]);
	});

	inEditor('explains every choice in words that fit into the list', async (editor) => {
		const { form } = editor;
		await openForm(editor, {});
		for (const operation of ['Get Result', 'Create']) {
			await form.choose('operation', operation);
			for (const name of ['operation', 'waitUntilDone', 'serviceTier']) {
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
		{ parameters: { operation: 'create', waitUntilDone: 'inNode' }, subtitle: 'Create, Wait Inside', outputs: [] },
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

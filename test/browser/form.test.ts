import { nodeOf, type WorkflowJson, type WorkflowNode } from '../host/session/workflow.cts';
import { until } from '../host/until.cts';
import { useEditor } from './harness/editor';
import { askForOne, NODE } from './harness/workflows.cts';
import type { Editor } from './pages/editor.cts';
import { isCutOff } from './pages/locators.cts';

const { host, inEditor } = useEditor();

const ALWAYS = ['resource', 'operation', 'taskId', 'waitUntilDone', 'downloadVideo'];

/** What a wait adds to the form, or moves. */
const WAITING = ['giveUpAfter', 'downloadVideo'];

const FRAMES = ['firstFrameUrl', 'lastFrameUrl'];
const REFERENCES = ['referenceImageUrls', 'referenceVideoUrls', 'referenceAudioUrls'];

/** Create, as long as it does not wait. */
const createFields = (afterModel: string[], afterRatio: string[], waiting: string[] = []) => [
	...[
		'resource',
		'operation',
		'prompt',
		'model',
		'waitUntilDone',
		...waiting,
		...afterModel,
		'duration',
		'ratio',
	],
	...afterRatio,
];

const CREATE = createFields([], [...FRAMES, 'generateAudio']);
const EVERYTHING = createFields(['resolution'], [...FRAMES, ...REFERENCES, 'generateAudio']);

const COST = 'every video costs money';
const X1_NEEDS = 'Seedance X1 needs a first frame or a reference';
const NOT_BOTH = 'Seedance 2.0 takes frames or references, not both';

/** What Create shows, and marks, for each kind of model, and for what an expression may come to in the editor. */
const MODELS: Array<{ model: string; fields: string[]; notices?: string[]; marked?: string[] }> = [
	{ model: 'seedance_1_5_pro_1080p', fields: CREATE },
	{
		model: 'seedance_2_0_fast',
		fields: createFields(
			[],
			['referenceVideoUrls', 'referenceImageUrls', 'referenceAudioUrls', 'generateAudio'],
		),
		marked: ['referenceVideoUrls'],
	},
	{
		model: 'seedance_2_0_pro',
		fields: createFields([], [...FRAMES, ...REFERENCES, 'generateAudio']),
		notices: [NOT_BOTH],
	},
	{
		model: 'seedance_fast_2_0_x1_discount',
		fields: createFields(['resolution'], [...FRAMES, ...REFERENCES]),
		notices: [X1_NEEDS],
	},
	{ model: '={{ $json.nothing }}', fields: EVERYTHING, notices: [X1_NEEDS, NOT_BOTH] },
	// n8n marks what is not in the list.
	{ model: '={{ "seedance_9" }}', fields: EVERYTHING, notices: [X1_NEEDS, NOT_BOTH], marked: ['model'] },
	{ model: '={{ "" }}', fields: EVERYTHING, notices: [X1_NEEDS, NOT_BOTH], marked: ['model'] },
];

const ALWAYS_OFFERED = [
	'Include Input Fields',
	'Max Concurrency',
	'Max Retries',
	'Request Timeout (Seconds)',
];
const WAIT_OFFERED = [
	...ALWAYS_OFFERED,
	'If Task Fails',
	'Poll Interval (Seconds)',
	'Service Tier of the Task',
].sort();
const CREATE_OFFERED = ['Additional Body Fields', 'Max Videos per Run'];

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
		expect(await form.offeredOptions()).toEqual(ALWAYS_OFFERED);
	});

	inEditor('shows what belongs to a wait once there is one', async (editor) => {
		const { form } = editor;
		await openForm(editor, { waitUntilDone: 'no', giveUpAfter: undefined });
		await form.choose('waitUntilDone', 'Inside This Node');
		await form.field('giveUpAfter').waitFor();
		expect(await form.fields()).toEqual([...ALWAYS.slice(0, 4), ...WAITING]);
		expect(await form.value('giveUpAfter')).toBe('30');

		await form.choose('waitUntilDone', PARKED);
		await form.hasValue('giveUpAfter', '720');
		expect(await form.notices()).toEqual([expect.stringContaining('stops working one day after')]);
		expect(await form.fields()).toEqual([...ALWAYS.slice(0, 4), ...WAITING]);
		expect(await form.root.innerText()).not.toContain('Parked For');
		expect(await form.offeredOptions()).toEqual(WAIT_OFFERED);

		await form.choose('waitUntilDone', 'Chained With a Wait Node');
		await form.notice('Connect "Still Running" to a Wait node').waitFor();
		expect(await form.offeredOptions()).toEqual(WAIT_OFFERED);
	});

	inEditor('stops warning of dying links once the file is downloaded', async (editor) => {
		const { form } = editor;
		await openForm(editor, { waitUntilDone: 'no' });
		await form.toggle('downloadVideo');
		await form.field('binaryPropertyName').waitFor();
		expect(await form.notices()).toEqual([]);
		expect(await form.offeredOptions()).toContain('Max Video Size (MB)');
	});

	inEditor('says that a video costs money, and waits for it by default', async (editor) => {
		const { form } = editor;
		await openForm(editor, { waitUntilDone: 'no' });
		await form.choose('operation', 'Create');
		await form.field('prompt').waitFor();
		expect(await form.notices()).toEqual(
			[COST, 'stops working one day after'].map((words) => expect.stringContaining(words)),
		);
		expect(await form.value('waitUntilDone')).toBe('Inside This Node');
		expect(await form.fields()).toEqual(createFields([], [...FRAMES, 'generateAudio'], WAITING));
		expect(await form.offeredOptions()).toEqual([...WAIT_OFFERED, ...CREATE_OFFERED].sort());
	});

	for (const { model, fields, notices = [], marked = [] } of MODELS) {
		inEditor(`shows what belongs to the model ${model}, each field once`, async (editor) => {
			const { form } = editor;
			await openForm(editor, { operation: 'create', waitUntilDone: 'no', prompt: 'A cat', model });
			await form.field('duration').waitFor();
			expect(await form.fields()).toEqual(fields);
			expect(await form.notices()).toEqual([COST, ...notices].map((words) => expect.stringContaining(words)));
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

	inEditor('shows what belongs to a wait in Create too, and only then', async (editor) => {
		const { form } = editor;
		await openForm(editor, { operation: 'create', waitUntilDone: 'no', giveUpAfter: undefined });
		for (const mode of ['Inside This Node', PARKED]) {
			await form.choose('waitUntilDone', mode);
			await form.field('giveUpAfter').waitFor();
			expect(await form.fields()).toEqual(createFields([], [...FRAMES, 'generateAudio'], WAITING));
			expect(await form.offeredOptions()).toEqual([...WAIT_OFFERED, ...CREATE_OFFERED].sort());
		}
		expect(await form.notices()).toEqual([
			expect.stringContaining(COST),
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

	inEditor('offers every model and ratio', async (editor) => {
		const { form } = editor;
		await openForm(editor, { operation: 'create', waitUntilDone: 'no' });
		await form.openList('model');
		expect((await form.offered()).map(({ title }) => title)).toEqual([
			'Seedance 1.5 Pro, 480p',
			'Seedance 1.5 Pro, 720p',
			'Seedance 1.5 Pro, 1080p',
			'Seedance 2.0',
			'Seedance 2.0 Fast',
			'Seedance 2.0 Fast Pro',
			'Seedance 2.0 Pro',
			'Seedance X1, Discount',
			'Seedance X1, Official',
			'Seedance X1 Fast, Discount',
			'Seedance X1 Fast, Official',
		]);
		await form.closeList();
		await form.openList('ratio');
		const ratios = (await form.offered()).map(({ title }) => title.split(' ')[0]);
		expect(ratios).toEqual(['1:1', '3:4', '4:3', '9:16', '16:9', '21:9', 'Adaptive']);
	});

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

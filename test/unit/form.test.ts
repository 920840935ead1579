import type {
	ILoadOptionsFunctions,
	INodeParameters,
	INodeProperties,
	NodeParameterValueType,
} from 'n8n-workflow';

import { searchModels } from '../../nodes/Seedance/resources/video/create/modelFields';
import { type Model, MODELS, type ReferenceKind } from '../../nodes/Seedance/resources/video/models';
import { filledIn, missingFields, offeredOptions, shownFields } from './form';

const isNotice = ({ type }: INodeProperties) => type === 'notice';
const isSeen = ({ type }: INodeProperties) => type !== 'notice' && type !== 'hidden';

const namesOf = (form: INodeParameters) =>
	shownFields(form)
		.filter(isSeen)
		.map(({ name }) => name);
const noticesOf = (form: INodeParameters) =>
	shownFields(form)
		.filter(isNotice)
		.map(({ displayName }) => displayName);

const COST = 'Every incoming item creates a video, and every video costs money, in test runs too';
const LINK =
	'The link to a video stops working one day after the video was created. Turn on Download Video to get the file.';
const WAIT_NODE =
	'Connect "Still Running" to a Wait node, and that back to this node. In the Wait node, Wait Amount is the expression $json.polling.waitSeconds, Wait Unit is Seconds.';
const X1_NEEDS = 'Seedance X1 needs a first frame or a reference';
const NOT_BOTH = 'This model takes frames or references, not both';
const REVIEWED =
	'This model takes only reviewed media. Turn on Have Media Reviewed First below, or name uploaded assets.';

/** A model as the form stores it. */
const locator = (value: string, mode = 'list') => ({ __rl: true as const, mode, value });

const create = (more: INodeParameters) => ({ resource: 'video', operation: 'create', ...more });

/** Waits of Create, what each adds to the form, and its notice. */
const CREATE_WAITS: Array<
	[form: { waitUntilDone: string; downloadVideo: boolean }, adds: string[], string[]]
> = [
	[{ waitUntilDone: 'no', downloadVideo: false }, [], []],
	[{ waitUntilDone: 'no', downloadVideo: true }, [], []],
	...['inNode', 'parked'].flatMap((waitUntilDone): typeof CREATE_WAITS => [
		[{ waitUntilDone, downloadVideo: false }, ['giveUpAfter', 'downloadVideo'], [LINK]],
		[{ waitUntilDone, downloadVideo: true }, ['giveUpAfter', 'downloadVideo', 'binaryPropertyName'], []],
	]),
];

const FRAMES = ['firstFrame', 'lastFrame'];
const REFERENCES = ['referenceImages', 'referenceVideos', 'referenceAudios'];
const REVIEW = 'reviewMedia';
const FIELD_OF: Record<ReferenceKind, string> = {
	image: 'referenceImages',
	video: 'referenceVideos',
	audio: 'referenceAudios',
};

/** What a row's facts say that the form shows after Wait Until Done. */
function expectedOf({ resolutions, frames, references, needs, assets, audio }: Model): string[] {
	const kinds = Object.keys(references) as ReferenceKind[];
	const first: ReferenceKind[] = needs === 'referenceVideo' ? ['video'] : [];
	return [
		...((resolutions ?? []).length > 1 ? ['resolution'] : []),
		'duration',
		'ratio',
		...(frames ? FRAMES : []),
		...[...first, ...kinds.filter((kind) => !first.includes(kind))].map((kind) => FIELD_OF[kind]),
		...(assets ? [REVIEW] : []),
		...(audio ? ['generateAudio'] : []),
		'options',
	];
}

const UP_TO_WAIT = ['resource', 'operation', 'prompt', 'model', 'waitUntilDone'];

describe.each(MODELS.map((model) => [model.id, model] as const))('Create with %s', (id, model) => {
	test.each(CREATE_WAITS)('%j shows what the model takes, each field once', (wait, adds, notices) => {
		const form = create({ ...wait, model: locator(id) });
		expect(namesOf(form)).toEqual([...UP_TO_WAIT, ...adds, ...expectedOf(model)]);
		expect(noticesOf(form).slice(0, 1 + notices.length)).toEqual([COST, ...notices]);
	});
});

/** By the vendor's pages and public clients, not by the rows: what the form shows after the wait, and its bounds. */
const PAGES: Array<{
	models: string[];
	seconds: [least: number, most: number];
	fields: string[];
	ratios?: string[];
	resolutions?: string[];
	required?: string[];
	notices?: string[];
	settings?: string[];
}> = [
	{
		models: ['seedance_1_5_pro_480p', 'seedance_1_5_pro_720p', 'seedance_1_5_pro_1080p'],
		seconds: [-1, 12],
		fields: ['duration', 'ratio', ...FRAMES, 'generateAudio'],
	},
	{
		models: ['seedance_2_0', 'seedance_2_0_fast'],
		seconds: [4, 15],
		fields: [
			'duration',
			'ratio',
			'referenceVideos',
			'referenceImages',
			'referenceAudios',
			REVIEW,
			'generateAudio',
		],
		required: ['referenceVideos'],
	},
	{
		models: ['seedance_2_0_pro', 'seedance_2_0_fast_pro'],
		seconds: [4, 15],
		fields: ['duration', 'ratio', ...FRAMES, ...REFERENCES, REVIEW, 'generateAudio'],
		notices: [NOT_BOTH],
	},
	{
		models: [
			'seedance_2_0_x1_official',
			'seedance_2_0_x1_discount',
			'seedance_fast_2_0_x1_official',
			'seedance_fast_2_0_x1_discount',
		],
		seconds: [4, 15],
		fields: ['resolution', 'duration', 'ratio', ...FRAMES, ...REFERENCES, REVIEW],
		resolutions: ['480p', '720p', '1080p'],
		notices: [X1_NEEDS],
	},
	{
		models: ['seedance-2.5-c1'],
		seconds: [4, 30],
		fields: ['resolution', 'duration', 'ratio', ...FRAMES, ...REFERENCES, REVIEW],
		ratios: ['1:1', '9:16', '16:9', 'adaptive'],
		resolutions: ['480p', '720p'],
	},
	{
		models: ['seedance-2.5-c3'],
		seconds: [4, 29],
		fields: ['duration', 'ratio', ...FRAMES, 'referenceImages', 'referenceAudios', REVIEW, 'generateAudio'],
		ratios: ['1:1', '9:16', '16:9', 'adaptive'],
	},
	{
		models: ['sd_2.5_discount_v1'],
		seconds: [4, 30],
		fields: ['resolution', 'duration', 'ratio', ...FRAMES, ...REFERENCES, REVIEW, 'generateAudio'],
		resolutions: ['480p', '720p'],
		notices: [REVIEWED],
		settings: ['Seed'],
	},
	{
		models: ['sd_2.5_special_v1'],
		seconds: [4, 30],
		fields: ['resolution', 'duration', 'ratio', ...FRAMES, ...REFERENCES, REVIEW, 'generateAudio'],
		resolutions: ['720p', '1080p'],
		notices: [NOT_BOTH, REVIEWED],
		settings: ['Seed'],
	},
	{
		models: ['video_30_10_10'],
		seconds: [4, 30],
		fields: ['duration', 'ratio', ...REFERENCES, REVIEW, 'generateAudio'],
	},
	{
		models: ['sd_2.0_special'],
		seconds: [4, 15],
		fields: ['resolution', 'duration', 'ratio', ...FRAMES, ...REFERENCES, REVIEW, 'generateAudio'],
		resolutions: ['720p', '1080p', '2k', '4k'],
		notices: [NOT_BOTH],
		settings: ['Seed', 'Watermark'],
	},
	{
		models: ['sd_2.0_fast_special'],
		seconds: [4, 15],
		fields: ['duration', 'ratio', ...FRAMES, ...REFERENCES, REVIEW, 'generateAudio'],
		notices: [NOT_BOTH],
		settings: ['Seed', 'Watermark'],
	},
	{
		models: ['sd_2.0_discount'],
		seconds: [4, 15],
		fields: ['resolution', 'duration', 'ratio', ...FRAMES, ...REFERENCES, REVIEW, 'generateAudio'],
		resolutions: ['480p', '720p', '1080p'],
		notices: [NOT_BOTH],
		settings: ['Return Last Frame', 'Seed', 'Watermark'],
	},
	{
		models: ['sd_2.0_fast_discount'],
		seconds: [4, 15],
		fields: ['resolution', 'duration', 'ratio', ...FRAMES, ...REFERENCES, REVIEW, 'generateAudio'],
		resolutions: ['480p', '720p'],
		notices: [NOT_BOTH],
		settings: ['Return Last Frame', 'Seed', 'Watermark'],
	},
];

const SETTINGS = ['Return Last Frame', 'Seed', 'Watermark'];

const RATIOS = ['1:1', '3:4', '4:3', '9:16', '16:9', '21:9', 'adaptive'];

/** One field of the form that is shown; fails where there are two of the name. */
function fieldOf(form: INodeParameters, name: string): INodeProperties {
	const [field, ...more] = shownFields(form).filter((shown) => shown.name === name);
	expect([name, more]).toEqual([name, []]);
	return field as INodeProperties;
}

const valuesOf = ({ options = [] }: INodeProperties) =>
	options.map((option) => 'value' in option && option.value);

test('the pages have each model of the list', () => {
	expect(PAGES.flatMap(({ models }) => models).sort()).toEqual(MODELS.map(({ id }) => id).sort());
});

describe.each(PAGES)(
	'by the pages, with $models',
	({ models, seconds, fields, ratios = RATIOS, resolutions, required = [], notices = [], settings = [] }) => {
		test.each(models)('%s', (model) => {
			const form = create({ model: locator(model), waitUntilDone: 'no' });
			expect(namesOf(form)).toEqual([...UP_TO_WAIT, ...fields, 'options']);
			expect(noticesOf(form)).toEqual([COST, ...notices]);
			const [minValue, maxValue] = seconds;
			expect(fieldOf(form, 'duration')).toMatchObject({ default: 5, typeOptions: { minValue, maxValue } });
			expect(valuesOf(fieldOf(form, 'ratio'))).toEqual(ratios);
			if (resolutions) {
				expect(fieldOf(form, 'resolution').default).toBe('720p');
				expect(valuesOf(fieldOf(form, 'resolution'))).toEqual(resolutions);
			}
			expect(missingFields(create({ model: locator(model), prompt: 'A cat' }))).toEqual(required);
			const offered = offeredOptions(filledIn(form)).filter((label) => SETTINGS.includes(label));
			expect(offered.sort()).toEqual(settings);
		});
	},
);

describe('Create with a model that the list lacks', () => {
	const everything = [
		'resolution',
		'duration',
		'ratio',
		...FRAMES,
		...REFERENCES,
		REVIEW,
		'generateAudio',
		'options',
	];

	test.each<[string, NodeParameterValueType]>([
		['an expression', locator('={{ $json.model }}', 'id')],
		['an expression in place of the list', locator('={{ $json.model }}')],
		['nothing yet', locator('', 'id')],
		['an ID that the list lacks', locator('wan2.7-t2v', 'id')],
		['an ID as text, as other programs store it', 'wan2.7-t2v'],
	])('%s shows everything once, in the widest bounds', (_case, model) => {
		const form = create({ model, waitUntilDone: 'no' } as INodeParameters);
		expect(namesOf(form)).toEqual([...UP_TO_WAIT, ...everything]);
		expect(noticesOf(form)).toEqual([COST]);
		expect(fieldOf(form, 'duration')).toMatchObject({ default: 5, typeOptions: { minValue: -1 } });
		expect(fieldOf(form, 'resolution').default).toBe('auto');
	});

	test('nothing is demanded that only some models need, and what is filled in stays', () => {
		const given = create({
			model: locator('={{ $json.model }}', 'id'),
			prompt: 'A cat',
			duration: 15,
			resolution: '480p',
			referenceVideos: 'https://v',
		});
		expect(missingFields({ ...given, referenceVideos: '' })).toEqual([]);
		expect(filledIn(given)).toMatchObject(given);
	});
});

describe('the list of models', () => {
	const search = async (filter?: string) =>
		(await searchModels.call({} as ILoadOptionsFunctions, filter)).results.map(({ name }) => name);

	test('has every model, the newest first, and says what sets each apart', async () => {
		expect(await search()).toEqual([
			'Seedance 2.5 C1: 4–30 s; 480p, 720p',
			'Seedance 2.5 C3: 4–29 s; 720p',
			'Seedance 2.5 Discount: assets only; 4–30 s; 480p, 720p',
			'Seedance 2.5 Special: assets only; 4–30 s; 720p, 1080p',
			'Seedance 2.5 Video 30-10-10: 4–30 s; 720p',
			'Seedance 2.0 Special: 4–15 s; 720p–4k',
			'Seedance 2.0 Fast Special: 4–15 s; 720p',
			'Seedance 2.0 Discount: 4–15 s; 480p–1080p',
			'Seedance 2.0 Fast Discount: 4–15 s; 480p, 720p',
			'Seedance 2.0: needs a reference video; 4–15 s',
			'Seedance 2.0 Fast: needs a reference video; 4–15 s',
			'Seedance 2.0 Fast Pro: 4–15 s',
			'Seedance 2.0 Pro: 4–15 s',
			'Seedance X1 Discount: needs a picture; 4–15 s; 480p–1080p',
			'Seedance X1 Official: needs a picture; 4–15 s; 480p–1080p',
			'Seedance X1 Fast Discount: needs a picture; 4–15 s; 480p–1080p',
			'Seedance X1 Fast Official: needs a picture; 4–15 s; 480p–1080p',
			'Seedance 1.5 Pro 480p: 4–12 s',
			'Seedance 1.5 Pro 720p: 4–12 s',
			'Seedance 1.5 Pro 1080p: 4–12 s',
		]);
	});

	test.each([
		['2.5 1080', ['Seedance 2.5 Special: assets only; 4–30 s; 720p, 1080p']],
		['SD_2.0_FAST_D', ['Seedance 2.0 Fast Discount: 4–15 s; 480p, 720p']],
		['sora', []],
	])('is searched by name and ID: %s', async (filter, found) => {
		expect(await search(filter)).toEqual(found);
	});
});

test.each<[name: string, words: string]>([
	['prompt', 'Seedance 1.5 takes up to 500 Chinese characters or 1,000 English words.'],
	['duration', 'Seedance 1.5: 4 to 12 seconds, or -1 to let the model choose.'],
])('the description of %s names the models it is about', (name, words) => {
	expect(fieldOf(create({ model: locator('wan2.7-t2v', 'id') }), name).description).toContain(words);
});

const GET = ['resource', 'operation', 'taskId', 'waitUntilDone'];

test.each<[waitUntilDone: string, downloadVideo: boolean, adds: string[], notices: string[]]>([
	['no', false, ['downloadVideo'], [LINK]],
	['no', true, ['downloadVideo', 'binaryPropertyName'], []],
	['inNode', false, ['giveUpAfter', 'downloadVideo'], [LINK]],
	['parked', false, ['giveUpAfter', 'downloadVideo'], [LINK]],
	['parked', true, ['giveUpAfter', 'downloadVideo', 'binaryPropertyName'], []],
	['withWaitNode', false, ['giveUpAfter', 'downloadVideo'], [WAIT_NODE, LINK]],
])('Get Result, waiting %s, with a file %s', (waitUntilDone, downloadVideo, adds, notices) => {
	const form = filledIn({ operation: 'get', waitUntilDone, downloadVideo });
	expect(namesOf(form)).toEqual([...GET, ...adds, 'options']);
	expect(noticesOf(form)).toEqual(notices);
});

test.each(['get', 'create'])("an agent's tool offers no file in %s, as it downloads none", (operation) => {
	const given = { operation, waitUntilDone: 'inNode' };
	const namesFor = (variant: string) =>
		shownFields(filledIn(given, variant), variant).map(({ name }) => name);
	const file = ['downloadVideo', 'linkNotice'];
	expect(namesFor('').filter((name) => file.includes(name))).toEqual(file);
	expect(namesFor('Tool')).toEqual(namesFor('').filter((name) => !file.includes(name)));
});

test.each([
	['video', 'create'],
	['video', 'get'],
	['asset', 'upload'],
	['asset', 'get'],
])("an agent's tool offers the waits that bring its answer back: %s, %s", (resource, operation) => {
	const form = filledIn({ resource, operation }, 'Tool');
	const waits = shownFields(form, 'Tool').filter(({ name }) => name === 'waitUntilDone');
	expect(waits.map(({ options }) => options)).toEqual([
		[expect.objectContaining({ value: 'no' }), expect.objectContaining({ value: 'inNode' })],
	]);
});

const ALWAYS = ['Include Input Fields', 'Max Concurrency', 'Max Retries', 'Request Timeout (Seconds)'];
const WAITING = ['If Task Fails', 'Poll Interval (Seconds)', 'Service Tier of the Task'];
const CREATING = ['Additional Body Fields', 'Check Media First', 'Max Videos per Run'];
const FILE = ['Download Last Frame', 'Max Video Size (MB)'];

test.each<[INodeParameters, string[]]>([
	[{ operation: 'get', waitUntilDone: 'no' }, ALWAYS],
	[{ operation: 'get', waitUntilDone: 'no', downloadVideo: true }, [...ALWAYS, ...FILE]],
	...['inNode', 'parked', 'withWaitNode'].map((waitUntilDone): [INodeParameters, string[]] => [
		{ operation: 'get', waitUntilDone },
		[...ALWAYS, ...WAITING],
	]),
	[{ operation: 'create', waitUntilDone: 'no' }, [...ALWAYS, ...CREATING]],
	[
		{ operation: 'create', waitUntilDone: 'parked' },
		[...ALWAYS, ...CREATING, ...WAITING, 'Max Videos at Once'],
	],
	[
		{ operation: 'create', waitUntilDone: 'inNode', downloadVideo: true },
		[...ALWAYS, ...CREATING, ...WAITING, 'Max Videos at Once', ...FILE],
	],
])('%j offers its options', (form, offered) => {
	expect(offeredOptions(filledIn(form)).sort()).toEqual([...offered].sort());
});

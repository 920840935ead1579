import type { INodeParameters, INodeProperties } from 'n8n-workflow';

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

const COST =
	'Every incoming item creates a video, and every video costs money: in a test run too, and even if the workflow fails afterwards';
const LINK =
	'The link to a video stops working one day after the video was created. Turn on Download Video to get the file.';
const WAIT_NODE =
	'Connect "Still Running" to a Wait node, and the Wait node back to this node. In the Wait node, set Wait Amount to the expression $json.polling.waitSeconds, and Wait Unit to Seconds.';
const X1_NEEDS = 'Seedance X1 needs a first frame or a reference';
const NOT_BOTH = 'Seedance 2.0 takes frames or references, not both';

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

const FRAMES = ['firstFrameUrl', 'lastFrameUrl'];
const REFERENCES = ['referenceImageUrls', 'referenceVideoUrls', 'referenceAudioUrls'];
const FIELD_OF: Record<ReferenceKind, string> = {
	image: 'referenceImageUrls',
	video: 'referenceVideoUrls',
	audio: 'referenceAudioUrls',
};

/** What a row's facts say that the form shows after Wait Until Done. */
function expectedOf({ resolutions, frames, references, needs, audio }: Model): string[] {
	const kinds = Object.keys(references) as ReferenceKind[];
	const first: ReferenceKind[] = needs === 'referenceVideo' ? ['video'] : [];
	return [
		...(resolutions ? ['resolution'] : []),
		'duration',
		'ratio',
		...(frames ? FRAMES : []),
		...[...first, ...kinds.filter((kind) => !first.includes(kind))].map((kind) => FIELD_OF[kind]),
		...(audio ? ['generateAudio'] : []),
		'options',
	];
}

const UP_TO_WAIT = ['resource', 'operation', 'prompt', 'model', 'waitUntilDone'];

describe.each(MODELS.map((model) => [model.id, model] as const))('Create with %s', (id, model) => {
	test.each(CREATE_WAITS)('%j shows what the model takes, each field once', (wait, adds, notices) => {
		const form = create({ ...wait, model: id });
		expect(namesOf(form)).toEqual([...UP_TO_WAIT, ...adds, ...expectedOf(model)]);
		expect(noticesOf(form).slice(0, 1 + notices.length)).toEqual([COST, ...notices]);
	});
});

/** By the vendor's pages, not by the rows: what the form shows after the wait, and its bounds. */
const PAGES: Array<{
	models: string[];
	seconds: [least: number, most: number];
	fields: string[];
	resolutions?: string[];
	required?: string[];
	notices?: string[];
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
			'referenceVideoUrls',
			'referenceImageUrls',
			'referenceAudioUrls',
			'generateAudio',
		],
		required: ['referenceVideoUrls'],
	},
	{
		models: ['seedance_2_0_pro', 'seedance_2_0_fast_pro'],
		seconds: [4, 15],
		fields: ['duration', 'ratio', ...FRAMES, ...REFERENCES, 'generateAudio'],
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
		fields: ['resolution', 'duration', 'ratio', ...FRAMES, ...REFERENCES],
		resolutions: ['480p', '720p', '1080p'],
		notices: [X1_NEEDS],
	},
];

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
	({ models, seconds, fields, resolutions, required = [], notices = [] }) => {
		test.each(models)('%s', (model) => {
			const form = create({ model, waitUntilDone: 'no' });
			expect(namesOf(form)).toEqual([...UP_TO_WAIT, ...fields, 'options']);
			expect(noticesOf(form)).toEqual([COST, ...notices]);
			const [minValue, maxValue] = seconds;
			expect(fieldOf(form, 'duration')).toMatchObject({ default: 5, typeOptions: { minValue, maxValue } });
			expect(valuesOf(fieldOf(form, 'ratio'))).toEqual(RATIOS);
			if (resolutions) {
				expect(fieldOf(form, 'resolution').default).toBe('720p');
				expect(valuesOf(fieldOf(form, 'resolution'))).toEqual(resolutions);
			}
			expect(missingFields(create({ model, prompt: 'A cat' }))).toEqual(required);
		});
	},
);

describe('Create with an expression for the model', () => {
	const everything = [
		'resolution',
		'duration',
		'ratio',
		...FRAMES,
		...REFERENCES,
		'generateAudio',
		'options',
	];

	test.each([undefined, '', 'seedance_9', 7])(
		'that comes to %j, which the list lacks: everything is shown once, in the widest bounds',
		(model) => {
			const form = create({ model, waitUntilDone: 'no' } as INodeParameters);
			expect(namesOf(form)).toEqual([...UP_TO_WAIT, ...everything]);
			expect(noticesOf(form)).toEqual([COST, X1_NEEDS, NOT_BOTH]);
			expect(fieldOf(form, 'duration').typeOptions).toEqual({ minValue: -1, maxValue: 15 });
		},
	);

	test('nothing is demanded that only some models need, and what is filled in stays', () => {
		const given = create({
			model: '={{ $json.model }}',
			prompt: 'A cat',
			duration: 15,
			resolution: '480p',
			referenceVideoUrls: 'https://v',
		});
		expect(missingFields({ ...given, referenceVideoUrls: '' })).toEqual([]);
		expect(filledIn(given)).toMatchObject(given);
	});
});

test('Create offers every model, and says what each needs', () => {
	const { options = [] } = fieldOf(create({}), 'model');
	expect(
		options.map((option) => 'value' in option && [option.value, option.name, option.description]),
	).toEqual([
		['seedance_1_5_pro_480p', 'Seedance 1.5 Pro, 480p', 'Needs only a prompt; takes frames too'],
		['seedance_1_5_pro_720p', 'Seedance 1.5 Pro, 720p', 'Needs only a prompt; takes frames too'],
		['seedance_1_5_pro_1080p', 'Seedance 1.5 Pro, 1080p', 'Needs only a prompt; takes frames too'],
		['seedance_2_0', 'Seedance 2.0', 'Needs a prompt and at least one reference video'],
		['seedance_2_0_fast', 'Seedance 2.0 Fast', 'Needs a prompt and at least one reference video'],
		['seedance_2_0_fast_pro', 'Seedance 2.0 Fast Pro', 'Needs only a prompt; takes frames or references too'],
		['seedance_2_0_pro', 'Seedance 2.0 Pro', 'Needs only a prompt; takes frames or references too'],
		...[
			['seedance_2_0_x1_discount', 'Seedance X1, Discount'],
			['seedance_2_0_x1_official', 'Seedance X1, Official'],
			['seedance_fast_2_0_x1_discount', 'Seedance X1 Fast, Discount'],
			['seedance_fast_2_0_x1_official', 'Seedance X1 Fast, Official'],
		].map((entry) => [...entry, 'Needs a prompt and a first frame or a reference']),
	]);
});

test.each<[name: string, words: string]>([
	['prompt', 'Seedance 1.5 takes up to 500 Chinese characters or 1,000 English words.'],
	['resolution', 'Only Seedance X1 takes it.'],
	[
		'duration',
		'Seedance 1.5: 4 to 12 seconds, or -1 to let the model choose. Seedance 2.0 and Seedance X1: 4 to 15 seconds.',
	],
])('the description of %s names the models it is about', (name, words) => {
	expect(fieldOf(create({}), name).description).toContain(words);
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

const ALWAYS = ['Include Input Fields', 'Max Concurrency', 'Max Retries', 'Request Timeout (Seconds)'];
const WAITING = ['If Task Fails', 'Poll Interval (Seconds)', 'Service Tier of the Task'];
const CREATING = ['Additional Body Fields', 'Max Videos per Run'];
const FILE = 'Max Video Size (MB)';

test.each<[INodeParameters, string[]]>([
	[{ operation: 'get', waitUntilDone: 'no' }, ALWAYS],
	[{ operation: 'get', waitUntilDone: 'no', downloadVideo: true }, [...ALWAYS, FILE]],
	...['inNode', 'parked', 'withWaitNode'].map((waitUntilDone): [INodeParameters, string[]] => [
		{ operation: 'get', waitUntilDone },
		[...ALWAYS, ...WAITING],
	]),
	[{ operation: 'create', waitUntilDone: 'no' }, [...ALWAYS, ...CREATING]],
	[{ operation: 'create', waitUntilDone: 'parked' }, [...ALWAYS, ...CREATING, ...WAITING]],
	[
		{ operation: 'create', waitUntilDone: 'inNode', downloadVideo: true },
		[...ALWAYS, ...CREATING, ...WAITING, FILE],
	],
])('%j offers its options', (form, offered) => {
	expect(offeredOptions(filledIn(form)).sort()).toEqual([...offered].sort());
});

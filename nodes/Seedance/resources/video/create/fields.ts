import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import { ADAPTIVE, type ModelFamily, RATIOS, SEEDANCE_1_5, SEEDANCE_2_0, SEEDANCE_X1 } from '../models';
import { downloadFields, giveUpFields, waitField } from '../../../waiting/fields';

const show = { resource: ['video'], operation: ['create'] };

const FAMILIES = [SEEDANCE_1_5, SEEDANCE_2_0, SEEDANCE_X1];

const idsOf = ({ models }: Pick<ModelFamily, 'models'>) => models.map(({ id }) => id);
const onlyFromVideo = idsOf({ models: SEEDANCE_2_0.models.filter((model) => model.needsReferenceVideo) });

// Models are told apart by `hide`: in `show`, n8n takes an expression for any value. Its editor goes by what the
// expression comes to, which may be nothing or an ID that is not in the list.

/** Shows a field, but for these models of the list. */
function forAllBut(...models: string[]): IDisplayOptions {
	return { show, hide: { model: models } };
}

/** Shows a field for one model of the list: no condition on several hides it where the model comes to nothing. */
function onlyFor(model: string): IDisplayOptions {
	return { show, hide: { model: [{ _cnd: { not: model } }] } };
}

const LABELS: Record<string, string> = {
	'1:1': 'Square',
	'3:4': 'Portrait',
	'4:3': 'Landscape',
	'9:16': 'Vertical',
	'16:9': 'Widescreen',
	'21:9': 'Cinema',
};

/** Ratio, of all models: an expression may give any of them, and n8n marks a value in red that the list doesn't have. */
export const RATIO_FIELD: INodeProperties = {
	displayName: 'Ratio',
	name: 'ratio',
	type: 'options',
	default: ADAPTIVE,
	options: [
		...RATIOS.map((value) => ({ name: `${value} (${LABELS[value]})`, value })),
		{
			name: 'Adaptive',
			value: ADAPTIVE,
			description: 'The model chooses, to fit prompt and pictures. Seedance X1 makes 16:9.',
		},
	],
	description: 'Width to height of the video',
	displayOptions: { show },
};

/** Resolution, of the models that don't have it in their ID. */
export const RESOLUTION_FIELD: INodeProperties = {
	displayName: 'Resolution',
	name: 'resolution',
	type: 'options',
	default: '720p',
	options: (SEEDANCE_X1.resolutions ?? []).map((value) => ({ name: value, value })),
	description: 'Height of the picture. Only Seedance X1 takes it.',
	displayOptions: forAllBut(...idsOf(SEEDANCE_1_5), ...idsOf(SEEDANCE_2_0)),
};

/** Generate Audio, of the models that make sound. */
export const AUDIO_FIELD: INodeProperties = {
	displayName: 'Generate Audio',
	name: 'generateAudio',
	type: 'boolean',
	default: false,
	description: 'Whether the video gets sound that fits the picture',
	displayOptions: forAllBut(...idsOf(SEEDANCE_X1)),
};

/** Wait Until Done. A newcomer wants a video, not a promise of one. */
export const WAIT_FIELD: INodeProperties = {
	...waitField(show, 'Output the new video task at once, before its video is made'),
	default: 'inNode',
};

/** The same of two defaults, which n8n expresses as two fields of one name: a model asks again by itself. */
const waitFields: INodeProperties[] = [
	{ ...WAIT_FIELD, displayOptions: { show, hide: { '@tool': [true] } } },
	{ ...WAIT_FIELD, default: 'no', displayOptions: { show: { ...show, '@tool': [true] } } },
];

function secondsOf({ duration: { min, max, canBeChosenByModel } }: ModelFamily): string {
	return `${min} to ${max} seconds${canBeChosenByModel ? ', or -1 to let the model choose' : ''}`;
}

const DURATION: INodeProperties = {
	displayName: 'Duration (Seconds)',
	name: 'duration',
	type: 'number',
	default: 5,
	typeOptions: { minValue: -1, maxValue: SEEDANCE_2_0.duration.max },
	description: `How long the video is: ${secondsOf(SEEDANCE_2_0)}. Seedance 1.5: ${secondsOf(SEEDANCE_1_5)}.`,
	displayOptions: forAllBut(...FAMILIES.flatMap(idsOf)),
};

/** Duration in the bounds of each model of the list. */
const durationOfEach = FAMILIES.flatMap((family) => {
	const { min, max, canBeChosenByModel } = family.duration;
	return idsOf(family).map((id) => ({
		...DURATION,
		typeOptions: { minValue: canBeChosenByModel ? -1 : min, maxValue: max },
		description: `How long the video is: ${secondsOf(family)}`,
		displayOptions: onlyFor(id),
	}));
});

function referenceField(
	kind: 'Image' | 'Video' | 'Audio',
	more: Partial<INodeProperties> = {},
): INodeProperties {
	const [ending, what] = { Image: ['png', 'pictures'], Video: ['mp4', 'videos'], Audio: ['mp3', 'sound'] }[
		kind
	];
	return {
		displayName: `Reference ${kind} URLs`,
		name: `reference${kind}Urls`,
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		placeholder: `e.g. https://example.com/reference.${ending}`,
		hint: 'One URL per line',
		description: `Addresses of ${what} that the video is modeled on. An asset that you uploaded to GlobalAI OPC is asset:// and its ID.`,
		displayOptions: forAllBut(...idsOf(SEEDANCE_1_5)),
		...more,
	};
}

/** The form. Values and limits are those of the vendor's pages on creating tasks. */
const fields: INodeProperties[] = [
	{
		displayName:
			'Every incoming item creates a video, and every video costs money: in a test run too, and even if the workflow fails afterwards',
		name: 'costNotice',
		type: 'notice',
		default: '',
		displayOptions: { show },
	},
	{
		displayName: 'Prompt',
		name: 'prompt',
		type: 'string',
		typeOptions: { rows: 4 },
		required: true,
		default: '',
		placeholder: 'e.g. A cat rides a skateboard through Paris at sunset',
		description:
			'What the video shows: scene, action, camera, style. Seedance 1.5 takes up to 500 Chinese characters or 1,000 English words.',
		displayOptions: { show },
	},
	{
		displayName: 'Model',
		name: 'model',
		type: 'options',
		default: 'seedance_1_5_pro_720p',
		options: FAMILIES.flatMap(({ models }) =>
			models.map(({ id, name, description }) => ({ name, value: id, description })),
		),
		description: 'The model that makes the video. Use an expression for a model that is not in the list.',
		displayOptions: { show },
	},
	...waitFields,
	...giveUpFields(show, ['parked']),
	...downloadFields({ ...show, waitUntilDone: ['inNode', 'parked'] }),
	RESOLUTION_FIELD,
	...durationOfEach,
	DURATION,
	RATIO_FIELD,
	{
		displayName: 'Seedance X1 needs a first frame or a reference',
		name: 'pictureNotice',
		type: 'notice',
		default: '',
		displayOptions: forAllBut(...idsOf(SEEDANCE_1_5), ...idsOf(SEEDANCE_2_0)),
	},
	{
		displayName: 'Seedance 2.0 takes frames or references, not both',
		name: 'framesNotice',
		type: 'notice',
		default: '',
		displayOptions: forAllBut(...idsOf(SEEDANCE_1_5), ...onlyFromVideo, ...idsOf(SEEDANCE_X1)),
	},
	{
		displayName: 'First Frame URL',
		name: 'firstFrameUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/first.png',
		description: 'Address of a picture that the video begins with',
		displayOptions: forAllBut(...onlyFromVideo),
	},
	{
		displayName: 'Last Frame URL',
		name: 'lastFrameUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/last.png',
		description: 'Address of a picture that the video ends with. It needs a first frame too.',
		displayOptions: forAllBut(...onlyFromVideo),
	},
	...onlyFromVideo.map((id) => referenceField('Video', { required: true, displayOptions: onlyFor(id) })),
	referenceField('Image'),
	referenceField('Video', { displayOptions: forAllBut(...idsOf(SEEDANCE_1_5), ...onlyFromVideo) }),
	referenceField('Audio'),
	AUDIO_FIELD,
];

/** Create, as the node shows it. */
export const description = {
	option: {
		name: 'Create',
		value: 'create',
		action: 'Create video',
		description: 'Create a video from a prompt. Every video costs money.',
	},
	fields,
};

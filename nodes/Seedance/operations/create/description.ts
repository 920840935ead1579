import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import { ADAPTIVE, type ModelFamily, RATIOS, SEEDANCE_1_5, SEEDANCE_2_0, SEEDANCE_X1 } from '../../api/models';
import { waitField } from '../shared/waitFields';

const show = { resource: ['task'], operation: ['create'] };

const idsOf = ({ models }: Pick<ModelFamily, 'models'>) => models.map(({ id }) => id);
const onlyFromVideo = idsOf({ models: SEEDANCE_2_0.models.filter((model) => model.needsReferenceVideo) });
const othersOf2 = idsOf(SEEDANCE_2_0).filter((id) => !onlyFromVideo.includes(id));

/** A model that comes from an expression. In `show`, n8n takes one for any value, so models are told apart by `hide`. */
const EXPRESSION = { _cnd: { startsWith: '=' } };

/** Shows a field, but for these models. */
function forAllBut(...models: Array<string | typeof EXPRESSION>): IDisplayOptions {
	return { show, hide: { model: models } };
}

const LABELS: Record<string, string> = {
	'1:1': 'Square',
	'3:4': 'Portrait',
	'4:3': 'Landscape',
	'9:16': 'Upright Phone',
	'16:9': 'Landscape',
	'21:9': 'Cinema',
};

const ratios = RATIOS.map((value) => ({ name: `${value} (${LABELS[value]})`, value }));

/** Ratio, with every value of any model. */
export const RATIO_FIELD: INodeProperties = {
	displayName: 'Ratio',
	name: 'ratio',
	type: 'options',
	default: ADAPTIVE,
	options: [...ratios, { name: 'Adaptive', value: ADAPTIVE, description: 'Chosen by the model, to fit prompt and pictures; 16:9 with Seedance X1' }],
	description: 'Width to height of the video',
	displayOptions: forAllBut(...idsOf(SEEDANCE_X1)),
};

/** Resolution, of the models that don't have it in their ID. */
export const RESOLUTION_FIELD: INodeProperties = {
	displayName: 'Resolution',
	name: 'resolution',
	type: 'options',
	default: '720p',
	options: (SEEDANCE_X1.resolutions ?? []).map((value) => ({ name: value, value })),
	description: 'Height of the picture. Other models than those of Seedance X1 leave it out of account.',
	displayOptions: forAllBut(...idsOf(SEEDANCE_1_5), ...idsOf(SEEDANCE_2_0)),
};

/** Wait Until Done. */
export const WAIT_FIELD = waitField(show, 'Output the new video task at once; its video is not made yet');

function secondsOf({ duration: { min, max, canBeChosenByModel } }: ModelFamily): string {
	return `${min} to ${max} seconds${canBeChosenByModel ? ', or -1 to let the model choose' : ''}`;
}

function durationField(family: ModelFamily, displayOptions: IDisplayOptions): INodeProperties {
	const { min, max, canBeChosenByModel } = family.duration;
	return {
		displayName: 'Duration (Seconds)',
		name: 'duration',
		type: 'number',
		default: 5,
		typeOptions: { minValue: canBeChosenByModel ? -1 : min, maxValue: max },
		description: `How long the video is: ${secondsOf(family)}`,
		displayOptions,
	};
}

function referenceField(kind: 'Image' | 'Video' | 'Audio', more: Partial<INodeProperties> = {}): INodeProperties {
	const ending = { Image: 'png', Video: 'mp4', Audio: 'mp3' }[kind];
	return {
		displayName: `Reference ${kind} URLs`,
		name: `reference${kind}Urls`,
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		placeholder: `e.g. https://example.com/reference.${ending}`,
		description: 'One address a line, or asset:// and the ID of an asset that you uploaded to GlobalAI OPC',
		displayOptions: forAllBut(...idsOf(SEEDANCE_1_5)),
		...more,
	};
}

/** The form. Values and limits are those of the vendor's pages on creating tasks. */
const fields: INodeProperties[] = [
	{
		displayName:
			'Every incoming item creates a video, and every video costs money, even if the workflow fails afterwards',
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
			'What the video shows: scene, action, camera, style. Seedance 1.5 takes 500 Chinese characters or 1,000 English words.',
		displayOptions: { show },
	},
	{
		displayName: 'Model',
		name: 'model',
		type: 'options',
		default: 'seedance_1_5_pro_720p',
		options: [SEEDANCE_1_5, SEEDANCE_2_0, SEEDANCE_X1].flatMap(({ models }) =>
			models.map(({ id, name, description }) => ({ name, value: id, description })),
		),
		description: 'The model that makes the video. Use an expression for a model that is not in the list.',
		displayOptions: { show },
	},
	RESOLUTION_FIELD,
	durationField(SEEDANCE_1_5, forAllBut(...idsOf(SEEDANCE_2_0), ...idsOf(SEEDANCE_X1), EXPRESSION)),
	durationField(SEEDANCE_2_0, forAllBut(...idsOf(SEEDANCE_1_5), EXPRESSION)),
	{
		...durationField(SEEDANCE_1_5, { show: { ...show, model: [EXPRESSION] } }),
		typeOptions: { minValue: -1, maxValue: SEEDANCE_2_0.duration.max },
		description: `How long the video is: ${secondsOf(SEEDANCE_2_0)}. Seedance 1.5: ${secondsOf(SEEDANCE_1_5)}.`,
	},
	RATIO_FIELD,
	{
		...RATIO_FIELD,
		default: '16:9',
		options: ratios,
		displayOptions: forAllBut(...idsOf(SEEDANCE_1_5), ...idsOf(SEEDANCE_2_0), EXPRESSION),
	},
	{
		displayName: 'First Frame URL',
		name: 'firstFrameUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/first.png',
		description: 'Address of a picture the video begins with. Leave empty to make the video without one.',
		displayOptions: forAllBut(...onlyFromVideo),
	},
	{
		displayName: 'Last Frame URL',
		name: 'lastFrameUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/last.png',
		description: 'Address of a picture the video ends with. It needs a first frame too.',
		displayOptions: forAllBut(...onlyFromVideo),
	},
	referenceField('Video', {
		required: true,
		displayOptions: forAllBut(...idsOf(SEEDANCE_1_5), ...othersOf2, ...idsOf(SEEDANCE_X1), EXPRESSION),
	}),
	referenceField('Image'),
	referenceField('Video', { displayOptions: forAllBut(...idsOf(SEEDANCE_1_5), ...onlyFromVideo) }),
	referenceField('Audio'),
	{
		displayName: 'Generate Audio',
		name: 'generateAudio',
		type: 'boolean',
		default: false,
		description: 'Whether the video gets sound that fits the picture',
		displayOptions: forAllBut(...idsOf(SEEDANCE_X1)),
	},
	WAIT_FIELD,
];

/** Create, as the node shows it. */
export const description = {
	option: {
		name: 'Create',
		value: 'create',
		action: 'Create video task',
		description: 'Create a new video task from a prompt. Every video costs money.',
	},
	fields,
};

import type { INodeProperties } from 'n8n-workflow';

import { waitField } from '../shared/waitFields';

const show = { resource: ['task'], operation: ['create'] };

/** Ratio. */
export const RATIO_FIELD: INodeProperties = {
	displayName: 'Ratio',
	name: 'ratio',
	type: 'options',
	default: 'adaptive',
	options: [
		{ name: '1:1 (Square)', value: '1:1' },
		{ name: '16:9 (Landscape)', value: '16:9' },
		{ name: '21:9 (Cinema)', value: '21:9' },
		{ name: '3:4 (Portrait)', value: '3:4' },
		{ name: '4:3 (Landscape)', value: '4:3' },
		{ name: '9:16 (Upright Phone)', value: '9:16' },
		{ name: 'Adaptive', value: 'adaptive', description: 'Chosen by the model, to fit prompt and frames' },
	],
	description: 'Width to height of the video',
	displayOptions: { show },
};

/** Wait Until Done. */
export const WAIT_FIELD = waitField(show, 'Output the new video task at once; its video is not made yet');

/** The form. Values and limits are those of the vendor's page on creating tasks. */
const fields: INodeProperties[] = [
	{
		displayName:
			'Every incoming item creates a video, and every video costs money, even if the workflow fails afterwards.',
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
			'What the video shows: scene, action, camera, style. Up to 500 Chinese characters or 1,000 English words.',
		displayOptions: { show },
	},
	{
		displayName: 'Model',
		name: 'model',
		type: 'options',
		default: 'seedance_1_5_pro_720p',
		options: [
			{ name: 'Seedance 1.5 Pro, 1080p', value: 'seedance_1_5_pro_1080p' },
			{ name: 'Seedance 1.5 Pro, 480p', value: 'seedance_1_5_pro_480p' },
			{ name: 'Seedance 1.5 Pro, 720p', value: 'seedance_1_5_pro_720p' },
		],
		description:
			'The model and resolution of the video. Use an expression for a model that is not in the list.',
		displayOptions: { show },
	},
	{
		displayName: 'Duration (Seconds)',
		name: 'duration',
		type: 'number',
		default: 5,
		typeOptions: { minValue: -1, maxValue: 12 },
		description: 'How long the video is: 4 to 12 seconds, or -1 to let the model choose',
		displayOptions: { show },
	},
	RATIO_FIELD,
	{
		displayName: 'First Frame URL',
		name: 'firstFrameUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/first.png',
		description: 'Address of a picture the video begins with. Leave empty to make the video from the prompt alone.',
		displayOptions: { show },
	},
	{
		displayName: 'Last Frame URL',
		name: 'lastFrameUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/last.png',
		description: 'Address of a picture the video ends with. It needs a first frame too.',
		displayOptions: { show },
	},
	{
		displayName: 'Generate Audio',
		name: 'generateAudio',
		type: 'boolean',
		default: false,
		description: 'Whether the video gets sound that fits the picture',
		displayOptions: { show },
	},
	WAIT_FIELD,
];

/** Create, as the node shows it. */
export const description = {
	option: {
		name: 'Create',
		value: 'create',
		action: 'Create a video task',
		description: 'Order a video made from a prompt. Every video costs money.',
	},
	fields,
};

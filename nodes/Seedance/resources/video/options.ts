import type { INodeProperties } from 'n8n-workflow';

import { whenWaiting } from '../../waiting/options';

const whenVideo = { '/resource': ['video'] };
const whenCreating = { ...whenVideo, '/operation': ['create'] };

/** Additional Body Fields. */
const ADDITIONAL_FIELDS: INodeProperties = {
	displayName: 'Additional Body Fields',
	name: 'additionalFields',
	type: 'json',
	default: '{}',
	typeOptions: { rows: 3 },
	description:
		'A JSON object whose fields are added to the request, for what this form does not offer. A field of the same name is replaced.',
	displayOptions: { show: whenCreating },
};

/** Check Media First. */
export const CHECK_MEDIA: INodeProperties = {
	displayName: 'Check Media First',
	name: 'checkMedia',
	type: 'boolean',
	default: true,
	description:
		'Whether to look at the first bytes of pictures, videos and sounds before anything is paid, as the node does without this option. A wrong type, size or ratio is then an error.',
	displayOptions: { show: whenCreating },
};

/** Download Last Frame. */
export const DOWNLOAD_LAST_FRAME: INodeProperties = {
	displayName: 'Download Last Frame',
	name: 'downloadLastFrame',
	type: 'boolean',
	default: true,
	description:
		'Whether to output the last picture of the video too, in the field lastFrame: the next video can begin with it. Only some models make one.',
	displayOptions: { show: { ...whenVideo, '/downloadVideo': [true] } },
};

/** Max Video Size. */
export const MAX_VIDEO_SIZE: INodeProperties = {
	displayName: 'Max Video Size (MB)',
	name: 'maxVideoSize',
	type: 'number',
	default: 500,
	typeOptions: { minValue: 1, maxValue: 100000 },
	description: 'Largest video to download. A larger one becomes an error.',
	displayOptions: { show: { ...whenVideo, '/downloadVideo': [true] } },
};

/** Max Videos per Run. */
export const MAX_TASKS: INodeProperties = {
	displayName: 'Max Videos per Run',
	name: 'maxTasks',
	type: 'number',
	default: 10,
	typeOptions: { minValue: 1, maxValue: 100000 },
	description:
		'The most items that may come in. With more, the node fails before it creates a video. The value of the first item counts.',
	displayOptions: { show: whenCreating },
};

/** Max Videos at Once. */
export const MAX_RUNNING: INodeProperties = {
	displayName: 'Max Videos at Once',
	name: 'maxRunning',
	type: 'number',
	default: 3,
	typeOptions: { minValue: 1, maxValue: 1000 },
	description:
		'How many videos of this run may be made at a time: further ones are created as others end. Without this option as many as the account takes. The value of the first item counts.',
	displayOptions: { show: { ...whenCreating, ...whenWaiting } },
};

/** Service Tier of the Task. */
export const SERVICE_TIER: INodeProperties = {
	displayName: 'Service Tier of the Task',
	name: 'serviceTier',
	type: 'options',
	default: 'online',
	options: [
		{
			name: 'Offline (Flex)',
			value: 'flex',
			description: "For videos that may take hours: 'Give Up After' is then 720, unless you change it",
		},
		{ name: 'Online', value: 'online', description: 'For videos that usually take 2 to 8 minutes' },
	],
	description:
		'How fast the video is made. It only decides how often the node checks and when it stops waiting; it orders nothing and changes no price.',
	displayOptions: { show: { ...whenVideo, ...whenWaiting } },
};

/** The options that only videos have. */
export const videoOptions: INodeProperties[] = [
	ADDITIONAL_FIELDS,
	CHECK_MEDIA,
	DOWNLOAD_LAST_FRAME,
	MAX_VIDEO_SIZE,
	MAX_RUNNING,
	MAX_TASKS,
	SERVICE_TIER,
];

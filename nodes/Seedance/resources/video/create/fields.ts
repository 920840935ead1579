import type { INodeProperties } from 'n8n-workflow';

import { pollableVideo } from '../pollable';
import { giveUpFields, waitFields, waitField } from '../../../waiting/fields';
import { downloadFields } from '../download';
import {
	AUDIO_FIELD,
	durationFields,
	frameFields,
	mediaNotices,
	MODEL_FIELD,
	promptLimits,
	ratioFields,
	referenceFields,
	resolutionFields,
	REVIEW_FIELD,
	show,
} from './modelFields';

/** Wait Until Done. A newcomer wants a video, not a promise of one. */
export const WAIT_FIELD: INodeProperties = {
	...waitField(show, pollableVideo, 'Output the new video task at once, before its video is made'),
	default: 'inNode',
};

/** The form. Values and limits are those of the vendor's pages on creating tasks. */
const fields: INodeProperties[] = [
	{
		displayName: 'Every incoming item creates a video, and every video costs money, in test runs too',
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
		description: `What the video shows: scene, action, camera, style.${promptLimits}`,
		displayOptions: { show },
	},
	MODEL_FIELD,
	...waitFields(WAIT_FIELD, show),
	...giveUpFields(show, pollableVideo, ['parked']),
	...downloadFields({ ...show, waitUntilDone: ['inNode', 'parked'] }),
	...resolutionFields,
	...durationFields,
	...ratioFields,
	...mediaNotices,
	...frameFields,
	...referenceFields,
	REVIEW_FIELD,
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

import type { INodeProperties } from 'n8n-workflow';

import {
	CHAINED_WAIT,
	chainedNotice,
	chainedOutputs,
	giveUpFields,
	waitField,
	waitFields,
} from '../../../waiting/fields';
import { downloadFields } from '../download';
import { pollableVideo } from '../pollable';

const show = { resource: ['video'], operation: ['get'] };

/** Wait Until Done. */
export const WAIT_FIELD = waitField(
	show,
	pollableVideo,
	'Check once and output the task as it is now, done or not',
	[CHAINED_WAIT],
);

/** Task ID. By default it is the incoming item's. */
export const ID_FIELD: INodeProperties = {
	displayName: 'Task ID',
	name: 'taskId',
	type: 'string',
	required: true,
	default: '={{ $json.id }}',
	placeholder: 'e.g. video_abc123def456',
	description: 'The ID that creating the video gave you. By default, it is taken from each incoming item.',
	displayOptions: { show },
};

/** Get Result, as the node shows it. */
export const description = {
	option: {
		name: 'Get Result',
		value: 'get',
		action: 'Get video result',
		description: 'Get a video by its task ID: whether it is done, and its link',
	},
	outputs: chainedOutputs,
	fields: [
		ID_FIELD,
		...waitFields(WAIT_FIELD, show),
		chainedNotice(show),
		...giveUpFields(show, pollableVideo, ['parked', 'withWaitNode']),
		...downloadFields(show),
	],
};

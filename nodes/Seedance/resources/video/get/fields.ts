import { NodeConnectionTypes, type INodeProperties } from 'n8n-workflow';

import { downloadFields, giveUpFields, waitField } from '../../../waiting/fields';
import { WAITED_FOR } from '../pollable';

const show = { resource: ['video'], operation: ['get'] };

/** Wait Until Done. */
export const WAIT_FIELD = waitField(
	show,
	WAITED_FOR,
	'Check once, and output the video task as it is now, finished or not',
	[
		{
			name: 'Chained With a Wait Node',
			value: 'withWaitNode',
			description:
				'For n8n 1.x, or if finished items have to be output at once. The others go to a Wait node that you connect.',
		},
	],
);

/** Default of Task ID: the incoming item's. */
export const INCOMING_ID = '={{ $json.id }}';

const fields: INodeProperties[] = [
	{
		displayName: 'Task ID',
		name: 'taskId',
		type: 'string',
		required: true,
		default: INCOMING_ID,
		placeholder: 'e.g. video_abc123def456',
		description: 'The ID that creating the video gave you. By default, it is taken from each incoming item.',
		displayOptions: { show },
	},
	WAIT_FIELD,
	{
		displayName:
			'Connect "Still Running" to a Wait node, and the Wait node back to this node. In the Wait node, set Wait Amount to the expression $json.polling.waitSeconds, and Wait Unit to Seconds.',
		name: 'waitNodeNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { ...show, waitUntilDone: ['withWaitNode'] } },
	},
	...giveUpFields(show, WAITED_FOR, ['parked', 'withWaitNode']),
	...downloadFields(show),
];

/** Get Result, as the node shows it. The order of its outputs is that of `execute`. */
export const description = {
	option: {
		name: 'Get Result',
		value: 'get',
		action: 'Get video result',
		description: 'Get the result of a video that was created: whether it is done, and where it is',
	},
	outputs: `$parameter["waitUntilDone"] === "withWaitNode"
		? [{ type: "${NodeConnectionTypes.Main}", displayName: "Done" }, { type: "${NodeConnectionTypes.Main}", displayName: "Still Running" }]
		: [{ type: "${NodeConnectionTypes.Main}" }]`,
	fields,
};

import type { INodeProperties } from 'n8n-workflow';

import type { ServiceTier } from '../polling/schedule';
import { GIVE_UP_AFTER, GIVE_UP_AFTER_UNSET } from './get.wait';

const show = { resource: ['task'], operation: ['get'] };
const showWaiting = { ...show, waitUntilDone: ['inNode', 'withWaitNode'] };

/** The form of Get Result. */
export const getFields: INodeProperties[] = [
	{
		displayName: 'Task ID',
		name: 'taskId',
		type: 'string',
		required: true,
		default: '={{ $json.id }}',
		placeholder: 'e.g. video_abc123def456',
		description: 'The ID that creating the video gave you. By default, it is taken from each incoming item.',
		displayOptions: { show },
	},
	{
		displayName: 'Wait Until Done',
		name: 'waitUntilDone',
		type: 'options',
		noDataExpression: true,
		default: 'no',
		options: [
			{
				name: 'Chained With a Wait Node',
				value: 'withWaitNode',
				description:
					'For hours, or many videos. Unfinished ones leave for a Wait node; restarts of n8n do no harm.',
			},
			{
				name: 'Inside This Node',
				value: 'inNode',
				description: 'For minutes. The node asks until the video is done; a restart of n8n ends the wait.',
			},
			{
				name: 'No',
				value: 'no',
				description: 'Ask once, and output the video task as it is now, finished or not',
			},
		],
		description: 'Whether to wait for the video, and where',
		displayOptions: { show },
	},
	{
		displayName:
			'Connect "Still Running" to a Wait node, and the Wait node back to this node. In the Wait node, set Wait Amount to the expression $json.polling.waitSeconds, and Wait Unit to Seconds.',
		name: 'waitNodeNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { ...show, waitUntilDone: ['withWaitNode'] } },
	},
	{
		displayName: 'Service Tier',
		name: 'serviceTier',
		type: 'options',
		default: 'online',
		options: [
			{ name: 'Offline (Flex)', value: 'flex', description: 'Half the price; may take hours' },
			{ name: 'Online', value: 'online', description: 'Done in 2 to 8 minutes as a rule' },
		],
		description: 'The tier the video was created with. It decides how often the node asks.',
		displayOptions: { show: showWaiting },
	},
	giveUpAfter('online', GIVE_UP_AFTER.online),
	giveUpAfter('flex', GIVE_UP_AFTER_UNSET),
	{
		displayName: 'Download Video',
		name: 'downloadVideo',
		type: 'boolean',
		default: false,
		description: 'Whether to output the file of a finished video too, not only its link',
		displayOptions: { show },
	},
	{
		displayName:
			'The link to a video stops working one day after the video was created. Turn on Download Video to get the file.',
		name: 'linkNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { ...show, downloadVideo: [false] } },
	},
	{
		displayName: 'Put Output File in Field',
		name: 'binaryPropertyName',
		type: 'string',
		required: true,
		default: 'data',
		hint: 'The name of the output binary field to put the file in',
		displayOptions: { show: { ...show, downloadVideo: [true] } },
	},
];

/** The default depends on the tier, which n8n expresses as two fields of one name. */
function giveUpAfter(tier: ServiceTier, minutes: number | string): INodeProperties {
	return {
		displayName: 'Give Up After (Minutes)',
		name: 'giveUpAfter',
		type: 'number',
		default: minutes,
		typeOptions: { minValue: 1, maxValue: 1440 },
		description:
			'How long to wait, counted from when the video was created. One that is not done by then becomes an error. 1440 (a day) at most.',
		displayOptions: { show: { ...showWaiting, serviceTier: [tier] } },
	};
}

import { NodeConnectionTypes, type INodeProperties } from 'n8n-workflow';

import type { ServiceTier } from '../../polling/schedule';

/** Defaults of Give Up After, in minutes. */
export const GIVE_UP_AFTER: Record<ServiceTier, number> = { online: 30, flex: 720 };

/**
 * The default of the flex tier's field, as text: where the tier comes from an expression, n8n gives this one whatever
 * the tier, and it can be told from a number that the user has set.
 */
export const GIVE_UP_AFTER_UNSET = String(GIVE_UP_AFTER.flex);

const show = { resource: ['task'], operation: ['get'] };
const showWaiting = { ...show, waitUntilDone: ['inNode', 'withWaitNode'] };

/** Wait Until Done. */
export const WAIT_FIELD: INodeProperties = {
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
};

/** Service Tier. */
export const TIER_FIELD: INodeProperties = {
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
};

/** Give Up After. The default depends on the tier, which n8n expresses as two fields of one name. */
export const GIVE_UP_FIELDS: Record<ServiceTier, INodeProperties> = {
	online: giveUpField('online', GIVE_UP_AFTER.online),
	flex: giveUpField('flex', GIVE_UP_AFTER_UNSET),
};

const fields: INodeProperties[] = [
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
	WAIT_FIELD,
	{
		displayName:
			'Connect "Still Running" to a Wait node, and the Wait node back to this node. In the Wait node, set Wait Amount to the expression $json.polling.waitSeconds, and Wait Unit to Seconds.',
		name: 'waitNodeNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { ...show, waitUntilDone: ['withWaitNode'] } },
	},
	TIER_FIELD,
	GIVE_UP_FIELDS.online,
	GIVE_UP_FIELDS.flex,
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

/** Get Result, as the node shows it. The order of its outputs is that of `execute`. */
export const description = {
	option: {
		name: 'Get Result',
		value: 'get',
		action: 'Get the result of a video task',
		description: 'Ask whether a video is done, and where it is',
	},
	outputs: `$parameter["waitUntilDone"] === "withWaitNode"
		? [{ type: "${NodeConnectionTypes.Main}", displayName: "Done" }, { type: "${NodeConnectionTypes.Main}", displayName: "Still Running" }]
		: [{ type: "${NodeConnectionTypes.Main}" }]`,
	fields,
};

function giveUpField(tier: ServiceTier, minutes: number | string): INodeProperties {
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

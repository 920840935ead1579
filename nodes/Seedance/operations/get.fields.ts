import type { INodeProperties } from 'n8n-workflow';

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
		description:
			'The ID of the video task, as creating the task gave it. By default the ID of the incoming item.',
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
					'Ask once; unfinished tasks leave by Still Running, to a Wait node that leads back here. For hours: the wait takes no memory and survives a restart.',
			},
			{
				name: 'Inside This Node',
				value: 'inNode',
				description:
					'Ask again until the video is done. For minutes: the wait takes memory and a restart of n8n ends it.',
			},
			{
				name: 'No',
				value: 'no',
				description: 'Ask once and output the task as it is now, finished or not',
			},
		],
		description: 'Whether to wait for the video, and where',
		displayOptions: { show },
	},
	{
		displayName: 'Service Tier',
		name: 'serviceTier',
		type: 'options',
		default: 'online',
		options: [
			{ name: 'Offline (Flex)', value: 'flex', description: 'Half the price, may take hours' },
			{ name: 'Online', value: 'online', description: 'Done in 2 to 8 minutes, as a rule' },
		],
		description: 'The tier the task was created with. It decides how often to ask.',
		displayOptions: { show: showWaiting },
	},
	giveUpAfter('online', 30),
	giveUpAfter('flex', 720),
	{
		displayName: 'Download Video',
		name: 'downloadVideo',
		type: 'boolean',
		default: false,
		description:
			'Whether to fetch the file of a finished video too, before its link dies one day after creation',
		displayOptions: { show },
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
function giveUpAfter(tier: 'online' | 'flex', minutes: number): INodeProperties {
	return {
		displayName: 'Give Up After (Minutes)',
		name: 'giveUpAfter',
		type: 'number',
		default: minutes,
		typeOptions: { minValue: 1, maxValue: 1440 },
		description:
			'How long to wait, counted from when the task was created. A task that is not done by then becomes an error.',
		displayOptions: { show: { ...showWaiting, serviceTier: [tier] } },
	};
}

import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { readBoolean, readChoice, readNumber } from './parameters';

const whenCreating = { '/operation': ['create'] };
const whenWaiting = { '/waitUntilDone': ['inNode', 'parked', 'withWaitNode'] };

/** Every option: its form, its default and its bounds. What reads one takes them from here. */
const OPTIONS: INodeProperties[] = [
	{
		displayName: 'Additional Body Fields',
		name: 'additionalFields',
		type: 'json',
		default: '{}',
		typeOptions: { rows: 3 },
		description:
			'A JSON object whose fields are added to the request, for what this form does not offer. A field of the same name is replaced.',
		displayOptions: { show: whenCreating },
	},
	{
		displayName: 'If Task Fails',
		name: 'ifTaskFails',
		type: 'options',
		default: 'error',
		options: [
			{
				name: 'Output the Task',
				value: 'output',
				description: 'Output the failed or cancelled task like a finished one; check its status',
			},
			{
				name: 'Raise an Error',
				value: 'error',
				description: 'Treat the item by the "On Error" setting of this node',
			},
		],
		description: 'What to do with a task that failed or was cancelled',
		displayOptions: { show: whenWaiting },
	},
	{
		displayName: 'Include Input Fields',
		name: 'includeInput',
		type: 'boolean',
		default: false,
		description:
			"Whether to keep the incoming item's fields in the output. Where both have a field of the same name, the task's is kept.",
	},
	{
		displayName: 'Max Concurrency',
		name: 'maxConcurrency',
		type: 'number',
		default: 10,
		typeOptions: { minValue: 1, maxValue: 1000 },
		description: 'How many requests may be under way at once. The value of the first item counts.',
	},
	{
		displayName: 'Max Retries',
		name: 'maxRetries',
		type: 'number',
		default: 4,
		typeOptions: { minValue: 0, maxValue: 20 },
		description:
			'How many times to repeat a status check or download that failed for a passing reason. A create is repeated only where it certainly made no video. The value of the first item counts.',
	},
	{
		displayName: 'Max Video Size (MB)',
		name: 'maxVideoSize',
		type: 'number',
		default: 500,
		typeOptions: { minValue: 1, maxValue: 100000 },
		description: 'Largest video to download. A larger one becomes an error.',
		displayOptions: { show: { '/downloadVideo': [true] } },
	},
	{
		displayName: 'Max Videos per Run',
		name: 'maxTasks',
		type: 'number',
		default: 10,
		typeOptions: { minValue: 1, maxValue: 100000 },
		description:
			'The most items that may come in. With more, the node fails before it creates a video. The value of the first item counts.',
		displayOptions: { show: whenCreating },
	},
	{
		displayName: 'Poll Interval (Seconds)',
		name: 'pollInterval',
		type: 'number',
		default: 30,
		typeOptions: { minValue: 5, maxValue: 3600 },
		description:
			'How long to wait between two status checks of a task. Without this option the node adapts to the model, the tier and the age of the task, which takes fewer status checks.',
		displayOptions: { show: whenWaiting },
	},
	{
		displayName: 'Request Timeout (Seconds)',
		name: 'requestTimeout',
		type: 'number',
		default: 30,
		typeOptions: { minValue: 1, maxValue: 600 },
		description: 'How long one request may take. The value of the first item counts.',
	},
	{
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
		displayOptions: { show: whenWaiting },
	},
];

/** The Options collection, shared by the operations of all resources. */
export const optionsField: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: OPTIONS,
};

/** The Options of one item; empty where none is set. */
export function readOptions(context: IExecuteFunctions, index: number): IDataObject {
	return context.getNodeParameter('options', index, {}) as IDataObject;
}

/**
 * A number among an item's options; its default where it is not set.
 *
 * @throws InputError that names the option, its bounds and what it held
 */
export function numberOption(options: IDataObject, name: string): number {
	const field = optionOf(name);
	const { [name]: value = field.default } = options;
	return readNumber(field, value);
}

/**
 * A choice among an item's options; its default where it is not set.
 *
 * @throws InputError that names the option and the values it takes
 */
export function choiceOption<T extends string>(options: IDataObject, name: string): T {
	const field = optionOf(name);
	return readChoice<T>(field, options[name] ?? field.default);
}

/**
 * A yes or no among an item's options; its default where it is not set, or empty.
 *
 * @throws InputError that names the option and what it held
 */
export function booleanOption(options: IDataObject, name: string): boolean {
	return readBoolean(optionOf(name), options[name]);
}

function optionOf(name: string): INodeProperties {
	return OPTIONS.find((option) => option.name === name) as INodeProperties;
}

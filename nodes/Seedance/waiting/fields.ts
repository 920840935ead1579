import type {
	IDataObject,
	IDisplayOptions,
	IExecuteFunctions,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';

import type { ServiceTier } from './pollable';
import type { PollSettings } from './schedule';
import { InputError } from '../core/error';
import { choiceOption, numberOption } from '../core/options';
import { isTool, readBoolean, readChoice, readNumber, readText } from '../core/parameters';
import { whyNotParked } from './parked';

type Show = NonNullable<IDisplayOptions['show']>;

/** Defaults of Give Up After, in minutes: of a wait that keeps the node at work, and of one of hours. */
export const GIVE_UP_AFTER = { inside: 30, hours: 720 };

/**
 * The default of a wait inside the node, as text: n8n can't make it depend on an option. As text it differs from a number
 * that the user has set; an offline (flex) task then gets hours.
 */
export const GIVE_UP_AFTER_UNSET = String(GIVE_UP_AFTER.inside);

/** Not written in the list: a rule of n8n's linter would capitalize n8n's own name. */
const PARKED_LABEL = "Parked in n8n's Database";

/** What the form calls what is waited for. */
export interface WaitedFor {
	/** Inside a sentence: "video". */
	result: string;
	/** How long a wait usually takes: "2 to 8 minutes". */
	usualTime: string;
}

/** The waits that every operation offers. */
const waits = ({ result, usualTime }: WaitedFor): INodePropertyOptions[] => [
	{
		name: 'Inside This Node',
		value: 'inNode',
		description: `Usually ${usualTime}. The node checks until the ${result} is done; a restart of n8n ends the wait.`,
	},
	{
		name: PARKED_LABEL,
		value: 'parked',
		description:
			'For hours, with nothing to connect: restarts of n8n do no harm. All items are output together when the last is done.',
	},
];

/**
 * Makes Wait Until Done, in the order in which a user has to think about it. By default nothing is waited for.
 *
 * @param waitedFor what the form calls what is waited for
 * @param no what happens where nothing is waited for
 * @param more waits that only this operation offers
 */
export function waitField(
	show: Show,
	waitedFor: WaitedFor,
	no: string,
	more: INodePropertyOptions[] = [],
): INodeProperties {
	return {
		displayName: 'Wait Until Done',
		name: 'waitUntilDone',
		type: 'options',
		noDataExpression: true,
		default: 'no',
		options: [{ name: 'No', value: 'no', description: no }, ...waits(waitedFor), ...more],
		description: `Whether to wait for the ${waitedFor.result}, and where`,
		displayOptions: { show },
	};
}

/** Give Up After. The default depends on where the node waits, which n8n expresses as two fields of one name. */
const GIVE_UP_FIELD: INodeProperties = {
	displayName: 'Give Up After (Minutes)',
	name: 'giveUpAfter',
	type: 'number',
	default: GIVE_UP_AFTER_UNSET,
	typeOptions: { minValue: 1, maxValue: 1440 },
};

/** Download Video. */
const DOWNLOAD_FIELD: INodeProperties = {
	displayName: 'Download Video',
	name: 'downloadVideo',
	type: 'boolean',
	default: false,
	description: 'Whether to output the file of a finished video too, not only its link',
};

/** Put Output File in Field. */
const FILE_FIELD: INodeProperties = {
	displayName: 'Put Output File in Field',
	name: 'binaryPropertyName',
	type: 'string',
	required: true,
	default: 'data',
	hint: 'The name of the output binary field to put the file in',
};

/**
 * Makes what an operation shows when it waits.
 *
 * @param show where the operation shows anything
 * @param hours its waits of hours
 */
export function giveUpFields(show: Show, { result }: WaitedFor, hours: WaitMode[]): INodeProperties[] {
	const field: INodeProperties = {
		...GIVE_UP_FIELD,
		description: `How long to wait, counted from when the ${result} was created. One that is not done by then becomes an error. 1440 (a day) at most.`,
	};
	return [
		{ ...field, displayOptions: { show: { ...show, waitUntilDone: ['inNode'] } } },
		{
			...field,
			default: GIVE_UP_AFTER.hours,
			displayOptions: { show: { ...show, waitUntilDone: hours } },
		},
	];
}

/** Makes what an operation shows when its task may be finished. */
export function downloadFields(show: Show): INodeProperties[] {
	return [
		{ ...DOWNLOAD_FIELD, displayOptions: { show } },
		{
			displayName:
				'The link to a video stops working one day after the video was created. Turn on Download Video to get the file.',
			name: 'linkNotice',
			type: 'notice',
			default: '',
			displayOptions: { show: { ...show, downloadVideo: [false] } },
		},
		{ ...FILE_FIELD, displayOptions: { show: { ...show, downloadVideo: [true] } } },
	];
}

/** Values of the parameter `waitUntilDone`. */
export type WaitMode = 'no' | 'inNode' | 'parked' | 'withWaitNode';

/** How one item waits, and what a failed task becomes. */
export interface WaitSettings extends PollSettings {
	ifTaskFails: 'error' | 'output';
}

/** What an item's download is bounded by, and where its file goes. */
export interface ItemDownload {
	/** Largest file, in bytes. */
	maxBytes: number;
	/** The item's binary field that takes the file. */
	field: string;
}

/**
 * Reads whether and where to wait, one for all items. A tool has one output, and neither a Wait node nor a parked wait
 * could bring its answer back: a model asks again by itself.
 *
 * @param field the operation's Wait Until Done
 * @returns what gives it to each item; it throws InputError for a value that the form doesn't offer, and where
 * this n8n can't park a wait
 */
export async function readWaitMode(
	context: IExecuteFunctions,
	field: INodeProperties,
): Promise<() => WaitMode> {
	const read = () =>
		readChoice<WaitMode>(
			field,
			context.getNodeParameter('waitUntilDone', 0, isTool(context) ? 'no' : field.default),
		);
	let mode: WaitMode;
	try {
		mode = read();
	} catch {
		return read;
	}
	const reason = mode === 'parked' && !isTool(context) ? await whyNotParked(context) : undefined;
	return () => {
		if (mode === 'no' || mode === 'inNode') return mode;
		if (isTool(context)) return 'no';
		if (reason === undefined) return mode;
		throw new InputError(
			`The wait can't be parked in n8n's database: ${reason}`,
			"Nothing was sent. Update n8n or save the workflow, as the message asks, or set 'Wait Until Done' to 'Inside This Node' for a wait of minutes. For hours, use 'Get Result' with 'Chained With a Wait Node'.",
		);
	};
}

/**
 * Reads how an item waits.
 *
 * @throws InputError for a value that the form doesn't offer
 */
export function readWaitSettings(
	context: IExecuteFunctions,
	index: number,
	options: IDataObject,
	mode: Exclude<WaitMode, 'no'>,
): WaitSettings {
	const tier = choiceOption<ServiceTier>(options, 'serviceTier');
	const isUnset = context.getNode().parameters.giveUpAfter === GIVE_UP_AFTER_UNSET;
	const minutes =
		isUnset && tier === 'flex' ? GIVE_UP_AFTER.hours : context.getNodeParameter('giveUpAfter', index);
	const giveUpAfter = readNumber(GIVE_UP_FIELD, minutes);
	return {
		tier,
		giveUpAfterMs: Math.ceil(60_000 * giveUpAfter),
		// What the form shows for it is a proposal: unset means adaptive.
		pollIntervalMs:
			options.pollInterval === undefined
				? undefined
				: Math.ceil(1000 * numberOption(options, 'pollInterval')),
		isStored: mode !== 'inNode',
		ifTaskFails: choiceOption(options, 'ifTaskFails'),
	};
}

/**
 * Reads whether an item's video is to be downloaded.
 *
 * @returns undefined where no video is wanted
 * @throws InputError for a bad size or an empty name of the field that takes the file
 */
export function readDownloadSettings(
	context: IExecuteFunctions,
	index: number,
	options: IDataObject,
): ItemDownload | undefined {
	// A model gets the link: files don't fit into a conversation, and n8n passes none on from a tool.
	if (isTool(context)) return undefined;
	if (!readBoolean(DOWNLOAD_FIELD, context.getNodeParameter('downloadVideo', index, false))) return undefined;
	const name = context.getNodeParameter('binaryPropertyName', index, 'data');
	const field = readText(FILE_FIELD.displayName, name);
	if (field === '') {
		const advice = 'Give a name for the field that takes the file, for example data.';
		throw new InputError(`'${FILE_FIELD.displayName}' is empty`, advice);
	}
	return { field, maxBytes: Math.floor(1e6 * numberOption(options, 'maxVideoSize')) };
}

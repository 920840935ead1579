import {
	NodeConnectionTypes,
	type IDataObject,
	type IDisplayOptions,
	type IExecuteFunctions,
	type INodeProperties,
	type INodePropertyOptions,
} from 'n8n-workflow';

import type { Pollable, ServiceTier } from './pollable';
import type { PollSettings } from './schedule';
import { InputError } from '../core/error';
import { choiceOption, numberOption } from '../core/options';
import { isTool, readChoice, readNumber } from '../core/parameters';
import { IF_FAILED, POLL_INTERVAL } from './options';
import { whyNotParked } from './parked';

type Show = NonNullable<IDisplayOptions['show']>;

/** Defaults of Give Up After, in minutes: of a wait that keeps the node at work, and of one of hours. */
const GIVE_UP_AFTER = { inside: 30, hours: 720 };

/** The part of a pollable that the form shows. */
export type WaitedFor = Pick<Pollable, 'words' | 'tierOption' | 'giveUpAfter'>;

/**
 * The default of a wait inside the node, as text: n8n can't make it depend on an option. As text it differs from a number
 * that the user has set; the offline tier (flex) then gets hours.
 */
const insideUnset = ({ giveUpAfter = GIVE_UP_AFTER }: WaitedFor) => String(giveUpAfter.inside);

/** Not written in the list: a rule of n8n's linter would capitalize n8n's own name. */
const PARKED_LABEL = "Parked in n8n's Database";

/** The waits that every operation offers. */
const waits = ({ words: { result, usualTime } }: WaitedFor): INodePropertyOptions[] => [
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
 * @param waitedFor what is waited for
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
		description: `Whether to wait for the ${waitedFor.words.result}, and where`,
		displayOptions: { show },
	};
}

/** The waits of an AI agent's tool: no others bring its answer back. */
const TOOL_WAITS = ['no', 'inNode'];

/**
 * Makes of a Wait Until Done the two fields of one name that n8n needs for two defaults: as an AI agent's tool the node does
 * not wait unless told to, because a model checks again by itself.
 */
export function waitFields(field: INodeProperties, show: Show): INodeProperties[] {
	const waits = field.options as INodePropertyOptions[];
	return [
		{ ...field, displayOptions: { show, hide: { '@tool': [true] } } },
		{
			...field,
			default: 'no',
			options: waits.filter(({ value }) => TOOL_WAITS.includes(String(value))),
			displayOptions: { show: { ...show, '@tool': [true] } },
		},
	];
}

/** Give Up After. The default depends on where the node waits, which n8n expresses as two fields of one name. */
const GIVE_UP_FIELD: INodeProperties = {
	displayName: 'Give Up After (Minutes)',
	name: 'giveUpAfter',
	type: 'number',
	default: 30,
	typeOptions: { minValue: 1, maxValue: 1440 },
};

/**
 * Makes what an operation shows when it waits.
 *
 * @param show where the operation shows anything
 * @param hours its waits of hours
 */
export function giveUpFields(show: Show, waitedFor: WaitedFor, hours: WaitMode[]): INodeProperties[] {
	const { words, giveUpAfter = GIVE_UP_AFTER } = waitedFor;
	const since = words.since ?? `when the ${words.result} was created`;
	const field: INodeProperties = {
		...GIVE_UP_FIELD,
		description: `How long to wait, counted from ${since}. One that is not done by then becomes an error. 1440 (a day) at most.`,
	};
	return [
		{
			...field,
			default: insideUnset(waitedFor),
			displayOptions: { show: { ...show, waitUntilDone: ['inNode'] } },
		},
		{
			...field,
			default: giveUpAfter.hours,
			displayOptions: { show: { ...show, waitUntilDone: hours } },
		},
	];
}

/** Values of the parameter `waitUntilDone`. */
export type WaitMode = 'no' | 'inNode' | 'parked' | 'withWaitNode';

/** The wait that leads out of the node, and back into it, as a choice of Wait Until Done. */
export const CHAINED_WAIT: INodePropertyOptions = {
	name: 'Chained With a Wait Node',
	value: 'withWaitNode',
	description:
		'For n8n 1.x, or if finished items have to be output at once. The others go to a Wait node that you connect.',
};

/** Makes the notice on what a chained wait has to be connected to. */
export function chainedNotice(show: Show): INodeProperties {
	return {
		displayName:
			'Connect "Still Running" to a Wait node, and that back to this node. In the Wait node, Wait Amount is the expression $json.polling.waitSeconds, Wait Unit is Seconds.',
		name: 'waitNodeNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { ...show, waitUntilDone: [CHAINED_WAIT.value] } },
	};
}

/** The outputs of an operation that offers a chained wait: an expression over `$parameter`. */
export const chainedOutputs = `$parameter["waitUntilDone"] === "withWaitNode"
		? [{ type: "${NodeConnectionTypes.Main}", displayName: "Done" }, { type: "${NodeConnectionTypes.Main}", displayName: "Still Running" }]
		: [{ type: "${NodeConnectionTypes.Main}" }]`;

/** How one item waits, and what becomes of what has failed. */
export interface WaitSettings extends PollSettings {
	ifTaskFails: 'error' | 'output';
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
	{ words: { otherwise = '' } }: Pick<Pollable, 'words'>,
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
			`Nothing was sent. Update n8n or save the workflow, as the message asks, or set 'Wait Until Done' to 'Inside This Node' for a wait of minutes. ${otherwise}`.trim(),
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
	waitedFor: WaitedFor,
): WaitSettings {
	const { tierOption, giveUpAfter: { hours } = GIVE_UP_AFTER } = waitedFor;
	const tier = tierOption ? choiceOption<ServiceTier>(options, tierOption) : 'online';
	const isUnset = context.getNode().parameters.giveUpAfter === insideUnset(waitedFor);
	const minutes = isUnset && tier === 'flex' ? hours : context.getNodeParameter('giveUpAfter', index);
	const giveUpAfter = readNumber(GIVE_UP_FIELD, minutes);
	return {
		tier,
		giveUpAfterMs: Math.ceil(60_000 * giveUpAfter),
		pollIntervalMs:
			options.pollInterval === undefined ? undefined : Math.ceil(1000 * numberOption(options, POLL_INTERVAL)),
		isStored: mode !== 'inNode',
		ifTaskFails: choiceOption(options, IF_FAILED),
	};
}

import { NodeOperationError, type IDataObject, type IExecuteFunctions, type INodeProperties } from 'n8n-workflow';

import { whyNotParked } from '../../polling/parked';
import type { PollSettings, ServiceTier } from '../../polling/schedule';
import { choiceOption, numberOption } from './options';
import { isTool, readChoice, readNumber } from './parameters';
import { GIVE_UP_AFTER, GIVE_UP_AFTER_UNSET, GIVE_UP_FIELDS, TIER_FIELD } from './waitFields';

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
 * @throws NodeOperationError for a value that the form doesn't offer, and where this n8n can't park a wait
 */
export function readWaitMode(context: IExecuteFunctions, field: INodeProperties): WaitMode {
	const mode = readChoice<WaitMode>(context, 0, field, context.getNodeParameter('waitUntilDone', 0, 'no'));
	if (mode === 'no' || mode === 'inNode') return mode;
	if (isTool(context)) return 'no';
	const reason = mode === 'parked' ? whyNotParked(context) : undefined;
	if (reason === undefined) return mode;
	throw new NodeOperationError(context.getNode(), `The wait can't be parked in n8n's database: ${reason}`, {
		description:
			"Nothing was sent. Update n8n or save the workflow, as the message asks, or set 'Wait Until Done' to 'Inside This Node' for a wait of minutes. For hours, use 'Get Result' with 'Chained With a Wait Node'.",
	});
}

/**
 * Reads how an item waits.
 *
 * @throws NodeOperationError for a value that the form doesn't offer
 */
export function readWaitSettings(
	context: IExecuteFunctions,
	index: number,
	options: IDataObject,
	mode: Exclude<WaitMode, 'no'>,
): WaitSettings {
	const tier = readChoice<ServiceTier>(context, index, TIER_FIELD, context.getNodeParameter('serviceTier', index));
	const isUnset = context.getNode().parameters.giveUpAfter === GIVE_UP_AFTER_UNSET;
	const minutes = isUnset ? GIVE_UP_AFTER[tier] : context.getNodeParameter('giveUpAfter', index);
	const giveUpAfter = readNumber(context, index, GIVE_UP_FIELDS[tier], minutes);
	return {
		tier,
		giveUpAfterMs: Math.ceil(60_000 * giveUpAfter),
		// What the form shows for it is a proposal: unset means adaptive.
		pollIntervalMs:
			options.pollInterval === undefined
				? undefined
				: Math.ceil(1000 * numberOption(context, index, options, 'pollInterval')),
		surviveRestarts: mode === 'parked' || (mode === 'withWaitNode' && options.surviveRestarts !== false),
		ifTaskFails: choiceOption(context, index, options, 'ifTaskFails'),
	};
}

/**
 * Reads whether an item's video is to be downloaded.
 *
 * @returns undefined where no video is wanted
 * @throws NodeOperationError for a bad size or an empty name of the field that takes the file
 */
export function readDownloadSettings(
	context: IExecuteFunctions,
	index: number,
	options: IDataObject,
): ItemDownload | undefined {
	// A model gets the link: files don't fit into a conversation, and n8n passes none on from a tool.
	if (isTool(context) || context.getNodeParameter('downloadVideo', index, false) !== true) return undefined;
	const name = context.getNodeParameter('binaryPropertyName', index, 'data');
	const field = typeof name === 'string' ? name.trim() : '';
	if (field === '') {
		throw new NodeOperationError(context.getNode(), "'Put Output File in Field' is empty", {
			itemIndex: index,
			description: 'Give a name for the field that takes the file, for example data.',
		});
	}
	return { field, maxBytes: Math.floor(1e6 * numberOption(context, index, options, 'maxVideoSize')) };
}

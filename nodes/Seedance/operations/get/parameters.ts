import { NodeOperationError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';

import { checkTaskId } from '../../api/task';
import type { PollSettings, ServiceTier } from '../../polling/schedule';
import { choiceOption, numberOption } from '../shared/options';
import { isTool, readChoice, readNumber } from '../shared/parameters';
import { GIVE_UP_AFTER, GIVE_UP_AFTER_UNSET, GIVE_UP_FIELDS, TIER_FIELD, WAIT_FIELD } from './description';

/** Values of the parameter `waitUntilDone`. */
export type WaitMode = 'no' | 'inNode' | 'withWaitNode';

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
 * Reads whether and where to wait, one for all items. A tool has one output, and no Wait node could bring its answer
 * back: a model asks again by itself.
 *
 * @throws NodeOperationError for a value that the form doesn't offer
 */
export function readWaitMode(context: IExecuteFunctions): WaitMode {
	const mode = readChoice<WaitMode>(context, 0, WAIT_FIELD, context.getNodeParameter('waitUntilDone', 0));
	return isTool(context) && mode === 'withWaitNode' ? 'no' : mode;
}

/** @throws NodeOperationError for what can't be an ID */
export function readTaskId(context: IExecuteFunctions, index: number): string {
	const checked = checkTaskId(context.getNodeParameter('taskId', index));
	if (checked.ok) return checked.value;
	const { message, description } = checked.error;
	throw new NodeOperationError(context.getNode(), message, { itemIndex: index, description });
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
		surviveRestarts: mode === 'withWaitNode' && options.surviveRestarts !== false,
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
		throw new NodeOperationError(context.getNode(), 'The name of the output file field is empty', {
			itemIndex: index,
			description: 'Give Put Output File in Field a name, for example data.',
		});
	}
	return { field, maxBytes: Math.floor(1e6 * numberOption(context, index, options, 'maxVideoSize')) };
}

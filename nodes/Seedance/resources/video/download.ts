import type { IDataObject, IDisplayOptions, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { InputError } from '../../core/error';
import { booleanOption, numberOption } from '../../core/options';
import { isTool, readBoolean, readText } from '../../core/parameters';
import type { ItemDownload } from '../../waiting/query';
import { LAST_FRAME } from './file';
import { DOWNLOAD_LAST_FRAME, MAX_VIDEO_SIZE } from './options';

type Show = NonNullable<IDisplayOptions['show']>;

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

/** Makes what an operation shows when its task may be finished. A tool downloads nothing: see `readDownloadSettings`. */
export function downloadFields(show: Show): INodeProperties[] {
	const hide = { '@tool': [true] };
	return [
		{ ...DOWNLOAD_FIELD, displayOptions: { show, hide } },
		{
			displayName:
				'The link to a video stops working one day after the video was created. Turn on Download Video to get the file.',
			name: 'linkNotice',
			type: 'notice',
			default: '',
			displayOptions: { show: { ...show, downloadVideo: [false] }, hide },
		},
		{ ...FILE_FIELD, displayOptions: { show: { ...show, downloadVideo: [true] }, hide } },
	];
}

/**
 * Reads whether the last frame is wanted, where the video is downloaded.
 *
 * @throws InputError for a value that is no yes or no
 */
export function wantsLastFrame(options: IDataObject): boolean {
	// The default is that of an option that was just added.
	return options[DOWNLOAD_LAST_FRAME.name] !== undefined && booleanOption(options, DOWNLOAD_LAST_FRAME);
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
	const further = wantsLastFrame(options);
	if (further && field === LAST_FRAME.field) {
		throw new InputError(
			`'${FILE_FIELD.displayName}' can't be ${field}, which takes the last frame`,
			`Give another name, for example data, or turn '${DOWNLOAD_LAST_FRAME.displayName}' off under 'Options'.`,
		);
	}
	const maxBytes = Math.floor(1e6 * numberOption(options, MAX_VIDEO_SIZE));
	return { field, maxBytes, ...(further && { further }) };
}

import type { IExecuteFunctions } from 'n8n-workflow';

import { InputError } from '../../../core/error';
import { readText } from '../../../core/parameters';
import { type Files, type Medium, readMedium } from '../../../media/medium';
import { readLibrary } from '../fields';
import type { Library } from '../libraries';
import { LIBRARY_FIELD, MEDIA_FIELD, NAME_FIELD } from './fields';
import { MEDIA_PLACE } from './medium';

/** What an item wants to be uploaded. */
export interface UploadOrder {
	medium: Medium;
	/** The item's. */
	files: Files;
	library: Library;
	/** Left out where it has none. */
	name?: string;
}

/**
 * Reads what an item wants to be uploaded.
 *
 * @throws InputError for what can't be used
 */
export function readUpload(context: IExecuteFunctions, index: number): UploadOrder {
	const library = readLibrary(context, LIBRARY_FIELD, index);
	const files = context.getInputData()[index]?.binary ?? {};
	const value = context.getNodeParameter(MEDIA_FIELD.name, index);
	const medium = readMedium(value, MEDIA_PLACE, { name: `the library of ${library.name}` }, files);
	if (!medium) {
		throw new InputError(
			`The '${MEDIA_PLACE.label}' is empty`,
			'Give the name of a binary field of the item, or the address of a picture, video or sound.',
		);
	}
	return { medium, files, library, name: readName(context, index, library) };
}

function readName(
	context: IExecuteFunctions,
	index: number,
	{ name: library, longestName = Infinity }: Library,
): string | undefined {
	const { name: field, displayName } = NAME_FIELD;
	const name = readText(displayName, context.getNodeParameter(field, index, ''));
	if (name.length > longestName) {
		throw new InputError(
			`The '${displayName}' has ${name.length} characters; the library of ${library} takes ${longestName} at most`,
			'Shorten it, or leave it empty.',
		);
	}
	return name === '' ? undefined : name;
}

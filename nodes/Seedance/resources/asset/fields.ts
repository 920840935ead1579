import type { IDisplayOptions, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { readChoice } from '../../core/parameters';
import { type Library, LIBRARIES, type LibraryId, libraryOf } from './libraries';

type Show = NonNullable<IDisplayOptions['show']>;

/** Makes the Library field of an operation that these libraries can do. */
export function libraryField(
	show: Show,
	description: string,
	libraries: readonly Library[] = LIBRARIES,
): INodeProperties {
	return {
		displayName: 'Library',
		name: 'library',
		type: 'options',
		options: libraries.map(({ id, name, models }) => ({ name, value: id, description: `For ${models}` })),
		default: 'seedance20',
		description,
		displayOptions: { show },
	};
}

/** Makes the Library field of an operation on an asset that exists. By default it is the incoming item's. */
export function libraryOfAssetField(
	show: Show,
	description: string,
	libraries?: readonly Library[],
): INodeProperties {
	return { ...libraryField(show, description, libraries), default: '={{ $json.library ?? "seedance20" }}' };
}

/**
 * Reads the library of an item.
 *
 * @throws InputError for one that the field doesn't offer
 */
export function readLibrary(context: IExecuteFunctions, field: INodeProperties, index: number): Library {
	return libraryOf(readChoice<LibraryId>(field, context.getNodeParameter('library', index)));
}

/** Makes the Asset ID field. By default it is the incoming item's. */
export function idField(show: Show): INodeProperties {
	return {
		displayName: 'Asset ID',
		name: 'assetId',
		type: 'string',
		required: true,
		default: '={{ $json.assetId }}',
		placeholder: 'e.g. asset-20260330142158-q75m8',
		description: 'The ID that uploading the asset gave you. By default, it is taken from each incoming item.',
		displayOptions: { show },
	};
}

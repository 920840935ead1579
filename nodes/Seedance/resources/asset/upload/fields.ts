import type { INodeProperties } from 'n8n-workflow';

import { giveUpFields, waitFields, waitField } from '../../../waiting/fields';
import { libraryField } from '../fields';
import { LIBRARIES } from '../libraries';
import { pollableAsset } from '../pollable';

const show = { resource: ['asset'], operation: ['upload'] };

/** Media. */
export const MEDIA_FIELD: INodeProperties = {
	displayName: 'Media',
	name: 'media',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. data or https://example.com/photo.jpg',
	hint: 'The name of a binary field of the item, or an address',
	description:
		'A picture, video or sound. A file of the item is handed over by a link of this n8n, which ends after a day; an address has to be public, without a login.',
	displayOptions: { show },
};

/** Library. */
export const LIBRARY_FIELD = libraryField(
	show,
	'Where to upload it. Each library serves other models, and none sees the assets of another.',
);

const longest = Math.min(...LIBRARIES.map(({ longestName = Infinity }) => longestName));

/** Asset Name. */
export const NAME_FIELD: INodeProperties = {
	displayName: 'Asset Name',
	name: 'assetName',
	type: 'string',
	default: '',
	placeholder: 'e.g. Anna, front',
	description: `A name to know the asset by, in up to ${longest} characters. Leave it empty for none.`,
	displayOptions: { show },
};

/** Wait Until Done. Before its review is done, an asset is of no use. */
export const WAIT_FIELD: INodeProperties = {
	...waitField(show, pollableAsset, 'Output the asset at once, before it is reviewed'),
	default: 'inNode',
};

/** Upload, as the node shows it. */
export const description = {
	option: {
		name: 'Upload',
		value: 'upload',
		action: 'Upload asset',
		description: 'Upload a picture, video or sound for review: faces need it before a video may show them',
	},
	fields: [
		MEDIA_FIELD,
		LIBRARY_FIELD,
		NAME_FIELD,
		...waitFields(WAIT_FIELD, show),
		...giveUpFields(show, pollableAsset, ['parked']),
	],
};

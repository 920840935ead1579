import { giveUpFields, waitField, waitFields } from '../../../waiting/fields';
import { idField, libraryOfAssetField } from '../fields';
import { pollableAsset } from '../pollable';

const show = { resource: ['asset'], operation: ['get'] };

/** Asset ID. */
export const ID_FIELD = idField(show);

/** Library. */
export const LIBRARY_FIELD = libraryOfAssetField(
	show,
	'Where the asset was uploaded. By default, it is taken from each incoming item.',
);

/** Wait Until Done. */
export const WAIT_FIELD = waitField(
	show,
	pollableAsset,
	'Check once and output the asset as it is now, reviewed or not',
);

/** Get, as the node shows it. */
export const description = {
	option: {
		name: 'Get',
		value: 'get',
		action: 'Get asset',
		description: 'Get the state of an asset: whether its review is done, and how a video names it',
	},
	fields: [
		ID_FIELD,
		LIBRARY_FIELD,
		...waitFields(WAIT_FIELD, show),
		...giveUpFields(show, pollableAsset, ['parked']),
	],
};

import { idField, libraryOfAssetField } from '../fields';
import { LIBRARIES } from '../libraries';

const show = { resource: ['asset'], operation: ['delete'] };

/** Asset ID. */
export const ID_FIELD = idField(show);

/** Library: those that can delete. */
export const LIBRARY_FIELD = libraryOfAssetField(
	show,
	'Where the asset was uploaded. Other libraries can delete nothing.',
	LIBRARIES.filter(({ canDelete }) => canDelete),
);

/** Delete, as the node shows it. */
export const description = {
	option: {
		name: 'Delete',
		value: 'delete',
		action: 'Delete asset',
		description: 'Delete an asset for good. Videos that were made with it stay.',
	},
	fields: [ID_FIELD, LIBRARY_FIELD],
};

/** A library of the vendor's: facts only. Form, requests and refusals are derived from them. */
export interface Library {
	/** Value of the parameter `library`. */
	id: LibraryId;
	/** What the form and messages call it. */
	name: string;
	/** Which models use its assets. */
	models: string;
	/** What stands before `://` and an asset's ID in a create. */
	scheme: 'asset' | 'assetId';
	/** Where its calls go. */
	way: 'seedance20' | 'center';
	/** What an upload names the library by, where several share a way. */
	model?: string;
	/** Most characters of a name; left out where none is published. */
	longestName?: number;
	/** Whether it can delete. */
	canDelete?: true;
}

/** Values of the parameter `library`. They are public. */
export type LibraryId = 'seedance20' | 'seedance25' | 'specialDiscount';

/** All libraries, in the order of the form. The first is by the vendor's page, the others were seen in clients. */
export const LIBRARIES: readonly [Library, ...Library[]] = [
	{
		id: 'seedance20',
		name: 'Seedance 2.0',
		models: 'Seedance 2.0, 2.0 Fast, 2.0 Pro, 2.0 Fast Pro and X1',
		scheme: 'asset',
		way: 'seedance20',
		canDelete: true,
	},
	{
		id: 'specialDiscount',
		name: 'Seedance 2.0 Special and Discount',
		models: 'Seedance 2.0 Special and Discount, also the fast ones',
		scheme: 'assetId',
		way: 'center',
		longestName: 50,
	},
	{
		id: 'seedance25',
		name: 'Seedance 2.5',
		models: 'all Seedance 2.5 models',
		scheme: 'assetId',
		way: 'center',
		model: 'sd_2.5',
		longestName: 50,
	},
];

/** The library of an ID; the first for one that is none. */
export function libraryOf(id: string | undefined): Library {
	return LIBRARIES.find((library) => library.id === id) ?? LIBRARIES[0];
}

import type { Endpoint } from '../../http/endpoint';
import type { Polled } from '../../waiting/pollable';
import { type Asset, readAsset, readDeleted, readUploaded } from './asset';
import { type Library, LIBRARIES } from './libraries';
import { assetTarget, NEW_ASSET } from './messages';

/** Kinds of assets, as the API calls them. */
export type AssetType = 'Image' | 'Video' | 'Audio';

/** An upload, as all libraries take it. */
export interface Upload {
	library: Library;
	type: AssetType;
	/** Where the vendor fetches the file. */
	url: string;
	/** Left out where it has none. */
	name?: string;
}

/**
 * How long an upload may take at least, in milliseconds: the vendor fetches the file within the request. Clients allow as
 * much.
 */
export const UPLOAD_TIMEOUT_MS = 120_000;

const UPLOAD_PATHS: Record<Library['way'], string> = {
	seedance20: '/kyyVideo2/asset/upload',
	center: '/asset/seedance2/assetUpload',
};

/**
 * A new asset. It is repeated after a lost answer: nothing is billed, and a second asset does no harm. After a time-out
 * it is not, since the vendor may still fetch the file, and uploads side by side starve each other.
 */
export const uploadAsset: Endpoint<Upload, Asset> = {
	method: 'POST',
	request: ({ library: { way, model }, type, url, name }) => ({
		path: UPLOAD_PATHS[way],
		body: { assetType: type, url, name, model },
	}),
	repeat: 'unlessTimedOut',
	timeoutMs: UPLOAD_TIMEOUT_MS,
	target: () => NEW_ASSET,
	read: (response, { library }, now) => readUploaded(response, library, NEW_ASSET, now),
};

/** Where the library of Seedance 2.0 has an asset, by an ID that `checkAssetId` accepted. */
const pathOf = (id: string) => `/kyyVideo2/asset/${encodeURIComponent(id)}`;

const STATE_CALLS: Record<Library['way'], Pick<Endpoint<string, Polled>, 'method' | 'request'>> = {
	seedance20: { method: 'GET', request: (id) => ({ path: pathOf(id) }) },
	center: {
		method: 'POST',
		request: (id) => ({ path: '/asset/seedance2/assetDetail', body: { assetId: id } }),
	},
};

/** The state of an asset in a library. */
export const getAsset = (library: Library): Endpoint<string, Polled> => ({
	...STATE_CALLS[library.way],
	repeat: 'safe',
	target: (id) => assetTarget(id, library),
	read: (response, id, now) => readAsset(response, id, library, assetTarget(id, library), now),
});

/** Deletes an asset for good; in the only library that can. */
export const deleteAsset: Endpoint<string, true> = {
	method: 'DELETE',
	request: (id) => ({ path: pathOf(id) }),
	repeat: 'safe',
	target: (id) => assetTarget(id, LIBRARIES[0]),
	read: (response, id, now) => readDeleted(response, assetTarget(id, LIBRARIES[0]), now),
};

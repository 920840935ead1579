import type { IDataObject } from 'n8n-workflow';

import type { Pollable } from '../../waiting/pollable';
import { type Asset, ASSET_DETAIL, assetState } from './asset';
import { getAsset } from './endpoints';
import { libraryOf } from './libraries';
import { endedAssetError } from './messages';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** How long a review takes is not published: the vendor's sample checks every 5 s for up to 5 minutes. */
const PACE = { everyMs: 5 * SECOND, untilMs: 5 * MINUTE, thenEveryMs: 30 * SECOND };

/** An asset as it is output: the library's own fields, and what this node adds. */
function assetFields({ id, status, ...fields }: Partial<Asset> & Pick<Asset, 'id'>): IDataObject {
	return { ...fields, assetId: id, ...(status && { status }) } as IDataObject;
}

/** The answer to an AI agent: what it needs of the asset, and what to do next. */
function toolAnswer(asset: Asset): IDataObject {
	const { assetId, status, reference, library } = asset;
	return { assetId, ...(status !== '' && { status }), reference, library, nextStep: nextStep(asset) };
}

function nextStep(asset: Asset): string {
	// The answer to an upload may have no more than an ID.
	if (asset.status === '') return 'The asset is being reviewed. Get it in 5 s by its assetId and library.';
	switch (assetState(asset)) {
		case 'done':
			return 'The asset can be used: give its reference where a video takes a picture, video or sound.';
		case 'ended':
			return 'The asset can not be used. Tell the user why; another file may pass.';
		case 'unknown':
			return 'This status is not known. Do not wait for it; tell the user.';
		default:
			return 'The asset is being reviewed. Get it again in 5 s by its assetId and library.';
	}
}

/** An asset under review. The group of its ID is its library. */
export const pollableAsset: Pollable = {
	places: (_id, library) => [getAsset(libraryOf(library))],
	stateOf: assetState,
	// One library has a time without its zone, the others have none.
	createdAt: () => undefined,
	adaptiveDelayMs: (_asset, now, _tier, startedAt) =>
		now - startedAt < PACE.untilMs ? PACE.everyMs : PACE.thenEveryMs,
	fields: ['assetId', 'status', 'reference', 'library'],
	detail: ASSET_DETAIL,
	output: assetFields,
	toolAnswer: (value) => toolAnswer(value as Asset),
	errors: { ended: (value) => endedAssetError(value as Asset) },
	words: {
		one: 'asset',
		many: 'assets',
		result: 'asset',
		results: 'assets',
		underWay: 'the asset is being reviewed',
		usualTime: 'up to 5 minutes',
		since: 'the first status check',
	},
	giveUpAfter: { inside: 10, hours: 10 },
};

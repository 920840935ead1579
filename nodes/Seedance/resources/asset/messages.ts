import { type ErrorKind, fullDescription, type ItemError, meaningOf, wasStopped } from '../../core/error';
import type { Target } from '../../http/endpoint';
import { errorWords } from '../../http/errors';
import { type Asset, ASSET_DETAIL, plainStatus } from './asset';
import type { Library } from './libraries';

/** By what an unknown asset is answered, under a success status. */
const MISSING_CODE = '-1';

/** What a call about an asset is about. */
export function assetTarget(id: string, { name }: Library): Target {
	return {
		subject: `asset "${id}"`,
		exists: true,
		missingCode: MISSING_CODE,
		messages: {
			notFound: (subject) => [
				`GlobalAI OPC has no ${subject} in the library of ${name}`,
				`Check the 'Asset ID', that the 'Library' is the one that it was uploaded to, and that the key is of the account that uploaded it. It may also have been deleted.`,
			],
		},
		advice: {
			forbidden: 'Use the key of the account that uploaded the asset.',
			rejected: "Check the 'Asset ID', the 'Library', and the 'Base URL' in the credential.",
		},
	};
}

/** What an upload is about: the asset has no ID yet. */
export const NEW_ASSET: Target = {
	subject: 'a new asset',
	exists: false,
	messages: {
		forbidden: (_asset, status) => [
			`GlobalAI OPC does not let this API key upload to the library (HTTP ${status})`,
			"Check in your GlobalAI OPC console that the account may use this asset library, or choose another in 'Library'.",
		],
		notFound: () => [
			'GlobalAI OPC did not find the address to upload assets at (HTTP 404)',
			"Check the 'Base URL' in the credential.",
		],
	},
	advice: {
		rejected: "Check 'Media' and 'Asset Name'.",
		rateLimited: 'Upload fewer assets in a short time.',
		unknownError:
			"Open the address in 'Media' in a private browser window: it has to give the file itself, without a login, and be of a type that the library takes.",
	},
};

/** Says in the error of an upload whether the asset may exist. */
export function uploadError(error: ItemError): ItemError {
	const consequence = meaningOf(error).mayBeCreated
		? 'The asset may exist although its answer was lost. Nothing is billed, and a second one does no harm: upload it again.'
		: 'No asset was uploaded.';
	return { ...error, description: `${consequence} ${error.description}`.trim() };
}

/** The error of an upload that is all that is output: it names the assets of the run, which no library lists. */
export function withUploaded(error: ItemError, assets: Asset[]): ItemError {
	if (assets.length === 0) return error;
	const description = `${fullDescription(error)}${uploadedSummary(assets.map(({ id }) => id))}`;
	return { ...error, description, said: undefined };
}

/** Names the assets of a run by their IDs, as the end of a text; empty where there are none. */
export function uploadedSummary(ids: string[]): string {
	return ids.length === 0 ? '' : ` Assets of this run that were uploaded: ${[...new Set(ids)].join(', ')}.`;
}

/** What to do about a medium without a review, where that is not what an upload alone would say. */
const REVIEW_ADVICE: Partial<Record<ErrorKind, string>> = {
	ended: 'Change what the reason names, or give another file.',
	rejected: 'Check the address or the file.',
	forbidden:
		'Check in your GlobalAI OPC console that the account may use the asset library of this model, or choose another model.',
	unknownError:
		'Open its address in a private browser window: it has to give the file itself, without a login, and be of a type that the library takes.',
};

/**
 * The error of an item whose medium was not uploaded, or not reviewed. Its video was not sent.
 *
 * @param medium where it stands, and which one it is there
 */
export function unreviewedError(error: ItemError, medium: string): ItemError {
	if (wasStopped(error)) return error;
	const advice = REVIEW_ADVICE[error.kind] ?? error.description;
	return {
		...error,
		message: `${medium}: ${error.message}`,
		description: `No video was created for this item, and nothing is billed for it. ${advice}`.trim(),
	};
}

/** An asset that can't be used, in the API's own words. */
export function endedAssetError(asset: Asset): ItemError {
	const { id, errorMessage, error, failReason, reason, message, msg } = asset;
	const words = [errorMessage, error, failReason, reason, message, msg]
		.map(errorWords)
		.find((text) => text !== '');
	const said = words ? `: ${words}` : '';
	const details = { [ASSET_DETAIL]: asset };
	switch (plainStatus(asset.status)) {
		case 'expired':
			return {
				kind: 'ended',
				message: `Asset "${id}" has expired${said}`,
				description: 'It can no longer be used. Upload the file again.',
				details,
			};
		case 'deleted':
			return {
				kind: 'ended',
				message: `Asset "${id}" was deleted${said}`,
				description: 'It can no longer be used. Upload the file again.',
				details,
			};
		default:
			return {
				kind: 'ended',
				message: `Asset "${id}" did not pass its review${said || ': GlobalAI OPC gave no reason'}`,
				description:
					"It can't be used in a video. Change what the reason names, and upload the file as a new asset.",
				details,
			};
	}
}

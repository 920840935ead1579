import { type Result, success, failure } from '../../core/error';
import { isObject } from '../../core/text';
import type { Target } from '../../http/endpoint';
import { anotherAnswer, isSuccess, noAnswer, responseError } from '../../http/errors';
import type { ApiResponse } from '../../http/request';
import { checkId, type IdWords } from '../../waiting/id';
import type { PolledState } from '../../waiting/pollable';
import type { Library, LibraryId } from './libraries';

/** An asset as its library gave it, every field, and what this node adds. */
export interface Asset {
	[field: string]: unknown;
	/** The same as `assetId`: what is polled goes by this name. It is not output. */
	id: string;
	assetId: string;
	/** As it came. The answer to an upload may have none. */
	status: string;
	/** The model center's libraries have it beside the status. */
	materialStatus?: unknown;
	/** How a create names it. */
	reference: string;
	library: LibraryId;
}

/** The field of an error's `details` that has its asset. The name is public. */
export const ASSET_DETAIL = 'asset';

/** The states of all libraries, in small letters. Of the second field, too. */
const STATES: Partial<Record<string, PolledState>> = {
	none: 'running',
	uploading: 'running',
	processing: 'running',
	active: 'done',
	ready: 'done',
	failed: 'ended',
	expired: 'ended',
	deleted: 'ended',
};

/** What an asset's two fields say. Only an active one may be used, and none of which either field says that it ended. */
export function assetState({
	status,
	materialStatus,
}: Pick<Asset, 'status' | 'materialStatus'>): PolledState {
	const state = STATES[plainStatus(status)] ?? 'unknown';
	const material = STATES[plainStatus(materialStatus)];
	if (state === 'ended' || material === 'ended') return 'ended';
	return state === 'done' && material === 'running' ? 'running' : state;
}

/** A status in small letters; empty where it is no text. */
export function plainStatus(status: unknown): string {
	return typeof status === 'string' ? status.trim().toLowerCase() : '';
}

const ASSET_ID: IdWords = {
	label: 'Asset ID',
	source: 'Upload',
	advice:
		"Set 'Asset ID' to the ID that uploading the asset gave you, for example asset-20260330142158-q75m8. If it is an expression, check that the incoming item has that field.",
};

/** Checks what the Asset ID field holds. A reference, such as `asset://` and an ID, is taken as the ID. */
export function checkAssetId(value: unknown): Result<string> {
	const id = typeof value === 'string' ? value.trim().replace(/^asset(?:id)?:\/\//i, '') : value;
	return checkId(ASSET_ID, id);
}

/**
 * Makes an asset of the answer to a status check, or an error of whatever else it is.
 *
 * @param id of the requested asset
 * @param now the present time, in milliseconds since 1970
 */
export function readAsset(
	response: ApiResponse,
	id: string,
	library: Library,
	target: Target,
	now: number,
): Result<Asset> {
	const found = assetIn(response, library, id);
	if (found && found.status !== '') {
		return found.id === id ? success(found) : failure(anotherAnswer(found.id, target.subject, 'asset'));
	}
	return failure(responseError(response, target, now) ?? noAnswer(response, target.subject, 'status'));
}

/**
 * Makes the new asset of the answer to an upload, which may have no more than an ID, or an error of whatever else it is.
 *
 * @param now the present time, in milliseconds since 1970
 */
export function readUploaded(
	response: ApiResponse,
	library: Library,
	target: Target,
	now: number,
): Result<Asset> {
	const found = assetIn(response, library);
	if (found) return success(found);
	return failure(responseError(response, target, now) ?? noAnswer(response, target.subject, 'asset ID'));
}

/** The asset in an answer: inside `data`, or bare. */
function assetIn(response: ApiResponse, library: Library, asked?: string): Asset | undefined {
	const { body } = response;
	if (!isSuccess(response) || !isObject(body)) return undefined;
	const fields = isObject(body.data) ? body.data : body;
	const { assetId, status, materialStatus } = fields;
	const id = [assetId, asked].map(textOf).find((text) => text !== '');
	// An error may repeat only the requested ID.
	if (id === undefined || (textOf(assetId) === '' && textOf(status) === '')) return undefined;
	const known = [status, materialStatus].map(textOf).find((text) => text !== '') ?? '';
	return { ...fields, ...unseenAsset(id, library), status: known };
}

/** An asset of which only the ID is known. */
export function unseenAsset(id: string, { id: library, scheme }: Library): Asset {
	return { id, assetId: id, status: '', reference: `${scheme}://${id}`, library };
}

function textOf(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

/**
 * Reads the answer to a deletion.
 *
 * @param now the present time, in milliseconds since 1970
 */
export function readDeleted(response: ApiResponse, target: Target, now: number): Result<true> {
	const error = responseError(response, target, now);
	if (error) return failure(error);
	// Whatever a success says, an empty answer included.
	return isSuccess(response) && (isObject(response.body) || response.text.trim() === '')
		? success(true)
		: failure(noAnswer(response, target.subject, 'code'));
}

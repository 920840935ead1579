import type { IExecuteFunctions } from 'n8n-workflow';

import { failure } from '../../../core/error';
import { isObject, TOKEN_START } from '../../../core/text';
import { signedAgain, storedFile, type StoredFile } from '../../../media/link';
import { hasNoSlot, type Making } from '../../../waiting/pollable';
import { createVideo } from '../endpoints';
import { createError, itemsInDoubt, SENT } from '../messages';
import type { VideoRequest } from '../models';
import { MEDIA_FIELDS, type MediaField } from './media';

/** How often a turn sends a refused create again at once: the next turn sends it anyway. */
const RETRIES_IN_A_TURN = 1;

/** A request as n8n stores it: its files without the links that open them to anyone. */
type StoredRequest = Omit<VideoRequest, MediaField> & Partial<Record<MediaField, unknown>>;

/**
 * Makes what n8n stores of a request that a later turn sends. Only links that this run made are taken apart.
 *
 * @param video as the item says it
 * @param sent the same with the addresses of files
 */
export function storedRequest(video: VideoRequest, sent: VideoRequest): StoredRequest {
	return mapMedia(sent, (address, field, index) => {
		const given: unknown = video[field];
		const isOwn = address !== (Array.isArray(given) ? given[index] : given);
		const link = String(address);
		return isOwn && link.includes(TOKEN_START) ? storedFile(link) : address;
	});
}

function signedRequest(context: IExecuteFunctions, order: StoredRequest): VideoRequest {
	return mapMedia(order, (address) =>
		isObject(address) ? signedAgain(context, address as unknown as StoredFile) : address,
	) as VideoRequest;
}

function mapMedia(
	request: StoredRequest,
	map: (address: unknown, field: MediaField, index: number) => unknown,
): StoredRequest {
	const fields = (Object.keys(MEDIA_FIELDS) as MediaField[]).filter((field) => request[field] !== undefined);
	const mapped = fields.map((field) => {
		const media = request[field];
		return [
			field,
			Array.isArray(media) ? media.map((one, index) => map(one, field, index)) : map(media, field, 0),
		];
	});
	return { ...request, ...(Object.fromEntries(mapped) as Partial<StoredRequest>) };
}

/** How a parked wait creates the videos that are not created at its start. */
export const makingVideo: Making = {
	make: async (context, client, order) => {
		const request = signedRequest(context, order as StoredRequest);
		const made = await client.call(createVideo, request, { maxRetries: RETRIES_IN_A_TURN });
		return made.ok || hasNoSlot(made.error) ? made : failure(createError(made.error));
	},
	mayExist: SENT,
	notMade: (end) =>
		createError({
			kind: 'gaveUp',
			message: `The video ${end}`,
			description:
				"Run the item again. If the account had no slot for it, raise 'Give Up After', or ask GlobalAI OPC how many videos your account may make at a time.",
		}),
	leftOut: (count) =>
		count === 1
			? '1 more item was not created, and nothing is billed for it.'
			: `${count} more items were not created, and nothing is billed for them.`,
	inDoubt: itemsInDoubt,
};

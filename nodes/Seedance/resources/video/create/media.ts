import type { IExecuteFunctions } from 'n8n-workflow';

import { failure, type Result, success, thrownError } from '../../../core/error';
import type { RunSettings, Session } from '../../../http/session';
import type { AddressPlace } from '../../../media/addresses';
import { HandOver } from '../../../media/handOver';
import type { Files, Medium } from '../../../media/medium';
import { type Model, modelOf, type ReferenceKind, type VideoRequest } from '../models';
import { FRAME_FIELDS, KIND_OF, REFERENCE_FIELDS } from './rules';

/** The fields that take media, and their labels in the form. */
export const MEDIA_FIELDS = { ...FRAME_FIELDS, ...REFERENCE_FIELDS };

/** A parameter that takes media. */
export type MediaField = keyof typeof MEDIA_FIELDS;

/** The media of a request, by the fields that take them. */
export type GivenMedia = Partial<Record<MediaField, Medium[]>>;

/** Where a field's media stand, for messages about them. */
export function placeOf(field: MediaField): AddressPlace {
	return { label: MEDIA_FIELDS[field], isList: field in REFERENCE_FIELDS };
}

/**
 * What a request says of a medium. A file of the item has no address before it is handed over, and another one in each
 * attempt: what stands for it is the same in all, so that n8n's memory knows the request again. Its ID is no part of that:
 * n8n gives files of a webhook or form another one when the execution ends (`restoreBinaryDataId` of its `cli`).
 */
export function textOf(medium: Medium, { assets }: Model, files: Files): string {
	if (medium.kind === 'url') return medium.url;
	if (medium.kind === 'asset') return `${assets?.scheme ?? 'asset'}://${medium.id}`;
	const { id, fileName, mimeType, fileSize, data } = files[medium.field] ?? {};
	const size = id === undefined ? data?.length : fileSize;
	return `file ${JSON.stringify([medium.field, fileName, mimeType, size])}`;
}

/** What handing over needs of an item's create. */
export interface MediaOrder {
	video: VideoRequest;
	media: GivenMedia;
	/** Whether pictures are looked at before anything is sent. */
	checkMedia: boolean;
	settings: RunSettings;
}

/** Hands the media of a run's creates over to the vendor, before anything is sent. */
export class CreateMedia {
	private handOver?: HandOver;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly session: Session,
	) {}

	/**
	 * @param files the item's
	 * @returns the request as it is sent: with the addresses of files; or why a medium can't be used
	 */
	async handed(order: MediaOrder, files: Files): Promise<Result<VideoRequest>> {
		const { video, media } = order;
		const fields = (Object.keys(media) as MediaField[]).filter((field) =>
			media[field]?.some(({ kind }) => kind !== 'asset'),
		);
		if (fields.length === 0) return success(video);
		const credential = await this.session.credential();
		// It becomes an error when the create is sent.
		if (!credential.ok) return success(video);
		const { requestTimeoutMs } = order.settings;
		this.handOver ??= new HandOver(
			this.context,
			credential.value.baseUrl,
			requestTimeoutMs,
			this.session.signal,
		);
		try {
			const handed = await Promise.all(
				fields.map(async (field) => [field, await this.addresses(order, field, files)] as const),
			);
			const lists = handed.map(([field, urls]) => [field, field in FRAME_FIELDS ? urls[0] : urls]);
			return success({ ...video, ...(Object.fromEntries(lists) as Partial<VideoRequest>) });
		} catch (error) {
			return failure(thrownError(error));
		}
	}

	private async addresses(
		{ video, media, checkMedia }: MediaOrder,
		field: MediaField,
		files: Files,
	): Promise<string[]> {
		const model = modelOf(video.model);
		const kind: ReferenceKind = KIND_OF[field];
		const limits = checkMedia ? model.media?.[kind] : undefined;
		return await Promise.all(
			(media[field] ?? []).map(async (medium) => {
				if (medium.kind === 'asset') return textOf(medium, model, files);
				const { url } = await (this.handOver as HandOver).handOver(medium, placeOf(field), files, { limits });
				return url;
			}),
		);
	}
}

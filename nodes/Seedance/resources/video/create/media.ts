import { createHash } from 'node:crypto';

import type { IExecuteFunctions } from 'n8n-workflow';

import { failure, type Result, success, thrownError } from '../../../core/error';
import { cut } from '../../../core/text';
import type { RunSettings, Session } from '../../../http/session';
import type { AddressPlace } from '../../../media/addresses';
import { HandOver } from '../../../media/handOver';
import type { Files, Medium } from '../../../media/medium';
import type { AssetType } from '../../asset/endpoints';
import { libraryOf } from '../../asset/libraries';
import { unreviewedError } from '../../asset/messages';
import { Reviewer } from '../../asset/review';
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

/**
 * What tells a medium from others for as long as an execution lives, also when it is retried: n8n may rename a file
 * (`restoreBinaryDataId` of its `cli`), but not the end of its ID.
 */
export function identityOf(medium: SentMedium, files: Files): string {
	if (medium.kind === 'url') return `url ${medium.url}`;
	const { id, data = '' } = files[medium.field] ?? {};
	if (id !== undefined) return `file ${id.slice(id.lastIndexOf('/') + 1)}`;
	return `data ${createHash('sha256').update(data).digest('hex')}`;
}

/** A medium that has to be handed over. */
type SentMedium = Exclude<Medium, { kind: 'asset' }>;

/** What handing over needs of an item's create. */
export interface MediaOrder {
	video: VideoRequest;
	media: GivenMedia;
	/** Whether pictures are looked at before anything is sent. */
	checkMedia: boolean;
	/** Whether media go to the asset library of the model first, which then has one. */
	reviewMedia: boolean;
	settings: RunSettings;
}

const ASSET_TYPES: Record<ReferenceKind, AssetType> = { image: 'Image', video: 'Video', audio: 'Audio' };

/** Hands the media of a run's creates over to the vendor, before anything is sent. */
export class CreateMedia {
	private handOver?: HandOver;

	private readonly reviewer: Reviewer;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly session: Session,
	) {
		this.reviewer = new Reviewer(context, session);
	}

	/**
	 * @param files the item's
	 * @returns the request as it is sent: with the addresses of files, or with reviewed assets; or why a medium can't be used
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
		const handed = await allOf(
			fields.map(async (field) => {
				const urls = await allOf(
					(media[field] ?? []).map((medium) => this.address(order, field, medium, files)),
				);
				return urls.ok ? success([field, field in FRAME_FIELDS ? urls.value[0] : urls.value]) : urls;
			}),
		);
		if (!handed.ok) return handed;
		return success({ ...video, ...(Object.fromEntries(handed.value) as Partial<VideoRequest>) });
	}

	/** What the request says of a medium that was handed over, and reviewed where that is wanted. */
	private async address(
		order: MediaOrder,
		field: MediaField,
		medium: Medium,
		files: Files,
	): Promise<Result<string>> {
		const { video, checkMedia, reviewMedia } = order;
		const model = modelOf(video.model);
		if (medium.kind === 'asset') return success(textOf(medium, model, files));
		const limits = checkMedia ? model.media?.[KIND_OF[field]] : undefined;
		let url: string;
		try {
			({ url } = await (this.handOver as HandOver).handOver(medium, placeOf(field), files, { limits }));
		} catch (error) {
			return failure(thrownError(error));
		}
		return reviewMedia ? await this.reviewed(order, field, medium, url, files) : success(url);
	}

	/** Has a medium reviewed, at the address that was handed over. */
	private async reviewed(
		{ video, settings }: MediaOrder,
		field: MediaField,
		medium: SentMedium,
		url: string,
		files: Files,
	): Promise<Result<string>> {
		const review = await this.reviewer.review({
			upload: {
				library: libraryOf(modelOf(video.model).assets?.library),
				type: ASSET_TYPES[KIND_OF[field]],
				url,
			},
			identity: identityOf(medium, files),
			settings,
		});
		if (review.ok) return success(review.value.reference);
		// Without what may be the signature of a private link.
		const name = medium.kind === 'url' ? medium.url.replace(/[?#].*$/s, '') : medium.field;
		return failure(unreviewedError(review.error, `'${MEDIA_FIELDS[field]}' (${cut(name, LONGEST_NAME)})`));
	}
}

/** What a message shows of a medium, in characters. */
const LONGEST_NAME = 100;

/** The values of all results, or the first error that there is, without waiting for the others. */
async function allOf<T>(results: Array<Promise<Result<T>>>): Promise<Result<T[]>> {
	const firstError = new Promise<Result<T[]>>((resolve) => {
		for (const result of results)
			result.then(
				(one) => one.ok || resolve(one),
				() => {},
			);
	});
	const all = Promise.all(results).then((list) =>
		success(list.flatMap((one) => (one.ok ? [one.value] : []))),
	);
	return await Promise.race([firstError, all]);
}

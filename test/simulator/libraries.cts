import { z } from 'zod/v4';
import { jsonAnswer } from './answers.cts';
import { isCenter, type AssetOptions, type AssetStore, type AssetType, type AssetView } from './assets.cts';
import { LINK, problemIn } from './create.cts';

import type { Answer } from './answers.cts';
import type { Behaviour } from './behaviour.cts';

/** An upload as it was sent. */
export interface Upload {
	assetType: AssetType;
	url: string;
	name?: string;
	/** The model center's alone */
	model?: 'sd_2.5';
}

/** An upload that was accepted. */
export interface AcceptedUpload {
	/** The asset's */
	id: string;
	library: AssetView['library'];
	/** As sent */
	body: unknown;
	/** Ms */
	at: number;
	/** The header as sent */
	authorization: string | null;
}

/** A request to a library, its key accepted. */
export interface LibraryCall {
	body: unknown;
	key: string;
	authorization: string | null;
	/** Ms; when it came, and when it is handled: between these its media are fetched */
	receivedAt: number;
	now: number;
	/** Addresses that can't be fetched */
	unreachable: ReadonlySet<string>;
}

export type UploadTo = 'seedance20' | 'center';

const LONGEST_NAME = 50;

/** Fields that the facts don't name are refused, so that a misspelt one does not pass unseen. */
const UPLOADS: Record<UploadTo, z.ZodType<Upload>> = {
	seedance20: z.strictObject({
		assetType: z.enum(['Image', 'Video', 'Audio', 'Document']),
		url: LINK,
		name: z.string().optional(),
	}),
	// `sd_2.5` is the only model that clients send.
	center: z.strictObject({
		assetType: z.enum(['Image', 'Video', 'Audio']),
		url: LINK,
		name: z.string().max(LONGEST_NAME).optional(),
		model: z.literal('sd_2.5').optional(),
	}),
};

const DETAIL = z.strictObject({ assetId: z.string() });

/** Ms that an upload takes beside another one: as long as clients wait at most. */
const STARVED_MS = 120_000;

/** Timers can end a little early, and the next upload is no second one then. */
const TOLERANCE_MS = 5;

const MARKERS = [
	['[fail]', 'failed'],
	['[never]', 'never'],
	['[expire]', 'expired'],
] as const;

/** Whether the name or address of a medium holds a marker. */
const holds = ({ name = '', url }: Upload, marker: string) =>
	[name, url.replace(/%5B/gi, '[').replace(/%5D/gi, ']')].some((text) => text.includes(marker));

/** A name or an address can say how its review ends. */
export const reviewIn = (upload: Upload): AssetOptions => ({
	outcome: MARKERS.find(([marker]) => holds(upload, marker))?.[1],
});

const refusal = (msg: string, code = 1001) => jsonAnswer(200, { code, msg, data: null });
const unknown = () => refusal('素材不存在', -1);

/** The vendor writes the local time so. */
const dateText = (ms: number) => new Date(ms).toISOString().replace('T', ' ').slice(0, 19);

function shown({ id, assetType, url, name, createdAt, extra, ...asset }: AssetView) {
	const common = { assetId: id, assetType, url, name, status: asset.status };
	if (!isCenter(asset.library)) return { ...common, createTime: dateText(createdAt), ...extra };
	const { materialStatus, errorMessage } = asset;
	const isFailed = materialStatus === 'FAILED';
	return { ...common, materialStatus, errorMessage: isFailed ? errorMessage : null, ...extra };
}

/**
 * What the two asset libraries answer. They take one upload at a time: one that comes meanwhile is counted and answered
 * only after 120 s.
 */
export class AssetLibraries {
	/** Every upload that was accepted */
	readonly uploads: AcceptedUpload[] = [];
	/** How many uploads came while another one was under way */
	sideBySide = 0;
	#busyUntil = -Infinity;

	constructor(
		private readonly store: AssetStore,
		private readonly behaviour: Behaviour,
		private readonly review: (upload: Upload, count: number) => AssetOptions,
	) {}

	upload(to: UploadTo, call: LibraryCall): Answer {
		const answer = this.#upload(to, call);
		const isBeside = call.receivedAt < this.#busyUntil - TOLERANCE_MS;
		if (isBeside) this.sideBySide++;
		const delayMs = isBeside ? STARVED_MS : this.behaviour.uploadMs;
		// One that starves blocks no further ones, or a single one would end every test.
		if (!isBeside) this.#busyUntil = call.now + delayMs;
		return { ...answer, delayMs };
	}

	/** @param library an asset of the other one is unknown */
	state(library: UploadTo, id: string, { key, now }: LibraryCall): Answer {
		const asset = this.#find(library, id, key, now);
		return asset === null ? unknown() : this.#success(shown(asset));
	}

	/** The model center's, which has the ID in its body. */
	detail(call: LibraryCall): Answer {
		const { data, error } = DETAIL.safeParse(call.body);
		return error ? refusal(problemIn(error)) : this.state('center', data.assetId, call);
	}

	/** Of the library of Seedance 2.0, the only one that can. */
	remove(id: string, { key, now }: LibraryCall): Answer {
		if (this.#find('seedance20', id, key, now) === null) return unknown();
		this.store.remove(id);
		return jsonAnswer(200, { code: '0', msg: '删除成功', data: null });
	}

	#upload(to: UploadTo, { body, key, authorization, now, unreachable }: LibraryCall): Answer {
		const { data: upload, error } = UPLOADS[to].safeParse(body);
		if (error) return refusal(problemIn(error));
		if (holds(upload, '[refuse]') || unreachable.has(upload.url)) return refusal('素材 URL 无法访问');
		const { assetType, url, name = '', model } = upload;
		const ofCenter = model === 'sd_2.5' ? 'seedance25' : 'specialDiscount';
		const library = to === 'center' ? ofCenter : 'seedance20';
		const count = this.uploads.filter((one) => (one.body as Upload).url === url).length;
		const asset = this.store.add({ library, assetType, name, key, ...this.review(upload, count) }, now);
		this.uploads.push({ id: asset.id, library, body, at: now, authorization });
		if (to === 'seedance20') return this.#success({ assetId: asset.id });
		if (this.behaviour.uploadShape === 'data') return this.#success(shown(asset));
		// The bare answer was seen with one status alone, and that at once.
		const begun = { ...asset, status: asset.status.replace('NONE', 'PROCESSING') };
		const { materialStatus: _, ...bare } = shown(begun) as Record<string, unknown>;
		return jsonAnswer(200, bare);
	}

	#find(library: UploadTo, id: string, key: string, now: number): AssetView | null {
		const asset = this.store.get(id, now);
		if (asset === null || isCenter(asset.library) !== (library === 'center')) return null;
		return asset.key === null || asset.key === key ? asset : null;
	}

	#success(data: unknown): Answer {
		return jsonAnswer(200, { code: this.behaviour.codeAsText ? '0' : 0, msg: null, data });
	}
}

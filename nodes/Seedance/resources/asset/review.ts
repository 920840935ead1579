import { createHash } from 'node:crypto';

import type { IExecuteFunctions } from 'n8n-workflow';

import type { Attempt } from '../../core/attempt';
import { failure, type Result, success } from '../../core/error';
import { isObject } from '../../core/text';
import type { RunSettings, Session } from '../../http/session';
import type { WaitSettings } from '../../waiting/fields';
import { follow } from '../../waiting/follow';
import type { Pollable } from '../../waiting/pollable';
import { type Asset, assetState, unseenAsset } from './asset';
import type { Upload } from './endpoints';
import { endedAssetError, uploadedSummary } from './messages';
import { pollableAsset } from './pollable';
import { uploadInTurn } from './upload/queue';

/** A medium that has to be reviewed. */
export interface ReviewOrder {
	upload: Upload;
	/** What tells it from other media, and is the same in each attempt: its address, or which file it is. */
	identity: string;
	settings: RunSettings;
}

const MINUTE = 60_000;

/** As long as asset:upload waits by default. */
const WAIT: WaitSettings = {
	tier: 'online',
	giveUpAfterMs: 10 * MINUTE,
	isStored: false,
	ifTaskFails: 'error',
};

/** Here, no field says how long to wait. */
const REVIEW: Pollable = {
	...pollableAsset,
	words: {
		...pollableAsset.words,
		timedOut:
			"The review may still end. Run the workflow again later; or check the asset with 'Get', and once it can be used, give its reference in place of the medium.",
	},
};

/** What n8n stores of an asset, by a digest of its library and medium. Executions in n8n's database have these names. */
interface Entry {
	assetId: string;
	runIndex: number;
}

/** Where n8n's memory of the node holds the entries. */
const FIELD = 'reviewedMedia';

/**
 * Uploads the media of a run and waits for their reviews: each medium once for each library, however many items share it,
 * and also when n8n runs the node again. Uploads take turns, waits go on side by side.
 */
export class Reviewer {
	private readonly reviews = new Map<string, Promise<Result<Asset>>>();

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly session: Session,
	) {}

	/** @returns the asset, which can be used */
	async review(order: ReviewOrder): Promise<Result<Asset>> {
		const { upload, identity } = order;
		const key = digest(JSON.stringify([upload.library.id, upload.type, identity]));
		const review = this.reviews.get(key) ?? this.reviewNow(key, order);
		this.reviews.set(key, review);
		return await review;
	}

	private async reviewNow(key: string, order: ReviewOrder): Promise<Result<Asset>> {
		const { session } = this;
		const uploaded = uploadedIn(session);
		const earlier = uploaded.get(key);
		const outcome = earlier
			? await this.wait(unseenAsset(earlier.assetId, order.upload.library), order, false)
			: await this.uploadNow(key, order);
		// The next execution uploads another one. Until then this one is known, so that attempts don't upload it again.
		const isUnusable = !outcome.ok && ['ended', 'notFound'].includes(outcome.error.kind);
		if (isUnusable) delete storedIn(session)?.[key];
		return outcome;
	}

	private async uploadNow(key: string, order: ReviewOrder): Promise<Result<Asset>> {
		const { session } = this;
		const sent = await uploadInTurn(session, order.settings, order.upload);
		if (!sent.ok) return sent;
		const entry: Entry = { assetId: sent.value.id, runIndex: session.nodeRun?.runIndex ?? 0 };
		uploadedIn(session).set(key, entry);
		store(session, key, entry);
		return await this.wait(sent.value, order, true);
	}

	private async wait(
		asset: Asset,
		{ upload, settings }: ReviewOrder,
		isNew: boolean,
	): Promise<Result<Asset>> {
		const state = assetState(asset);
		if (state === 'done') return success(asset);
		if (state === 'ended') return failure(endedAssetError(asset));
		const query = { id: asset.id, group: upload.library.id, wait: WAIT, inNode: true };
		const answer = await follow(this.context, this.session, REVIEW, asset, { query, settings }, isNew);
		if (!answer.ok) return answer;
		// A wait inside the node ends only when it is done.
		return success('value' in answer.value ? (answer.value.value as Asset) : asset);
	}
}

/** Names the assets that were uploaded for a run; empty where there are none. */
export function reviewSummary(session: Session): string {
	return uploadedSummary([...uploadedIn(session).values()].map(({ assetId }) => assetId));
}

/** Forgets the assets of a run, where n8n has no reason to run the node again: they are stored with the execution. */
export function forgetReviews({ nodeRun }: Pick<Attempt, 'nodeRun'>): void {
	delete nodeRun?.memory[FIELD];
}

/** The assets that this attempt and earlier ones uploaded for this run. */
function uploadedIn(session: Session): Map<string, Entry> {
	return session.shared.once(FIELD, () => {
		const { nodeRun, isTool } = session;
		const entries = Object.entries(storedIn(session) ?? {});
		// As for creates: each round of a loop is a run by itself, and tool calls have no reliable run index.
		return new Map(entries.filter(([, { runIndex }]) => isTool || runIndex === nodeRun?.runIndex));
	});
}

function storedIn({ nodeRun }: Session): Record<string, Entry> | undefined {
	const stored = nodeRun?.memory[FIELD];
	return isObject(stored) ? (stored as Record<string, Entry>) : undefined;
}

function store(session: Session, key: string, entry: Entry): void {
	const { nodeRun, isTool } = session;
	if (!nodeRun) return;
	const stored = storedIn(session) ?? {};
	const isOfRun = isTool || Object.values(stored).every(({ runIndex }) => runIndex === nodeRun.runIndex);
	nodeRun.memory[FIELD] = { ...(isOfRun && stored), [key]: entry };
}

function digest(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}

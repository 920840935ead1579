import type { IExecuteFunctions } from 'n8n-workflow';

import { failure, type Result, success, thrownError } from '../../../core/error';
import type { RunSettings, Session } from '../../../http/session';
import { HandOver } from '../../../media/handOver';
import type { Asset } from '../asset';
import { handOverMedium } from './medium';
import type { UploadOrder } from './parameters';
import { uploadInTurn } from './queue';

/** What an upload has made. */
export interface Uploaded {
	asset: Asset;
	/** Whether this attempt has sent it, and not an earlier one. */
	isNew: boolean;
}

/**
 * Uploads the media of a run, one at a time. Each item's is uploaded once, also when n8n runs the node again ("Retry On
 * Fail").
 */
export class Uploader {
	private handOver?: HandOver;

	/** What earlier attempts and this one have uploaded, by the positions of the items. */
	private readonly known: Map<number, Asset>;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly session: Session,
	) {
		this.known = session.shared.once('uploads', () => new Map<number, Asset>());
	}

	/** All assets that this run has uploaded. */
	get assets(): Asset[] {
		return [...this.known.values()];
	}

	/** Hands the medium of an item over, and uploads it when its turn comes. */
	async upload(order: UploadOrder, settings: RunSettings, index: number): Promise<Result<Uploaded>> {
		const earlier = this.known.get(index);
		if (earlier) return success({ asset: earlier, isNew: false });
		const sent = await this.send(order, settings);
		if (!sent.ok) return failure(sent.error);
		this.known.set(index, sent.value);
		return success({ asset: sent.value, isNew: true });
	}

	private async send(
		{ medium, files, library, name }: UploadOrder,
		settings: RunSettings,
	): Promise<Result<Asset>> {
		const { context, session } = this;
		const credential = await session.credential();
		if (!credential.ok) return credential;
		const { baseUrl } = credential.value;
		this.handOver ??= new HandOver(context, baseUrl, settings.requestTimeoutMs, session.signal);
		let handed;
		try {
			handed = await handOverMedium(this.handOver, medium, files);
		} catch (error) {
			return failure(thrownError(error));
		}
		return await uploadInTurn(session, settings, { ...handed, library, name });
	}
}

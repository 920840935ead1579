import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { failure, type Result, success, type ItemError } from '../../../core/error';
import { Items, type OutputItem, type Step } from '../../../core/items';
import { beginSession, readRunSettings, type Session } from '../../../http/session';
import { readWaitMode, readWaitSettings } from '../../../waiting/fields';
import { follow } from '../../../waiting/follow';
import { isToCome, tell } from '../../../waiting/hints';
import { parkItems, type WaitingItems } from '../../../waiting/parked';
import type { Pending } from '../../../waiting/poll';
import { answeredItem, type ItemQuery, type Query } from '../../../waiting/query';
import { type Asset, assetState } from '../asset';
import { endedAssetError, withUploaded } from '../messages';
import { pollableAsset } from '../pollable';
import { WAIT_FIELD } from './fields';
import { readUpload, type UploadOrder } from './parameters';
import { Uploader } from './uploader';

/** One item's upload, and how its review is waited for. */
interface PreparedUpload extends UploadOrder, Omit<ItemQuery, 'query' | 'binaryField'> {
	/** Undefined where the review is not waited for. */
	follows?: Omit<Query, 'id' | 'group'>;
}

/**
 * Upload: one asset for each item, uploaded one after the other; each is waited for as soon as it is there, as Get does
 * it.
 *
 * @returns the items; none where the execution is parked, since n8n puts them there when it goes on
 */
export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const session = beginSession(context);
	try {
		const items = new Items(context, session);
		const uploader = new Uploader(context, session);
		const waiting: WaitingItems = new Map();
		const toCome: Asset[] = [];
		const uploads = await prepare(context, items);
		const uploaded = await items.each(
			uploads,
			async (upload, index): Promise<Result<OutputItem<Pending>>> => {
				const sent = await uploader.upload(upload, upload.settings, index);
				if (!sent.ok) return failure(toldWhole(context, session, uploader, sent.error));
				const { asset, isNew } = sent.value;
				const itemQuery = queryOf(upload, asset);
				if (assetState(asset) === 'ended' && upload.follows?.wait?.ifTaskFails !== 'output')
					return failure(toldWhole(context, session, uploader, endedAssetError(asset)));
				const followed = await follow(context, session, pollableAsset, asset, itemQuery, isNew);
				if (!followed.ok) return failure(toldWhole(context, session, uploader, followed.error));
				waiting.set(index, itemQuery);
				if (!upload.follows && isToCome(pollableAsset, asset)) toCome.push(asset);
				const input = items.inputs[index] as INodeExecutionData;
				return success(answeredItem(pollableAsset, session.isTool, followed.value, input, index, itemQuery));
			},
		);
		if (!session.isTool) hintUnreviewed(context, toCome.length);
		return [await parkItems(context, session, pollableAsset, items.outputs(uploaded), waiting)];
	} finally {
		session.end();
	}
}

/** Reads and checks everything that can be wrong with an item, before anything is sent. */
async function prepare(context: IExecuteFunctions, items: Items): Promise<Array<Step<PreparedUpload>>> {
	const waitMode = await readWaitMode(context, WAIT_FIELD, pollableAsset);
	return items.prepare((index, options, includeInput): PreparedUpload => {
		const mode = waitMode();
		const upload = { ...readUpload(context, index), settings: readRunSettings(options), includeInput };
		if (mode === 'no') return upload;
		const wait = readWaitSettings(context, index, options, mode, pollableAsset);
		return { ...upload, follows: { wait, inNode: mode === 'inNode' } };
	});
}

/** How a new asset is checked: once it is done, not at all. */
function queryOf({ follows, settings, includeInput }: PreparedUpload, asset: Asset): ItemQuery {
	const how = assetState(asset) === 'done' ? undefined : follows;
	return { query: { ...how, id: asset.id, group: asset.library }, settings, includeInput };
}

/** The error of an item. If it is the only output, it names the assets of the run. */
function toldWhole(
	context: IExecuteFunctions,
	session: Session,
	uploader: Uploader,
	error: ItemError,
): ItemError {
	const isAll = !context.continueOnFail() || session.signal.aborted;
	return isAll ? withUploaded(error, uploader.assets) : error;
}

/** Says in the editor that assets can't be used yet. */
function hintUnreviewed(context: IExecuteFunctions, count: number): void {
	if (count === 0) return;
	const [what, it] = count === 1 ? ['The asset is', 'it'] : [`${count} assets are`, 'them'];
	tell(
		context,
		'info',
		`${what} uploaded, not reviewed yet: no video can use ${it} before. Check ${it} with 'Get'. To wait here next time, set 'Wait Until Done'.`,
	);
}

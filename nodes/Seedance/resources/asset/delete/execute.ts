import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { failure, InputError, type Result, success } from '../../../core/error';
import { Items } from '../../../core/items';
import { resultItem } from '../../../core/output';
import { beginSession, readRunSettings, type RunSettings, type Session } from '../../../http/session';
import { checkAssetId } from '../asset';
import { deleteAsset } from '../endpoints';
import { readLibrary } from '../fields';
import type { LibraryId } from '../libraries';
import { ID_FIELD, LIBRARY_FIELD } from './fields';

/** What an item wants to be deleted. */
interface Deletion {
	id: string;
	library: LibraryId;
	settings: RunSettings;
}

/** Delete: one item out for each item in. An asset that several items name is deleted once. */
export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const session = beginSession(context);
	try {
		const items = new Items(context, session);
		const deletions = items.prepare((index, options, includeInput) => ({
			id: readId(context, index),
			library: readLibrary(context, LIBRARY_FIELD, index).id,
			settings: readRunSettings(options),
			includeInput,
		}));
		const deleted = await items.each(deletions, async ({ includeInput, ...deletion }, index) => {
			const outcome = await deleteOnce(session, deletion);
			if (!outcome.ok) return outcome;
			const input = items.inputs[index] as INodeExecutionData;
			return success({ item: resultItem(input, index, outcome.value, includeInput) });
		});
		return [items.outputs(deleted).map(({ item }) => item)];
	} finally {
		session.end();
	}
}

function readId(context: IExecuteFunctions, index: number): string {
	const checked = checkAssetId(context.getNodeParameter(ID_FIELD.name, index));
	if (checked.ok) return checked.value;
	const { message, description } = checked.error;
	throw new InputError(message, description);
}

/** Deletes an asset, once for all items and attempts of the run: a second time the library would not know it. */
async function deleteOnce(
	session: Session,
	{ id, library, settings }: Deletion,
): Promise<Result<IDataObject>> {
	const deletions = session.shared.once('deletions', () => new Map<string, Promise<Result<IDataObject>>>());
	const key = JSON.stringify([library, id]);
	const known = deletions.get(key);
	if (known) return await known;
	const deletion = sendDeletion(session, { id, library, settings });
	deletions.set(key, deletion);
	const outcome = await deletion;
	// Another attempt may do it.
	if (!outcome.ok) deletions.delete(key);
	return outcome;
}

async function sendDeletion(
	session: Session,
	{ id, library, settings }: Deletion,
): Promise<Result<IDataObject>> {
	const client = await session.client(settings);
	if (!client.ok) return client;
	let sent = 0;
	const outcome = await client.value.call(deleteAsset, id, { onSend: () => (sent += 1) });
	// Where the first answer was lost, the asset is gone.
	const isGone = outcome.ok || (outcome.error.kind === 'notFound' && sent > 1);
	return isGone ? success(deletedFields(id, library)) : failure(outcome.error);
}

/** What is output of an asset that was deleted. */
export function deletedFields(assetId: string, library: LibraryId): IDataObject {
	return { assetId, library, deleted: true };
}

import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { executeGet } from '../../../waiting/get';
import { checkAssetId } from '../asset';
import { readLibrary } from '../fields';
import { pollableAsset } from '../pollable';
import { ID_FIELD, LIBRARY_FIELD, WAIT_FIELD } from './fields';

/** Get: one item out for each item in, with its asset, in the order of the items. */
export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await executeGet(context, {
		pollable: pollableAsset,
		idField: ID_FIELD,
		checkId: checkAssetId,
		readGroup: (_context, index) => readLibrary(context, LIBRARY_FIELD, index).id,
		waitField: WAIT_FIELD,
	});
}

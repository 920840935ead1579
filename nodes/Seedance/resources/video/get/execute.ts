import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { executeGet } from '../../../waiting/get';
import { readDownloadSettings } from '../download';
import { pollableVideo } from '../pollable';
import { checkTaskId } from '../video';
import { ID_FIELD, WAIT_FIELD } from './fields';

/** Get Result: one item out for each item in, with its task, in the order of the items. */
export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	return await executeGet(context, {
		pollable: pollableVideo,
		idField: ID_FIELD,
		checkId: checkTaskId,
		waitField: WAIT_FIELD,
		readDownload: readDownloadSettings,
	});
}

import { NodeOperationError, type IBinaryData, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';

import type { ApiClient } from '../api/client';
import { cut } from '../api/envelope';
import { expiresAt, resultLink, type VideoTask } from '../api/task';
import { faultProblem, type Problem } from '../polling/verdict';
import { downloadVideo } from '../video/download';
import { checkNumber, isTool } from './parameters';

const MAX_VIDEO_SIZE = { label: 'Max Video Size', unit: 'MB', min: 1, max: 100_000 };
const DEFAULT_MAX_VIDEO_SIZE_MB = 500;

/** What an item's download is bounded by, and where its file goes. */
export interface ItemDownload {
	/** Largest file, in bytes. */
	maxBytes: number;
	/** The item's binary field that takes the file. */
	field: string;
}

/**
 * Reads whether an item's video is to be downloaded.
 *
 * @returns undefined where no video is wanted
 * @throws NodeOperationError for a bad size or an empty name of the field that takes the file
 */
export function readDownload(
	context: IExecuteFunctions,
	index: number,
	options: IDataObject,
): ItemDownload | undefined {
	// A model gets the link: files don't fit into a conversation, and n8n passes none on from a tool.
	if (isTool(context) || context.getNodeParameter('downloadVideo', index, false) !== true) return undefined;
	const name = context.getNodeParameter('binaryPropertyName', index, 'data');
	const field = typeof name === 'string' ? name.trim() : '';
	if (field === '') {
		throw new NodeOperationError(context.getNode(), 'The name of the output file field is empty', {
			itemIndex: index,
			description: 'Give Put Output File in Field a name, for example data.',
		});
	}
	const { maxVideoSize = DEFAULT_MAX_VIDEO_SIZE_MB } = options;
	return { field, maxBytes: Math.floor(1e6 * checkNumber(context, index, MAX_VIDEO_SIZE, maxVideoSize)) };
}

/**
 * Downloads a finished task's video.
 *
 * @param maxBytes the largest size
 * @returns the file, or a problem that keeps the task, so that neither its id nor its link is lost
 */
export async function fetchVideo(
	context: IExecuteFunctions,
	task: VideoTask,
	{ places, settings }: ApiClient,
	maxBytes: number,
): Promise<{ video: IBinaryData } | { problem: Problem }> {
	const { requestTimeoutMs: timeoutMs, maxRetries, signal } = settings;
	const bounds = { timeoutMs, maxRetries, maxBytes, signal };
	const link = resultLink(task);
	const file = await places.run(async () => await downloadVideo(context, link, task.id, bounds));
	if (file.ok) return { video: file.value };
	const problem = faultProblem(file.fault, task);
	const until = expiresAt(task);
	return {
		problem: {
			...problem,
			message: `Task "${task.id}" is done, but: ${problem.message}`,
			description: `${problem.description} The link: ${cut(link ?? 'none', 1000)}${until ? ` (deleted at ${until})` : ''}`,
		},
	};
}

import { NodeOperationError, type IBinaryData, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import type { ApiClient } from '../api/client';
import { expiresAt, type VideoTask } from '../api/task';
import { faultProblem, type Problem } from '../polling/verdict';
import { downloadVideo } from '../video/download';
import { checkNumber, isTool, readOptions } from './parameters';

const MAX_VIDEO_SIZE = { label: 'Max Video Size', unit: 'MB', min: 1, max: 100_000 };
const DEFAULT_MAX_VIDEO_SIZE_MB = 500;

/**
 * Reads whether an item's video is to be downloaded.
 *
 * @returns the largest size in bytes, or undefined where no video is wanted
 * @throws NodeOperationError for a bad size or an empty name of the field that takes the file
 */
export function readDownload(context: IExecuteFunctions, index: number): number | undefined {
	// A model gets the link: files don't fit into a conversation, and n8n passes none on from a tool.
	if (isTool(context) || context.getNodeParameter('downloadVideo', index, false) !== true) return undefined;
	if (binaryPropertyName(context, index) === '') {
		throw new NodeOperationError(context.getNode(), 'The name of the output file field is empty', {
			itemIndex: index,
			description: 'Give Put Output File in Field a name, for example data.',
		});
	}
	const { maxVideoSize = DEFAULT_MAX_VIDEO_SIZE_MB } = readOptions(context, index);
	return 1e6 * checkNumber(context, index, MAX_VIDEO_SIZE, maxVideoSize);
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
	{ slots, settings }: ApiClient,
	maxBytes: number,
): Promise<{ video: IBinaryData } | { problem: Problem }> {
	const { requestTimeoutMs: timeoutMs, maxRetries, signal } = settings;
	const bounds = { timeoutMs, maxRetries, maxBytes, signal };
	const file = await slots.run(
		async () => await downloadVideo(context, task.video_url, `${task.id}.mp4`, bounds),
	);
	if (file.ok) return { video: file.value };
	const problem = faultProblem(file.fault, task);
	const until = expiresAt(task);
	return {
		problem: {
			...problem,
			message: `Task "${task.id}" is done, but: ${problem.message}`,
			description: `${problem.description} The link: ${String(task.video_url)}${until ? ` (deleted at ${until})` : ''}`,
		},
	};
}

/** Adds the file to the item, in the field that the user named. */
export function withVideo(
	context: IExecuteFunctions,
	item: INodeExecutionData,
	index: number,
	video: IBinaryData | undefined,
): INodeExecutionData {
	if (!video) return item;
	return { ...item, binary: { ...item.binary, [binaryPropertyName(context, index)]: { ...video } } };
}

function binaryPropertyName(context: IExecuteFunctions, index: number): string {
	return String(context.getNodeParameter('binaryPropertyName', index, 'data') ?? '').trim();
}

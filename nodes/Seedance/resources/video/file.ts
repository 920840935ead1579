import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { failure, type Result } from '../../core/error';
import { labelOf } from '../../core/parameters';
import { cut } from '../../core/text';
import { downloadFile } from '../../files/download';
import type { FileWords } from '../../files/errors';
import type { ApiClient } from '../../http/client';
import { MAX_VIDEO_SIZE } from './options';
import { expiresAt, resultLink, taskDetails, type VideoTask } from './video';

/** What a video's file is. */
const WORDS: FileWords = {
	one: 'video',
	types: 'video/*',
	deadLink:
		'Videos are deleted one day after their task was created, and links may end earlier. Download the video right after it is done, or create it again.',
	sizeOption: labelOf(MAX_VIDEO_SIZE).label,
};

/**
 * Downloads a finished task's video.
 *
 * @param maxBytes the largest size
 * @returns the file, or an error that keeps the task, so that neither its id nor its link is lost
 */
export async function fetchVideo(
	context: IExecuteFunctions,
	task: VideoTask,
	{ gate, settings }: ApiClient,
	maxBytes: number,
): Promise<Result<IBinaryData>> {
	const { requestTimeoutMs: timeoutMs, maxRetries, signal } = settings;
	const bounds = { timeoutMs, maxRetries, maxBytes, signal, words: WORDS };
	const link = resultLink(task);
	const file = await gate.slots.run(async () => await downloadFile(context, link, task.id, bounds));
	if (file.ok) return file;
	const { error } = file;
	const until = expiresAt(task);
	return failure({
		...error,
		message: `Task "${task.id}" is done, but: ${error.message}`,
		description: `${error.description} The link: ${cut(link ?? 'none', 1000)}${until ? ` (deleted at ${until})` : ''}`,
		details: taskDetails(task),
	});
}

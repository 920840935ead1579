import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { failure, type Result } from '../../core/error';
import { cut } from '../../core/text';
import { downloadVideo } from '../../files/download';
import type { ApiClient } from '../../http/client';
import { expiresAt, resultLink, type VideoTask } from './video';

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
	const bounds = { timeoutMs, maxRetries, maxBytes, signal };
	const link = resultLink(task);
	const file = await gate.slots.run(async () => await downloadVideo(context, link, task.id, bounds));
	if (file.ok) return file;
	const { error } = file;
	const until = expiresAt(task);
	return failure({
		...error,
		message: `Task "${task.id}" is done, but: ${error.message}`,
		description: `${error.description} The link: ${cut(link ?? 'none', 1000)}${until ? ` (deleted at ${until})` : ''}`,
		task,
	});
}

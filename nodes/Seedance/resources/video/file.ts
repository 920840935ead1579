import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { failure, type ItemError, type Result } from '../../core/error';
import { labelOf } from '../../core/parameters';
import { cut } from '../../core/text';
import { downloadToStore } from '../../files/download';
import type { FileWords } from '../../files/errors';
import type { ApiClient } from '../../http/client';
import type { FurtherFile } from '../../waiting/pollable';
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
	client: ApiClient,
	maxBytes: number,
): Promise<Result<IBinaryData>> {
	const link = resultLink(task);
	const file = await download(context, client, link, { name: task.id, maxBytes, words: WORDS });
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

/** Downloads a file within the bounds of the run, in one of its slots. */
async function download(
	context: IExecuteFunctions,
	{ gate, settings }: ApiClient,
	link: string | undefined,
	{ name, maxBytes, words }: { name: string; maxBytes: number; words: FileWords },
): Promise<Result<IBinaryData>> {
	const { requestTimeoutMs: timeoutMs, maxRetries, signal } = settings;
	const bounds = { timeoutMs, maxRetries, maxBytes, signal, words };
	return await gate.slots.run(async () => await downloadToStore(context, link, name, bounds));
}

const LAST_FRAME_WORDS: FileWords = { ...WORDS, one: 'last frame', types: 'image/*' };

/** The last picture of a finished task's video. */
export const LAST_FRAME: FurtherFile = {
	field: 'lastFrame',
	problemField: 'lastFrameError',
	name: 'last frame',
	fetch: async (context, { id, last_frame_url: link }, client, maxBytes) => {
		if (typeof link !== 'string' || link.trim() === '') return failure(NO_LAST_FRAME);
		const name = `${id}_last_frame`;
		return await download(context, client, link.trim(), { name, maxBytes, words: LAST_FRAME_WORDS });
	},
};

const NO_LAST_FRAME: ItemError = {
	kind: 'noResult',
	message: 'The task has no link to a last frame',
	description:
		"GlobalAI OPC gives one only where 'Return Last Frame' was on when the video was created, and the model makes one.",
};

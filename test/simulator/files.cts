import { bodyOf, errorAnswer, sliceBody, textAnswer } from './answers.cts';
import { videoOf } from './video.cts';

import type { Answer } from './answers.cts';
import type { ApiRequest } from './api.cts';
import type { TaskView } from './tasks.cts';
import type { Film } from './video.cts';

/** A PNG of one transparent pixel. */
const PICTURE = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
	'base64',
);

/**
 * @param header a Range header
 * @param size bytes
 * @returns `end` excluded; null: not one range, or outside the file
 */
function parseRange(header: string, size: number): { start: number; end: number } | null {
	const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? [];
	if (first === undefined || last === undefined || first + last === '') return null;
	const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
	const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
	return start < end ? { start, end } : null;
}

/**
 * What the host of the videos answers: no key, single ranges (206; anything else in Range is a 416), If-Range with the
 * ETag or the date.
 *
 * @param task whose file it is: there is one from the moment its task is completed until the task is gone
 */
export function fileAnswer(
	{ method, path, headers }: ApiRequest,
	task: TaskView | null,
	film?: Film,
): Answer {
	if (task?.status !== 'completed' || !path.endsWith(`.${task.fileEnding}`))
		return textAnswer(404, 'Not Found\n', 'text/plain');
	if (method !== 'GET') return errorAnswer(405, 'method not allowed', 'method_not_allowed');
	const { id, videoBytes, fileType, finishAt } = task;
	const body = task.object === 'nanobanana' ? bodyOf(PICTURE) : videoOf(id, videoBytes, film);
	const file = {
		...(fileType !== '' && { 'content-type': fileType }),
		'accept-ranges': 'bytes',
		etag: `"${Buffer.from(`${id} ${body.size}`).toString('hex')}"`,
		'last-modified': new Date(finishAt).toUTCString(),
	};
	const { range: wanted, 'if-range': condition } = headers;
	const isChanged = condition !== undefined && ![file.etag, file['last-modified']].includes(condition);
	if (wanted === undefined || isChanged) return { status: 200, headers: file, body };
	const range = parseRange(wanted, body.size);
	if (range === null) {
		const refusal = textAnswer(416, 'Range Not Satisfiable\n', 'text/plain');
		return { ...refusal, headers: { ...refusal.headers, 'content-range': `bytes */${body.size}` } };
	}
	const { start, end } = range;
	const part = { ...file, 'content-range': `bytes ${start}-${end - 1}/${body.size}` };
	return { status: 206, headers: part, body: sliceBody(body, start, end) };
}

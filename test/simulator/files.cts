import { bodyOf, errorAnswer, sliceBody, textAnswer } from './answers.cts';
import { pictureOf } from './picture.cts';
import { videoOf } from './video.cts';

import type { Answer, Body } from './answers.cts';
import type { ApiRequest } from './api.cts';
import type { AssetView } from './assets.cts';
import type { TaskView } from './tasks.cts';
import type { Film } from './video.cts';

/** A file that is there. */
export interface ServedFile {
	/** Of whose: the ID of a task or an asset */
	id: string;
	body: Body;
	/** Media type; '' for none */
	type: string;
	/** Ms */
	modifiedAt: number;
}

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
 * A task's file: there is one from the moment its task is completed until the task is gone.
 *
 * @param ending of the address
 */
export function fileOfTask(task: TaskView | null, ending: string, film?: Film): ServedFile | null {
	if (task?.status !== 'completed' || task.fileEnding !== ending) return null;
	const { id, videoBytes, fileType: type, finishAt: modifiedAt } = task;
	const isPicture = task.object === 'nanobanana';
	return { id, body: isPicture ? bodyOf(pictureOf(id)) : videoOf(id, videoBytes, film), type, modifiedAt };
}

/** The picture of a task's last frame, there as long as its file. */
export function lastFrameOf(task: TaskView | null): ServedFile | null {
	if (task?.status !== 'completed' || !task.lastFrame) return null;
	const { id, finishAt: modifiedAt } = task;
	return { id, body: bodyOf(pictureOf(`last frame of ${id}`)), type: 'image/png', modifiedAt };
}

/** The picture that stands for an asset, of whatever type that is. */
export function pictureOfAsset(asset: AssetView | null): ServedFile | null {
	if (asset === null) return null;
	const { id, createdAt: modifiedAt } = asset;
	return { id, body: bodyOf(pictureOf(id)), type: 'image/png', modifiedAt };
}

/**
 * What the host of the files answers: no key, single ranges (206; anything else in Range is a 416), If-Range with the
 * ETag or the date.
 */
export function fileAnswer({ method, headers }: ApiRequest, served: ServedFile | null): Answer {
	if (served === null) return textAnswer(404, 'Not Found\n', 'text/plain');
	if (method !== 'GET') return errorAnswer(405, 'method not allowed', 'method_not_allowed');
	const { id, body, type, modifiedAt } = served;
	const file = {
		...(type !== '' && { 'content-type': type }),
		'accept-ranges': 'bytes',
		etag: `"${Buffer.from(`${id} ${body.size}`).toString('hex')}"`,
		'last-modified': new Date(modifiedAt).toUTCString(),
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

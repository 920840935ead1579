import { createHash } from 'node:crypto';
import { bodyOf, methodNotAllowed, sliceBody, textAnswer } from './answers.cts';
import { videoOf } from './video.cts';

import type { Answer } from './answers.cts';
import type { SimulatedRequest } from './host.cts';
import type { TaskStore, TaskView } from './store.cts';
import type { Film } from './video.cts';

/** A PNG of one transparent pixel. */
const PICTURE = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
	'base64',
);

const FILE_PATH = /^\/files\/([^/]+)\.[a-z0-9]+$/i;

/** @returns where the files host serves the task's file */
export function filePath(id: string, ending: string): string {
	return `/files/${encodeURIComponent(id)}.${ending}`;
}

/** @returns null: the path names no task's file */
export function fileId(path: string): string | null {
	const encoded = FILE_PATH.exec(path)?.[1];
	try {
		return encoded === undefined ? null : decodeURIComponent(encoded);
	} catch {
		return null;
	}
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

function videoHeaders(task: TaskView) {
	const { id, videoBytes, fileType } = task;
	const hash = createHash('sha256')
		.update(JSON.stringify([id, videoBytes]))
		.digest('hex');
	return {
		...(fileType === '' ? {} : { 'Content-Type': fileType }),
		'Accept-Ranges': 'bytes',
		ETag: `"${hash.slice(0, 16)}"`,
		'Last-Modified': new Date(task.finishAt).toUTCString(),
	};
}

/** @returns the range to serve; null: the whole file */
function wantedRange(
	{ method, range, headers }: SimulatedRequest,
	file: ReturnType<typeof videoHeaders>,
): string | null {
	const condition = headers['if-range'];
	const unchanged = condition === undefined || condition === file.ETag || condition === file['Last-Modified'];
	return method === 'GET' && unchanged ? range : null;
}

/**
 * The host of the videos: no key, single ranges (206; anything else in Range is a 416), If-Range with the
 * ETag or the date. A file is there from the moment its task is completed until the task is gone.
 */
export function videoHost(store: TaskStore, film: Film): (request: SimulatedRequest) => Answer {
	return (request) => {
		const task = request.id === null ? null : store.get(request.id);
		if (task?.status !== 'completed' || !request.path.endsWith(`.${task.fileEnding}`)) {
			return textAnswer(404, 'Not Found\n', 'text/plain');
		}
		if (request.method !== 'GET' && request.method !== 'HEAD') return methodNotAllowed(['GET', 'HEAD']);

		const video = task.object === 'nanobanana' ? bodyOf(PICTURE) : videoOf(task.id, task.videoBytes, film);
		const headers = videoHeaders(task);
		const wanted = wantedRange(request, headers);
		if (wanted === null) return { status: 200, headers, body: video };

		const range = parseRange(wanted, video.size);
		if (range === null) {
			const refusal = textAnswer(416, 'Range Not Satisfiable\n', 'text/plain');
			return { ...refusal, headers: { ...refusal.headers, 'Content-Range': `bytes */${video.size}` } };
		}
		const { start, end } = range;
		return {
			status: 206,
			headers: { ...headers, 'Content-Range': `bytes ${start}-${end - 1}/${video.size}` },
			body: sliceBody(video, start, end),
		};
	};
}

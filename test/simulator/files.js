'use strict';

const { createHash } = require('node:crypto');
const { methodNotAllowed, sliceBody, textAnswer } = require('./answers');
const { createVideo } = require('./mp4');

/** @import { Answer } from './answers' */
/** @import { SimulatedRequest } from './host' */
/** @import { TaskStore, TaskView } from './store' */

const FILE_PATH = /^\/files\/([^/]+)\.[a-z0-9]+$/i;

/**
 * @param {string} id
 * @param {string} ending
 * @returns {string} where the files host serves the task's file
 */
function filePath(id, ending) {
	return `/files/${encodeURIComponent(id)}.${ending}`;
}

/**
 * @param {string} path
 * @returns {string | null} null: the path names no task's file
 */
function fileId(path) {
	const encoded = FILE_PATH.exec(path)?.[1];
	try {
		return encoded === undefined ? null : decodeURIComponent(encoded);
	} catch {
		return null;
	}
}

/**
 * @param {string} header a Range header
 * @param {number} size bytes
 * @returns {{ start: number, end: number } | null} `end` excluded; null: not one range, or outside the file
 */
function parseRange(header, size) {
	const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? [];
	if (first === undefined || last === undefined || first + last === '') return null;
	const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
	const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
	return start < end ? { start, end } : null;
}

/** @param {TaskView} task */
function videoHeaders(task) {
	const { id, actualDuration, videoBytes, fileType } = task;
	const hash = createHash('sha256').update(JSON.stringify([id, actualDuration, videoBytes])).digest('hex');
	return {
		...(fileType === '' ? {} : { 'Content-Type': fileType }),
		'Accept-Ranges': 'bytes',
		ETag: `"${hash.slice(0, 16)}"`,
		'Last-Modified': new Date(task.finishAt).toUTCString(),
	};
}

/**
 * @param {SimulatedRequest} request
 * @param {{ ETag: string, 'Last-Modified': string }} headers
 * @returns {string | null} the range to serve; null: the whole file
 */
function wantedRange({ method, range, headers }, { ETag: tag, 'Last-Modified': modified }) {
	const condition = headers['if-range'];
	const unchanged = condition === undefined || condition === tag || condition === modified;
	return method === 'GET' && unchanged ? range : null;
}

/**
 * The host of the videos: no key, single ranges (206; anything else in Range is a 416), If-Range with the
 * ETag or the date. A file is there from the moment its task is completed until the task is gone.
 *
 * @param {TaskStore} store
 * @returns {(request: SimulatedRequest) => Answer}
 */
function videoHost(store) {
	return (request) => {
		const task = request.id === null ? null : store.get(request.id);
		if (task?.status !== 'completed' || !request.path.endsWith(`.${task.fileEnding}`)) {
			return textAnswer(404, 'Not Found\n', 'text/plain');
		}
		if (request.method !== 'GET' && request.method !== 'HEAD') return methodNotAllowed(['GET', 'HEAD']);

		const video = createVideo({ seed: task.id, seconds: task.actualDuration, size: task.videoBytes });
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

module.exports = { fileId, filePath, videoHost };

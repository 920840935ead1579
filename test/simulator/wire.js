'use strict';

const { setImmediate: nextTurn, setTimeout: delay } = require('node:timers/promises');

/** @import { ServerResponse } from 'node:http' */
/** @import { Answer } from './answers' */

// Ways to bring an answer to the client, or not. All of them end early, without an error, once `left` tells
// that the client has gone (or the simulator was closed).

/**
 * @param {number} ms
 * @param {AbortSignal} left
 */
async function pause(ms, left) {
	await delay(ms, undefined, { signal: left }).catch(() => undefined);
}

/**
 * @param {ServerResponse} response
 * @param {Buffer} chunk
 * @param {AbortSignal} left
 * @returns {Promise<void>} once the operating system has the bytes, so that nothing piles up here
 */
function write(response, chunk, left) {
	return new Promise((resolve) => {
		if (left.aborted) return resolve();
		const done = () => {
			left.removeEventListener('abort', done);
			resolve();
		};
		left.addEventListener('abort', done);
		response.write(chunk, done);
	});
}

/**
 * @param {ServerResponse} response
 * @param {Iterable<Buffer>} chunks
 * @param {AbortSignal} left
 */
async function writeAll(response, chunks, left) {
	for (const chunk of chunks) {
		if (left.aborted) return;
		await write(response, chunk, left);
	}
}

/**
 * @param {ServerResponse} response
 * @param {Answer} answer
 * @param {number | null} length null: none announced, the body goes out chunked
 */
function writeHead(response, { status, headers }, length) {
	// HTTP allows a 204 no length.
	const bare = length === null || status === 204;
	response.writeHead(status, bare ? headers : { ...headers, 'Content-Length': length });
}

/**
 * @param {ServerResponse} response
 * @param {Answer} answer
 * @param {AbortSignal} left
 */
async function send(response, answer, left) {
	writeHead(response, answer, answer.body.size);
	// Otherwise a HEAD would read a whole video for nobody.
	if (response.req.method !== 'HEAD') {
		await writeAll(response, answer.body.read(0, answer.body.size), left);
	}
	response.end();
}

/**
 * Chunked, without Content-Length.
 *
 * @param {ServerResponse} response
 * @param {Answer} answer
 * @param {AbortSignal} left
 */
async function sendWithoutLength(response, answer, left) {
	writeHead(response, answer, null);
	response.flushHeaders();
	await writeAll(response, answer.body.read(0, answer.body.size), left);
	response.end();
}

/**
 * Sends the true length or a longer one, then fewer bytes, then closes the connection.
 *
 * @param {ServerResponse} response
 * @param {Answer} answer
 * @param {{ announced: number, sent: number }} bytes
 * @param {AbortSignal} left
 */
async function sendCut(response, answer, { announced, sent }, left) {
	writeHead(response, answer, announced);
	response.flushHeaders();
	await writeAll(response, answer.body.read(0, sent), left);
	response.socket?.destroySoon();
}

/**
 * The head at once, then the body in drops.
 *
 * @param {ServerResponse} response
 * @param {Answer} answer
 * @param {{ interval: number, chunkBytes: number }} drops ms between two of them, and their size
 * @param {AbortSignal} left
 */
async function sendSlowly(response, answer, { interval, chunkBytes }, left) {
	writeHead(response, answer, answer.body.size);
	response.flushHeaders();
	for (let start = 0; start < answer.body.size && !left.aborted; start += chunkBytes) {
		await pause(interval, left);
		const end = Math.min(start + chunkBytes, answer.body.size);
		await writeAll(response, answer.body.read(start, end), left);
	}
	response.end();
}

/**
 * The body, and then letters without end, until the client leaves.
 *
 * @param {ServerResponse} response
 * @param {Answer} answer
 * @param {{ interval: number, chunkBytes: number }} drops ms between two of them, and their size
 * @param {AbortSignal} left
 */
async function sendEndlessly(response, answer, { interval, chunkBytes }, left) {
	const filler = Buffer.alloc(chunkBytes, 'x');
	writeHead(response, answer, null);
	response.flushHeaders();
	await writeAll(response, answer.body.read(0, answer.body.size), left);
	while (!left.aborted) {
		await write(response, filler, left);
		await (interval > 0 ? pause(interval, left) : nextTurn());
	}
}

/**
 * A TCP reset, without an answer.
 *
 * @param {ServerResponse} response
 */
function reset(response) {
	response.socket?.resetAndDestroy();
}

module.exports = { pause, reset, send, sendCut, sendEndlessly, sendSlowly, sendWithoutLength };

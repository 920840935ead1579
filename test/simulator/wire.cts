import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';

import type { ServerResponse } from 'node:http';
import type { Answer } from './answers.cts';

// Ways to bring an answer to the client, or not. All of them end early, without an error, once `left` tells
// that the client has gone (or the simulator was closed).

export async function pause(ms: number, left: AbortSignal) {
	await delay(ms, undefined, { signal: left }).catch(() => undefined);
}

/** @returns once the operating system has the bytes, so that nothing piles up here */
function write(response: ServerResponse, chunk: Buffer, left: AbortSignal): Promise<void> {
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

async function writeAll(response: ServerResponse, chunks: Iterable<Buffer>, left: AbortSignal) {
	for (const chunk of chunks) {
		if (left.aborted) return;
		await write(response, chunk, left);
	}
}

/** @param length null: none announced, the body goes out chunked */
function writeHead(response: ServerResponse, { status, headers }: Answer, length: number | null) {
	// HTTP allows a 204 no length.
	const bare = length === null || status === 204;
	response.writeHead(status, bare ? headers : { ...headers, 'Content-Length': length });
}

export async function send(response: ServerResponse, answer: Answer, left: AbortSignal) {
	writeHead(response, answer, answer.body.size);
	// Otherwise a HEAD would read a whole video for nobody.
	if (response.req.method !== 'HEAD') {
		await writeAll(response, answer.body.read(0, answer.body.size), left);
	}
	response.end();
}

/** Chunked, without Content-Length. */
export async function sendWithoutLength(response: ServerResponse, answer: Answer, left: AbortSignal) {
	writeHead(response, answer, null);
	response.flushHeaders();
	await writeAll(response, answer.body.read(0, answer.body.size), left);
	response.end();
}

/** Bytes. */
interface Cut {
	announced: number;
	sent: number;
}

/** Sends the true length or a longer one, then fewer bytes, then closes the connection. */
export async function sendCut(
	response: ServerResponse,
	answer: Answer,
	{ announced, sent }: Cut,
	left: AbortSignal,
) {
	writeHead(response, answer, announced);
	response.flushHeaders();
	await writeAll(response, answer.body.read(0, sent), left);
	response.socket?.destroySoon();
}

interface Drops {
	/** Ms between two of them */
	interval: number;
	chunkBytes: number;
}

/** The head at once, then the body in drops. */
export async function sendSlowly(response: ServerResponse, answer: Answer, drops: Drops, left: AbortSignal) {
	const { interval, chunkBytes } = drops;
	writeHead(response, answer, answer.body.size);
	response.flushHeaders();
	for (let start = 0; start < answer.body.size && !left.aborted; start += chunkBytes) {
		await pause(interval, left);
		const end = Math.min(start + chunkBytes, answer.body.size);
		await writeAll(response, answer.body.read(start, end), left);
	}
	response.end();
}

/** The body, and then letters without end, until the client leaves. */
export async function sendEndlessly(
	response: ServerResponse,
	answer: Answer,
	drops: Drops,
	left: AbortSignal,
) {
	const { interval, chunkBytes } = drops;
	const filler = Buffer.alloc(chunkBytes, 'x');
	writeHead(response, answer, null);
	response.flushHeaders();
	await writeAll(response, answer.body.read(0, answer.body.size), left);
	while (!left.aborted) {
		await write(response, filler, left);
		await (interval > 0 ? pause(interval, left) : nextTurn());
	}
}

/** A TCP reset, without an answer. */
export function reset(response: ServerResponse) {
	response.socket?.resetAndDestroy();
}

import http from 'node:http';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';

import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Reply } from './answers.cts';
import { idIn, type ApiRequest } from './api.cts';

/** One request as it came in; the fields of the answer are filled in when it has ended. */
export interface LogEntry {
	/** 1 for the simulator's first request */
	n: number;
	host: ApiRequest['host'];
	method: string;
	/** As sent, with the query */
	path: string;
	/** The task's id, if the path names one */
	id: string | null;
	/** Ms since 1970 */
	at: number;
	/** Null while the answer is under way */
	endedAt: number | null;
	/** Null while, or when, no answer was started */
	status: number | null;
	headers: IncomingHttpHeaders;
	/** The header as sent */
	authorization: string | null;
	/** The Range header as sent */
	range: string | null;
	/** Parsed JSON, or null */
	body: unknown;
}

export interface HostOptions {
	host: ApiRequest['host'];
	/** 0: any that is free */
	port: number;
	handle: (request: ApiRequest) => Promise<Reply>;
	/** Keeps every request, and gives it its number */
	log: (entry: Omit<LogEntry, 'n'>) => LogEntry;
	/** Told of every request that has ended */
	onRequest?: (entry: LogEntry) => void;
}

export interface Host {
	url: string;
	close: () => Promise<void>;
}

/** Loopback alone: the simulator knows keys that people may have taken from real life. */
const ADDRESS = '127.0.0.1';

/** Bytes. The vendor names no limit; a create is far smaller. */
const LARGEST_BODY = 2 ** 20;

/** Ms: longer than clients keep idle connections, so that no test meets a connection that closes under it. */
const KEEP_ALIVE = 75_000;

/**
 * @returns null: too long
 * @throws when the client leaves before its end
 */
async function readBody(incoming: IncomingMessage): Promise<string | null> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of incoming) {
		size += chunk.length;
		if (size <= LARGEST_BODY) chunks.push(chunk);
	}
	return size > LARGEST_BODY ? null : Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string | null): unknown {
	try {
		return JSON.parse(text ?? '');
	} catch {
		return null;
	}
}

const pause = async (ms: number, left: AbortSignal) =>
	await delay(ms, undefined, { signal: left }).catch(() => undefined);

/** @returns once the operating system has the bytes, so that nothing piles up here; or once the client has gone */
async function write(response: ServerResponse, chunks: Iterable<Buffer>, left: AbortSignal): Promise<void> {
	for (const chunk of chunks) {
		if (left.aborted) return;
		await new Promise<void>((resolve) => {
			const done = () => {
				left.removeEventListener('abort', done);
				resolve();
			};
			left.addEventListener('abort', done);
			response.write(chunk, done);
		});
	}
}

/** Brings a reply to the client, as far as it comes. Ends early, without an error, once the client has gone. */
async function deliver(response: ServerResponse, reply: Reply, left: AbortSignal): Promise<void> {
	if ('hangs' in reply) return;
	if ('fails' in reply) return void response.socket?.resetAndDestroy();
	const { status, headers, body, delayMs = 0, until, everyMs, then = 'ends' } = reply;
	const { length = body.size, chunkBytes = Math.max(1, body.size) } = reply;
	if (delayMs > 0) await pause(delayMs, left);
	const leaves = new Promise((resolve) => left.addEventListener('abort', resolve, { once: true }));
	if (until) await Promise.race([until, leaves]);
	if (left.aborted) return;
	// HTTP allows a 204 no length.
	const sized = length === null || status === 204 ? headers : { 'content-length': length, ...headers };
	const known = Object.entries(sized).filter(([, value]) => value !== undefined);
	response.writeHead(status, Object.fromEntries(known) as http.OutgoingHttpHeaders);
	response.flushHeaders();
	for (let start = 0; start < body.size && !left.aborted; start += chunkBytes) {
		if (everyMs !== undefined) await pause(everyMs, left);
		await write(response, body.read(start, Math.min(start + chunkBytes, body.size)), left);
	}
	const letters = Buffer.alloc(then === 'endless' ? chunkBytes : 0, 'x');
	while (then === 'endless' && !left.aborted) {
		await write(response, [letters], left);
		await (everyMs ? pause(everyMs, left) : nextTurn());
	}
	if (then === 'ends') response.end();
	if (then === 'breaks') response.socket?.destroySoon();
}

/**
 * Serves one origin.
 *
 * @throws the server's own error when the port is taken or may not be used
 */
export async function startHost({ host, port, handle, log, onRequest }: HostOptions): Promise<Host> {
	async function serve(incoming: IncomingMessage, response: ServerResponse) {
		const { method = '', url = '', headers } = incoming;
		const { authorization = null, range = null } = headers;
		const path = url.replace(/[?#].*$/s, '');
		const id = idIn(host, path);
		const about = { host, method, id, headers, authorization, range };
		const entry = log({ ...about, path: url, at: Date.now(), endedAt: null, status: null, body: null });
		const leaving = new AbortController();
		response.once('close', () => {
			leaving.abort();
			entry.status = response.headersSent ? response.statusCode : null;
			entry.endedAt = Date.now();
			onRequest?.(entry);
		});
		const text = await readBody(incoming);
		entry.body = parsed(text);
		const sent = headers as ApiRequest['headers'];
		const reply = await handle({ host, method, path, id, headers: sent, text });
		await deliver(response, reply, leaving.signal);
	}

	const server = http.createServer((incoming, response) => {
		serve(incoming, response).catch((cause: unknown) => {
			// A client that leaves is none of its faults.
			if (incoming.complete) process.stderr.write(`simulator: ${String(cause)}\n`);
			response.destroy();
		});
	});
	server.keepAliveTimeout = KEEP_ALIVE;
	await new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, ADDRESS, () => resolve(undefined));
	});
	return {
		url: `http://${ADDRESS}:${(server.address() as AddressInfo).port}`,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

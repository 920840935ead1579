import http from 'node:http';
import { errorAnswer } from './answers.cts';
import { send } from './wire.cts';

import type { IncomingMessage, ServerResponse, IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer } from './answers.cts';
import type { FaultList } from './faults.cts';
import type { HostName, LogEntry } from './log.cts';

/** A request, once its body is there. */
export interface SimulatedRequest {
	host: HostName;
	method: string;
	/** Path and query, as sent */
	url: string;
	/** Without query */
	path: string;
	/** The task's id, if the path names one */
	id: string | null;
	headers: IncomingHttpHeaders;
	/** The Range header */
	range: string | null;
	/** The body; null when it is longer than LARGEST_BODY */
	text: string | null;
}

export interface HostOptions {
	name: HostName;
	/** 0: any that is free */
	port: number;
	/** Ms */
	clock: () => number;
	/** Every request is added here, with a number of its own */
	requests: LogEntry[];
	nextNumber: () => number;
	faults: FaultList;
	filesUrl: () => string;
	/** Of a task that nobody keeps */
	newId: () => string;
	taskId: (path: string) => string | null;
	handle: (request: SimulatedRequest) => Answer;
	/** Answers below CONTROL_PREFIX; nothing of that is logged or meets a fault */
	control?: (request: SimulatedRequest) => Answer;
	/** Told of every request that has ended */
	onRequest?: ((entry: LogEntry) => void) | undefined;
}

export interface Host {
	url: string;
	close: () => Promise<void>;
}

/** Loopback alone: the simulator knows keys that people may have taken from real life. */
const ADDRESS = '127.0.0.1';

/** Bytes. The vendor names no limit; a create is far smaller. */
const LARGEST_BODY = 2 ** 20;

const CONTROL_PREFIX = '/__simulator/';

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

function parsed(text: string | null) {
	try {
		return text === null ? null : JSON.parse(text);
	} catch {
		return null;
	}
}

/**
 * Carries every request of one origin from arrival to the last byte: log, fault, answer, delivery.
 *
 * @throws the server's own error when the port is taken or may not be used
 */
export async function startHost(options: HostOptions): Promise<Host> {
	const { name, clock, requests, nextNumber, faults, taskId, handle, control, onRequest } = options;

	async function exchange(
		request: SimulatedRequest,
		entry: LogEntry,
		response: ServerResponse,
		left: AbortSignal,
	) {
		const fault = faults.take(request);
		if (fault === null) return await send(response, handle(request), left);
		const { kind, params } = fault;
		entry.fault = fault.name;
		const context = { request, filesUrl: options.filesUrl(), newId: options.newId };
		const own = kind.answer?.(params, context) ?? handle(kind.request?.(request) ?? request);
		const answer = kind.alter?.(own, params, context) ?? own;
		if (kind.deliver === undefined) await send(response, answer, left);
		else await kind.deliver(response, answer, params, left);
	}

	async function serve(incoming: IncomingMessage, response: ServerResponse) {
		const { method = '', url = '', headers } = incoming;
		const path = url.replace(/[?#].*$/s, '');
		const range = headers.range ?? null;
		const request: SimulatedRequest = {
			host: name,
			method,
			url,
			path,
			id: taskId(path),
			headers,
			range,
			text: null,
		};

		const leaving = new AbortController();
		response.once('close', () => leaving.abort());
		if (control !== undefined && path.startsWith(CONTROL_PREFIX)) {
			request.text = await readBody(incoming);
			return await send(response, control(request), leaving.signal);
		}

		const entry: LogEntry = {
			n: nextNumber(),
			host: name,
			method,
			path: url,
			id: request.id,
			at: clock(),
			endedAt: null,
			status: null,
			headers,
			authorization: headers.authorization ?? null,
			body: null,
			fault: null,
			range,
		};
		requests.push(entry);
		response.once('close', () => {
			entry.status = response.headersSent ? response.statusCode : null;
			entry.endedAt = clock();
			onRequest?.(entry);
		});
		request.text = await readBody(incoming);
		entry.body = parsed(request.text);
		await exchange(request, entry, response, leaving.signal);
	}

	const server = http.createServer((incoming, response) => {
		serve(incoming, response).catch((cause) => {
			const clientLeft = !incoming.complete;
			if (clientLeft || response.headersSent) {
				response.destroy();
				return;
			}
			const answer = errorAnswer(500, `simulator: ${cause}`, 'simulator_error');
			void send(response, answer, new AbortController().signal);
		});
	});
	server.keepAliveTimeout = KEEP_ALIVE;
	await new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(options.port, ADDRESS, () => resolve(undefined));
	});
	const { port } = server.address() as AddressInfo;

	return {
		url: `http://${ADDRESS}:${port}`,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

'use strict';

const http = require('node:http');
const { errorAnswer } = require('./answers');
const { send } = require('./wire');

/** @import { IncomingMessage, ServerResponse, IncomingHttpHeaders } from 'node:http' */
/** @import { AddressInfo, Socket } from 'node:net' */
/** @import { Answer } from './answers' */
/** @import { FaultList } from './faults' */
/** @import { HostName, LogEntry, RequestLog } from './log' */

/**
 * A request, once its body is there.
 *
 * @typedef {object} SimulatedRequest
 * @property {HostName} host
 * @property {string} method
 * @property {string} url path and query, as sent
 * @property {string} path without query
 * @property {string | null} id the task's id, if the path names one
 * @property {IncomingHttpHeaders} headers
 * @property {string | null} range the Range header
 * @property {string | null} text the body; null when it is longer than LARGEST_BODY
 */

/**
 * @typedef {object} HostOptions
 * @property {HostName} name
 * @property {number} port 0: any that is free
 * @property {() => number} clock ms
 * @property {RequestLog} log
 * @property {FaultList} faults
 * @property {() => string} filesUrl
 * @property {() => string} newId of a task that nobody keeps
 * @property {() => number} nextConnection numbers sockets
 * @property {(path: string) => string | null} taskId
 * @property {(request: SimulatedRequest) => Answer} handle
 * @property {(request: SimulatedRequest) => Answer} [control] answers below CONTROL_PREFIX; nothing of that
 * is logged or meets a fault
 * @property {((entry: LogEntry) => void) | undefined} [onRequest] told of every request that has ended
 */

/** @typedef {{ url: string, close: () => Promise<void> }} Host */

/** Loopback alone: the simulator knows keys that people may have taken from real life. */
const ADDRESS = '127.0.0.1';

/** Bytes. The vendor names no limit; a create is far smaller. */
const LARGEST_BODY = 2 ** 20;

const CONTROL_PREFIX = '/__simulator/';

/** Ms: longer than clients keep idle connections, so that no test meets a connection that closes under it. */
const KEEP_ALIVE = 75_000;

/**
 * @param {IncomingMessage} incoming
 * @returns {Promise<string | null>} null: too long
 * @throws when the client leaves before its end
 */
async function readBody(incoming) {
	/** @type {Buffer[]} */
	const chunks = [];
	let size = 0;
	for await (const chunk of incoming) {
		size += chunk.length;
		if (size <= LARGEST_BODY) chunks.push(chunk);
	}
	return size > LARGEST_BODY ? null : Buffer.concat(chunks).toString('utf8');
}

/** @param {string | null} text */
function parsed(text) {
	try {
		return text === null ? null : JSON.parse(text);
	} catch {
		return null;
	}
}

/**
 * Carries every request of one origin from arrival to the last byte: log, fault, answer, delivery.
 *
 * @param {HostOptions} options
 * @returns {Promise<Host>}
 * @throws the server's own error when the port is taken or may not be used
 */
async function startHost(options) {
	const { name, clock, log, faults, taskId, handle, control, onRequest } = options;
	/** @type {Map<Socket, number>} */
	const sockets = new Map();

	/**
	 * @param {SimulatedRequest} request
	 * @param {LogEntry} entry
	 * @param {ServerResponse} response
	 * @param {AbortSignal} left
	 */
	async function exchange(request, entry, response, left) {
		const fault = faults.take(request);
		if (fault === null) return await send(response, handle(request), left);
		const { kind, options: params } = fault;
		entry.fault = params.kind;
		const context = { request, filesUrl: options.filesUrl(), newId: options.newId };
		const own = kind.answer?.(params, context) ?? handle(kind.request?.(request) ?? request);
		const answer = kind.alter?.(own, params, context) ?? own;
		if (kind.deliver === undefined) await send(response, answer, left);
		else await kind.deliver(response, answer, params, left);
	}

	/**
	 * @param {IncomingMessage} incoming
	 * @param {ServerResponse} response
	 */
	async function serve(incoming, response) {
		const { method = '', url = '', headers } = incoming;
		const path = url.replace(/[?#].*$/s, '');
		const range = headers.range ?? null;
		/** @type {SimulatedRequest} */
		const request = { host: name, method, url, path, id: taskId(path), headers, range, text: null };

		const leaving = new AbortController();
		response.once('close', () => leaving.abort());
		if (control !== undefined && path.startsWith(CONTROL_PREFIX)) {
			request.text = await readBody(incoming);
			return await send(response, control(request), leaving.signal);
		}

		const entry = log.open({
			host: name, method, path: url, id: request.id, at: clock(), endedAt: null, status: null, headers,
			authorization: headers.authorization ?? null, body: null, fault: null, range,
			connection: sockets.get(incoming.socket) ?? 0,
		});
		response.once('close', () => {
			log.close(entry, response.headersSent ? response.statusCode : null, clock());
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
	server.on('connection', (socket) => {
		sockets.set(socket, options.nextConnection());
		socket.once('close', () => sockets.delete(socket));
	});
	await new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(options.port, ADDRESS, () => resolve(undefined));
	});
	const { port } = /** @type {AddressInfo} */ (server.address());

	return {
		url: `http://${ADDRESS}:${port}`,
		close: () => new Promise((resolve) => {
			server.close(() => resolve());
			for (const socket of sockets.keys()) socket.destroy();
		}),
	};
}

module.exports = { startHost };

// Servers that no request can get through to, each on a port of its own on 127.0.0.1.
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';

import { selfSigned } from './certificate.cts';

import type { AddressInfo } from 'node:net';

const DAY = 86_400_000;

/** A server that listens, and how many requests reached what stands behind it. */
export interface Obstacle {
	port: number;
	requests: () => number;
	close: () => void;
}

async function listening(server: net.Server, requests = () => 0): Promise<Obstacle> {
	const sockets = new Set<net.Socket>();
	server.on('connection', (socket) => sockets.add(socket));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const close = () => {
		server.close();
		sockets.forEach((socket) => socket.destroy());
	};
	return { port: (server.address() as AddressInfo).port, requests, close };
}

/** Counts what gets through. */
async function answering(server: http.Server): Promise<Obstacle> {
	let requests = 0;
	server.on('request', (_request, response) => {
		requests++;
		response.end('{}');
	});
	return await listening(server, () => requests);
}

/** An https server whose certificate nobody trusts: signed by itself, valid until a day from now or, expired, until yesterday. */
export async function untrusted(isExpired = false): Promise<Obstacle> {
	const now = Date.now();
	const until = now + (isExpired ? -DAY : DAY);
	return await answering(https.createServer(selfSigned({ host: 'localhost', from: now - 10 * DAY, until })));
}

/** A server that speaks plain http. */
export async function plain(): Promise<Obstacle> {
	return await answering(http.createServer());
}

/** A server that closes each connection as soon as anything comes. */
export async function closing(): Promise<Obstacle> {
	return await listening(net.createServer((socket) => socket.on('data', () => socket.destroy())));
}

/** A port at which nobody listens. */
export async function nobody(): Promise<Obstacle> {
	const taken = await listening(net.createServer());
	taken.close();
	return taken;
}

/**
 * A proxy that lets nothing through.
 *
 * @param answer its status line and headers to every tunnel and request; empty: it closes the connection
 */
export async function refusingProxy(answer: string): Promise<Obstacle> {
	let requests = 0;
	const server = net.createServer((socket) => {
		socket.once('data', () => {
			requests++;
			socket.end(answer && `HTTP/1.1 ${answer}\r\nConnection: close\r\n\r\n`);
		});
		socket.on('error', () => undefined);
	});
	return await listening(server, () => requests);
}

const PROXY_VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'].flatMap((name) => [
	name,
	name.toLowerCase(),
]);
const before = Object.fromEntries(PROXY_VARIABLES.map((name) => [name, process.env[name]]));

/**
 * Has n8n send its requests by a proxy, as its environment says; undefined: by none.
 *
 * @param except host and port that are asked without it
 */
export function useProxy(url?: string, except = ''): void {
	for (const name of PROXY_VARIABLES) delete process.env[name];
	if (url !== undefined) Object.assign(process.env, { HTTP_PROXY: url, HTTPS_PROXY: url, NO_PROXY: except });
}

/** Gives the process its own environment back. */
export function restoreProxy(): void {
	for (const [name, value] of Object.entries(before)) {
		if (value === undefined) delete process.env[name];
		else process.env[name] = value;
	}
}

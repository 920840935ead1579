import { once } from 'node:events';
import net from 'node:net';

import type http from 'node:http';

export const HOST = '127.0.0.1';

/** A port of this machine that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
	return await tryToListen(0);
}

/** @returns whether n8n could listen there */
export async function isPortFree(port: number): Promise<boolean> {
	try {
		await tryToListen(port);
		return true;
	} catch {
		return false;
	}
}

/**
 * Lets a server listen, on this machine only.
 * @param port 0 for any that is free
 * @returns the port
 */
export async function listen(server: net.Server, port = 0): Promise<number> {
	server.listen({ port, host: HOST, exclusive: true });
	await once(server, 'listening');
	return (server.address() as net.AddressInfo).port;
}

/** Ends a server, and a web server's connections too. */
export async function close(server: net.Server | http.Server): Promise<void> {
	await new Promise((resolve) => {
		server.close(resolve);
		if ('closeAllConnections' in server) server.closeAllConnections();
	});
}

/**
 * @param port 0 for any
 * @returns the port, free again
 */
async function tryToListen(port: number): Promise<number> {
	const server = net.createServer();
	const taken = await listen(server, port);
	await close(server);
	return taken;
}

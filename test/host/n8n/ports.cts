import net from 'node:net';

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
 * @param port 0 for any
 * @returns the port, free again
 */
async function tryToListen(port: number): Promise<number> {
	return await new Promise((resolve, reject) => {
		const server = net.createServer();
		server.once('error', reject);
		server.listen({ port, host: HOST, exclusive: true }, () => {
			const address = server.address() as net.AddressInfo;
			server.close(() => resolve(address.port));
		});
	});
}

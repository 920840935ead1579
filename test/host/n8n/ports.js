const net = require('node:net');

const HOST = '127.0.0.1';

/**
 * A port of this machine that nobody listens on at the moment.
 * @returns {Promise<number>}
 */
async function freePort() {
	return await tryToListen(0);
}

/**
 * @param {number} port
 * @returns {Promise<boolean>} whether n8n could listen there
 */
async function isPortFree(port) {
	try {
		await tryToListen(port);
		return true;
	} catch {
		return false;
	}
}

/**
 * @param {number} port 0 for any
 * @returns {Promise<number>} the port, free again
 */
async function tryToListen(port) {
	return await new Promise((resolve, reject) => {
		const server = net.createServer();
		server.once('error', reject);
		server.listen({ port, host: HOST, exclusive: true }, () => {
			const address = /** @type {net.AddressInfo} */ (server.address());
			server.close(() => resolve(address.port));
		});
	});
}

module.exports = { HOST, freePort, isPortFree };

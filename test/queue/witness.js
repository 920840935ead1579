const http = require('node:http');
const { HOST } = require('../host/n8n/ports');

/**
 * What somebody posted.
 * @typedef {object} Post
 * @property {string} path such as `/done`
 * @property {any} body
 */

/**
 * A small web server that workflows call. It keeps what is posted, answering with the same, and answers calls
 * of `/hold` only once they are let go.
 * @typedef {object} Witness
 * @property {string} url without a trailing slash
 * @property {(path: string) => any[]} posted the bodies that were posted there, in their order
 * @property {() => number} holding how many calls of `/hold` wait for their answer
 * @property {() => void} letGo answers all that wait, and all later ones at once
 * @property {() => Promise<void>} close
 */

/** @returns {Promise<Witness>} */
async function startWitness() {
	/** @type {Post[]} */
	const posts = [];
	/** @type {Set<http.ServerResponse>} */
	const held = new Set();
	let isHolding = true;

	const server = http.createServer((request, response) => {
		const path = request.url ?? '/';
		if (path === '/hold') {
			if (!isHolding) return void answer(response);
			held.add(response);
			response.once('close', () => held.delete(response));
			return;
		}
		let text = '';
		request.setEncoding('utf8').on('data', (chunk) => (text += chunk));
		request.once('end', () => {
			const body = JSON.parse(text);
			posts.push({ path, body });
			answer(response, body);
		});
	});
	await new Promise((resolve) => server.listen(0, HOST, () => resolve(undefined)));
	const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
	return {
		url: `http://${HOST}:${port}`,
		posted: (path) => posts.flatMap((post) => (post.path === path ? [post.body] : [])),
		holding: () => held.size,
		letGo() {
			isHolding = false;
			for (const response of held) answer(response);
		},
		async close() {
			await new Promise((resolve) => {
				server.close(resolve);
				server.closeAllConnections();
			});
		},
	};
}

/**
 * @param {http.ServerResponse} response
 * @param {unknown} [body]
 */
function answer(response, body = {}) {
	response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}

module.exports = { startWitness };

import http from 'node:http';
import { close, HOST, listen } from '../host/n8n/ports.cts';

/** What somebody posted. */
export interface Post {
	/** Such as `/done` */
	path: string;
	body: any;
}

/**
 * A small web server that workflows call. It keeps what is posted, answering with the same, and answers calls of
 * `/hold` only once they are let go.
 */
export interface Witness {
	/** Without a trailing slash */
	url: string;
	/** The bodies that were posted there, in their order */
	posted: (path: string) => any[];
	/** How many calls of `/hold` wait for their answer */
	holding: () => number;
	/** Answers all that wait, and all later ones at once */
	letGo: () => void;
	close: () => Promise<void>;
}

export async function startWitness(): Promise<Witness> {
	const posts: Post[] = [];
	const held: Set<http.ServerResponse> = new Set();
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
	const port = await listen(server);
	return {
		url: `http://${HOST}:${port}`,
		posted: (path) => posts.flatMap((post) => (post.path === path ? [post.body] : [])),
		holding: () => held.size,
		letGo() {
			isHolding = false;
			for (const response of held) answer(response);
		},
		close: async () => await close(server),
	};
}

function answer(response: http.ServerResponse, body: unknown = {}) {
	response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}

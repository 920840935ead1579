import http from 'node:http';
import { json } from 'node:stream/consumers';
import { close, HOST, listen } from '../host/n8n/ports.cts';

/** A small web server that workflows post to. It keeps what is posted, and answers with the same. */
export interface Witness {
	/** Without a trailing slash */
	url: string;
	/** The bodies that were posted to a path such as `/done`, in their order */
	posted: (path: string) => any[];
	close: () => Promise<void>;
}

export async function startWitness(): Promise<Witness> {
	const posts: Array<{ path: string | undefined; body: unknown }> = [];
	const server = http.createServer(async (request, response) => {
		const body = await json(request);
		posts.push({ path: request.url, body });
		response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
	});
	const port = await listen(server);
	return {
		url: `http://${HOST}:${port}`,
		posted: (path) => posts.flatMap((post) => (post.path === path ? [post.body] : [])),
		close: async () => await close(server),
	};
}

import http from 'node:http';
import { json } from 'node:stream/consumers';
import { close, HOST, listen } from '../../host/n8n/ports.cts';

/** Stand-in for a program that orders videos: the server at which it takes calls back. */
export interface Caller {
	/** Where it takes calls back */
	address: string;
	/** Everything that it got, in order, whether it took it or not */
	calls: Array<{ body: any; status: number }>;
	/** Answers the next calls about this order by 503 */
	refuse: (orderId: string, times: number) => void;
	close: () => Promise<void>;
}

export async function startCaller(): Promise<Caller> {
	const calls: Caller['calls'] = [];
	const refusals = new Map<string, number>();
	const server = http.createServer(async (request, response) => {
		const body = (await json(request)) as { orderId: string };
		const left = refusals.get(body.orderId) ?? 0;
		refusals.set(body.orderId, left - 1);
		const status = left > 0 ? 503 : 204;
		calls.push({ body, status });
		response.writeHead(status).end();
	});
	const port = await listen(server);
	return {
		address: `http://${HOST}:${port}/videos`,
		calls,
		refuse: (orderId, times) => void refusals.set(orderId, times),
		close: async () => await close(server),
	};
}

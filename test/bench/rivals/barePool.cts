import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Pool } from 'undici';
import { ensureInstalled } from '../../host/install.cts';

import type { Simulator } from '../../simulator/index.cts';

interface Order {
	baseUrl: string;
	apiKey: string;
	connections: number;
	ids: string[];
}

/**
 * What the requests take by themselves: undici's pool of kept-alive connections, outside n8n. It has a process of its own,
 * as n8n has, on the Node.js that runs n8n.
 *
 * @returns `ask`: asks once for each task, in seconds; `end`: ends the process
 */
export async function openBarePool(api: Simulator, connections: number) {
	const { node } = await ensureInstalled();
	const child = fork(__filename, { execPath: node, execArgv: ['--require', 'tsx/cjs'] });
	const [apiKey = ''] = api.apiKeys;
	return {
		ask: async (ids: string[]): Promise<number> => {
			const order: Order = { baseUrl: api.baseUrl, apiKey, connections, ids };
			child.send(order);
			const ended = once(child, 'exit').then(() => [{ error: 'its process has ended' }]);
			const [{ seconds, error }] = await Promise.race([once(child, 'message'), ended]);
			if (error) throw new Error(`The bare pool failed: ${error}`);
			return seconds;
		},
		end: () => child.kill(),
	};
}

async function ask({ baseUrl, apiKey, connections, ids }: Order): Promise<number> {
	const { origin, pathname } = new URL(baseUrl);
	const pool = new Pool(origin, { connections, pipelining: 1 });
	const began = performance.now();
	await Promise.all(
		ids.map(async (id) => {
			const headers = { accept: 'application/json', authorization: `Bearer ${apiKey}` };
			const { body } = await pool.request({ method: 'GET', path: `${pathname}/v1/result/${id}`, headers });
			const task: any = await body.json();
			if (task.id !== id) throw new Error(`${id} was not answered`);
		}),
	);
	const seconds = (performance.now() - began) / 1000;
	await pool.close();
	return seconds;
}

if (require.main === module) {
	process.on('message', (order: Order) => {
		ask(order).then(
			(seconds) => process.send?.({ seconds }),
			(error) => process.send?.({ error: String(error) }),
		);
	});
	// With the bench gone there is nobody to work for.
	process.on('disconnect', () => process.exit());
}

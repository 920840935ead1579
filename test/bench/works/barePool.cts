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
 * undici's pool of kept-alive connections, outside n8n: what the requests take by themselves. It has a process of its
 * own, as n8n has, on the Node.js that runs n8n.
 *
 * @returns `ask` gets each task once and returns seconds; `end` ends the process
 */
export async function openBarePool({ baseUrl, apiKeys }: Simulator, connections: number) {
	const { node } = await ensureInstalled();
	const child = fork(__filename, { execPath: node, execArgv: ['--require', 'tsx/cjs'] });
	const [apiKey = ''] = apiKeys;
	return {
		ask: async (ids: string[]): Promise<number> => {
			child.send({ baseUrl, apiKey, connections, ids } satisfies Order);
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
	const headers = { accept: 'application/json', authorization: `Bearer ${apiKey}` };
	const began = performance.now();
	const getTask = async (id: string) => {
		const { body } = await pool.request({ method: 'GET', path: `${pathname}/v1/result/${id}`, headers });
		const task: any = await body.json();
		if (task.id !== id) throw new Error(`${id} was not answered`);
	};
	await Promise.all(ids.map(getTask));
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
	process.on('disconnect', () => process.exit());
}

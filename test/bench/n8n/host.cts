import { join } from 'node:path';
import { chooseNode } from '../../host/install/node.cts';
import { installNode } from '../../host/community-node.cts';
import { startN8n } from '../../host/n8n.cts';
import { loadProfile } from '../../host/profiles.cts';
import { openSession } from '../../host/session.cts';
import { startSimulator } from '../../simulator/index.cts';
import { machineLine } from '../machine.cts';

import type { N8n } from '../../host/n8n.cts';
import type { N8nSession } from '../../host/session.cts';
import type { WorkflowJson } from '../../host/session/workflow.cts';
import type { Simulator, SimulatorOptions } from '../../simulator/index.cts';

/** A real n8n with the packed node in it, and simulated APIs for it to ask. */
export interface BenchHost {
	n8n: N8n;
	session: N8nSession;
	/** One line on what all of it runs on */
	machine: string;
	/** Starts one more API */
	simulate: (options?: SimulatorOptions) => Promise<Simulator>;
	/** With a credential for that API; the workflow's id */
	publish: (workflow: WorkflowJson, api: Simulator) => Promise<string>;
}

const KEY = ['sk', 'bench', '0123456789'].join('-');

/** How often to look whether something is so: looks take n8n's time and the database's. */
export const LOOK_EVERY_MS = 500;

export const log = (line: string) => console.error(line);

/**
 * Starts n8n, does the work and ends all that was started, however the work ends. Progress goes to stderr.
 *
 * @param env further settings of n8n
 */
export async function withHost(
	env: NodeJS.ProcessEnv,
	work: (host: BenchHost) => Promise<void>,
): Promise<void> {
	const nodeVersion = chooseNode(loadProfile()).version;
	const closing: Array<() => Promise<void>> = [];
	let seed = 0;
	const interrupted = new AbortController();
	for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => interrupted.abort());
	try {
		const n8n = await startN8n({
			log,
			prepare: installNode,
			signal: interrupted.signal,
			env: { NODE_OPTIONS: `--require "${join(__dirname, 'preload.js')}"`, ...env },
		});
		closing.push(async () => await n8n.stop());
		const machine = machineLine({ nodeVersion, n8nVersion: n8n.version });
		const session = await openSession(n8n);
		const stopped = new Promise((_, reject) => {
			interrupted.signal.addEventListener('abort', () => reject(new Error('Interrupted')));
		});
		const host = {
			n8n,
			session,
			machine,
			simulate: async (options: SimulatorOptions = {}) => {
				// So that no two APIs give out the same ids.
				const api = await startSimulator({ apiKeys: [KEY], seed: ++seed, ...options });
				closing.push(async () => await api.close());
				return api;
			},
			publish: async (workflow: WorkflowJson, api: Simulator) => {
				const account = { apiKey: KEY, baseUrl: api.baseUrl };
				const credentials = await session.createApiCredential(`GlobalAI OPC at ${api.baseUrl}`, account);
				const { id } = await session.importWorkflow(workflow, { credentials });
				await session.publish(id);
				return id;
			},
		};
		await Promise.race([work(host), stopped]);
	} finally {
		for (const close of closing.reverse()) await close();
	}
}

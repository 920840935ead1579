import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chooseNode } from '../../host/install/node.cts';
import { installNode } from '../../host/community-node.cts';
import { startN8n, type N8n } from '../../host/n8n.cts';
import { loadProfile } from '../../host/profiles.cts';
import { openSession, type N8nSession } from '../../host/session.cts';
import { until } from '../../host/until.cts';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../simulator/index.cts';

import type { WorkflowJson } from '../../host/session/workflow.cts';

/** What the command line says. */
interface Settings {
	/** How often to measure what takes seconds */
	runs: number;
	/** A count, or a small part of it in a trial */
	size: (count: number) => number;
}

/** A real n8n with the packed node in it, and simulated APIs. */
export interface BenchHost extends Settings {
	n8n: N8n;
	session: N8nSession;
	/** Starts another API, whose IDs no other one has */
	simulate: (options?: SimulatorOptions) => Promise<Simulator>;
	/** Imports and publishes a workflow, with a credential for that API */
	publish: (workflow: WorkflowJson, api: Simulator) => Promise<Published>;
}

/** A published workflow that starts by its webhook. */
export interface Published {
	workflowId: string;
	/** Starts an execution with one item per row */
	start: (rows: object[]) => Promise<void>;
	/** The same; returns the execution's id */
	run: (rows: object[]) => Promise<string>;
}

const KEY = ['sk', 'bench', '0123456789'].join('-');
const LISTED_WITHIN_MS = 60_000;

export const log = (line: string) => console.error(`${new Date().toISOString().slice(11, 19)} ${line}`);

/** The machine, without a name. A load above the number of cores lengthens times. */
export function machineLine(n8nVersion: string): string {
	const { version } = chooseNode(loadProfile());
	const memory = Math.round(totalmem() / 2 ** 30);
	const load = loadavg()[0]?.toFixed(1);
	return `${cpus().length} cores, ${memory} GB of memory, ${process.platform}; Node.js ${version}, n8n ${n8nVersion}, SQLite; load average at the start ${load}`;
}

/** Starts n8n, does the work and ends all that was started. Progress goes to stderr. */
export async function withHost(settings: Settings, work: (host: BenchHost) => Promise<void>): Promise<void> {
	const apis: Simulator[] = [];
	const env = { NODE_OPTIONS: `--require "${join(__dirname, 'preload.js')}"`, N8N_PAYLOAD_SIZE_MAX: '64' };
	const n8n = await startN8n({ log, prepare: installNode, env });
	try {
		const session = await openSession(n8n);
		const simulate: BenchHost['simulate'] = async (options) => {
			const api = await startSimulator({ apiKeys: [KEY], seed: apis.length, ...options });
			apis.push(api);
			return api;
		};
		const publish: BenchHost['publish'] = async (workflow, { baseUrl }) => {
			const account = { apiKey: KEY, baseUrl };
			const credentials = await session.createApiCredential(`GlobalAI OPC at ${baseUrl}`, account);
			const { id } = await session.importWorkflow(workflow, credentials);
			await session.publish(id);
			return starter(session, id, String(workflow.name));
		};
		await work({ ...settings, n8n, session, simulate, publish });
	} finally {
		await n8n.stop();
		await Promise.all(apis.map(async (api) => await api.close()));
	}
}

function starter(session: N8nSession, workflowId: string, path: string): Published {
	const seen = new Set<string>();
	const start = async (rows: object[]) => {
		const { status } = await session.callWebhook(path, { body: { rows } });
		if (status !== 200) throw new Error(`The webhook was answered ${status}`);
	};
	/** A parked wait's other executions have another mode. */
	const newId = async () => {
		const all = await session.executions({ workflowId });
		return all.find(({ id, mode }) => mode === 'webhook' && !seen.has(id))?.id;
	};
	return {
		workflowId,
		start,
		run: async (rows) => {
			await start(rows);
			const id = await until(newId, { what: 'n8n lists the execution', withinMs: LISTED_WITHIN_MS });
			seen.add(id);
			return id;
		},
	};
}

/** Waits until the API has had as many requests as this, all of them answered. */
export async function untilAsked({ requests }: Simulator, count: number, withinMs: number): Promise<void> {
	await until(() => requests.length >= count && requests.every(({ endedAt }) => endedAt !== null), {
		what: `${count} requests were answered, not ${requests.length}`,
		withinMs,
		everyMs: 100,
	});
}

export { sleep, until };

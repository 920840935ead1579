import { startSimulator, type Simulator } from '../../simulator/index.cts';
import { installNode } from '../../host/community-node.cts';
import { startN8n, type N8n } from '../../host/n8n.cts';
import { loadProfile } from '../../host/profiles.cts';
import { openSession, type N8nSession } from '../../host/session.cts';

/** The key that every end-to-end test gives to the simulated API. */
export const KEY = ['sk', 'end', 'to', 'end', '0123456789'].join('-');

/** Whether this n8n can park a wait with nothing to connect; n8n 1.x can't, and the node says so. */
export const CAN_PARK = !loadProfile().version.startsWith('1.');

/** Whether this n8n resumes an execution whose child was lost or stopped; where it does not, the node sees to it. */
export const RESUMES_PARENTS = loadProfile().name !== 'n8n-2-oldest';

/** A real n8n with the packed node in it, the API it asks, and somebody logged in to it. */
export interface Host {
	readonly n8n: N8n;
	readonly session: N8nSession;
	readonly api: Simulator;
	/** The stored credential for the simulated API, for `importWorkflow`. */
	readonly credentials: { globalAiOpcApi: { id: string; name: string } };
}

/** Installing n8n may be part of it, on a machine that has never done so. */
const START_LIMIT_MS = 20 * 60_000;

/**
 * Starts n8n and the simulated API for the tests of one file, and ends both after them.
 * @param install puts the node into n8n's folder; without it as n8n's page "Community nodes" does
 */
export function useHost(env: Record<string, string> = {}, install = installNode): Host {
	let host: Host | undefined;
	const running = (): Host => {
		if (!host) throw new Error('n8n is not running yet');
		return host;
	};
	beforeAll(async () => {
		const api = await startSimulator({ apiKeys: [KEY] });
		const n8n = await startN8n({ prepare: install, env });
		const session = await openSession(n8n);
		const account = { apiKey: KEY, baseUrl: api.baseUrl };
		host = { n8n, session, api, credentials: await session.createApiCredential('GlobalAI OPC', account) };
	}, START_LIMIT_MS);
	afterAll(async () => {
		await host?.n8n.stop();
		await host?.api.close();
	}, 60_000);
	return {
		get n8n() {
			return running().n8n;
		},
		get session() {
			return running().session;
		},
		get api() {
			return running().api;
		},
		get credentials() {
			return running().credentials;
		},
	};
}

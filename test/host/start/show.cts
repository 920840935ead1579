import { installNode } from '../community-node.cts';
import { HostError } from '../errors.cts';
import { ensureInstalled, isInstalled } from '../install.cts';
import { startN8n, type N8n } from '../n8n.cts';
import { isPortFree } from '../n8n/ports.cts';
import { loadProfile } from '../profiles.cts';
import { openSession, OWNER, type N8nSession, type WorkflowJson } from '../session.cts';
import { buildNode } from './build.cts';
import { promptsShowing } from './prompts.cts';
import { openTarget, type OpenTarget } from './target.cts';
import { taskShowing } from './task.cts';

import type { Log } from '../progress.cts';
import type { Account, Job } from './arguments.cts';
import type { Closing } from './closing.cts';

/** One way to show the node at work, with one of the example workflows. */
export interface Showing {
	/** Settings that n8n needs for it */
	env: NodeJS.ProcessEnv;
	workflow: WorkflowJson;
	/** Sets up what the workflow takes its items from */
	prepare?: (session: N8nSession, workflowId: string) => Promise<void>;
	/** Says what is about to be run */
	announce: (api: OpenTarget, print: Log) => void;
	/** Prints what happens until the run is over, and tells whether it gave every video */
	follow: (run: Run) => Promise<boolean>;
}

/** A run that is under way. */
export interface Run {
	n8n: N8n;
	session: N8nSession;
	executionId: string;
	print: Log;
	signal: AbortSignal;
}

/**
 * Builds the node, sets up a real n8n with it, and runs an example workflow there.
 * @returns while n8n goes on running
 */
export async function show({
	port,
	account,
	job,
	skipsBuild,
	print,
	closing,
	signal,
}: {
	port: number;
	/** Without it the node uses a simulator */
	account?: Account;
	job: Job;
	/** Takes the node as it was built the last time */
	skipsBuild: boolean;
	print: Log;
	/** Takes down whatever is started */
	closing: Closing;
	signal: AbortSignal;
}): Promise<{ n8n: N8n; workflowUrl: string; gaveVideos: boolean }> {
	if (!(await isPortFree(port))) {
		throw new HostError(
			`Port ${port} is taken by another program. Choose another: npm start -- --port <number>`,
		);
	}
	print(whatComes(job));
	if (!skipsBuild) await buildNode({ print, signal });
	await ensureInstalled({ log: print, signal });
	const showing = job.kind === 'task' ? taskShowing(job) : promptsShowing(job);
	const api = await openTarget(account);
	closing.add(api.close);
	const n8n = await startN8n({ port, log: print, signal, prepare: installNode, env: showing.env });
	closing.add(n8n.stop);
	const session = await openSession(n8n);
	signal.throwIfAborted();

	const { apiKey, baseUrl } = api;
	const credentials = await session.createApiCredential('GlobalAI OPC API', { apiKey, baseUrl });
	const { id: workflowId } = await session.importWorkflow(showing.workflow, credentials);
	await showing.prepare?.(session, workflowId);
	showing.announce(api, print);
	const workflowUrl = session.workflowUrl(workflowId);
	printEditor(workflowUrl, print);
	print('');
	const executionId = await session.run(workflowId);
	// n8n would wait for it for a while when it is to end.
	closing.add(async () => await session.stopExecution(executionId).catch(() => {}));
	const gaveVideos = await showing.follow({ n8n, session, executionId, print, signal });
	return { n8n, workflowUrl, gaveVideos };
}

/** The address of n8n's editor and the login together: the address alone leads to a page that asks for the login. */
export function printEditor(workflowUrl: string, print: Log): void {
	print("\nn8n's editor:");
	print(`  ${workflowUrl}`);
	print(`  log in as ${OWNER.email} with the password ${OWNER.password}`);
}

/** The first line: what will happen, and how long it takes. */
function whatComes(job: Job): string {
	const { version } = loadProfile();
	const start = isInstalled()
		? `Starts n8n ${version} with this node, in about half a minute`
		: `Installs n8n ${version} (this once: about 4 minutes, 3 GB in test/host), starts it with this node`;
	const run =
		job.kind === 'task' ? 'checks your task until it is done' : 'makes videos, which takes about 70 seconds';
	return `${start}, and ${run}.`;
}

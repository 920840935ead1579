import { randomUUID } from 'node:crypto';
import { until } from '../../host/until.cts';
import { LOOK_EVERY_MS } from '../n8n/host.cts';
import { chainedWorkflow, oneRunWorkflow, SEEDANCE } from '../n8n/workflows.cts';
import { loopWorkflow, pollerWorkflow } from './nodes.cts';
import { THIS_NODE } from './work.cts';

import type { BenchHost } from '../n8n/host.cts';
import type { Execution } from '../../host/session/execution.cts';
import type { WorkflowJson } from '../../host/session/workflow.cts';
import type { Simulator } from '../../simulator/index.cts';

/** A way to wait for the tasks of a webhook's rows. */
export interface Waiter {
	who: string;
	workflow: (path: string, api: Simulator) => WorkflowJson;
	/** The node whose first output the rows leave by, once their tasks are done */
	lastNode: string;
}

type Options = Record<string, unknown>;

const STARTED_WITHIN_MS = 30_000;

export const CHAINED = `${THIS_NODE}, Chained With a Wait Node`;
export const IN_NODE = `${THIS_NODE}, Inside This Node`;
export const PARKED = `${THIS_NODE}, Parked in n8n's Database`;

export const inNode = (who = IN_NODE, options: Options = {}): Waiter => ({
	who,
	lastNode: SEEDANCE,
	workflow: (path) => oneRunWorkflow(path, { waitUntilDone: 'inNode', options }),
});

export const parked = (who = PARKED, options: Options = {}): Waiter => ({
	who,
	lastNode: SEEDANCE,
	workflow: (path) => oneRunWorkflow(path, { waitUntilDone: 'parked', options }),
});

export const chained = (options: Options = {}): Waiter => ({
	who: CHAINED,
	lastNode: SEEDANCE,
	workflow: (path) => chainedWorkflow(path, options),
});

/** How the names of rivals begin. */
export const POLLER = 'plain poller';
export const LOOP = 'HTTP Request, IF and Wait';

/** @param interval seconds */
export const poller = (interval: number): Waiter => ({
	who: `${POLLER}, ${interval} s`,
	lastNode: 'Plain Poller',
	workflow: (path, api) => pollerWorkflow(path, api, interval),
});

/** @param interval seconds */
export const loop = (interval: number): Waiter => ({
	who: `${LOOP} ${interval} s`,
	lastNode: 'Done',
	workflow: (path, api) => loopWorkflow(path, api, interval),
});

/** A waiter's published workflow, with an API of its own. */
export interface Published {
	waiter: Waiter;
	api: Simulator;
	workflowId: string;
	/** Starts an execution; one row a task */
	start: (rows: object[]) => Promise<void>;
}

export async function publishWaiter(host: BenchHost, waiter: Waiter): Promise<Published> {
	const api = await host.simulate();
	const path = randomUUID();
	const workflowId = await host.publish(waiter.workflow(path, api), api);
	const start = async (rows: object[]) => {
		const { status } = await host.session.callWebhook(path, { body: { rows } });
		if (status !== 200) throw new Error(`The webhook was answered ${status}`);
	};
	return { waiter, api, workflowId, start };
}

/** Tasks that stay unfinished until they are told otherwise. */
export function endlessTasks(api: Simulator, count: number): Array<{ id: string }> {
	return Array.from({ length: count }, () => ({ id: api.addTask({ outcome: 'never' }).id }));
}

/** The execution that the webhook started, without those that a parked wait starts for itself; nothing of its data. */
export async function startedExecution({ session }: BenchHost, { workflowId }: Published) {
	return await until(
		async () => (await session.executions({ workflowId })).find(({ mode }) => mode === 'webhook'),
		{
			what: 'the webhook has started something',
			withinMs: STARTED_WITHIN_MS,
			everyMs: LOOK_EVERY_MS,
		},
	);
}

/** @returns how many tasks left, each counted once */
export function rowsOut({ data }: Execution, { lastNode }: Waiter): number {
	const items = (data.runData[lastNode] ?? []).flatMap((run) => run.data?.main?.[0] ?? []);
	return new Set(items.filter(({ json }) => json['status'] === 'completed').map(({ json }) => json['id']))
		.size;
}

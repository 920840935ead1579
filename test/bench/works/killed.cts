import { log, sleep, until, untilAsked, type BenchHost } from '../n8n/host.cts';
import { addTasks } from '../n8n/nodeRun.cts';
import { loopWorkflow, oneNodeWorkflow, seedanceWait } from '../n8n/workflows.cts';

import type { Simulator } from '../../simulator/index.cts';
import type { WorkflowJson } from '../../host/session/workflow.cts';
import type { Work } from './work.cts';

const TASKS = 20;
/** Seconds, as in public poll loops; n8n's Wait node parks from 65 s on. */
const LOOP_INTERVAL = 10;
/** Long enough for n8n to store what is parked. */
const STORED_MS = 10_000;
/** The shortest park is 66 s; n8n may be late. */
const ASKED_WITHIN_MS = 120_000;
/** From the restart on; a parked wait that lost its check begins it again by itself. */
const OUT_WITHIN_MS = 240_000;

/** A wait for tasks that don't end yet, once it has made its first status checks. */
async function begin(host: BenchHost, workflow: (api: Simulator) => WorkflowJson) {
	const api = await host.simulate();
	const published = await host.publish(workflow(api), api);
	const tasks = addTasks(api, TASKS, 'endless');
	const id = await published.run(tasks);
	await untilAsked(api, TASKS, ASKED_WITHIN_MS);
	return { api, id, tasks };
}

/** How many finished tasks a node did not output by a successful execution. */
async function lostRows({ session }: BenchHost, id: string, lastNode: string): Promise<number> {
	const execution = await session
		.waitForExecution(id, { timeoutMs: OUT_WITHIN_MS })
		.catch((error) => log(String(error)));
	if (execution?.status !== 'success') return TASKS;
	const runs = execution.data.runData[lastNode] ?? [];
	const items = runs.flatMap((run) => run.data?.main?.[0] ?? []);
	const done = items.filter(({ json }) => json['status'] === 'completed').map(({ json }) => json['id']);
	return TASKS - new Set(done).size;
}

/** Kills n8n while all wait, one of them in the middle of a status check; starts it again and ends the tasks. */
export const KILLED: Work = {
	name: 'killed',
	measure: async (host) => {
		const parked = () => oneNodeWorkflow(seedanceWait('parked', 5));
		const asking = await begin(host, parked);
		await sleep(STORED_MS);
		asking.api.fault({ kind: 'hang', times: Infinity });
		asking.api.resetLog();
		// Parked later, so that its next status check is far when the other one is in the middle of its own.
		const between = await begin(host, parked);
		const loop = await begin(host, (api) => loopWorkflow(api, LOOP_INTERVAL));
		await until(() => asking.api.requests.length > 0, {
			what: 'a status check begins',
			withinMs: ASKED_WITHIN_MS,
		});
		log('Killing n8n ...');
		await host.n8n.kill();
		for (const { api, tasks } of [asking, between, loop]) {
			api.clearFaults();
			for (const { id } of tasks) api.finishTask(id);
		}
		await host.n8n.restart();
		const [lostBetween, lostAsking, lostInLoop] = await Promise.all([
			lostRows(host, between.id, 'Seedance'),
			lostRows(host, asking.id, 'Seedance'),
			lostRows(host, loop.id, 'Done'),
		]);
		const who = 'HTTP Request in a loop';
		const what = `Rows lost when n8n is killed while ${TASKS} tasks wait, parked`;
		return [
			{ what: `${what}, between checks`, own: [lostBetween], who, rival: [lostInLoop], atMost: 0 },
			{
				what: `${what}, in the middle of a check`,
				own: [lostAsking],
				who,
				rival: [lostInLoop],
				atMost: 0,
				picture: `Rows lost when n8n is killed while ${TASKS} tasks wait`,
			},
		];
	},
};

import { setTimeout as sleep } from 'node:timers/promises';
import { GET_NODE, isMyVideoDone } from '../examples.cts';
import { clock } from '../progress.cts';
import { isFinished, itemsOf, type Execution } from '../session.cts';

import type { Job } from './arguments.cts';
import type { Run, Showing } from './show.cts';

const POLL_MS = 500;

/** What the node writes into n8n's log after each answer that leaves the task unfinished. */
const WAITING =
	/Task "[^"]*": (?<status>.+?) after (?<attempt>\d+) status check\(s\), next at (?<next>\S+Z)/g;

/** Waits for a task that exists, with the example "Is my video done?". */
export function taskShowing({ taskId }: Job & { kind: 'task' }): Showing {
	return {
		env: {},
		workflow: isMyVideoDone(taskId),
		announce({ description }, print) {
			print(`\nIs my video done? Checking task ${taskId}`);
			print(`  GlobalAI OPC: ${description}`);
		},
		follow: followLog,
	};
}

/** Prints what n8n's log says of the task while the run goes on, then the result. */
async function followLog({ n8n, session, executionId, print, signal }: Run): Promise<boolean> {
	const say = (text: string) => print(`  ${clock(new Date())}  ${text}`);
	for (let told = 0; ; await sleep(POLL_MS, undefined, { signal })) {
		const execution = await session.execution(executionId);
		const answers = [...n8n.logText().matchAll(WAITING)];
		for (const { groups = {} } of answers.slice(told)) {
			const next = clock(new Date(String(groups['next'])));
			say(`${groups['status']}  (status check ${groups['attempt']}, the next at ${next})`);
		}
		told = answers.length;
		if (isFinished(execution)) return printResult(execution, say, print);
	}
}

function printResult(execution: Execution, say: (text: string) => void, print: Run['print']): boolean {
	const task = itemsOf(execution, GET_NODE)[0]?.json;
	if (!task) {
		const { message = `n8n says: ${execution.status}`, description = '' } = execution.data.error ?? {};
		say(`no video: ${message}\n            ${description}`);
		return false;
	}
	say(task['status']);
	print(`\nWhat the node outputs:\n${JSON.stringify(task, null, 2)}`);
	return task['status'] === 'completed';
}

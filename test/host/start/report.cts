import { setTimeout as sleep } from 'node:timers/promises';
import { isFinished, itemsOf, type Execution } from '../session.cts';
import { clock } from './clock.cts';

import type { Run } from './show.cts';

const POLL_MS = 500;

/** What the node writes into n8n's log after each answer that leaves the task unfinished. */
const WAITING =
	/Task "[^"]*": (?<status>.+?) after (?<attempt>\d+) status check\(s\), next at (?<next>\S+Z)/g;

/**
 * Follows a run whose node waits by itself, and prints the task's way while it goes on, taken from what the
 * node writes into n8n's log.
 * @returns whether it gave a video
 */
export async function followLog({
	n8n,
	session,
	executionId,
	nodeName,
	print,
	signal,
}: Run & { nodeName: string }): Promise<boolean> {
	const say = (text: string) => print(`  ${clock(new Date())}  ${text}`);
	let seen = [...n8n.logText().matchAll(WAITING)].length;
	for (;;) {
		const execution = await session.execution(executionId);
		const answers = [...n8n.logText().matchAll(WAITING)];
		for (const { groups } of answers.slice(seen)) {
			const next = clock(new Date(groups?.['next'] as string));
			say(`${groups?.['status']}  (status check ${groups?.['attempt']}, the next at ${next})`);
		}
		seen = answers.length;
		if (isFinished(execution)) return printResult(execution, nodeName, { say, print });
		await sleep(POLL_MS, undefined, { signal });
	}
}

function printResult(
	execution: Execution,
	nodeName: string,
	{
		say,
		print,
	}: {
		say: (text: string) => void;
		print: (line: string) => void;
	},
) {
	const task = itemsOf(execution, nodeName)[0]?.json;
	if (!task) {
		const { message = `n8n says: ${execution.status}`, description } = execution.data.error ?? {};
		say(`no video: ${message}`);
		if (description) print(`            ${description}`);
		return false;
	}
	say(`${task['status']}`);
	print('');
	print('What the node gives to the rest of the workflow:');
	const width = Math.max(...Object.keys(task).map((key) => key.length));
	for (const [key, value] of Object.entries(task)) {
		print(`  ${key.padEnd(width)}  ${typeof value === 'object' ? JSON.stringify(value) : value}`);
	}
	return task['status'] === 'completed';
}

import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFinished, itemsOf, type Execution, type Item } from '../session.cts';
import { clock } from './clock.cts';

import type { Row } from './prompts.cts';
import type { Run } from './show.cts';

const POLL_MS = 500;

/** Something that happened to one row's video. */
export type Event = { at: number, name: string, text: string };

/** What the items mean that leave a node of the example by one of its outputs. */
const TELLING: Array<{ node: string; output: number; tell: (item: Item) => string }> = [
	{ node: 'Create Video', output: 0, tell: ({ json }) => `created as ${json['id']}` },
	{ node: 'Get Video', output: 0, tell: ({ json }) => `${json['status']}, downloaded` },
	{ node: 'Get Video', output: 1, tell: ({ json }) => tellRunning(json) },
	{ node: 'Failed', output: 0, tell: ({ json }) => `no video: ${json['reason']}` },
];

/**
 * Follows a run of "Prompts to videos" and prints each video's way while it goes on, then the files.
 * @returns whether every row has its file
 */
export async function followRows(
	{ session, executionId, rows, print, signal }: Run & { rows: Row[] },
): Promise<boolean> {
	const width = Math.max(...rows.map(({ name }) => name.length));
	let told = 0;
	for (;;) {
		const execution = await session.execution(executionId);
		const events = eventsOf(execution, rows);
		for (const { at, name, text } of events.slice(told)) {
			print(`  ${clock(new Date(at))}  ${name.padEnd(width)}  ${text}`);
		}
		told = Math.max(told, events.length);
		if (isFinished(execution)) return printFiles(execution, rows, print);
		await sleep(POLL_MS, undefined, { signal });
	}
}

/** @returns in the order in which they happened, which no later event changes */
function eventsOf(execution: Execution, rows: Row[]): Event[] {
	const names = namesById(execution, rows);
	const nameOf = ({ json }: Item) =>
		names.get(json['id']) ?? rows.find(({ prompt }) => prompt === json['prompt'])?.name ?? '';
	const events = TELLING.flatMap(({ node, output, tell }) =>
		(execution.data.runData[node] ?? []).flatMap(({ startTime, executionTime, data }) =>
			(data?.main?.[output] ?? []).map((item) => ({
				at: startTime + executionTime,
				name: nameOf(item),
				text: tell(item),
			})),
		),
	);
	return events.sort((a, b) => a.at - b.at);
}

function namesById(execution: Execution, rows: Row[]) {
	const created = itemsOf(execution, 'Create Video', { run: 0 });
	return new Map(created.map(({ json, pairedItem }) => [json['id'], rows[pairedItem?.item]?.name ?? '']));
}

/** For an item's JSON, on its way to the Wait node. */
function tellRunning({ status = 'no answer yet', polling }: Record<string, any>) {
	return `${status}  (status check ${polling?.attempt}, the next at ${clock(new Date(polling?.nextPollAt))})`;
}

function printFiles(execution: Execution, rows: Row[], print: (line: string) => void) {
	const { error } = execution.data;
	if (error) {
		print(`\n"${execution.lastNode}" ended the run: ${error.message}`);
		if (error.description) print(error.description);
	}
	const files = (execution.data.runData['Videos'] ?? [])
		.flatMap(({ data }) => data?.main?.[0] ?? [])
		.map(({ json }) => String(json['fileName']));
	print(files.length > 0 ? '\nOn your disk now:' : '\nThere is no video.');
	for (const file of files) print(`  ${file}  (${fs.statSync(file).size} bytes)`);
	return files.length === rows.length;
}

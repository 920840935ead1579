import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { clock, type Log } from '../progress.cts';
import { allItems, isFinished, type Execution, type N8nSession } from '../session.cts';

import type { PromptRow } from '../examples.cts';
import type { N8n } from '../n8n.cts';
import type { Run } from './show.cts';

/** The node of the example that makes the videos. */
const NODE = 'Make Videos';

const POLL_MS = 500;

/**
 * Follows a run of "Prompts to videos" and prints each video's way while it goes on, then the files.
 *
 * @returns whether every row has its file
 */
export async function followRows({
	n8n,
	session,
	executionId,
	rows,
	kills,
	print,
	signal,
}: Run & {
	rows: PromptRow[];
	/** Whether n8n is killed once, while it waits */
	kills: boolean;
}): Promise<boolean> {
	const width = Math.max(...rows.map(({ name }) => name.length));
	const say = (text: string) => print(`  ${clock(new Date())}  ${text}`);
	const told: string[] = [];
	let parked = false;
	for (;;) {
		const execution = await session.execution(executionId);
		const checks = isFinished(execution) ? undefined : await checking(session, execution);
		const news = checks
			? rows.map((_, index) => tellWaiting(checks, index))
			: rows.map((row) => tellEnd(execution, row));
		for (const [index, text] of news.entries()) {
			if (text === undefined || text === told[index]) continue;
			told[index] = text;
			say(`${rows[index]?.name.padEnd(width)}  ${text}`);
		}
		if (isFinished(execution)) return printFiles(execution, rows, print);
		if (!parked && execution.status === 'waiting' && checks?.status === 'waiting') {
			parked = true;
			say(`n8n has parked execution ${execution.id} in its database; it takes no memory there`);
			if (kills) await killAndStart(n8n, say);
		}
		await sleep(POLL_MS, undefined, { signal });
	}
}

/** The execution that checks the tasks, by way of the one that keeps it; undefined while there is none. */
async function checking(session: N8nSession, parked: Execution): Promise<Execution | undefined> {
	const begunBy = async (execution: Execution | undefined, node: string) => {
		const id = execution?.data.runData[node]?.at(-1)?.metadata?.subExecution?.executionId;
		return id === undefined ? undefined : await session.execution(id);
	};
	return await begunBy(await begunBy(parked, NODE), `${NODE}: Park`);
}

/** What is known of a row while its video is waited for, from what the node remembers of it. */
function tellWaiting({ memory }: Execution, index: number): string | undefined {
	const item = memory[`node:${NODE}: Check`]?.['items']?.[index];
	if (!item) return undefined;
	const { id, decided, waiting } = item;
	if (decided) return typeof decided.json.error === 'string' ? noVideo(decided.json.error) : DONE;
	const {
		nextPollAt,
		pollState: { attempt, seen },
	} = waiting.pending;
	const next = clock(new Date(nextPollAt));
	if (attempt === 0) return `created as ${id}  (the first status check at ${next})`;
	return `${seen?.status ?? 'no answer yet'}  (status check ${attempt}, the next at ${next})`;
}

const DONE = 'completed, downloaded';

const noVideo = (reason: unknown) => `no video: ${reason}`;

/** What came of a row, once the run is over. */
function tellEnd(execution: Execution, { name }: PromptRow): string | undefined {
	const named = (node: string) => allItems(execution, node).find((json) => json['name'] === name);
	const failed = named('Write Reason');
	if (failed) return noVideo(failed['reason']);
	return named('Write Link') && DONE;
}

async function killAndStart(n8n: N8n, say: Log) {
	await n8n.kill();
	say('n8n killed (-9) while it waits');
	const killedAt = Date.now();
	await n8n.restart();
	say(`n8n is back after ${Math.round((Date.now() - killedAt) / 1000)} s`);
}

function printFiles(execution: Execution, rows: PromptRow[], print: Log) {
	const { error } = execution.data;
	if (error) {
		print(`\n"${execution.lastNode}" ended the run: ${error.message}`);
		if (error.description) print(error.description);
	}
	const files = allItems(execution, 'Write Link').map((json) => String(json['file']));
	print(files.length > 0 ? '\nOn your disk now:' : '\nThere is no video.');
	for (const file of files) print(`  ${file}  (${fs.statSync(file).size} bytes)`);
	return files.length === rows.length;
}

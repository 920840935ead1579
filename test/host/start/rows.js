const fs = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');
const { isFinished, itemsOf } = require('../session');
const { clock } = require('./clock');

const POLL_MS = 500;

/** @typedef {import('../session').Execution} Execution */
/** @typedef {import('../session').Item} Item */
/** @typedef {import('./prompts').Row} Row */
/** @typedef {{ at: number, name: string, text: string }} Event Something that happened to one row's video. */

/**
 * What the items mean that leave a node of the example by one of its outputs.
 * @type {Array<{ node: string, output: number, tell: (item: Item) => string }>}
 */
const TELLING = [
	{ node: 'Create Video', output: 0, tell: ({ json }) => `created as ${json['id']}` },
	{ node: 'Get Video', output: 0, tell: ({ json }) => `${json['status']}, downloaded` },
	{ node: 'Get Video', output: 1, tell: ({ json }) => tellRunning(json) },
	{ node: 'Failed', output: 0, tell: ({ json }) => `no video: ${json['reason']}` },
];

/**
 * Follows a run of "Prompts to videos" and prints each video's way while it goes on, then the files.
 * @param {import('./show').Run & { rows: Row[] }} run
 * @returns {Promise<boolean>} whether every row has its file
 */
async function followRows({ session, executionId, rows, print, signal }) {
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

/**
 * @param {Execution} execution
 * @param {Row[]} rows
 * @returns {Event[]} in the order in which they happened, which no later event changes
 */
function eventsOf(execution, rows) {
	const names = namesById(execution, rows);
	const nameOf = (/** @type {Item} */ { json }) =>
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

/**
 * @param {Execution} execution
 * @param {Row[]} rows
 */
function namesById(execution, rows) {
	const created = itemsOf(execution, 'Create Video', { run: 0 });
	return new Map(created.map(({ json, pairedItem }) => [json['id'], rows[pairedItem?.item]?.name ?? '']));
}

/** @param {Record<string, any>} json of an item on its way to the Wait node */
function tellRunning({ status = 'no answer yet', polling }) {
	return `${status}  (question ${polling?.attempt}, the next at ${clock(new Date(polling?.nextPollAt))})`;
}

/**
 * @param {Execution} execution
 * @param {Row[]} rows
 * @param {(line: string) => void} print
 */
function printFiles(execution, rows, print) {
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

module.exports = { followRows };

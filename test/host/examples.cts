import fs from 'node:fs';
import path from 'node:path';
import { dataTable, type DataTable } from './dataTable.cts';
import { nodeOf, type WorkflowJson } from './session/workflow.cts';

import type { N8nSession } from './session.cts';

const EXAMPLES = path.join(__dirname, '..', '..', 'examples');
/** Where "Prompts to videos" writes its files until a person says where. */
const FOLDER_IN_EXAMPLE = '.n8n-files';

/**
 * One of the example workflows.
 * @param name such as `is-my-video-done.json`
 * @param parameters further ones, by the names of nodes
 * @throws when the example has no such node
 */
export function example(name: string, parameters: Record<string, object> = {}): WorkflowJson {
	const workflow: WorkflowJson = JSON.parse(fs.readFileSync(path.join(EXAMPLES, name), 'utf8'));
	for (const [node, own] of Object.entries(parameters)) Object.assign(nodeOf(workflow, node).parameters, own);
	return workflow;
}

/** The node of the next two examples. */
export const GET_NODE = 'Is My Video Done?';

/** "Is my video done?" for a task; further parameters are the node's. */
export function isMyVideoDone(id: string, parameters: object = {}): WorkflowJson {
	const workflow = example('is-my-video-done.json', { [GET_NODE]: parameters });
	nodeOf(workflow, 'Task ID').parameters['assignments'].assignments[0].value = id;
	return workflow;
}

/** "Wait for many videos" for these rows; further parameters are the node's. */
export function waitForManyVideos(
	rows: Array<{ title: string; id: string }>,
	parameters: object = {},
): WorkflowJson {
	return example('wait-for-many-videos.json', {
		Rows: { jsonOutput: JSON.stringify({ rows }) },
		[GET_NODE]: parameters,
	});
}

/** A row of "Prompts to videos". */
export interface PromptRow {
	name: string;
	prompt: string;
}

/**
 * "Prompts to videos"; further parameters are those of the node that makes the videos.
 * @param folder where n8n may write files
 */
export function promptsToVideos(folder: string, parameters: object = {}): WorkflowJson {
	const workflow = example('prompts-to-videos.json', { 'Make Videos': parameters });
	const write = nodeOf(workflow, 'Write to Disk').parameters;
	// By a function, because a text would have its dollar signs read as patterns.
	write['fileName'] = write['fileName'].replace(FOLDER_IN_EXAMPLE, () => folder);
	return workflow;
}

/** The table of "Prompts to videos", as its note says: a first run of the workflow makes it. */
export async function promptsTable(session: N8nSession, workflowId: string): Promise<DataTable> {
	const { status, data } = await session.waitForExecution(await session.run(workflowId));
	if (status !== 'success') throw new Error(`The run that makes the table: ${data.error?.message}`);
	return await dataTable(session, 'Videos');
}

import { nodeOf, type WorkflowJson } from '../../host/session/workflow.cts';
import { readExample } from '../../host/examples.cts';

/** The node of the examples that asks for videos. */
export const NODE = 'Is My Video Done?';

/**
 * The example "Is my video done?", with an ID filled in.
 * @param parameters of the node
 */
export function askForOne(id: string, parameters: Record<string, unknown> = {}) {
	const workflow = readExample('is-my-video-done.json');
	nodeOf(workflow, 'Task ID').parameters['assignments'].assignments[0].value = id;
	Object.assign(nodeOf(workflow, NODE).parameters, parameters);
	return workflow;
}

/**
 * The example for many videos, with IDs filled in.
 * @param parameters of the node
 */
export function askForMany(ids: string[], parameters: Record<string, unknown> = {}) {
	const workflow = readExample('wait-for-many-videos.json');
	const rows = ids.map((id, index) => ({ title: `Row ${index}`, id }));
	nodeOf(workflow, 'Rows').parameters['jsonOutput'] = JSON.stringify({ rows });
	Object.assign(nodeOf(workflow, NODE).parameters, parameters);
	return workflow;
}

/**
 * The example "Prompts to videos", with prompts filled in. Status checks come every 66 s.
 * @param folder where n8n may write files
 */
export function makeVideos(prompts: string[], folder: string) {
	const workflow = readExample('prompts-to-videos.json');
	const rows = prompts.map((prompt, index) => ({ name: `row-${index}`, prompt }));
	nodeOf(workflow, 'Rows').parameters['jsonOutput'] = JSON.stringify({ rows });
	nodeOf(workflow, 'Make Videos').parameters['options'] = { pollInterval: 5 };
	const { parameters } = nodeOf(workflow, 'Write to Disk');
	parameters['fileName'] = String(parameters['fileName']).replace('.n8n-files', folder);
	return workflow;
}

/**
 * Lets the first error stop the workflow, and nothing come after the node.
 * @param workflow changed in place
 */
export function stopOnError(workflow: WorkflowJson) {
	delete nodeOf(workflow, NODE).onError;
	delete workflow.connections[NODE];
	delete workflow.connections['Wait'];
	return workflow;
}

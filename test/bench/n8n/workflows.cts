import { randomUUID } from 'node:crypto';
import { chain, leadsTo, n8nNode, postedRows, seedance, to, webhook } from '../../host/workflows.cts';

import type { WorkflowJson, WorkflowNode } from '../../host/session/workflow.cts';
import type { Simulator } from '../../simulator/index.cts';

const API_AUTHENTICATION = {
	authentication: 'predefinedCredentialType',
	nodeCredentialType: 'globalAiOpcApi',
};

/** This node, creating a task for each row. */
export const seedanceCreate = () => seedance({ operation: 'create', prompt: '={{ $json.prompt }}' });

/** This node, creating a task for each row and waiting for all of them. */
export const seedanceMake = (waitUntilDone: 'inNode' | 'parked', pollInterval: number) =>
	seedance({
		operation: 'create',
		prompt: '={{ $json.prompt }}',
		waitUntilDone,
		giveUpAfter: 60,
		options: { pollInterval },
	});

/** This node, waiting for the task of each row for as long as it takes. */
export const seedanceWait = (waitUntilDone: 'inNode' | 'parked', pollInterval: number) =>
	seedance({ waitUntilDone, giveUpAfter: 1440, options: { pollInterval } });

/** n8n's HTTP Request node, getting the task of each row once. */
export const httpQuery = ({ baseUrl }: Simulator) =>
	httpRequest({ ...API_AUTHENTICATION, url: `=${baseUrl}/v1/result/{{ $json.id }}` });

/**
 * n8n's HTTP Request node, creating a task for each row.
 * @param options the node's, such as batching
 */
export function httpCreate({ baseUrl }: Simulator, options: Record<string, unknown> = {}): WorkflowNode {
	const body =
		'{{ { model: "seedance_1_5_pro_720p", content: [{ type: "text", text: $json.prompt }], duration: 5 } }}';
	return httpRequest({
		...API_AUTHENTICATION,
		method: 'POST',
		url: `${baseUrl}/v1/seedance/videos`,
		sendBody: true,
		specifyBody: 'json',
		jsonBody: `=${body}`,
		options,
	});
}

/** @param parameters of n8n's HTTP Request node */
export const httpRequest = (parameters: Record<string, unknown>) =>
	n8nNode('HTTP Request', 'httpRequest', 4.2, parameters);

/** One node between the webhook's rows and the end. */
export const oneNodeWorkflow = (one: WorkflowNode) => byWebhook([postedRows(), one]);

/**
 * HTTP Request, IF and Wait in a loop, as public templates have it. Done rows leave by `Done`.
 *
 * @param interval seconds; below 65, n8n's Wait node keeps the execution in memory
 * @param create makes the tasks of the rows; without it they have IDs
 */
export function loopWorkflow(api: Simulator, interval: number, create?: WorkflowNode): WorkflowJson {
	const isDone = {
		id: 'c',
		leftValue: '={{ $json.status }}',
		rightValue: 'completed',
		operator: { type: 'string', operation: 'equals' },
	};
	const conditions = {
		options: { caseSensitive: true, typeValidation: 'loose', version: 2 },
		conditions: [isDone],
		combinator: 'and',
	};
	const loop = byWebhook([
		postedRows(),
		...(create ? [create] : []),
		httpQuery(api),
		n8nNode('If', 'if', 2.2, { conditions, options: {} }),
		n8nNode('Done', 'noOp', 1),
	]);
	loop.nodes.push(waitNode(interval));
	loop.connections['If'].main.push([to('Wait')]);
	loop.connections['Wait'] = leadsTo('HTTP Request');
	return loop;
}

/**
 * Loop Over Items: creates a batch, waits for as long as a video may take, gets its tasks, and takes the next batch.
 * All rows leave by `Done`.
 */
export function batchesWorkflow(
	api: Simulator,
	{ batchSize, seconds, create }: { batchSize: number; seconds: number; create: WorkflowNode },
): WorkflowJson {
	const batches = byWebhook([postedRows(), n8nNode('Loop', 'splitInBatches', 3, { batchSize, options: {} })]);
	batches.nodes.push(n8nNode('Done', 'noOp', 1), create, waitNode(seconds), httpQuery(api));
	batches.connections['Loop'] = { main: [[to('Done')], [to(create.name)]] };
	batches.connections[create.name] = leadsTo('Wait');
	batches.connections['Wait'] = leadsTo('HTTP Request');
	batches.connections['HTTP Request'] = leadsTo('Loop');
	return batches;
}

function waitNode(seconds: number): WorkflowNode {
	const wait = { resume: 'timeInterval', amount: seconds, unit: 'seconds' };
	return { ...n8nNode('Wait', 'wait', 1.1, wait), webhookId: randomUUID() };
}

/** Downloads one file into `data` and answers its webhook with the file's size. Keeps no execution. */
export function downloadWorkflow(downloader: WorkflowNode): WorkflowJson {
	const size = { mode: 'raw', jsonOutput: '={{ { "size": $binary.data.fileSize } }}' };
	return {
		...byWebhook([downloader, n8nNode('Size', 'set', 3.4, size)], 'lastNode'),
		settings: { saveDataSuccessExecution: 'none' },
	};
}

/** A webhook and these nodes, one after the other; the workflow's name is the webhook's path. */
function byWebhook(nodes: WorkflowNode[], responseMode?: string): WorkflowJson {
	const path = randomUUID();
	return chain([webhook(path, responseMode), ...nodes], { name: path });
}

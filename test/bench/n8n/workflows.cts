import type { WorkflowJson, WorkflowNode } from '../../host/session/workflow.cts';

/** The name of the node that is measured, in every workflow here. */
export const SEEDANCE = 'Is My Video Done?';

/**
 * Waits for the tasks of the rows that are posted to its webhook, parked between the rounds, as
 * examples/wait-for-many-videos.json does.
 *
 * @param path the webhook's
 * @param options of the node
 */
export function chainedWorkflow(path: string, options: Record<string, unknown>): WorkflowJson {
	const wait = { resume: 'timeInterval', amount: '={{ $json.polling.waitSeconds }}', unit: 'seconds' };
	const webhookId = '0c6f2b1e-7d55-4c5a-9f0e-2a6f1b3c4d5e';
	return workflow(
		path,
		[
			splitOut(),
			seedance({ waitUntilDone: 'withWaitNode', giveUpAfter: 1440, options }),
			{ ...node('Wait', 'wait', 1.1, wait), webhookId, position: [660, 280] },
		],
		[
			['Webhook', 0, 'Split Out'],
			['Split Out', 0, SEEDANCE],
			[SEEDANCE, 1, 'Wait'],
			['Wait', 0, SEEDANCE],
		],
	);
}

/**
 * Does what the rows that are posted to its webhook say, in one run of the node.
 *
 * @param path the webhook's
 * @param parameters of the node, where they differ from a wait's
 */
export function oneRunWorkflow(path: string, parameters: Record<string, unknown>): WorkflowJson {
	const nodes = [splitOut(), seedance({ giveUpAfter: 1440, ...parameters })];
	return workflow(path, nodes, [
		['Webhook', 0, 'Split Out'],
		['Split Out', 0, SEEDANCE],
	]);
}

/**
 * Downloads one file and answers its webhook with the file's size as n8n shows it. Keeps no execution: memory
 * is measured, not what the database makes of a file inside an execution.
 *
 * @param path the webhook's
 * @param downloader puts the file into the field `data`
 */
export function downloadWorkflow(path: string, downloader: WorkflowNode): WorkflowJson {
	const size = node('Size', 'set', 3.4, {
		mode: 'raw',
		jsonOutput: '={{ { "size": $binary.data.fileSize } }}',
	});
	return {
		...workflow(
			path,
			[downloader, size],
			[
				['Webhook', 0, downloader.name],
				[downloader.name, 0, 'Size'],
			],
			'lastNode',
		),
		settings: { saveDataSuccessExecution: 'none' },
	};
}

export function seedance(parameters: Record<string, unknown>): WorkflowNode {
	return {
		...node(SEEDANCE, '', 1, {
			resource: 'video',
			operation: 'get',
			taskId: '={{ $json.id }}',
			...parameters,
		}),
		type: 'n8n-nodes-globalaiopc.seedance',
	};
}

/** The rows that were posted to the webhook, an item each. */
export function splitOut(): WorkflowNode {
	return node('Split Out', 'splitOut', 1, { fieldToSplitOut: 'body.rows', options: {} });
}

export function node(
	name: string,
	type: string,
	typeVersion: number,
	parameters: Record<string, unknown>,
): WorkflowNode {
	return { name, type: `n8n-nodes-base.${type}`, typeVersion, parameters };
}

/** A workflow that a webhook of this path starts. */
export function workflow(
	path: string,
	nodes: WorkflowNode[],
	links: Array<[from: string, output: number, to: string]>,
	responseMode: 'onReceived' | 'lastNode' = 'onReceived',
): WorkflowJson {
	const webhook = node('Webhook', 'webhook', 2, { httpMethod: 'POST', path, responseMode, options: {} });
	const connections: Record<string, { main: Array<Array<{ node: string; type: 'main'; index: 0 }>> }> = {};
	for (const [from, output, to] of links) {
		const { main } = (connections[from] ??= { main: [] });
		while (main.length <= output) main.push([]);
		main[output]?.push({ node: to, type: 'main', index: 0 });
	}
	return { name: path, nodes: [webhook, ...nodes], connections };
}

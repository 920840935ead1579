import { node, splitOut, workflow } from '../n8n/workflows.cts';

import type { WorkflowJson, WorkflowNode } from '../../host/session/workflow.cts';
import type { Simulator } from '../../simulator/index.cts';

const HTTP_REQUEST = 'HTTP Request';
const API_AUTHENTICATION = {
	authentication: 'predefinedCredentialType',
	nodeCredentialType: 'globalAiOpcApi',
};

/** How n8n's HTTP Request node is set. */
export interface HttpSettings {
	/** Requests sent at once, and milliseconds from one such batch to the next; all at once without it */
	batching?: { batchSize: number; batchInterval: number };
	/** Tries of Retry On Fail, with 1 s between them */
	tries?: number;
}

function httpNode(parameters: Record<string, unknown>, { batching, tries }: HttpSettings): WorkflowNode {
	const options = batching ? { batching: { batch: batching } } : {};
	return {
		...node(HTTP_REQUEST, 'httpRequest', 4.2, { ...API_AUTHENTICATION, ...parameters, options }),
		...(tries && { retryOnFail: true, maxTries: tries, waitBetweenTries: 1000 }),
	};
}

/** n8n's HTTP Request node that asks once for the task of each row. */
export function httpQuery(api: Simulator, settings: HttpSettings = {}): WorkflowNode {
	return httpNode({ url: `=${api.baseUrl}/v1/result/{{ $json.id }}` }, settings);
}

/** n8n's HTTP Request node that creates a task for each row. */
export function httpCreate(api: Simulator, settings: HttpSettings = {}): WorkflowNode {
	const body =
		'{{ { model: "seedance_1_5_pro_720p", content: [{ type: "text", text: $json.prompt }], duration: 5 } }}';
	return httpNode(
		{
			method: 'POST',
			url: `${api.baseUrl}/v1/seedance/videos`,
			sendBody: true,
			specifyBody: 'json',
			jsonBody: `=${body}`,
		},
		settings,
	);
}

/** One node between the webhook's rows and the end. */
export function oneNodeWorkflow(path: string, one: WorkflowNode): WorkflowJson {
	return workflow(
		path,
		[splitOut(), one],
		[
			['Webhook', 0, 'Split Out'],
			['Split Out', 0, one.name],
		],
	);
}

/**
 * HTTP Request, IF and Wait in a loop, as the public templates have it.
 *
 * @param interval seconds; below 65 n8n's Wait node keeps the execution in memory
 */
export function loopWorkflow(path: string, api: Simulator, interval: number): WorkflowJson {
	const condition = {
		id: 'c',
		leftValue: '={{ $json.status }}',
		rightValue: 'completed',
		operator: { type: 'string', operation: 'equals' },
	};
	const conditions = {
		options: { caseSensitive: true, typeValidation: 'loose', version: 2 },
		conditions: [condition],
		combinator: 'and',
	};
	const wait = { resume: 'timeInterval', amount: interval, unit: 'seconds' };
	return workflow(
		path,
		[
			splitOut(),
			httpQuery(api),
			node('If', 'if', 2.2, { conditions, options: {} }),
			{ ...node('Wait', 'wait', 1.1, wait), webhookId: '3b0f6ad2-52a7-4b9c-8a4c-0d5c5b1f7e21' },
			node('Done', 'noOp', 1, {}),
		],
		[
			['Webhook', 0, 'Split Out'],
			['Split Out', 0, HTTP_REQUEST],
			[HTTP_REQUEST, 0, 'If'],
			['If', 0, 'Done'],
			['If', 1, 'Wait'],
			['Wait', 0, HTTP_REQUEST],
		],
	);
}

/** One plain poller; see `PlainPoller.node.js`. */
export function pollerNode(api: Simulator, interval: number, create = false): WorkflowNode {
	return {
		...node('Plain Poller', '', 1, { baseUrl: api.baseUrl, interval, create }),
		type: 'CUSTOM.plainPoller',
	};
}

/** One plain poller between the webhook's rows and the end. */
export function pollerWorkflow(path: string, api: Simulator, interval: number, create = false): WorkflowJson {
	return oneNodeWorkflow(path, pollerNode(api, interval, create));
}

import { readExample } from '../host/examples.cts';
import { nodeOf } from '../host/session/workflow.cts';

import type { WorkflowJson } from '../host/session.cts';

// The workflows of the queue's tests. The first two are the examples that docs/queue-mode.md tells users of.

/** The table of the examples, that remembers what has left already. */
export const TABLE = {
	name: 'Videos',
	columns: ['taskId', 'title', 'execution', 'state'].map((name) => ({ name, type: 'string' })),
};

/** Where the examples deliver to until a person says where. */
const NOWHERE = 'https://example.com';

/**
 * Waits for the videos of the rows that are posted to its webhook. Every row is noted in a table before the
 * wait, and ticked off once it has been delivered.
 */
export function waitForVideos({
	path,
	recoveryId,
	deliverTo,
}: {
	/** The webhook's */
	path: string;
	/** The workflow to be called when an execution is lost */
	recoveryId: string;
	/** Where finished rows are posted to (`/done`), and failed ones (`/failed`) */
	deliverTo: string;
}): WorkflowJson {
	const workflow = edited('queue-mode-wait-for-videos.json', (node) => {
		node('Webhook')['path'] = path;
		// The shortest time that the Wait node parks an execution for, whatever the age of the tasks.
		Object.assign(node('Is My Video Done?'), { giveUpAfter: 1440, options: { pollInterval: 5 } });
		for (const name of ['Deliver Video', 'Deliver Failure']) {
			node(name)['url'] = node(name)['url'].replace(NOWHERE, deliverTo);
		}
	});
	workflow.settings = { ...workflow.settings, errorWorkflow: recoveryId };
	return workflow;
}

/** The same with a parked wait in place of the chain, which leaves nothing to connect. */
export function parkVideos({
	onError,
	hasGuard = false,
	...settings
}: Parameters<typeof waitForVideos>[0] & {
	/** The Seedance node's; its error output is connected where it has one */
	onError: 'stopWorkflow' | 'continueErrorOutput';
	/** Whether an error that is n8n's, not a row's, stops the execution, as docs/queue-mode.md says */
	hasGuard?: boolean;
}): WorkflowJson {
	const {
		nodes,
		connections: { Wait: _wait, ...connections },
		...workflow
	} = waitForVideos(settings);
	const seedance = nodeOf({ nodes }, 'Is My Video Done?');
	seedance.onError = onError;
	seedance.parameters['waitUntilDone'] = 'parked';
	const [done, , failed] = connections[seedance.name].main;
	const parked = {
		...workflow,
		nodes: nodes.filter(({ name }) => name !== 'Wait'),
		connections: {
			...connections,
			[seedance.name]: { main: onError === 'stopWorkflow' ? [done] : [done, failed] },
		},
	};
	return hasGuard ? guarded(parked, seedance.name) : parked;
}

function guarded(workflow: WorkflowJson, seedance: string): WorkflowJson {
	const [done, failed] = workflow.connections[seedance].main;
	const guard = own("Is It n8n's?", 'if', 2.2);
	const end = own('Stop and Error', 'stopAndError', 1);
	const condition = {
		leftValue: '={{ !$json.details || $json.details.stillRunning > 0 }}',
		operator: { type: 'boolean', operation: 'true', singleValue: true },
	};
	const options = { version: 2, leftValue: '', caseSensitive: true, typeValidation: 'strict' };
	return {
		...workflow,
		nodes: [
			...workflow.nodes,
			{ ...guard, parameters: { conditions: { options, combinator: 'and', conditions: [condition] } } },
			{ ...end, parameters: { errorMessage: '={{ $json.error }}' } },
		],
		connections: {
			...workflow.connections,
			[seedance]: { main: [done, ...to(guard.name).main] },
			[guard.name]: { main: [...to(end.name).main, failed] },
		},
	};
}

/**
 * Starts the rows of a lost execution again that have not been ticked off.
 * @param webhookUrl of the workflow that waits
 */
export function recoverVideos({ webhookUrl }: { webhookUrl: string }): WorkflowJson {
	return edited('queue-mode-recover-videos.json', (node) => {
		node('Start Them Again')['url'] = webhookUrl;
	});
}

/** Nothing but n8n's own nodes: waits in the database, then calls `url`. */
export function plainWait({ path, url }: { path: string; url: string }): WorkflowJson {
	return {
		name: "Only n8n's own nodes",
		nodes: [
			{
				...own('Webhook', 'webhook', 2),
				position: [0, 0],
				parameters: { httpMethod: 'POST', path, responseMode: 'onReceived', options: {} },
			},
			{
				...own('Wait', 'wait', 1.1),
				position: [220, 0],
				webhookId: '5d1f3f0e-6a55-4f3c-9a53-0c1d2e3f4a5b',
				parameters: { resume: 'timeInterval', amount: 66, unit: 'seconds' },
			},
			{
				...own('HTTP Request', 'httpRequest', 4.2),
				position: [440, 0],
				parameters: { url, options: { timeout: 3_600_000 } },
			},
		],
		connections: { Webhook: to('Wait'), Wait: to('HTTP Request') },
	};
}

/** One of n8n's own nodes. */
function own(name: string, type: string, typeVersion: number) {
	return { name, type: `n8n-nodes-base.${type}`, typeVersion };
}

/** What a node's one output leads to. */
function to(node: string) {
	return { main: [[{ node, type: 'main', index: 0 }]] };
}

/** @param edit changes parameters in place */
function edited(example: string, edit: (node: (name: string) => Record<string, any>) => void): WorkflowJson {
	const workflow = readExample(example);
	edit((name) => nodeOf(workflow, name).parameters);
	return workflow;
}

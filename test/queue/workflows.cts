import { example } from '../host/examples.cts';
import { nodeOf, type WorkflowJson } from '../host/session/workflow.cts';
import { addField, chain, postedRows, seedance, webhook } from '../host/workflows.cts';

/** The table of the two examples that docs/queue-mode.md tells users of. It remembers what was delivered. */
export const TABLE = {
	name: 'Videos',
	columns: ['taskId', 'title', 'execution', 'state'].map((name) => ({ name, type: 'string' })),
};

const SEEDANCE = 'Is My Video Done?';
const DELIVERIES = ['Deliver Video', 'Deliver Failure'];
/** Where the example delivers to until a person says where. */
const NOWHERE = 'https://example.com';

/**
 * The example that waits for the videos of the rows that are posted to its webhook.
 * @param path the webhook's
 * @param deliverTo where finished rows are posted to (`/done`), and failed ones (`/failed`)
 */
export function waitForVideos(path: string, deliverTo: string): WorkflowJson {
	const workflow = example('queue-mode-wait-for-videos.json', {
		Webhook: { path },
		// The shortest time that the Wait node parks an execution for, whatever the age of the tasks.
		[SEEDANCE]: { giveUpAfter: 1440, options: { pollInterval: 5 } },
	});
	for (const name of DELIVERIES) {
		const { parameters } = nodeOf(workflow, name);
		parameters['url'] = parameters['url'].replace(NOWHERE, deliverTo);
	}
	return workflow;
}

/**
 * The same with a parked wait in place of the chain, which leaves nothing to connect, and needs no error workflow.
 * @param onError the Seedance node's; its error output is connected where it has one
 */
export function parkVideos(
	path: string,
	deliverTo: string,
	onError: 'stopWorkflow' | 'continueErrorOutput',
): WorkflowJson {
	const { nodes, connections, ...workflow } = waitForVideos(path, deliverTo);
	const seedance = nodeOf({ nodes }, SEEDANCE);
	seedance.onError = onError;
	seedance.parameters['waitUntilDone'] = 'parked';
	const [done, , failed] = connections[SEEDANCE].main;
	const { Wait: _wait, ...others } = connections;
	return {
		...workflow,
		nodes: nodes.filter(({ name }) => name !== 'Wait'),
		connections: { ...others, [SEEDANCE]: { main: onError === 'stopWorkflow' ? [done] : [done, failed] } },
	};
}

/** Creates a video of each row that is posted to its webhook, one at a time, by a parked wait. */
export function createVideos(path: string): WorkflowJson {
	const create = {
		operation: 'create',
		prompt: '={{ $json.prompt }}',
		waitUntilDone: 'parked',
		// Longer than a create is held here.
		options: { maxRunning: 1, pollInterval: 5, requestTimeout: 600 },
	};
	const node = seedance(create, { name: CREATE, onError: 'continueRegularOutput' });
	const row = addField('Row', 'row', `$('Split Out').item.json.prompt`);
	return chain([webhook(path), postedRows(), node, row], { name: 'Create videos' });
}

/** The node that creates videos. */
export const CREATE = 'Create';

/**
 * Makes a video from the photo that is posted to a webhook.
 * @param path the webhook's
 */
export function photoToVideo(path: string): WorkflowJson {
	const create = { operation: 'create', prompt: 'A cat rides a skateboard', firstFrame: 'photo' };
	return chain([webhook(path), seedance(create)]);
}

/**
 * The workflows of the queue's tests. The first two are what docs/queue-mode.md tells users to build.
 * @typedef {import('../host/session').WorkflowJson} WorkflowJson
 * @typedef {import('../host/session').WorkflowNode} WorkflowNode
 */

/** The table that remembers what has left already. */
const TABLE_COLUMNS = ['taskId', 'title', 'execution', 'state'].map((name) => ({ name, type: 'string' }));
/** The row that an item came from, found by n8n's item linking. */
const ROW_ID = '$(\'Split Out\').item.json.id';
const ROW_TITLE = '$(\'Split Out\').item.json.title';

/**
 * Waits for the videos of the rows that are posted to its webhook. Every row is noted in a table before the
 * wait, and ticked off once it has been delivered.
 * @param {object} options
 * @param {string} options.path the webhook's
 * @param {string} options.tableId with the columns of `TABLE_COLUMNS`
 * @param {string} options.recoveryId the workflow to be called when an execution is lost
 * @param {string} options.deliverTo where finished rows are posted to (`/done`), and failed ones (`/failed`)
 * @returns {WorkflowJson}
 */
function waitForVideos({ path, tableId, recoveryId, deliverTo }) {
	const nodes = [
		webhook(path),
		node('Split Out', 'splitOut', 1, [200, 0], { fieldToSplitOut: 'body.rows', options: {} }),
		// Higher than the node that asks, so that it comes first.
		table('Note Row', [420, -300], tableId, 'upsert', {
			where: { taskId: `={{ ${ROW_ID} }}` },
			values: {
				taskId: `={{ ${ROW_ID} }}`,
				title: `={{ ${ROW_TITLE} }}`,
				execution: '={{ $execution.id }}',
				state: 'waiting',
			},
		}),
		{
			...node('Is My Video Done?', '', 1, [620, 0], {
				resource: 'task',
				operation: 'get',
				taskId: '={{ $json.id }}',
				waitUntilDone: 'withWaitNode',
				serviceTier: 'online',
				giveUpAfter: 1440,
				// The shortest time that the Wait node parks an execution for, whatever the age of the tasks.
				options: { pollInterval: 5 },
			}),
			type: 'n8n-nodes-globalaiopc.seedance',
			onError: 'continueErrorOutput',
		},
		post('Deliver Video', [900, -180], `${deliverTo}/done`, {
			id: '$json.id',
			row: ROW_ID,
			title: ROW_TITLE,
			videoUrl: '$json.video_url',
		}),
		tickOff('Tick Off Video', [1120, -180], tableId, 'done'),
		post('Deliver Failure', [900, 0], `${deliverTo}/failed`, {
			row: ROW_ID,
			title: ROW_TITLE,
			reason: '$json.error',
		}),
		tickOff('Tick Off Failure', [1120, 0], tableId, 'failed'),
		// Lowest, so that finished and failed rows leave before the execution is parked.
		wait('={{ $json.polling.waitSeconds }}', [620, 280]),
	];
	return {
		name: 'Wait for videos',
		nodes,
		connections: connect([
			['Webhook', 0, 'Split Out'],
			['Split Out', 0, 'Note Row'],
			['Split Out', 0, 'Is My Video Done?'],
			['Is My Video Done?', 0, 'Deliver Video'],
			['Deliver Video', 0, 'Tick Off Video'],
			['Is My Video Done?', 1, 'Wait'],
			['Wait', 0, 'Is My Video Done?'],
			['Is My Video Done?', 2, 'Deliver Failure'],
			['Deliver Failure', 0, 'Tick Off Failure'],
		]),
		settings: { errorWorkflow: recoveryId },
	};
}

/**
 * Starts the rows of a lost execution again that have not been ticked off.
 * @param {{ tableId: string, webhookUrl: string }} options `webhookUrl`: of the workflow that waits
 * @returns {WorkflowJson}
 */
function recoverVideos({ tableId, webhookUrl }) {
	const rows = '$input.all().map(({ json }) => ({ id: json.taskId, title: json.title }))';
	return {
		name: 'Recover videos',
		nodes: [
			node('Error Trigger', 'errorTrigger', 1, [0, 0], {}),
			table('Rows Still Waiting', [220, 0], tableId, 'get', {
				where: { execution: '={{ $json.execution.id }}', state: 'waiting' },
				more: { returnAll: true },
			}),
			{
				...node('Start Them Again', 'httpRequest', 4.2, [440, 0], {
					method: 'POST',
					url: webhookUrl,
					sendBody: true,
					specifyBody: 'json',
					jsonBody: `={{ { rows: ${rows} } }}`,
					options: {},
				}),
				executeOnce: true,
			},
		],
		connections: connect([
			['Error Trigger', 0, 'Rows Still Waiting'],
			['Rows Still Waiting', 0, 'Start Them Again'],
		]),
	};
}

/**
 * Nothing but n8n's own nodes: waits in the database, then calls `url`.
 * @param {{ path: string, url: string }} options
 * @returns {WorkflowJson}
 */
function plainWait({ path, url }) {
	return {
		name: 'Only n8n\'s own nodes',
		nodes: [
			webhook(path),
			wait(66, [220, 0]),
			node('HTTP Request', 'httpRequest', 4.2, [440, 0], { url, options: { timeout: 3_600_000 } }),
		],
		connections: connect([
			['Webhook', 0, 'Wait'],
			['Wait', 0, 'HTTP Request'],
		]),
	};
}

/** @param {string} path */
function webhook(path) {
	const parameters = { httpMethod: 'POST', path, responseMode: 'onReceived', options: {} };
	return node('Webhook', 'webhook', 2, [0, 0], parameters);
}

/**
 * @param {string | number} seconds
 * @param {[number, number]} position
 */
function wait(seconds, position) {
	const parameters = { resume: 'timeInterval', amount: seconds, unit: 'seconds' };
	const webhookId = '5d1f3f0e-6a55-4f3c-9a53-0c1d2e3f4a5b';
	return { ...node('Wait', 'wait', 1.1, position, parameters), webhookId };
}

/**
 * @param {string} name
 * @param {[number, number]} position
 * @param {string} url
 * @param {Record<string, string>} fields expressions
 */
function post(name, position, url, fields) {
	const body = Object.entries(fields).map(([key, expression]) => `${key}: ${expression}`);
	return node(name, 'httpRequest', 4.2, position, {
		method: 'POST',
		url,
		sendBody: true,
		specifyBody: 'json',
		jsonBody: `={{ { ${body.join(', ')} } }}`,
		options: {},
	});
}

/**
 * @param {string} name
 * @param {[number, number]} position
 * @param {string} tableId
 * @param {string} state
 */
function tickOff(name, position, tableId, state) {
	return table(name, position, tableId, 'update', {
		where: { taskId: `={{ ${ROW_ID} }}` },
		values: { state },
	});
}

/**
 * @param {string} name
 * @param {[number, number]} position
 * @param {string} tableId
 * @param {'upsert' | 'update' | 'get'} operation
 * @param {object} what
 * @param {Record<string, string>} what.where
 * @param {Record<string, string>} [what.values]
 * @param {Record<string, unknown>} [what.more] parameters
 */
function table(name, position, tableId, operation, { where, values, more }) {
	const conditions = Object.entries(where).map(([keyName, keyValue]) => {
		return { keyName, condition: 'eq', keyValue };
	});
	return node(name, 'dataTable', 1.1, position, {
		resource: 'row',
		operation,
		dataTableId: { __rl: true, mode: 'id', value: tableId },
		matchType: 'allConditions',
		filters: { conditions },
		...(values && { columns: { mappingMode: 'defineBelow', value: values } }),
		...more,
		options: {},
	});
}

/**
 * @param {string} name
 * @param {string} type
 * @param {number} typeVersion
 * @param {[number, number]} position
 * @param {Record<string, any>} parameters
 * @returns {WorkflowNode}
 */
function node(name, type, typeVersion, position, parameters) {
	return { name, type: `n8n-nodes-base.${type}`, typeVersion, position, parameters };
}

/**
 * @param {Array<[from: string, output: number, to: string]>} links
 * @returns {WorkflowJson['connections']}
 */
function connect(links) {
	/** @type {Record<string, { main: Array<Array<{ node: string, type: 'main', index: 0 }>> }>} */
	const connections = {};
	for (const [from, output, to] of links) {
		const { main } = (connections[from] ??= { main: [] });
		while (main.length <= output) main.push([]);
		main[output]?.push({ node: to, type: 'main', index: 0 });
	}
	return connections;
}

module.exports = { TABLE_COLUMNS, waitForVideos, recoverVideos, plainWait };

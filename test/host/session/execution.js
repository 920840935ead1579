const { parseFlatted } = require('./flatted');

/** The states after which nothing happens to an execution any more. */
const FINISHED = ['success', 'error', 'canceled', 'crashed'];

/**
 * One item that a node put out.
 * @typedef {object} Item
 * @property {Record<string, any>} json
 * @property {Record<string, any>} [binary]
 * @property {any} [pairedItem]
 */

/**
 * One run of one node.
 * @typedef {object} NodeRun
 * @property {number} startTime milliseconds since 1970
 * @property {number} executionTime milliseconds
 * @property {string} [executionStatus]
 * @property {any} [error]
 * @property {{ main?: Array<Item[] | null> }} [data]
 * @property {any[]} [source]
 */

/**
 * @typedef {object} ExecutionResult
 * @property {Record<string, NodeRun[]>} runData by node name; empty while the execution runs
 * @property {string} [lastNodeExecuted]
 * @property {any} [error] the error that ended it
 */

/**
 * @typedef {object} Execution
 * @property {string} id
 * @property {string} workflowId
 * @property {string} status `new`, `running`, `waiting`, `success`, `error`, `canceled` or `crashed`
 * @property {string} mode `manual`, `webhook`, `trigger` ...
 * @property {Date | null} startedAt
 * @property {Date | null} stoppedAt
 * @property {Date | null} waitTill when a parked execution goes on
 * @property {ExecutionResult} data
 * @property {string | undefined} lastNode
 */

/**
 * @param {Record<string, any>} answer n8n's
 * @returns {Execution}
 */
function toExecution(answer) {
	// Nothing at all ("[]") while it runs.
	const data = /** @type {{ resultData?: Partial<ExecutionResult> } | undefined} */ (
		parseFlatted(answer['data'])
	);
	const { runData = {}, lastNodeExecuted, error } = data?.resultData ?? {};
	return {
		id: String(answer['id']),
		workflowId: answer['workflowId'],
		status: answer['status'],
		mode: answer['mode'],
		startedAt: toDate(answer['startedAt']),
		stoppedAt: toDate(answer['stoppedAt']),
		waitTill: toDate(answer['waitTill']),
		data: { runData, ...(lastNodeExecuted && { lastNodeExecuted }), ...(error && { error }) },
		lastNode: lastNodeExecuted,
	};
}

/** @param {string | null | undefined} text */
function toDate(text) {
	return text ? new Date(text) : null;
}

/** @param {{ status: string }} execution */
function isFinished({ status }) {
	return FINISHED.includes(status);
}

/**
 * What a node put out.
 * @param {Execution} execution
 * @param {string} nodeName
 * @param {{ run?: number, output?: number }} [which] both count from 0; without `run` the node's last
 * @returns {Item[]} empty when nothing left there, or when the node did not run
 */
function itemsOf(execution, nodeName, { run, output = 0 } = {}) {
	const runs = execution.data.runData[nodeName] ?? [];
	return runs[run ?? runs.length - 1]?.data?.main?.[output] ?? [];
}

module.exports = { toExecution, isFinished, itemsOf };

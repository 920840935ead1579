'use strict';

const { isFinished } = require('../../host/session');
const { until } = require('./until');

/**
 * Publishes a workflow, calls its webhook once and waits for the end of what that started.
 *
 * @param {import('./host').BenchHost} host
 * @param {import('../../simulator').Simulator} api
 * @param {import('../../host/session/workflow').WorkflowJson} workflow its name
 *   is its webhook's path; it answers at once
 * @param {Array<Record<string, unknown>>} rows
 * @param {number} timeoutMs
 * @returns {Promise<{ startedAt: number, stoppedAt: number }>} by n8n's own count, ms since 1970
 * @throws {Error} when it does not end well, or not in time
 */
async function runToEnd(host, api, workflow, rows, timeoutMs) {
	const path = String(workflow.name);
	const workflowId = await host.publish(workflow, api);
	await host.session.callWebhook(path, { body: { rows } });
	let times = { startedAt: 0, stoppedAt: 0 };
	await until('the execution has ended', timeoutMs, async () => {
		const [execution] = await host.session.executions({ workflowId });
		if (!execution || !isFinished(execution)) return false;
		if (execution.status !== 'success') throw new Error(`An execution ended with ${execution.status}`);
		times = { startedAt: Number(execution.startedAt), stoppedAt: Number(execution.stoppedAt) };
		return true;
	});
	return times;
}

module.exports = { runToEnd };

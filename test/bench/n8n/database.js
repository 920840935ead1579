'use strict';

const { execFile } = require('node:child_process');
const { join } = require('node:path');
const { promisify } = require('node:util');
const { ensureInstalled } = require('../../host/install');

/** @import { N8n } from '../../host/n8n' */

/** Node.js that runs n8n reads SQLite by itself; the one that runs this may be too old for that. */
const PROGRAM = `
const { DatabaseSync } = require('node:sqlite');
const [file, query] = process.argv.slice(1);
console.log(JSON.stringify(new DatabaseSync(file, { readOnly: true }).prepare(query).all()));
`;

/** As the simulated API gives them out. */
const TASK_ID = /video_[0-9a-f]{12}/;

/**
 * An execution that is parked.
 *
 * @typedef {object} ParkedExecution
 * @property {string} id
 * @property {string} taskId the first task that its data names
 * @property {number} waitTill ms since 1970
 * @property {number} dataBytes what it remembers of its nodes' runs
 * @property {number} workflowBytes its copy of the workflow
 */

/**
 * Asks n8n's database, while n8n runs or not.
 *
 * @param {N8n} n8n
 * @param {string} query SQL that reads only
 * @returns {Promise<any[]>}
 */
async function select(n8n, query) {
	const { node } = await ensureInstalled();
	const file = join(n8n.userFolder, '.n8n', 'database.sqlite');
	const args = ['--no-warnings', '-e', PROGRAM, file, query];
	const { stdout } = await promisify(execFile)(node, args, { maxBuffer: 2 ** 28 });
	return JSON.parse(stdout);
}

/**
 * @param {N8n} n8n
 * @returns {Promise<ParkedExecution[]>}
 */
async function parkedExecutions(n8n) {
	const rows = await select(n8n, `
		SELECT e.id, e.waitTill, octet_length(d.data) AS dataBytes, octet_length(d.workflowData) AS workflowBytes,
			d.data
		FROM execution_entity e JOIN execution_data d ON d.executionId = e.id WHERE e.status = 'waiting'`);
	return rows.map(({ id, waitTill, data, dataBytes, workflowBytes }) => ({
		id: String(id),
		taskId: TASK_ID.exec(data)?.[0] ?? '',
		waitTill: Date.parse(`${waitTill.replace(' ', 'T')}Z`),
		dataBytes,
		workflowBytes,
	}));
}

/**
 * @param {N8n} n8n
 * @returns {Promise<Record<string, number>>} how many executions there are in each state
 */
async function executionsByStatus(n8n) {
	const rows = await select(n8n, 'SELECT status, count(*) AS n FROM execution_entity GROUP BY status');
	return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
}

/**
 * What executions take on disk, in whole pages of SQLite, indexes included.
 *
 * @param {N8n} n8n
 * @returns {Promise<number>} bytes
 */
async function executionBytes(n8n) {
	const [row] = await select(n8n, `
		SELECT sum(d.pgsize) AS bytes FROM dbstat d JOIN sqlite_schema s ON s.name = d.name
		WHERE s.tbl_name IN ('execution_entity', 'execution_data', 'execution_metadata')`);
	return row.bytes;
}

module.exports = { executionBytes, executionsByStatus, parkedExecutions };

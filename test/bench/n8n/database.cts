import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureInstalled } from '../../host/install.cts';

import type { N8n } from '../../host/n8n.cts';

/** Node.js that runs n8n reads SQLite by itself; the one that runs this may be too old for that. */
const PROGRAM = `
const { DatabaseSync } = require('node:sqlite');
const [file, query] = process.argv.slice(1);
console.log(JSON.stringify(new DatabaseSync(file, { readOnly: true }).prepare(query).all()));
`;

/** As the simulated API gives them out. */
const TASK_ID = /video_[0-9a-f]{12}/;

/** An execution that is parked. */
export interface ParkedExecution {
	id: string;
	/** The first task that its data names */
	taskId: string;
	/** Ms since 1970 */
	waitTill: number;
	/** What it remembers of its nodes' runs */
	dataBytes: number;
	/** Its copy of the workflow */
	workflowBytes: number;
}

/**
 * Asks n8n's database, while n8n runs or not.
 *
 * @param query SQL that reads only
 */
async function select(n8n: N8n, query: string): Promise<any[]> {
	const { node } = await ensureInstalled();
	const file = join(n8n.userFolder, '.n8n', 'database.sqlite');
	const args = ['--no-warnings', '-e', PROGRAM, file, query];
	const { stdout } = await promisify(execFile)(node, args, { maxBuffer: 2 ** 28 });
	return JSON.parse(stdout);
}

export async function parkedExecutions(n8n: N8n): Promise<ParkedExecution[]> {
	const rows = await select(
		n8n,
		`
		SELECT e.id, e.waitTill, octet_length(d.data) AS dataBytes, octet_length(d.workflowData) AS workflowBytes,
			d.data
		FROM execution_entity e JOIN execution_data d ON d.executionId = e.id WHERE e.status = 'waiting'`,
	);
	return rows.map(({ id, waitTill, data, dataBytes, workflowBytes }) => ({
		id: String(id),
		taskId: TASK_ID.exec(data)?.[0] ?? '',
		waitTill: Date.parse(`${waitTill.replace(' ', 'T')}Z`),
		dataBytes,
		workflowBytes,
	}));
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureInstalled } from '../../host/install.cts';

import type { N8n } from '../../host/n8n.cts';

/** The Node.js of n8n reads SQLite by itself; the one that runs this may be too old for that. */
const PROGRAM = `
const { DatabaseSync } = require('node:sqlite');
const [file, workflowId] = process.argv.slice(1);
const query = \`SELECT e.waitTill, e.stoppedAt, octet_length(d.data) AS bytes
	FROM execution_entity e JOIN execution_data d ON d.executionId = e.id
	WHERE e.status = 'waiting' AND e.workflowId = ?\`;
console.log(JSON.stringify(new DatabaseSync(file, { readOnly: true }).prepare(query).all(workflowId)));
`;

/** The parked executions of a workflow; times in milliseconds since 1970. */
export interface Parked {
	executions: number;
	/** What n8n remembers of their nodes' runs */
	bytes: number;
	/** When the first of them goes on */
	dueAt: number;
	/** When the last of them was parked */
	parkedAt: number;
}

/** Reads n8n's database while n8n runs. */
export async function parkedOf(n8n: N8n, workflowId: string): Promise<Parked> {
	const { node } = await ensureInstalled();
	const file = join(n8n.userFolder, '.n8n', 'database.sqlite');
	const args = ['--no-warnings', '-e', PROGRAM, file, workflowId];
	const { stdout } = await promisify(execFile)(node, args);
	const rows: Array<{ waitTill: string; stoppedAt: string; bytes: number }> = JSON.parse(stdout);
	const time = (text: string) => Date.parse(`${text.replace(' ', 'T')}Z`);
	return {
		executions: rows.length,
		bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
		dueAt: Math.min(...rows.map(({ waitTill }) => time(waitTill))),
		parkedAt: Math.max(...rows.map(({ stoppedAt }) => time(stoppedAt))),
	};
}

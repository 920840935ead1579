import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { HostError } from '../host/errors.cts';
import { GuardedProcess } from '../host/guarded/process.cts';
import { freePort, HOST } from '../host/n8n/ports.cts';

import type { Programs } from './programs.cts';

const run = promisify(execFile);
const OWNER = 'n8n';
const GRACE_MS = 5_000;
/** PostgreSQL refuses to run as root. Debian's package makes the first of these accounts; the other is always there. */
const ACCOUNTS = ['postgres', 'nobody'];

/** A PostgreSQL with an empty database, on this machine only and without a password. */
export interface Postgres {
	/** What n8n needs to use it */
	env: NodeJS.ProcessEnv;
	/** Ends it and removes its data */
	stop: () => Promise<void>;
}

/** @throws with its last lines; what is left of it ends with this process */
export async function startPostgres({
	broughtPostgres,
	...programs
}: Omit<Programs, 'redis'>): Promise<Postgres> {
	const account = process.getuid?.() === 0 ? await someAccount() : undefined;
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'n8n-nodes-globalaiopc-postgres-'));
	let { initdb, postgres } = programs;
	if (account && broughtPostgres) {
		// The account may not reach what is in root's folders.
		await run('cp', ['-R', broughtPostgres, folder]);
		const copied = (program: string) =>
			path.join(folder, path.relative(path.dirname(broughtPostgres), program));
		[initdb, postgres] = [copied(initdb), copied(postgres)];
	}
	if (account) await run('chown', ['-R', `${account.user}:${account.group}`, folder]);
	// It replaces itself by the program, whose process id is then the one that was started.
	const asAccount = account
		? ['setpriv', `--reuid=${account.user}`, `--regid=${account.group}`, '--clear-groups']
		: [];
	const env = { ...process.env, LC_ALL: 'C' };
	const data = path.join(folder, 'data');
	const initialize = [initdb, '-D', data, '-U', OWNER, '-E', 'UTF8', '--auth=trust', '--no-sync'];
	const [first = '', ...rest] = [...asAccount, ...initialize];
	await run(first, rest, { cwd: folder, env });

	const port = String(await freePort());
	const server = new GuardedProcess({
		name: 'PostgreSQL',
		readyLine: 'database system is ready to accept connections',
		graceMs: GRACE_MS,
		temporaryFolder: folder,
	});
	const settings = [`listen_addresses=${HOST}`, 'unix_socket_directories='].flatMap((one) => ['-c', one]);
	const [command = '', ...args] = [...asAccount, postgres, '-D', data, '-p', port, ...settings];
	await server.start({ command, args, cwd: folder, env });
	return {
		env: {
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: HOST,
			DB_POSTGRESDB_PORT: port,
			DB_POSTGRESDB_DATABASE: 'postgres',
			DB_POSTGRESDB_USER: OWNER,
		},
		stop: async () => await server.stop(GRACE_MS),
	};
}

/** Numbers: names of groups differ. */
async function someAccount(): Promise<{ user: string; group: string }> {
	for (const name of ACCOUNTS) {
		try {
			const [user = '', group = ''] = await Promise.all(
				['-u', '-g'].map(async (flag) => (await run('id', [flag, name])).stdout.trim()),
			);
			return { user, group };
		} catch {
			// There is none of this name.
		}
	}
	throw new HostError(`PostgreSQL can't run as root, and there is no account ${ACCOUNTS.join(' or ')}.`);
}

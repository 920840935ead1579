import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { HostError } from '../host/errors.cts';
import { freePort, HOST } from '../host/n8n/ports.cts';
import { Server } from './server.cts';

import type { Programs } from './programs.cts';

const run = promisify(execFile);
const OWNER = 'n8n';
const STOP_GRACE_MS = 5_000;
/** PostgreSQL refuses to run as root. Debian's package makes the first of these accounts for it; the other is always there. */
const ACCOUNTS = ['postgres', 'nobody'];

/** A PostgreSQL with an empty database, on this machine only and without a password. */
export interface Postgres {
	port: number;
	/** What n8n needs to use it */
	env: NodeJS.ProcessEnv;
	/** Ends it and removes its data */
	stop: () => Promise<void>;
}

/** @throws (`NOT_STARTED`) with its last lines; nothing is left running */
export async function startPostgres({
	broughtPostgres,
	...programs
}: Omit<Programs, 'redis'>): Promise<Postgres> {
	const account = process.getuid?.() === 0 ? await someAccount() : undefined;
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'n8n-nodes-globalaiopc-postgres-'));
	const server = new Server({
		name: 'PostgreSQL',
		readyLine: 'database system is ready to accept connections',
		temporaryFolder: folder,
	});
	const data = path.join(folder, 'data');
	const env = { ...process.env, LC_ALL: 'C' };
	const port = await freePort();
	try {
		const at = (program: string) =>
			account && broughtPostgres
				? path.join(folder, path.relative(path.dirname(broughtPostgres), program))
				: program;
		// The account may not reach what is in root's folders.
		if (account && broughtPostgres) await run('cp', ['-R', broughtPostgres, folder]);
		if (account) await run('chown', ['-R', `${account.user}:${account.group}`, folder]);
		const [program, ...args] = asAccount(account, [
			at(programs.initdb),
			'-D',
			data,
			'-U',
			OWNER,
			'-E',
			'UTF8',
			'--auth=trust',
			'--no-sync',
		]);
		await run(program, args, { cwd: folder, env });
		const [command, ...options] = asAccount(account, [
			...[at(programs.postgres), '-D', data, '-p', String(port)],
			...['-c', `listen_addresses=${HOST}`, '-c', 'unix_socket_directories='],
		]);
		await server.start({ command, args: options, cwd: folder, env });
	} catch (error) {
		await server.release();
		fs.rmSync(folder, { recursive: true, force: true });
		throw error;
	}
	return {
		port,
		env: {
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: HOST,
			DB_POSTGRESDB_PORT: String(port),
			DB_POSTGRESDB_DATABASE: 'postgres',
			DB_POSTGRESDB_USER: OWNER,
		},
		stop: async () => await server.stop(STOP_GRACE_MS),
	};
}

interface Account {
	/** Numbers: names of groups differ */
	user: string;
	group: string;
}

async function someAccount(): Promise<Account> {
	for (const name of ACCOUNTS) {
		try {
			const [user, group] = await Promise.all(
				['-u', '-g'].map(async (flag) => (await run('id', [flag, name])).stdout),
			);
			if (user && group) return { user: user.trim(), group: group.trim() };
		} catch {
			// There is none of this name.
		}
	}
	throw new HostError(`PostgreSQL can't run as root, and there is no account ${ACCOUNTS.join(' or ')}.`);
}

function asAccount(account: Account | undefined, command: string[]): [program: string, ...args: string[]] {
	// It replaces itself by the program, whose process id is then the one that was started.
	const [program = '', ...args] = account
		? ['setpriv', `--reuid=${account.user}`, `--regid=${account.group}`, '--clear-groups', ...command]
		: command;
	return [program, ...args];
}

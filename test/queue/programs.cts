import fs from 'node:fs';
import path from 'node:path';
import { HostError } from '../host/errors.cts';

/** Where Debian puts PostgreSQL's server programs, a folder for each version. */
const DEBIAN_POSTGRES = '/usr/lib/postgresql';

/** The server programs that a queue needs, as absolute paths. */
export interface Programs {
	postgres: string;
	initdb: string;
	redis: string;
}

/** @throws (`NO_SERVERS`) one line that names the Debian packages to install */
export function findPrograms(): Programs {
	const postgres = find('postgres', postgresFolders());
	// Of the same version: a database made by another initdb is refused.
	const initdb = postgres && find('initdb', [path.dirname(postgres)]);
	const redis = find('redis-server', searchPath());
	if (!postgres || !initdb || !redis) {
		throw new HostError(
			'n8n\'s queue mode needs PostgreSQL and Redis. Install the Debian packages: ' +
				'apt-get install -y postgresql redis-server',
			{ code: 'NO_SERVERS' },
		);
	}
	return { postgres, initdb, redis };
}

function postgresFolders() {
	const versions = fs.existsSync(DEBIAN_POSTGRES) ? fs.readdirSync(DEBIAN_POSTGRES) : [];
	const newestFirst = versions.sort((a, b) => Number(b) - Number(a));
	return [...newestFirst.map((version) => path.join(DEBIAN_POSTGRES, version, 'bin')), ...searchPath()];
}

function searchPath() {
	return (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean);
}

function find(name: string, folders: string[]): string | undefined {
	return folders.map((folder) => path.join(folder, name)).find((file) => fs.existsSync(file));
}

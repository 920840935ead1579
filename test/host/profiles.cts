import fs from 'node:fs';
import path from 'node:path';
import { HostError } from './errors.cts';

/** One pinned n8n: a folder beside this file that holds its package.json and package-lock.json. */
export interface Profile {
	/** The folder's name, such as `n8n-2` */
	name: string;
	/** Absolute path of the folder */
	dir: string;
	/** The pinned n8n version, such as `2.41.1` */
	version: string;
	/**
	 * What this version needs in its environment beside the usual, from the package.json's `n8nSettings`. n8n 1.x gets
	 * the SQLite driver with a pool that n8n 2 always uses: the one that 1.x uses otherwise stores an execution's
	 * status before its data, and a reader in between sees a finished execution without its last results.
	 */
	settings: Record<string, string>;
	/** The first Node.js major version that this n8n runs on */
	minimumNode: number;
}

/** The tests run on another n8n by `N8N_PROFILE=n8n-1`, say. */
export const DEFAULT_PROFILE = process.env['N8N_PROFILE'] || 'n8n-2';

/**
 * @param name without it the one that the environment names, or the newest
 * @throws when there is no such profile
 */
export function loadProfile(name: string = DEFAULT_PROFILE): Profile {
	const dir = path.join(__dirname, name);
	const file = path.join(dir, 'package.json');
	if (!fs.existsSync(file)) {
		throw new HostError(`There is no pinned n8n called "${name}": ${file} does not exist.`);
	}
	const { dependencies, engines, n8nSettings: settings = {} } = JSON.parse(fs.readFileSync(file, 'utf8'));
	const minimumNode = Number(/\d+/.exec(engines.node)?.[0]);
	return { name, dir, version: dependencies.n8n, settings, minimumNode };
}

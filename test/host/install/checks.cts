import fs from 'node:fs';
import path from 'node:path';
import { HostError } from '../errors.cts';

const NEEDED_BYTES = 4 * 1024 ** 3;

/**
 * @param dir a folder on the disk in question
 * @throws (`NO_SPACE`) when less than 4 GB are free there
 */
export async function assertDiskSpace(dir: string): Promise<void> {
	const { bavail, bsize } = await fs.promises.statfs(dir);
	const free = bavail * bsize;
	if (free < NEEDED_BYTES) {
		const gigabytes = (free / 1024 ** 3).toFixed(1);
		throw new HostError(
			`Installing n8n needs 4 GB of free disk space, and ${dir} has ${gigabytes} GB. ` +
				'Free some space and try again.',
			{ code: 'NO_SPACE' },
		);
	}
}

/**
 * The tools that compiling SQLite takes and that are not in PATH, by the names under which people know them.
 * Always empty on Windows, where node-gyp finds Visual Studio by other ways.
 */
export function missingBuildTools(env: NodeJS.ProcessEnv = process.env): string[] {
	if (process.platform === 'win32') return [];
	const tools = [
		{ label: 'make', commands: ['make', 'gmake'] },
		{ label: 'g++', commands: env['CXX'] ? [env['CXX']] : ['g++', 'c++', 'clang++'] },
		{ label: 'python3', commands: env['PYTHON'] ? [env['PYTHON']] : ['python3', 'python'] },
	];
	return tools
		.filter(({ commands }) => !commands.some((command) => isInPath(command, env)))
		.map(({ label }) => label);
}

/** @param command a name, or a path */
function isInPath(command: string, env: NodeJS.ProcessEnv) {
	const folders = path.isAbsolute(command) ? [''] : (env['PATH'] ?? '').split(path.delimiter);
	return folders.some((folder) => {
		try {
			fs.accessSync(path.join(folder, command), fs.constants.X_OK);
			return true;
		} catch {
			return false;
		}
	});
}

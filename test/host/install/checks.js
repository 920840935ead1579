const fs = require('node:fs');
const path = require('node:path');
const { HostError } = require('../errors');

const NEEDED_BYTES = 4 * 1024 ** 3;

/**
 * @param {string} dir a folder on the disk in question
 * @returns {Promise<void>}
 * @throws {HostError} (`NO_SPACE`) when less than 4 GB are free there
 */
async function assertDiskSpace(dir) {
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
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string[]}
 */
function missingBuildTools(env = process.env) {
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

/**
 * @param {string} command a name, or a path
 * @param {NodeJS.ProcessEnv} env
 */
function isInPath(command, env) {
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

module.exports = { assertDiskSpace, missingBuildTools };

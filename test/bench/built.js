'use strict';

const { existsSync } = require('node:fs');
const { join } = require('node:path');

/**
 * Loads a file of the built package; without a build it says so and ends the process with 2. `tsc` can't
 * follow it, which has to be: types are checked before the build makes the files.
 *
 * @param {string} path from `dist/`
 * @returns {any} give it the type of the source file
 */
function built(path) {
	const file = join(__dirname, '../../dist', path);
	if (!existsSync(file)) {
		console.error(`dist/${path} is missing: run "npm run build" first`);
		process.exit(2);
	}
	return require(file);
}

module.exports = { built };

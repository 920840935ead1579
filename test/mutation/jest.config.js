const { join } = require('node:path');

const { projects = [] } = require('../../jest.config.js');

const unit = projects.find((project) => typeof project === 'object' && project.displayName === 'unit');

/**
 * The unit suite as the mutants meet it. JavaScript, since jest reads its configuration without any help.
 *
 * @type {import('jest').Config}
 */
module.exports = {
	.../** @type {object} */ (unit),
	rootDir: join(__dirname, '../..'),
	// A mutant may well wait for something that never comes.
	testTimeout: 5_000,
};

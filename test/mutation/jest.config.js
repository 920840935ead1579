const unit = require('../unit/jest.config.js');

/**
 * The unit suite as the mutants meet it. JavaScript, since jest reads its configuration without any help.
 *
 * @type {import('jest').Config}
 */
module.exports = {
	...unit,
	// A mutant may well wait for something that never comes.
	testTimeout: 5_000,
};

'use strict';

const { parseArgs } = require('node:util');

/**
 * Reads a command's flags, all of them whole numbers; `--help` prints the text and ends the process.
 *
 * @template {string} Name
 * @param {string} help
 * @param {Record<Name, number>} defaults
 * @returns {Record<Name, number>}
 * @throws {Error} one line, for a flag that is unknown or no whole number above 0
 */
function readFlags(help, defaults) {
	const names = /** @type {Name[]} */ (Object.keys(defaults));
	/** @type {import('node:util').ParseArgsConfig['options']} */
	const options = { help: { type: 'boolean' } };
	for (const name of names) options[name] = { type: 'string' };
	const values = /** @type {Record<string, string | boolean | undefined>} */ (parseArgs({ options }).values);
	if (values['help']) {
		console.log(help);
		process.exit(0);
	}
	const flags = { ...defaults };
	for (const name of names) {
		if (values[name] !== undefined) flags[name] = wholeNumber(`--${name}`, values[name]);
	}
	return flags;
}

/**
 * @param {string} flag
 * @param {unknown} text
 */
function wholeNumber(flag, text) {
	const value = Number(text);
	if (!Number.isSafeInteger(value) || value < 1) {
		throw new Error(`${flag} needs a whole number above 0, not "${text}"`);
	}
	return value;
}

/**
 * Runs a command: what it throws becomes one line and exit code 2.
 *
 * @param {() => unknown} main
 * @returns {Promise<void>}
 */
async function runCommand(main) {
	try {
		await main();
	} catch (error) {
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 2;
	}
}

module.exports = { readFlags, runCommand };

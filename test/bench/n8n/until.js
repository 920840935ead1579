'use strict';

const { setTimeout: sleep } = require('node:timers/promises');

const LOOK_EVERY_MS = 500;

/**
 * Waits until something is so.
 *
 * @param {string} what for the error
 * @param {number} timeoutMs
 * @param {() => boolean | Promise<boolean>} isSo
 * @returns {Promise<void>}
 * @throws {Error} when it is not so in time
 */
async function until(what, timeoutMs, isSo) {
	for (const deadline = Date.now() + timeoutMs; !(await isSo()); await sleep(LOOK_EVERY_MS)) {
		if (Date.now() > deadline) throw new Error(`Not so after ${timeoutMs / 1000} s: ${what}`);
	}
}

module.exports = { until };

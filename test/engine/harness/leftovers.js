const { getEventListeners } = require('node:events');
const { runInThisContext } = require('node:vm');

/** The true one: jest gives a test a copy, which hears of nothing. */
const realProcess = /** @type {NodeJS.Process} */ (runInThisContext('process'));

/**
 * Collects what nobody handles, from now on. Between the tests of a file too: within one, jest itself fails it.
 *
 * @returns {{ reasons: unknown[], end: () => void }}
 */
function collectUnhandledRejections() {
	/** @type {unknown[]} */
	const reasons = [];
	const collect = (/** @type {unknown} */ reason) => reasons.push(reason);
	realProcess.on('unhandledRejection', collect);
	return { reasons, end: () => void realProcess.removeListener('unhandledRejection', collect) };
}

/**
 * Whatever keeps this process running: sockets, servers, timers, files that are written.
 *
 * @returns {string[]} its kinds, sorted, each as often as it is there
 */
function activeResources() {
	return realProcess.getActiveResourcesInfo().sort();
}

/**
 * @param {string[]} before what was there
 * @returns {string[]} what is there now beyond that
 */
function resourcesBeyond(before) {
	const known = [...before];
	return activeResources().filter((kind) => {
		const at = known.indexOf(kind);
		if (at !== -1) known.splice(at, 1);
		return at === -1;
	});
}

/** @param {AbortSignal} signal */
function listenersOn(signal) {
	return getEventListeners(signal, 'abort').length;
}

module.exports = { activeResources, collectUnhandledRejections, listenersOn, resourcesBeyond };

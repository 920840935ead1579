'use strict';

/**
 * Does something many times, some at once.
 *
 * @param {number} count
 * @param {number} callers how many at once
 * @param {(index: number) => Promise<unknown>} work
 * @returns {Promise<void>} when all are done
 */
async function inParallel(count, callers, work) {
	let next = 0;
	const call = async () => {
		while (next < count) await work(next++);
	};
	await Promise.all(Array.from({ length: Math.min(count, callers) }, call));
}

module.exports = { inParallel };

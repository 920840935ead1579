'use strict';

/**
 * The value that a share of the values does not exceed (nearest rank).
 *
 * @param {number[]} values in any order, at least one
 * @param {number} share 0 to 1; 0.5 is the median
 * @returns {number}
 */
function percentile(values, share) {
	const sorted = [...values].sort((a, b) => a - b);
	const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
	if (value === undefined) throw new Error('There is no percentile of no values');
	return value;
}

module.exports = { percentile };

/**
 * @param {Date} time
 * @returns {string} such as `14:05:09`
 */
function clock(time) {
	return time.toLocaleTimeString('en-GB');
}

module.exports = { clock };

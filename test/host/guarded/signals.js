/**
 * Sends a signal to a process that leads a process group, and to all others of that group.
 * Where there are no process groups, to the process alone.
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 * @returns {void} also when they are gone already
 */
function signalGroup(pid, signal) {
	try {
		process.kill(process.platform === 'win32' ? pid : -pid, signal);
	} catch (error) {
		if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
	}
}

module.exports = { signalGroup };

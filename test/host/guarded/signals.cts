/**
 * Sends a signal to a process that leads a process group, and to all others of that group.
 * Where there are no process groups, to the process alone.
 * @returns also when they are gone already
 */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(process.platform === 'win32' ? pid : -pid, signal);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
	}
}

import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 500;

/**
 * Waits until something is so.
 *
 * @param what for the error
 * @throws when it is not so in time
 */
export async function until(what: string, timeoutMs: number, isSo: () => boolean | Promise<boolean>): Promise<void> {
	for (const deadline = Date.now() + timeoutMs; !(await isSo()); await sleep(LOOK_EVERY_MS)) {
		if (Date.now() > deadline) throw new Error(`Not so after ${timeoutMs / 1000} s: ${what}`);
	}
}

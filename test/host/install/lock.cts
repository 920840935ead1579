import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lock } from 'proper-lockfile';

/** The holder touches its lock in a third of this time, so one untouched for this long belongs to nobody. */
const STALE_AFTER_MS = 15_000;
const POLL_MS = 500;

/**
 * Runs `work` while holding the lock, which works between processes. Waits for whoever holds it, and takes
 * over from a holder that is gone.
 * @param file the lock, there while somebody holds it
 */
export async function withLock<T>(
	file: string,
	{
		onWait,
		signal,
	}: {
		/** Called once, when another process holds the lock */
		onWait: () => void;
		/** Ends the waiting */
		signal?: AbortSignal;
	},
	work: () => Promise<T>,
): Promise<T> {
	await fs.promises.mkdir(path.dirname(file), { recursive: true });
	const release = await take(file, onWait, signal);
	try {
		return await work();
	} finally {
		// Somebody may have cleaned up by hand; the work is done all the same.
		await release().catch(() => {});
	}
}

async function take(file: string, onWait: () => void, signal?: AbortSignal) {
	for (let waited = false; ; waited = true) {
		signal?.throwIfAborted();
		try {
			return await lock(file, {
				lockfilePath: file,
				realpath: false,
				stale: STALE_AFTER_MS,
				update: STALE_AFTER_MS / 3,
				// Whoever removed the lock by hand wants no error, and it would end this process.
				onCompromised: () => {},
			});
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
		}
		if (!waited) onWait();
		await sleep(POLL_MS, undefined, { signal });
	}
}

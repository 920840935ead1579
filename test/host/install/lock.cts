import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** The holder touches its lock this often ... */
const HEARTBEAT_MS = 5_000;
/**
 * ... so one untouched for this long belongs to nobody, even if another program has got its process id since.
 */
const STALE_AFTER_MS = 60_000;
const POLL_MS = 500;

/**
 * Runs `work` while holding the lock, which works between processes. Waits for whoever holds it, and takes
 * over from a holder that is gone.
 * @param file the lock file; there while somebody holds the lock
 * @param options.onWait called once, when another process holds the lock
 * @param options.signal ends the waiting
 */
export async function withLock<T>(file: string, { onWait, signal }: { onWait: (pid: number) => void; signal?: AbortSignal; }, work: () => Promise<T>): Promise<T> {
	let waited = false;
	while (!tryToTake(file)) {
		const holder = readHolder(file);
		if (holder && isGone(holder)) {
			takeAway(file);
		} else {
			if (holder && !waited) onWait(holder.pid);
			waited ||= holder !== undefined;
			await sleep(POLL_MS, undefined, signal && { signal });
		}
	}
	const heartbeat = setInterval(() => touch(file), HEARTBEAT_MS);
	try {
		return await work();
	} finally {
		clearInterval(heartbeat);
		fs.rmSync(file, { force: true });
	}
}

/**
 * Writes the content before the lock appears under its name, so nobody ever reads a lock without its holder.
 */
function tryToTake(file: string) {
	const draft = `${file}.${process.pid}`;
	fs.writeFileSync(draft, String(process.pid));
	try {
		fs.linkSync(draft, file);
		return true;
	} catch (error) {
		if (errorCode(error) === 'EEXIST') return false;
		throw error;
	} finally {
		fs.rmSync(draft, { force: true });
	}
}

function readHolder(file: string): { pid: number; touchedAt: number; } | undefined {
	try {
		return { pid: Number(fs.readFileSync(file, 'utf8')), touchedAt: fs.statSync(file).mtimeMs };
	} catch (error) {
		if (errorCode(error) === 'ENOENT') return undefined;
		throw error;
	}
}

function isGone({ pid, touchedAt }: { pid: number; touchedAt: number; }) {
	if (Date.now() - touchedAt > STALE_AFTER_MS) return true;
	try {
		process.kill(pid, 0);
		return false;
	} catch (error) {
		return errorCode(error) === 'ESRCH';
	}
}

/**
 * Removes a lock whose holder is gone. Two processes may come here at once, and the second must not remove
 * the lock that the first has just taken: so this, too, is done by one at a time, and looks again.
 */
function takeAway(file: string) {
	const guard = `${file}.takeover`;
	try {
		fs.writeFileSync(guard, '', { flag: 'wx' });
	} catch (error) {
		if (errorCode(error) !== 'EEXIST') throw error;
		const guardedAt = fs.statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
		if (Date.now() - guardedAt > STALE_AFTER_MS) fs.rmSync(guard, { force: true });
		return;
	}
	try {
		const holder = readHolder(file);
		if (holder && isGone(holder)) fs.rmSync(file, { force: true });
	} finally {
		fs.rmSync(guard, { force: true });
	}
}

function touch(file: string) {
	try {
		const now = new Date();
		fs.utimesSync(file, now, now);
	} catch {
		// Somebody cleaned up by hand; the work goes on all the same.
	}
}

function errorCode(error: unknown) {
	return (error as NodeJS.ErrnoException).code;
}

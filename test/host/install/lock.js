const fs = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');

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
 * @template T
 * @param {string} file the lock file; there while somebody holds the lock
 * @param {object} options
 * @param {(pid: number) => void} options.onWait called once, when another process holds the lock
 * @param {AbortSignal} [options.signal] ends the waiting
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function withLock(file, { onWait, signal }, work) {
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
 * @param {string} file
 */
function tryToTake(file) {
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

/**
 * @param {string} file
 * @returns {{ pid: number, touchedAt: number } | undefined}
 */
function readHolder(file) {
	try {
		return { pid: Number(fs.readFileSync(file, 'utf8')), touchedAt: fs.statSync(file).mtimeMs };
	} catch (error) {
		if (errorCode(error) === 'ENOENT') return undefined;
		throw error;
	}
}

/** @param {{ pid: number, touchedAt: number }} holder */
function isGone({ pid, touchedAt }) {
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
 * @param {string} file
 */
function takeAway(file) {
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

/** @param {string} file */
function touch(file) {
	try {
		const now = new Date();
		fs.utimesSync(file, now, now);
	} catch {
		// Somebody cleaned up by hand; the work goes on all the same.
	}
}

/** @param {unknown} error */
function errorCode(error) {
	return /** @type {NodeJS.ErrnoException} */ (error).code;
}

module.exports = { withLock };

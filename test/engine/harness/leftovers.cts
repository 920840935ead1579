import { getEventListeners } from 'node:events';
import { runInThisContext } from 'node:vm';

/** The true one: jest gives a test a copy, which hears of nothing. */
const realProcess = runInThisContext('process') as NodeJS.Process;

/**
 * Collects what nobody handles, from now on. Between the tests of a file too: within one, jest itself fails it.
 */
export function collectUnhandledRejections(): { reasons: unknown[]; end: () => void } {
	const reasons: unknown[] = [];
	const collect = (reason: unknown) => reasons.push(reason);
	realProcess.on('unhandledRejection', collect);
	return { reasons, end: () => void realProcess.removeListener('unhandledRejection', collect) };
}

/**
 * Whatever keeps this process running: sockets, servers, timers, files that are written.
 *
 * @returns its kinds, sorted, each as often as it is there
 */
export function activeResources(): string[] {
	return realProcess.getActiveResourcesInfo().sort();
}

/**
 * @param before what was there
 * @returns what is there now beyond that
 */
export function resourcesBeyond(before: string[]): string[] {
	const known = [...before];
	return activeResources().filter((kind) => {
		const at = known.indexOf(kind);
		if (at !== -1) known.splice(at, 1);
		return at === -1;
	});
}

export function listenersOn(signal: AbortSignal) {
	return getEventListeners(signal, 'abort').length;
}

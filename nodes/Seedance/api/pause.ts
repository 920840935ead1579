import { sleep } from 'n8n-workflow';

// `sleep` can't be called off, so a stopped wait leaves its last slice behind; short slices leave little.
const LONGEST_SLICE_MS = 5_000;

/**
 * Waits, unless the signal says to stop.
 *
 * @param ms how long, in milliseconds
 * @returns true when the time is over, false as soon as the signal is aborted
 */
export async function pause(ms: number, signal?: AbortSignal): Promise<boolean> {
	const until = Date.now() + ms;
	const stopped = abortion(signal);
	try {
		for (let left = ms; left > 0; left = until - Date.now()) {
			if (signal?.aborted) return false;
			await Promise.race([sleep(Math.min(left, LONGEST_SLICE_MS)), stopped.happens]);
		}
		return !signal?.aborted;
	} finally {
		stopped.forget();
	}
}

/** Who waits for each signal. One listener serves them all: Node.js warns of a leak from the eleventh on. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * A promise for the moment when a signal is aborted. `forget` must be called when nobody waits any more: a
 * run's one signal outlives thousands of waits.
 */
export function abortion(signal?: AbortSignal): { happens: Promise<void>; forget: () => void } {
	if (!signal) return { happens: new Promise(() => {}), forget: () => {} };
	if (signal.aborted) return { happens: Promise.resolve(), forget: () => {} };
	const known = waiting.get(signal);
	const line = known ?? new Set();
	if (!known) {
		waiting.set(signal, line);
		signal.addEventListener('abort', () => line.forEach((resolve) => resolve()), { once: true });
	}
	let onAbort = () => {};
	const happens = new Promise<void>((resolve) => line.add((onAbort = resolve)));
	return { happens, forget: () => line.delete(onAbort) };
}

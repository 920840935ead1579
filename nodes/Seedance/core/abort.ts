import type { ItemError } from './error';

/**
 * Longest single timer, in milliseconds. After each one the clock is read, since it may have been set forward, or the
 * machine may have slept. */
const LONGEST_SLICE_MS = 60_000;

/**
 * Waits until the time is over or the signal is aborted. n8n's linter forbids `setTimeout` in nodes, so `AbortSignal.timeout`
 * is the timer; it keeps no process alive.
 *
 * @param ms how long, in milliseconds
 * @returns true when the time is over, false as soon as the signal is aborted
 */
export async function sleepWithAbort(ms: number, signal?: AbortSignal): Promise<boolean> {
	const until = Date.now() + ms;
	const stopped = whenAborted(signal);
	try {
		// The slices are counted down too, so that a clock that was set back does not make the wait longer.
		for (let left = ms; left > 0 && !signal?.aborted; ) {
			const slice = Math.ceil(Math.min(left, LONGEST_SLICE_MS));
			// This reference keeps the timer: Node.js 20 collects a signal that is not referenced.
			const timer = AbortSignal.timeout(slice);
			const over = whenAborted(timer);
			await Promise.race([over.happens, stopped.happens]);
			over.forget();
			left = Math.min(left - slice, until - Date.now());
		}
		return !signal?.aborted;
	} finally {
		stopped.forget();
	}
}

/** The waits of each signal. They share one listener, because Node.js warns of a leak at the eleventh. */
const waiting = new WeakMap<AbortSignal, { resolvers: Set<() => void>; onAbort: () => void }>();

/**
 * A promise for the moment when a signal is aborted. `forget` must be called after the wait, because a
 * run's one signal outlives thousands of waits.
 */
export function whenAborted(signal?: AbortSignal): { happens: Promise<void>; forget: () => void } {
	if (!signal) return { happens: new Promise(() => {}), forget: () => {} };
	if (signal.aborted) return { happens: Promise.resolve(), forget: () => {} };
	const line = waiting.get(signal) ?? listenTo(signal);
	let resolver = () => {};
	const happens = new Promise<void>((resolve) => line.resolvers.add((resolver = resolve)));
	const forget = () => {
		line.resolvers.delete(resolver);
		if (line.resolvers.size > 0 || waiting.get(signal) !== line) return;
		signal.removeEventListener('abort', line.onAbort);
		waiting.delete(signal);
	};
	return { happens, forget };
}

function listenTo(signal: AbortSignal) {
	const resolvers = new Set<() => void>();
	const onAbort = () => resolvers.forEach((resolve) => resolve());
	signal.addEventListener('abort', onAbort);
	const line = { resolvers, onAbort };
	waiting.set(signal, line);
	return line;
}

/** The error for an execution that the user stopped. */
export function canceledError(): ItemError {
	return {
		kind: 'canceled',
		message: 'The execution was canceled',
		description: 'No more requests were sent. GlobalAI OPC goes on with what it has begun.',
	};
}

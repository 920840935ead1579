import { json } from './virtualReplies';
import type { Script } from './virtualServer';

/** How an API limits requests. */
export interface Limit {
	/** How many it accepts in a window. */
	requests: number;
	windowMs: number;
	/** Whether the window slides, or begins with each second or minute. */
	window: 'sliding' | 'calendar';
	/** Whether a 429 says when the API accepts again. */
	retryAfter: boolean;
	latencyMs: number;
}

/** An API that accepts no more than that. Requests that it refused don't count. */
export function rateLimited({ requests, windowMs, window, retryAfter, latencyMs }: Limit) {
	/** How often each request was accepted, by its subject. */
	const accepted = new Map<string, number>();
	let times: number[] = [];
	/** Milliseconds until there is room, or 0. */
	const take = (now: number): number => {
		// So that a run begins in the middle of a window.
		const begun = now - ((now + 0.37 * windowMs) % windowMs);
		times = times.filter((at) => (window === 'calendar' ? at >= begun : at > now - windowMs));
		if (times.length >= requests) return (window === 'calendar' ? begun : (times[0] ?? now)) + windowMs - now;
		times.push(now);
		return 0;
	};
	const script: Script<null> = ({ subject, wall }) => {
		const waitMs = take(wall);
		if (waitMs === 0) accepted.set(subject, (accepted.get(subject) ?? 0) + 1);
		const reply = waitMs === 0 ? json(200, { id: subject, status: 'queued' }) : json(429, {});
		const headers = retryAfter && waitMs > 0 ? { 'retry-after': String(Math.ceil(waitMs / 1000)) } : {};
		return { reply: { ...reply, headers, latencyMs }, note: null };
	};
	return { accepted, script };
}

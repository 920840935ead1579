import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Looks again and again until something is so, or there.
 *
 * @returns what was seen
 * @throws when it does not come to that in time
 */
export async function until<T>(
	look: () => T | Promise<T>,
	{
		what = '',
		withinMs = Infinity,
		everyMs = 50,
	}: {
		/** For the error, such as `all are parked` */
		what?: string;
		withinMs?: number;
		everyMs?: number;
	} = {},
): Promise<Exclude<T, false | null | undefined>> {
	for (const deadline = Date.now() + withinMs; ; await sleep(everyMs)) {
		const seen = await look();
		if (seen) return seen as Exclude<T, false | null | undefined>;
		if (Date.now() > deadline) throw new Error(`Not so after ${withinMs / 1000} s: ${what}`);
	}
}

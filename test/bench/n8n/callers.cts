/**
 * Does something many times, some at once.
 *
 * @param callers how many at once
 * @returns when all are done
 */
export async function inParallel(
	count: number,
	callers: number,
	work: (index: number) => Promise<unknown>,
): Promise<void> {
	let next = 0;
	const call = async () => {
		while (next < count) await work(next++);
	};
	await Promise.all(Array.from({ length: Math.min(count, callers) }, call));
}

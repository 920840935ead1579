/**
 * Tests that mostly wait, in time for each other: all begin once the hooks before them are done, and each is then awaited
 * by its name.
 */
export function sideBySide(tests: Record<string, () => Promise<void>>, limitMs: number): void {
	let begun: Map<string, Promise<unknown>> | undefined;
	const begin = (work: () => Promise<void>) =>
		work().then(
			() => undefined,
			(error: unknown) => error ?? new Error('It failed without an error'),
		);
	beforeAll(() => {
		begun = new Map(Object.entries(tests).map(([name, work]) => [name, begin(work)]));
	});
	test.each(Object.keys(tests))(
		'%s',
		async (name) => {
			const error = await begun?.get(name);
			if (error !== undefined) throw error;
		},
		limitMs,
	);
}

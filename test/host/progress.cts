/** Takes one line of progress for whoever is waiting, without a line break. */
export type Log = (line: string) => void;

/** How often a step that takes long says that it is still at work. */
const STILL_AT_WORK_MS = 10_000;

/**
 * Says that a step begins, and how long it has been going while it lasts.
 * @param title what the step does, such as `Installing n8n 2.41.1`
 */
export async function withProgress<T>(log: Log, title: string, step: () => Promise<T>): Promise<T> {
	const began = Date.now();
	const seconds = () => Math.round((Date.now() - began) / 1000);
	log(`${title} ...`);
	const timer = setInterval(() => log(`  ${title}: ${seconds()} s so far`), STILL_AT_WORK_MS);
	try {
		const result = await step();
		log(`  done in ${seconds()} s`);
		return result;
	} finally {
		clearInterval(timer);
	}
}

/** @returns such as `14:05:09` */
export function clock(time: Date): string {
	return time.toLocaleTimeString('en-GB');
}

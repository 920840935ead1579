import { sleep } from 'n8n-workflow';

/** Resolves when the condition holds; the test's own time limit ends it otherwise. */
export async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await sleep(20);
}

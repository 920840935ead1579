import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Runs a command: the result becomes its exit code, and an error one line and exit code 2. */
export async function runCommand(main: () => Promise<number>): Promise<void> {
	try {
		process.exitCode = await main();
	} catch (error) {
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 2;
	}
}

/**
 * Loads a file of the built package. `tsc` can't follow it, because types are checked before the build.
 *
 * @param path from `dist/`
 * @returns give it the type of the source file
 */
export function built(path: string): any {
	const file = join(__dirname, '../../dist', path);
	if (!existsSync(file)) throw new Error(`dist/${path} is missing: run "npm run build" first`);
	return require(file);
}

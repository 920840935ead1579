import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Loads a file of the built package; without a build it says so and ends the process with 2. `tsc` can't
 * follow it, which has to be: types are checked before the build makes the files.
 *
 * @param path from `dist/`
 * @returns give it the type of the source file
 */
export function built(path: string): any {
	const file = join(__dirname, '../../dist', path);
	if (!existsSync(file)) {
		console.error(`dist/${path} is missing: run "npm run build" first`);
		process.exit(2);
	}
	return require(file);
}

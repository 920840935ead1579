// The environment and the console's bare line, which are out of a node's reach.
import { randomInt } from 'node:crypto';

import fc from 'fast-check';

/** Runs the same cases again. */
const VARIABLE = 'PROPERTIES_SEED';

/** How long a property goes on; what it has found by then counts. Below jest's own limit, which would hide the seed. */
const LONGEST_MS = 120_000;

/** Lets all properties of a file follow a new seed, or that of the environment, and prints it. */
export function seedProperties(): void {
	const seed = Number(process.env[VARIABLE] ?? randomInt(2 ** 31));
	const again = `${VARIABLE}=${seed} npm run test:engine -- properties`;
	process.stderr.write(`Properties: ${again}\n`);
	const reporter = async (details: fc.RunDetails<unknown>) => {
		if (details.failed)
			throw new Error(`${fc.defaultReportMessage(details)}\nThe same cases again: ${again}`);
	};
	fc.configureGlobal({
		seed,
		interruptAfterTimeLimit: LONGEST_MS,
		includeErrorInReport: true,
		asyncReporter: reporter,
	});
}

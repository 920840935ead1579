import { parseArgs, type ParseArgsConfig } from 'node:util';

/**
 * Reads a command's flags, all of them whole numbers; `--help` prints the text and ends the process.
 *
 * @throws one line, for a flag that is unknown or no whole number above 0
 */
export function readFlags<Name extends string>(
	help: string,
	defaults: Record<Name, number>,
): Record<Name, number> {
	const names = Object.keys(defaults) as Name[];
	const options: ParseArgsConfig['options'] = { help: { type: 'boolean' } };
	for (const name of names) options[name] = { type: 'string' };
	const values = parseArgs({ options }).values as Record<string, string | boolean | undefined>;
	if (values['help']) {
		console.log(help);
		process.exit(0);
	}
	const flags = { ...defaults };
	for (const name of names) {
		if (values[name] !== undefined) flags[name] = wholeNumber(`--${name}`, values[name]);
	}
	return flags;
}

function wholeNumber(flag: string, text: unknown) {
	const value = Number(text);
	if (!Number.isSafeInteger(value) || value < 1) {
		throw new Error(`${flag} needs a whole number above 0, not "${text}"`);
	}
	return value;
}

/** Runs a command: what it throws becomes one line and exit code 2. */
export async function runCommand(main: () => unknown): Promise<void> {
	try {
		await main();
	} catch (error) {
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 2;
	}
}

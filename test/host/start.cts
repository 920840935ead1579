/* The program behind "npm start". */
import { setTimeout as sleep } from 'node:timers/promises';
import { HostError, lastLines } from './errors.cts';
import { HELP, readArguments, UsageError } from './start/arguments.cts';
import { Closing } from './start/closing.cts';
import { printEditor, show } from './start/show.cts';

import type { N8n } from './n8n.cts';

const EXIT = {
	ok: 0,
	failed: 1,
	usage: 2,
	/** What shells give for a program that Ctrl-C ended before it was done. */
	interrupted: 130,
};

const print = console.log;

/** @returns the exit code */
async function main(): Promise<number> {
	const { help, once, ...what } = readArguments(process.argv.slice(2), process.env);
	if (help) {
		print(HELP);
		return EXIT.ok;
	}
	const interrupt = new AbortController();
	const { signal } = interrupt;
	// Again and again: npm passes on to us what the terminal has sent us already.
	for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => interrupt.abort());
	const closing = new Closing();
	try {
		const skipsBuild = process.env['GLOBALAIOPC_SKIP_BUILD'] === '1';
		const { n8n, workflowUrl, gaveVideos } = await show({ ...what, skipsBuild, print, closing, signal });
		if (once) return gaveVideos ? EXIT.ok : EXIT.failed;
		const billed = what.account ? ' Every video that you create there is billed.' : '';
		print(`\nn8n stays up: look at the run, or add a Seedance node. The credential is set up.${billed}`);
		printEditor(workflowUrl, print);
		print('\nPress Ctrl-C to end.');
		return await stayUp(n8n, signal);
	} catch (error) {
		if (signal.aborted) return EXIT.interrupted;
		throw error;
	} finally {
		if (signal.aborted) print('\nEnding everything that was started ...');
		await closing.run();
	}
}

async function stayUp(n8n: N8n, signal: AbortSignal) {
	while (!signal.aborted) {
		if (n8n.pid === undefined) {
			throw new HostError(`n8n has ended by itself. Its last lines:\n${lastLines(n8n.logText())}`);
		}
		await sleep(1000, undefined, { signal }).catch(() => {});
	}
	return EXIT.ok;
}

main().then(
	(code) => {
		process.exitCode = code;
	},
	(error) => {
		const isExpected = error instanceof HostError || error instanceof UsageError;
		console.error(isExpected ? error.message : error);
		process.exitCode = error instanceof UsageError ? EXIT.usage : EXIT.failed;
	},
);

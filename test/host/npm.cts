import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { HostError, lastLines } from './errors.cts';
import { GuardedProcess } from './guarded/process.cts';

import type { Log } from './progress.cts';

const SHOWN_LINES = 15;

/** Why npm failed, by what it wrote; the most telling first. */
const CAUSES: Array<[sign: RegExp, message: string]> = [
	[/ENOSPC|no space left/i, 'the disk is full. Free 4 GB and try again.'],
	// Before the registry: a build that fails has tried to fetch a ready-made binary from elsewhere.
	[/gyp ERR!/, 'SQLite could not be compiled. Install make, g++ and python3 and try again.'],
	[
		/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR/,
		'the npm registry cannot be reached. Check the network and "npm config get registry", then try again.',
	],
	[
		/\b(E404|ETARGET|ENOVERSIONS)\b/,
		'the npm registry lacks a package that is needed. Try another one ("npm config get registry").',
	],
];

/**
 * Runs npm. It ends with this process, in whatever way that ends: nobody comes upon one that still writes.
 * @returns its output
 * @throws one line that names the cause; npm's last lines have been logged before
 */
export async function runNpm(
	args: string[],
	{
		doing,
		cwd,
		env = process.env,
		log = () => {},
		signal,
	}: {
		/** What this is for, such as `Installing n8n 2.41.1` */
		doing: string;
		cwd: string;
		env?: NodeJS.ProcessEnv;
		log?: Log;
		/** Ends npm */
		signal?: AbortSignal;
	},
): Promise<string> {
	const npm = new GuardedProcess({ name: 'npm', graceMs: 0 });
	let ending;
	try {
		// npm is a .cmd file on Windows, which needs a shell.
		await npm.start({ command: 'npm', args, cwd, env, shell: process.platform === 'win32' });
		ending = await npm.end(signal);
	} finally {
		await npm.release();
	}
	signal?.throwIfAborted();
	if (ending === 0) return npm.text;

	const said = npm.text;
	for (const line of lastLines(said, SHOWN_LINES).split('\n')) log(`  | ${line}`);
	const file = path.join(os.tmpdir(), `n8n-nodes-globalaiopc-npm-${process.pid}.log`);
	fs.writeFileSync(file, `> npm ${args.join(' ')}\n${said}`);
	const [, cause] = CAUSES.find(([sign]) => sign.test(said)) ?? [];
	throw new HostError(
		`${doing} failed: ${cause ?? `npm ended with ${ending}.`} All of npm's output: ${file}`,
	);
}

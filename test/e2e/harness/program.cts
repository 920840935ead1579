import path from 'node:path';
import { GuardedProcess } from '../../host/guarded/process.cts';
import { until } from '../../host/until.cts';

const PROGRAM = path.join(__dirname, '..', '..', 'host', 'start.cts');
const ARGS = ['--require', require.resolve('tsx/cjs'), PROGRAM];
const GRACE_MS = 20_000;

/** Starts the program behind "npm start", as a process of its own. `text` has all that it writes. */
export async function startProgram(
	args: string[],
	{ cwd, env = {} }: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<GuardedProcess> {
	const program = new GuardedProcess({ name: 'npm start', graceMs: GRACE_MS });
	const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GLOBALAIOPC_'));
	// Building empties dist/ for a moment, which the tests that run at the same time pack.
	const all = { ...Object.fromEntries(inherited), GLOBALAIOPC_SKIP_BUILD: '1', ...env };
	await program.start({ command: process.execPath, args: [...ARGS, ...args], cwd, env: all });
	return program;
}

/** Waits until a program has written something; throws when it ends without. */
export async function untilWritten(program: GuardedProcess, text: string): Promise<void> {
	await until(() => program.text.includes(text) || program.pid === undefined);
	if (!program.text.includes(text)) throw new Error(`It ended without "${text}":\n${program.text}`);
}

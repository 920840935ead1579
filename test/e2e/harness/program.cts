import { spawn } from 'node:child_process';
import net from 'node:net';
import path from 'node:path';
import { close, listen } from '../../host/n8n/ports.cts';

const PROGRAM = path.join(__dirname, '..', '..', 'host', 'start.cts');

/** The program behind "npm start", run as a process of its own. */
export interface Program {
	/** All that it has written so far, errors too */
	output: () => string;
	/** Waits until it has written this; rejects when it ends without */
	wrote: (text: string) => Promise<void>;
	/** What Ctrl-C does */
	interrupt: () => void;
	/** Its exit code */
	ended: Promise<number | null>;
}

export function startProgram(
	args: string[],
	{ cwd, env = {} }: { cwd: string; env?: NodeJS.ProcessEnv },
): Program {
	const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GLOBALAIOPC_'));
	const child = spawn(process.execPath, ['--require', require.resolve('tsx/cjs'), PROGRAM, ...args], {
		cwd,
		// Building empties dist/ for a moment, which the tests that run at the same time pack.
		env: { ...Object.fromEntries(inherited), GLOBALAIOPC_SKIP_BUILD: '1', ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (chunk) => {
			output += chunk;
		});
	}
	const ended: Promise<number | null> = new Promise((resolve) => child.once('close', resolve));
	return {
		output: () => output,
		wrote: async (text) =>
			await new Promise((resolve, reject) => {
				const look = () => output.includes(text) && resolve();
				child.stdout.on('data', look);
				child.once('close', () => reject(new Error(`It ended without "${text}":\n${output}`)));
				look();
			}),
		interrupt: () => child.kill('SIGINT'),
		ended,
	};
}

/** Takes a port of this machine. */
export async function takePort(): Promise<{ port: number; release: () => Promise<void> }> {
	const server = net.createServer();
	return { port: await listen(server), release: async () => await close(server) };
}

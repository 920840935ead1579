/*
 * A process of its own between us and what we start. If we end without having ended that, in whatever way
 * (even by SIGKILL, even inside a test runner where no exit handler is to be relied on), it outlives us by
 * some seconds, ends the program and removes its temporary folder. Commands and answers go over the channel
 * whose closing tells it that we are gone.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import { signalGroup } from './signals.cts';

/** `release`: nothing is to be guarded any more */
export type Command =
	| { kind: 'start'; command: string; args: string[]; env: NodeJS.ProcessEnv; cwd: string; shell?: boolean }
	| { kind: 'release' };

export type Answer =
	| { kind: 'started'; pid: number }
	| { kind: 'failed'; message: string }
	| { kind: 'exited'; code: number | null; signal: string | null };

const [graceMs, temporaryFolder = ''] = process.argv.slice(2);

let child: ChildProcess | undefined;

function start({ command, args, env, cwd, shell = false }: Extract<Command, { kind: 'start' }>) {
	const started = spawn(command, args, {
		env,
		cwd,
		shell,
		stdio: ['ignore', 'inherit', 'inherit'],
		// A process group of its own, which can be ended as a whole: n8n and npm have children.
		detached: true,
	});
	child = started;
	started.once('error', (error) => answer({ kind: 'failed', message: error.message }));
	started.once('spawn', () => answer({ kind: 'started', pid: Number(started.pid) }));
	started.once('exit', (code, signal) => {
		if (started.pid) signalGroup(started.pid, 'SIGKILL');
		child = undefined;
		answer({ kind: 'exited', code, signal });
	});
}

function answer(message: Answer) {
	if (process.connected) process.send?.(message, () => {});
}

function leave() {
	if (temporaryFolder)
		fs.rmSync(temporaryFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
	process.exit();
}

function endAndLeave() {
	const pid = child?.pid;
	if (!pid) return leave();
	child?.once('exit', leave);
	signalGroup(pid, 'SIGTERM');
	setTimeout(() => signalGroup(pid, 'SIGKILL'), Number(graceMs));
}

process.on('message', (command: Command) => {
	if (command.kind === 'start') start(command);
	else endAndLeave();
});
process.on('disconnect', endAndLeave);
// A signal to all of a terminal's processes is for whoever started us to act upon.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

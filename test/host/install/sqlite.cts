import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { HostError } from '../errors.cts';
import { runNpm } from '../npm.cts';
import { withProgress, type Log } from '../progress.cts';
import { withNodeFirst, type HostNode } from './node.cts';
import { bringPackage, dirOf, type ProgramPackage } from './package.cts';

/**
 * n8n's `sqlite3` 5.1.7 fetches its binary from GitHub in an install script, or compiles it. This fork ships binaries in
 * the package, of the same C++ sources with a newer SQLite; 9.x wants Node.js 24.
 */
const READY_MADE: ProgramPackage = {
	folder: 'sqlite',
	name: '@appthreat/sqlite3',
	version: '8.0.1',
	title: "n8n's SQLite",
	megabytes: 11,
};

export interface SqliteOptions {
	log: Log;
	signal?: AbortSignal;
}

/**
 * Puts the binary of SQLite, the one dependency whose install script n8n can't do without, into an installed n8n:
 * ready-made where there is one that loads, else compiled.
 * @param dir the n8n's profile folder
 * @throws one line that names the cause
 */
export async function provideSqlite(dir: string, node: HostNode, options: SqliteOptions): Promise<void> {
	if (await placeReadyMade(dir, node, options)) return;
	options.log('No ready-made SQLite fits this machine.');
	await compile(dir, node, options);
}

/** @returns whether SQLite loads now */
async function placeReadyMade(dir: string, node: HostNode, options: SqliteOptions) {
	try {
		await bringPackage(READY_MADE, options);
	} catch (error) {
		options.signal?.throwIfAborted();
		return false;
	}
	const binding = path.join(dir, 'node_modules', 'sqlite3', 'build', 'Release', 'node_sqlite3.node');
	const binaries = path.join(dirOf(READY_MADE), 'prebuilds', node.platform);
	await fs.promises.mkdir(path.dirname(binding), { recursive: true });
	// One for each C library.
	for (const binary of fs.existsSync(binaries) ? fs.readdirSync(binaries) : []) {
		await fs.promises.copyFile(path.join(binaries, binary), binding);
		if ((await whyNotLoaded(dir, node)) === undefined) return true;
	}
	await fs.promises.rm(binding, { force: true });
	return false;
}

async function compile(dir: string, node: HostNode, { log, signal }: SqliteOptions) {
	const doing = 'Building SQLite';
	await withProgress(log, doing, async () => {
		const args = ['rebuild', 'sqlite3', '--ignore-scripts=false'];
		await runNpm(args, { doing, cwd: dir, env: withNodeFirst(node), log, signal });
	});
	const reason = await whyNotLoaded(dir, node);
	if (reason !== undefined) throw new HostError(`n8n's SQLite was built but does not load: ${reason}`);
}

/** @returns undefined when n8n's Node.js loads SQLite */
async function whyNotLoaded(dir: string, node: HostNode): Promise<string | undefined> {
	// More than loading: a binary for another Node.js may load and fail later.
	const use =
		'const { Database } = require("sqlite3"); new Database(":memory:").get("SELECT 1", (e) => { if (e) throw e; })';
	try {
		await promisify(execFile)(node.binary, ['-e', use], { cwd: dir, env: withNodeFirst(node) });
		return undefined;
	} catch (error) {
		const text = error instanceof Error ? error.message : String(error);
		return text.split('\n').find((line) => line.includes('Error')) ?? text;
	}
}

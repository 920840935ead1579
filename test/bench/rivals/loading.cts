import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { packPackage } from '../../host/community-node.cts';
import { HostError } from '../../host/errors.cts';
import { ensureInstalled } from '../../host/install.cts';
import { runNpm } from '../../host/npm.cts';
import { log } from '../n8n/host.cts';
import { medianOf, THIS_NODE } from './work.cts';

import type { Line, Work } from './work.cts';

/** Well-known community packages, of the npm registry: the most downloaded ones, and of a vendor of videos. */
const RIVALS = [
	'n8n-nodes-evolution-api@1.0.4',
	'@devlikeapro/n8n-nodes-chatwoot@1.0.2',
	'n8n-nodes-mcp@0.1.37',
	'@mendable/n8n-nodes-firecrawl@2.1.2',
	'@heygenofficial/n8n-nodes-heygen-official@0.1.9',
];

/** What n8n does with a package's folder when it starts; prints milliseconds. n8n-workflow is there already, as in n8n. */
const PROGRAM = `
require('n8n-workflow');
const { basename, join } = require('node:path');
const [folder] = process.argv.slice(1);
const { n8n } = require(join(folder, 'package.json'));
const from = performance.now();
for (const file of [...n8n.nodes, ...n8n.credentials]) new (require(join(folder, file))[basename(file).split('.')[0]])();
console.log(performance.now() - from);
process.exit(0);
`;

/** A package, packed. */
interface Packed {
	who: string;
	tarball: string;
	/** Packages that come on top when it is installed; what they need in turn is not counted */
	needs: number;
}

/** A package as it was measured. */
interface Measured extends Packed {
	packedBytes: number;
	loadedMs: number[];
}

const ROOT = join(__dirname, '../../..');

async function packRival(spec: string, folder: string): Promise<Packed> {
	const into = ['--ignore-scripts', '--json', '--pack-destination', folder];
	const doing = { doing: `Fetching ${spec}`, cwd: folder, log };
	const told = JSON.parse(await runNpm(['pack', spec, ...into, '--loglevel=error'], doing));
	return { who: spec.replace(/@(?=[^@]+$)/, ' '), tarball: join(folder, told[0].filename), needs: 0 };
}

/** @returns those that could be fetched: all, or none with the reason why */
async function packRivals(folder: string): Promise<{ rivals: Packed[]; missing?: string }> {
	try {
		const rivals = [];
		for (const spec of RIVALS) rivals.push(await packRival(spec, folder));
		return { rivals };
	} catch (error) {
		if (!(error instanceof HostError)) throw error;
		log(error.message);
		return {
			rivals: [],
			missing: 'nobody beside it: the npm registry could not be reached, or lacks one of them',
		};
	}
}

/** @returns the folder that a package was unpacked to, with what it needs beside it */
async function install({ tarball }: Packed, folder: string): Promise<string> {
	mkdirSync(folder);
	writeFileSync(join(folder, 'package.json'), '{ "private": true }');
	// Its peers are n8n's, and not installed with it.
	const args = [
		'install',
		'--ignore-scripts',
		'--legacy-peer-deps',
		'--no-audit',
		'--no-fund',
		'--save',
		tarball,
	];
	await runNpm(args, { doing: 'Installing a package', cwd: folder, log });
	const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
	return join(folder, 'node_modules', ...Object.keys(dependencies));
}

/** Packs, installs and loads this package and the others, each loading in a process of its own. */
async function measure(runs: number): Promise<{ packages: Measured[]; missing?: string }> {
	const folder = mkdtempSync(join(tmpdir(), 'globalaiopc-loading-'));
	const own = await packPackage();
	try {
		const { rivals, missing } = await packRivals(folder);
		const packages = [];
		for (const packed of [{ who: THIS_NODE, tarball: own, needs: 0 }, ...rivals]) {
			const unpacked = await install(packed, join(folder, String(packages.length)));
			const { dependencies = {} } = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8'));
			const needs = Object.keys(dependencies).length;
			packages.push({
				...packed,
				needs,
				unpacked,
				packedBytes: statSync(packed.tarball).size,
				loadedMs: [] as number[],
			});
		}
		// The first time reads from disk, and is not counted.
		for (const one of packages) await load(one.unpacked);
		for (let run = 0; run < runs; run++) {
			for (const one of packages) one.loadedMs.push(await load(one.unpacked));
		}
		return { packages, missing };
	} finally {
		rmSync(folder, { recursive: true, force: true });
		rmSync(dirname(own), { recursive: true, force: true });
	}
}

/** @returns milliseconds */
async function load(unpacked: string): Promise<number> {
	const { node } = await ensureInstalled();
	const env = { ...process.env, NODE_PATH: join(ROOT, 'node_modules') };
	return Number((await promisify(execFile)(node, ['-e', PROGRAM, unpacked], { env })).stdout);
}

let measured: ReturnType<typeof measure> | undefined;

/** Time and size come of the same packages. */
async function lines(runs: number, valuesOf: (one: Measured) => number[]): Promise<Line[]> {
	const { packages, missing } = await (measured ??= measure(runs));
	const all = packages.map((one) => ({
		who: one.who,
		values: valuesOf(one),
		note: missing ?? (one.needs ? `needs ${one.needs} more from npm` : undefined),
	}));
	const [own, ...others] = all as [Line, ...Line[]];
	return [own, ...others.sort((a, b) => medianOf(a) - medianOf(b))];
}

export const loading: Work = {
	name: 'loading',
	title: 'Load all nodes and credentials of the package',
	unit: 'ms',
	why: {
		'': 'Once, when n8n starts: a third of a millisecond for each of the files that this node is made of',
	},
	measure: async (_host, runs) => await lines(runs, ({ loadedMs }) => loadedMs),
};

export const packedSize: Work = {
	name: 'packed-size',
	title: 'Packed size',
	unit: 'kB',
	why: { 'n8n-nodes-mcp': 'What it needs from npm comes on top' },
	measure: async (_host, runs) => await lines(runs, ({ packedBytes }) => [packedBytes / 1e3]),
};

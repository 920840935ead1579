// What `npm pack` puts into the package, and what n8n's own scanner says of it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

/** What is used here of n8n's scanner, which comes without types. */
export interface Scanner {
	SOURCE_FILE_PATTERNS: string[];
	analyzePackage: (folder: string, patterns: string[]) => Promise<Scan>;
}

export interface Scan {
	passed: boolean;
	message?: string;
	details?: unknown;
}

/** What `npm pack --json` says of a package. */
export interface Packed {
	filename: string;
	size: number;
	unpackedSize: number;
	files: Array<{ path: string }>;
}

/** Everything that may be in the package, and nothing else may. */
const EXPECTED = [
	/^package\.json$/,
	/^(README|CHANGELOG)\.md$/,
	/^LICENSE$/,
	/^index\.js$/,
	/^dist\/credentials\/\w+(\.credentials\.js|(\.dark)?\.svg)$/,
	/^dist\/nodes\/Seedance\/Seedance\.node\.(js|json)$/,
	/^dist\/nodes\/Seedance\/seedance(\.dark)?\.svg$/,
	/^dist\/nodes\/Seedance\/__schema__\/v1\.0\.0\/[a-z]+\/[a-z]+\.json$/,
	/^dist\/nodes\/Seedance\/(resources|waiting|media|files|http|core)\/(\w+\/){0,2}\w+\.js$/,
];

/** What n8n and a reader can't do without. */
const REQUIRED = [
	'package.json',
	'README.md',
	'CHANGELOG.md',
	'LICENSE',
	'index.js',
	'dist/credentials/GlobalAiOpcApi.credentials.js',
	'dist/credentials/globalAiOpcApi.svg',
	'dist/credentials/globalAiOpcApi.dark.svg',
	'dist/nodes/Seedance/Seedance.node.js',
	'dist/nodes/Seedance/Seedance.node.json',
	'dist/nodes/Seedance/__schema__/v1.0.0/video/create.json',
	'dist/nodes/Seedance/__schema__/v1.0.0/video/get.json',
	'dist/nodes/Seedance/seedance.svg',
	'dist/nodes/Seedance/seedance.dark.svg',
];

/**
 * Packs the package as it would be published and checks it. Prints what it found.
 *
 * @returns a line for each problem
 */
export async function packageProblems(): Promise<string[]> {
	const { analyzePackage, SOURCE_FILE_PATTERNS } = await loadScanner();
	const problems: string[] = [];
	const folder = mkdtempSync(join(tmpdir(), 'globalaiopc-package-'));
	try {
		const packed = pack(folder);
		const files = packed.files.map(({ path }) => path);
		for (const file of files) {
			if (!EXPECTED.some((pattern) => pattern.test(file)))
				problems.push(`${file} should not be in the package`);
		}
		for (const file of REQUIRED) {
			if (!files.includes(file)) problems.push(`${file} is missing in the package; was it built?`);
		}
		const { filename, size, unpackedSize } = packed;
		console.log(`${filename}: ${files.length} files, ${size} bytes packed, ${unpackedSize} unpacked`);

		execFileSync('tar', ['-xzf', join(folder, filename), '-C', folder]);
		// The two scans of n8n's scanner: the sources, and the published files.
		const scans = {
			sources: await analyzePackage(root, SOURCE_FILE_PATTERNS),
			package: await analyzePackage(join(folder, 'package'), ['**/*.js', 'package.json']),
		};
		for (const [what, { passed, message, details }] of Object.entries(scans)) {
			console.log(`n8n's scanner on the ${what}: ${passed ? 'passed' : message}`);
			if (!passed) problems.push(`n8n's scanner refuses the ${what}: ${details ?? message}`);
		}
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
	return problems;
}

/** @param folder where the tarball goes */
function pack(folder: string): Packed {
	// As it was built: prepack would build it anew, and empty dist/ for a moment.
	const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
	const [packed] = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8' }));
	return packed;
}

async function loadScanner(): Promise<Scanner> {
	const name = '@n8n/scan-community-package/scanner/scanner.mjs';
	return await import(name);
}

async function main() {
	const problems = await packageProblems();
	for (const problem of problems) console.error(problem);
	process.exitCode = problems.length ? 1 : 0;
}

if (require.main === module) void main();

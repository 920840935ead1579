// `npm run test:mutation -- <folder>`: changes the code of a folder of the node, one spot at a time, and runs the folder's
// unit tests against each change. One that no test notices is listed at the end.
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NODE = 'nodes/Seedance';

const FOLDERS = ['core', 'http', 'files', 'media', 'waiting', 'resources'];

const allIn = (folder: string) =>
	readdirSync(join(__dirname, '../..', NODE, folder), { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.ts'))
		.map((name) => `${folder}/${name}`);

const FOLDER_FILES: Record<string, string[]> = Object.fromEntries(
	FOLDERS.map((folder) => [folder, allIn(folder)]),
);

/** Of all mutants, those that the tests have to notice, in percent. */
const LEAST_KILLED = 90;

/**
 * @param files of the folder
 * @param only parts of their names, where not all are wanted
 */
async function run(folder: string, files: string[], only: string[]): Promise<void> {
	// An ES module, which nothing but this can load, and whose types CommonJS does not find.
	const name = '@stryker-mutator/core';
	const { Stryker } = await import(name);
	const wanted = files.filter((file) => only.length === 0 || only.some((part) => file.includes(part)));
	const stryker = new Stryker({
		testRunner: 'jest',
		plugins: ['@stryker-mutator/jest-runner'],
		jest: {
			configFile: 'test/mutation/jest.config.js',
			// The tests of other rooms would only take time.
			config: { testMatch: [`<rootDir>/test/unit/${folder}/**/*.test.ts`] },
		},
		mutate: wanted.map((file) => `${NODE}/${file}`),
		coverageAnalysis: 'perTest',
		// What the unit suite has no need of.
		ignorePatterns: ['dist', 'docs', 'examples', 'test/{bench,browser,e2e,engine,host,queue,screenshots}'],
		// Outside of the project, whose own tools would find everything twice.
		tempDirName: join(tmpdir(), `globalaiopc-mutation-${process.pid}`),
		concurrency: 2,
		timeoutMS: 10_000,
		reporters: ['clear-text', 'progress-append-only'],
		clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
		thresholds: { high: 95, low: LEAST_KILLED, break: only.length === 0 ? LEAST_KILLED : null },
		warnings: { slow: false },
	});
	await stryker.runMutationTest();
}

async function main() {
	const [name = '', ...only] = process.argv.slice(2);
	const files = Object.hasOwn(FOLDER_FILES, name) ? FOLDER_FILES[name] : undefined;
	if (files) return await run(name, files, only);
	console.error(
		`Usage: npm run test:mutation -- ${Object.keys(FOLDER_FILES).join(' | ')} [part of a file's name …]`,
	);
	process.exitCode = 2;
}

void main();

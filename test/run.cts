// `npm test`: what npm alone can run. `npm run test:all`: that, and the suites that need a real n8n, Chromium, ffmpeg,
// PostgreSQL and Redis. Each ends with one line that sums up all checks and suites.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { HostError } from './host/errors.cts';
import { provideNeeds } from './needs.cts';

const root = join(__dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'globalaiopc-test-'));
const started = Date.now();

/** How many checks or tests passed and failed. */
interface Count {
	passed: number;
	failed: number;
}

const results: Array<Count & { name: string; seconds: number }> = [];
const running = new Set<string>();

const PROGRESS_EVERY_MS = 30_000;

const secondsSince = (began: number) => Math.round((Date.now() - began) / 1000);

/** Counts what is run under this name. */
async function counted(name: string, work: () => Promise<Count>) {
	const began = Date.now();
	running.add(name);
	results.push({ name, ...(await work()), seconds: secondsSince(began) });
	running.delete(name);
}

/** For something that passes or fails as a whole. */
const asOne = (passed: boolean): Count => ({ passed: passed ? 1 : 0, failed: passed ? 0 : 1 });

/**
 * Runs a program and prints its output in one piece when it has ended: several run side by side.
 *
 * @param args of Node.js, first a script of the project or of one of its tools
 * @returns whether it succeeded
 */
async function run(name: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<boolean> {
	console.log(`== ${name} begins`);
	const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env } });
	const output: Buffer[] = [];
	for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
	const [code] = await once(child, 'close');
	console.log(`\n== ${name}\n${Buffer.concat(output).toString().trimEnd()}\n`);
	return code === 0;
}

/** Every pinned n8n, and what it is called. */
const PROFILES = { 'n8n-2': 'n8n 2.x', 'n8n-1': 'n8n 1.x', 'n8n-2-oldest': 'the oldest n8n 2' };

/** Installs a pinned n8n, which takes minutes: its progress is printed line by line. */
async function install(profile: keyof typeof PROFILES) {
	const name = PROFILES[profile];
	await counted(name, async () => {
		const child = spawn(process.execPath, [...ours('host/install.cts'), profile], { cwd: root });
		for (const stream of [child.stdout, child.stderr]) {
			createInterface({ input: stream }).on('line', (line) => console.log(`[${name}] ${line}`));
		}
		const [code] = await once(child, 'close');
		return asOne(code === 0);
	});
}

async function check(name: string, args: string[]) {
	await counted(name, async () => asOne(await run(name, args)));
}

/** @param profile the pinned n8n that it runs on, where that is not the newest */
async function suite(suiteName: string, profile?: keyof typeof PROFILES) {
	const name = profile ? `${suiteName} on ${PROFILES[profile]}` : suiteName;
	await counted(name, async () => {
		const report = join(folder, `${name}.json`);
		const config = join(__dirname, suiteName, 'jest.config.js');
		const args = [require.resolve('jest/bin/jest'), '-c', config, '--json', `--outputFile=${report}`];
		const succeeded = await run(name, args, profile && { N8N_PROFILE: profile });
		try {
			const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(
				readFileSync(report, 'utf8'),
			);
			// A file that can't even be loaded has no failed test, and a run that fails otherwise has to count too.
			const failed = Math.max(numFailedTests, numFailedTestSuites, succeeded ? 0 : 1);
			return { passed: numPassedTests, failed };
		} catch {
			return { passed: 0, failed: 1 };
		}
	});
}

/** A program of this folder. */
const ours = (script: string) => ['--require', 'tsx/cjs', join(__dirname, script)];
const bin = (tool: string) => join(root, 'node_modules', '.bin', tool);

/**
 * What keeps a core busy. Whether the package is right is asked of what is built before.
 *
 * @param onNodes which Node.js the install commands are tried on, as `package/install.cts` takes it
 */
async function checks(onNodes: string[] = []) {
	await suite('unit');
	await check('types', [bin('tsc'), '--noEmit', '--project', 'test']);
	await check('build', [bin('gulp'), 'build']);
	await check('package', ours('package/check.cts'));
	await check('install commands', [...ours('package/install.cts'), ...onNodes]);
	await check('lock file', ours('package/lock.cts'));
	await check('lint', [bin('n8n-node'), 'lint']);
	await check('format', [bin('prettier'), '--check', '.']);
}

/** What npm alone can run. The engine's tests wait more than they compute, and leave a core to the checks. */
async function small() {
	await Promise.all([suite('engine'), checks()]);
}

/**
 * Suites that need an installed n8n, in two lanes beside the queue's: most of their tests wait.
 *
 * @param installed when the last n8n is: an installation takes both cores
 */
async function big(checked: Promise<unknown>, n8n2: Promise<unknown>, installed: Promise<unknown>) {
	await Promise.all([checked, n8n2]);
	await Promise.all([
		suite('queue'),
		(async () => {
			await suite('e2e');
			await suite('browser');
		})(),
		(async () => {
			// Not before: where the oldest n8n is killed, it may lose what becomes due while it starts, and a start takes
			// a minute beside an installation or two more suites.
			await installed;
			await suite('e2e', 'n8n-2-oldest');
			await suite('e2e', 'n8n-1');
			// It is busy all the time, so it comes when most of those that wait are done.
			await suite('engine', 'n8n-1');
		})(),
	]);
}

async function all() {
	// Minutes of waiting for the registry, which the first suites fill.
	const n8n2 = install('n8n-2');
	const oldest = n8n2.then(async () => await install('n8n-2-oldest'));
	const installed = oldest.then(async () => await install('n8n-1'));
	await Promise.all([suite('engine'), big(checks(['--every-node']), n8n2, installed)]);
}

async function main(isAll: boolean) {
	if (isAll) await provideNeeds();
	// Suites print nothing before they end.
	const progress = setInterval(() => {
		console.log(`… running: ${[...running].join(', ')}; ${secondsSince(started)} s so far`);
	}, PROGRESS_EVERY_MS);
	await (isAll ? all() : small());
	clearInterval(progress);

	for (const { name, passed, failed, seconds } of results) {
		const mark = failed ? '✗' : '✓';
		console.log(`${mark} ${name.padEnd(23)} ${passed} passed, ${failed} failed (${seconds} s)`);
	}
	const sum = (key: keyof Count) => results.reduce((total, result) => total + result[key], 0);
	console.log(`In ${secondsSince(started)} s:`);
	console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
	process.exitCode = sum('failed') ? 1 : 0;
}

main(process.argv[2] === 'all')
	.catch((error) => {
		console.error(error instanceof HostError ? error.message : error);
		process.exitCode = 1;
	})
	.finally(() => rmSync(folder, { recursive: true, force: true }));

// `npm test`: every check and every suite, one after the other, and one line at the end that sums them up.
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { createInterface } = require('node:readline');

const root = join(__dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'globalaiopc-test-'));

/** @typedef {{ name: string, passed: number, failed: number }} Result */

/**
 * Checks pass or fail as a whole; suites count their tests.
 *
 * @type {Array<[name: string, tool: string, args: string[]]>}
 */
const CHECKS = [
	['lint', 'n8n-node', ['lint']],
	['types', 'tsc', ['--noEmit', '--project', 'test']],
	['build', 'gulp', ['build']],
	['package', process.execPath, [join(root, 'test', 'package', 'check.mjs')]],
];
const SUITES = ['unit', 'engine', 'e2e'];

/**
 * Runs one of the project's tools, its output as it comes.
 *
 * @param {string} tool
 * @param {string[]} args
 */
async function run(tool, args) {
	const program = tool === process.execPath ? tool : join(root, 'node_modules', '.bin', tool);
	const child = spawn(program, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
	const [code] = await once(child, 'close');
	return code === 0;
}

/**
 * @param {string} name
 * @param {string} tool
 * @param {string[]} args
 * @returns {Promise<Result>}
 */
async function check(name, tool, args) {
	console.log(`\n== ${name}`);
	const passed = await run(tool, args);
	return { name, passed: passed ? 1 : 0, failed: passed ? 0 : 1 };
}

/**
 * @param {string} name
 * @returns {Promise<Result>}
 */
async function suite(name) {
	console.log(`\n== ${name}`);
	const report = join(folder, `${name}.json`);
	const args = ['--selectProjects', name, '--json', `--outputFile=${report}`];
	// These wait for n8n most of the time, each file for an n8n of its own.
	if (name === 'e2e') args.push('--maxWorkers=3');
	const succeeded = await run('jest', args);
	try {
		const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
		// A file that can't even be loaded has no failed test, and a run that fails otherwise has to count too.
		const failed = Math.max(numFailedTests, numFailedTestSuites, succeeded ? 0 : 1);
		return { name, passed: numPassedTests, failed };
	} catch {
		return { name, passed: 0, failed: 1 };
	}
}

/**
 * Installs n8n for the end-to-end tests while the suites before them run: it takes minutes, mostly of waiting.
 *
 * @returns {Promise<Result>}
 */
async function installHost() {
	const installing = spawn(process.execPath, [join(root, 'test', 'host', 'install.js')], { cwd: root });
	for (const stream of [installing.stdout, installing.stderr]) {
		createInterface({ input: stream }).on('line', (line) => console.log(`[n8n] ${line}`));
	}
	const [code] = await once(installing, 'close');
	return { name: 'n8n', passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
}

async function main() {
	const installing = installHost();
	/** @type {Result[]} */
	const results = [];
	for (const [name, tool, args] of CHECKS) results.push(await check(name, tool, args));
	for (const name of SUITES) {
		if (name === 'e2e') results.push(await installing);
		results.push(await suite(name));
	}
	rmSync(folder, { recursive: true, force: true });

	console.log('');
	for (const { name, passed, failed } of results) {
		console.log(`${failed ? '✗' : '✓'} ${name.padEnd(8)} ${passed} passed, ${failed} failed`);
	}
	/** @param {'passed' | 'failed'} key */
	const sum = (key) => results.reduce((total, result) => total + result[key], 0);
	console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
	process.exitCode = sum('failed') ? 1 : 0;
}

main();

// `npm test`: every check and every suite, one after the other, and one line at the end that sums them up.
const { spawnSync } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

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
function run(tool, args) {
	const program = tool === process.execPath ? tool : join(root, 'node_modules', '.bin', tool);
	const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
	return status === 0;
}

/**
 * @param {string} name
 * @param {string} tool
 * @param {string[]} args
 * @returns {Result}
 */
function check(name, tool, args) {
	console.log(`\n== ${name}`);
	const passed = run(tool, args);
	return { name, passed: passed ? 1 : 0, failed: passed ? 0 : 1 };
}

/**
 * @param {string} name
 * @returns {Result}
 */
function suite(name) {
	console.log(`\n== ${name}`);
	const report = join(folder, `${name}.json`);
	const args = ['--selectProjects', name, '--json', `--outputFile=${report}`];
	if (name === 'e2e') args.push('--runInBand');
	const succeeded = run('jest', args);
	try {
		const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
		// A file that can't even be loaded has no failed test, and a run that fails otherwise has to count too.
		const failed = Math.max(numFailedTests, numFailedTestSuites, succeeded ? 0 : 1);
		return { name, passed: numPassedTests, failed };
	} catch {
		return { name, passed: 0, failed: 1 };
	}
}

const results = [...CHECKS.map(([name, tool, args]) => check(name, tool, args)), ...SUITES.map(suite)];
rmSync(folder, { recursive: true, force: true });

console.log('');
for (const { name, passed, failed } of results) {
	console.log(`${failed ? '✗' : '✓'} ${name.padEnd(8)} ${passed} passed, ${failed} failed`);
}
/** @param {'passed' | 'failed'} key */
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') ? 1 : 0;

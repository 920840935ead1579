// `npm run prerelease`: everything that has to be right before a version is published.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageProblems } from './check.cts';
import { releaseProblems } from './release.cts';

const root = join(__dirname, '..', '..');
const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' });
const read = (file: string) => readFileSync(join(root, file), 'utf8');

async function main() {
	const problems = [
		...releaseProblems({
			version: JSON.parse(read('package.json')).version,
			changelog: read('CHANGELOG.md'),
			uncommitted: git('status', '--porcelain'),
			tags: git('tag', '--points-at', 'HEAD').split('\n').filter(Boolean),
		}),
		...(await packageProblems()),
	];
	for (const problem of problems) console.error(`✗ ${problem}`);
	console.log(problems.length ? 'This is not ready to be published.' : 'Ready to be published.');
	process.exitCode = problems.length ? 1 : 0;
}

void main();

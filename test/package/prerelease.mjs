// `npm run prerelease`: everything that has to be right before a version is published.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { packageProblems } from './check.mjs';
import * as release from './release.cts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' });
const read = (file) => readFileSync(join(root, file), 'utf8');

const problems = [
	...release.releaseProblems({
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

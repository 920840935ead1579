// `npm run test:n8n-1`: the engine and end-to-end suites on the last n8n 1.x. Words behind `--` choose files.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureInstalled } from './host/install.cts';

async function main() {
	await ensureInstalled({ profile: 'n8n-1', log: console.log });
	for (const suite of ['engine', 'e2e']) {
		const config = join(__dirname, suite, 'jest.config.js');
		const { status } = spawnSync(
			process.execPath,
			[require.resolve('jest/bin/jest'), '-c', config, '--passWithNoTests', ...process.argv.slice(2)],
			{ stdio: 'inherit', env: { ...process.env, N8N_PROFILE: 'n8n-1' } },
		);
		if (status !== 0) process.exitCode = 1;
	}
}

void main();

// `npm run test:n8n-1`: the engine and end-to-end suites on the last n8n 1.x.
import { spawnSync } from 'node:child_process';

const { status } = spawnSync(
	process.execPath,
	[require.resolve('jest/bin/jest'), '--selectProjects', 'engine', 'e2e', '--maxWorkers=3', ...process.argv.slice(2)],
	{ stdio: 'inherit', env: { ...process.env, N8N_PROFILE: 'n8n-1' } },
);
process.exitCode = status ?? 1;

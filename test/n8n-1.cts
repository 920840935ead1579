// `npm run test:n8n-1`: the engine and end-to-end suites on the last n8n 1.x.
import { spawnSync } from 'node:child_process';

/** n8n 1.x can't park a node; that it says so is tested by the engine suite. */
const NOT_ON_N8N_1 = '/e2e/parked';

const { status } = spawnSync(
	process.execPath,
	[require.resolve('jest/bin/jest'), '--selectProjects', 'engine', 'e2e', '--maxWorkers=3', '--testPathIgnorePatterns', NOT_ON_N8N_1, ...process.argv.slice(2)],
	{ stdio: 'inherit', env: { ...process.env, N8N_PROFILE: 'n8n-1' } },
);
process.exitCode = status ?? 1;

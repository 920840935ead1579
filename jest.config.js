/** The engine suite runs on the n8n-core of a pinned n8n by `N8N_PROFILE=n8n-1`, say, else on the one in devDependencies. */
const { N8N_PROFILE } = process.env;
const fromProfile = N8N_PROFILE && {
	moduleNameMapper: {
		'^n8n-(core|workflow)(/.*)?$': `<rootDir>/test/host/${N8N_PROFILE}/node_modules/n8n-$1$2`,
	},
};

/** @type {import('jest').Config} */
const common = {
	rootDir: __dirname,
	testEnvironment: 'node',
	transform: { '^.+\\.c?ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
	// n8n itself is no part of the project: thousands of packages nobody needs to index.
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/test/host/[^/]+/node_modules/'],
};

/**
 * A suite: every `*.test.ts` in its folder.
 *
 * @param {string} name
 */
const suite = (name) => ({
	...common,
	displayName: name,
	testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
	...(name === 'engine' && fromProfile),
	// n8n 1.x can't park a wait; that the node says so is tested there too, by other files.
	...(N8N_PROFILE === 'n8n-1' && { testPathIgnorePatterns: ['/test/e2e/parked'] }),
});

/** @type {import('jest').Config} */
module.exports = {
	// Tests wait for events, never for a time to pass; this only ends a wait for an event that never comes.
	testTimeout: 180_000,
	// A worker that has nothing left to do is gone when Node.js has freed its memory: on a busy machine not within
	// half a second, and jest would kill it and warn of a leak. One that does leak is still warned of.
	workerGracefulExitTimeout: 20_000,
	projects: ['unit', 'engine', 'e2e', 'browser', 'queue'].map(suite),
};

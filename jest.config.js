/** @type {import('jest').Config} */
const common = {
	rootDir: __dirname,
	testEnvironment: 'node',
	transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
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
});

/** @type {import('jest').Config} */
module.exports = {
	// Tests wait for events, never for a time to pass; this only ends a wait for an event that never comes.
	testTimeout: 60_000,
	projects: ['unit', 'engine', 'e2e', 'browser', 'queue'].map(suite),
};

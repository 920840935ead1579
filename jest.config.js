/** @type {import('jest').Config} */
const common = {
	rootDir: __dirname,
	testEnvironment: 'node',
	transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/test/host/'],
};

/**
 * A suite: every `*.test.ts` in its folder.
 *
 * @param {string} name
 * @param {import('jest').Config} [more]
 */
const suite = (name, more = {}) => ({
	...common,
	displayName: name,
	testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
	...more,
});

/** @type {import('jest').Config} */
module.exports = {
	// Tests wait for events, never for a time to pass; this only ends a wait for an event that never comes.
	testTimeout: 60_000,
	projects: [suite('unit'), suite('engine'), suite('e2e', { modulePathIgnorePatterns: ['<rootDir>/dist/'] })],
};

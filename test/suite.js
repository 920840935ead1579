// JavaScript, since jest reads its configuration without any help.
const { join } = require('node:path');

const { N8N_PROFILE } = process.env;
const rootDir = join(__dirname, '..');

/**
 * A suite: every `*.test.ts` in its folder. Each has a configuration of its own, so that words behind
 * `npm run test:<suite> --` choose files, also with `--watch`.
 *
 * @param {string} name
 * @param {import('jest').Config} more
 * @returns {import('jest').Config}
 */
exports.suite = (name, more) => ({
	rootDir,
	testEnvironment: 'node',
	testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
	transform: {
		'^.+\\.c?ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }],
	},
	// What jest indexes and watches: not the many thousand files of node_modules and of installed n8ns.
	roots: [
		'nodes',
		'credentials',
		...['simulator', 'reliability', name].map((folder) => `test/${folder}`),
	].map((folder) => `<rootDir>/${folder}`),
	// Tests wait for events, never for a time to pass; this only ends a wait for an event that never comes.
	testTimeout: 180_000,
	// A worker that has nothing left to do is gone when Node.js has freed its memory: on a busy machine not within
	// half a second, and jest would kill it and warn of a leak. One that does leak is still warned of.
	workerGracefulExitTimeout: 20_000,
	...more,
});

/** The pinned n8n that `N8N_PROFILE` names, such as `n8n-1`; else undefined. */
exports.profile = N8N_PROFILE;

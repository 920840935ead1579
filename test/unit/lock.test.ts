import { lockProblems, type LockedPackages } from '../package/lock.cts';

const MANIFEST = { devDependencies: { a: '^1.0.0' } };

/** A lock file of the project with `a`, and with whatever else it holds. */
const locked = (more: LockedPackages = {}): LockedPackages => ({
	'': MANIFEST,
	'node_modules/a': { version: '1.0.0', optionalDependencies: { 'a-win32': '1.0.0' } },
	'node_modules/a-win32': { version: '1.0.0' },
	...more,
});

test('a lock file that holds the packages of every platform is right', () => {
	expect(lockProblems(locked(), MANIFEST)).toEqual([]);
	const nested = locked({
		'node_modules/a/node_modules/b': {},
		'node_modules/a': { dependencies: { b: '1' } },
	});
	expect(lockProblems(nested, MANIFEST)).toEqual([]);
});

test.each<[string, LockedPackages, object, string]>([
	[
		'a package of another platform is missing',
		{ 'node_modules/a': { optionalDependencies: { 'a-darwin': '1' } } },
		MANIFEST,
		'lacks a-darwin, of node_modules/a',
	],
	[
		'a needed peer is missing',
		{ 'node_modules/a': { peerDependencies: { b: '*' } } },
		MANIFEST,
		'lacks b, of node_modules/a',
	],
	[
		'package.json wants another version',
		{},
		{ devDependencies: { a: '^2.0.0' } },
		'has other devDependencies than package.json',
	],
	[
		'a registry is named',
		{ 'node_modules/a': { resolved: 'https://registry.example/a.tgz' } },
		MANIFEST,
		'names where it came from: https://registry.example/a.tgz',
	],
])('%s', (_case, packages, manifest, problem) => {
	expect(lockProblems(locked(packages), manifest)).toEqual([expect.stringContaining(problem)]);
});

test('a peer that is optional may be missing', () => {
	const a = { peerDependencies: { b: '*' }, peerDependenciesMeta: { b: { optional: true } } };
	expect(lockProblems(locked({ 'node_modules/a': a }), MANIFEST)).toEqual([]);
});

import { changelogEntry, releaseProblems } from '../package/release.cts';

const CHANGELOG = `# Changelog

## [Unreleased]

## [1.2.3] - 2026-01-15

### Added

- Something.

## [1.2.2] - 2026-01-01

[Unreleased]: https://example.com
`;

const READY = { version: '1.2.3', changelog: CHANGELOG, uncommitted: '', tags: ['1.2.3'] };

test('a clean tree with an entry and a matching tag may be released', () => {
	expect(releaseProblems(READY)).toEqual([]);
	expect(releaseProblems({ ...READY, tags: ['v1.2.3', 'nightly'] })).toEqual([]);
	expect(releaseProblems({ ...READY, tags: [] })).toEqual([]);
});

test.each([
	['a dirty tree', { uncommitted: ' M nodes/x.ts\n' }, 'uncommitted changes'],
	['a missing entry', { version: '1.3.0', tags: [] }, 'no entry "## [1.3.0]'],
	['an entry without words', { version: '1.2.2', tags: [] }, 'says nothing'],
	['a version that only looks alike', { version: '1.2.30', tags: [] }, 'no entry'],
	['another tag', { tags: ['1.2.4'] }, 'The tag 1.2.4'],
])('%s stands in the way', (_case, change, words) => {
	expect(releaseProblems({ ...READY, ...change })).toEqual([expect.stringContaining(words)]);
});

test('an entry is the text under its heading', () => {
	expect(changelogEntry(CHANGELOG, '1.2.3')).toBe('### Added\n\n- Something.');
});

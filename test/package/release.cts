/**
 * What stands in the way of a release.
 *
 * @returns a line for each problem; empty when the release may go out
 */
export function releaseProblems({
	version,
	changelog,
	uncommitted,
	tags,
}: {
	/** Of package.json */
	version: string;
	/** Text of CHANGELOG.md */
	changelog: string;
	/** What `git status --porcelain` printed */
	uncommitted: string;
	/** Names of the tags on the present commit */
	tags: string[];
}): string[] {
	const problems = [];
	if (uncommitted.trim() !== '') {
		problems.push(`There are uncommitted changes; commit or remove them:\n${uncommitted.trimEnd()}`);
	}
	const entry = changelogEntry(changelog, version);
	if (entry === undefined) {
		problems.push(`CHANGELOG.md has no entry "## [${version}] - YYYY-MM-DD" for the version in package.json`);
	} else if (entry === '') {
		problems.push(`The entry for ${version} in CHANGELOG.md says nothing`);
	}
	const versionTags = tags.filter((tag) => /^v?\d+\.\d+\.\d+/.test(tag));
	if (versionTags.length > 0 && !versionTags.some((tag) => tag.replace(/^v/, '') === version)) {
		problems.push(`The tag ${versionTags.join(', ')} is not the version in package.json, ${version}`);
	}
	return problems;
}

/** The text under a version's heading; undefined where there is none. */
export function changelogEntry(changelog: string, version: string) {
	const sections = changelog.split(/^## /m);
	const heading = new RegExp(`^\\[${version.replaceAll('.', '\\.')}\\] - \\d{4}-\\d{2}-\\d{2}\\s*$`, 'm');
	const section = sections.find((text) => heading.test(text.split('\n', 1)[0] ?? ''));
	return section
		?.split('\n')
		.slice(1)
		.join('\n')
		.replace(/^\[.*$/gm, '')
		.trim();
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const LINK = /\]\(([^)\s]+)\)/g;

/** As GitHub makes it of a heading. */
const anchorOf = (heading: string) =>
	heading
		.toLowerCase()
		.replace(/[^\p{L}\p{N}\s_-]/gu, '')
		.trim()
		.replace(/\s/g, '-');

const anchorsOf = (text: string) =>
	[...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

/** The pages for users and contributors, by their paths. */
export const PAGES = [
	...['README.md', 'CONTRIBUTING.md', 'SECURITY.md'],
	...readdirSync(join(ROOT, 'docs'))
		.filter((name) => name.endsWith('.md'))
		.map((name) => `docs/${name}`),
];

/** @returns the links of a page that lead to no file of this repository, or to no heading of that file */
export function deadLinks(page: string): string[] {
	const text = readFileSync(join(ROOT, page), 'utf8');
	return [...text.matchAll(LINK)]
		.map(([, link = '']) => link)
		.filter((link) => !/^https?:/.test(link) && !leadsSomewhere(link, page));
}

function leadsSomewhere(link: string, page: string) {
	const [path, anchor] = link.split('#');
	const file = path ? join(ROOT, dirname(page), path) : join(ROOT, page);
	if (relative(ROOT, file).startsWith('..') || !existsSync(file)) return false;
	return anchor === undefined || anchorsOf(readFileSync(file, 'utf8')).includes(anchor);
}

import { importsOfNode } from './imports.cts';
import { wordsOf } from './words.cts';

/** The folders of the node, from the top down. Those of one line know nothing of each other. */
const LAYERS = [['resources'], ['waiting', 'media', 'files'], ['http'], ['core']];

const folderOf = (path: string) => path.split('/')[0] as string;
const layerOf = (path: string) => LAYERS.findIndex((folders) => folders.includes(folderOf(path)));

test('imports go down the layers of the node', () => {
	const imports = importsOfNode().filter(({ from }) => from.includes('/'));
	expect(imports.length).toBeGreaterThan(50);
	const wrong = imports.filter(
		({ from, to }) => folderOf(from) !== folderOf(to) && layerOf(to) <= layerOf(from),
	);
	expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
});

/** The words of the node's resources. */
const RESOURCES = /video|task|asset/i;

/** Texts that hold such a word by right, and why. */
const ALLOWED: Array<[RegExp, why: string]> = [
	[/^video\/[\w*-]*$/, 'a media type'],
	[/^(ifTaskFails|If Task Fails|Output the Task)$/, 'a public name that is older than other resources'],
];

test.each(['waiting', 'files', 'http', 'core'])('%s knows no resource', (folder) => {
	const words = wordsOf(folder);
	expect(words.length).toBeGreaterThan(500);
	const telling = words.filter(
		({ text }) => RESOURCES.test(text) && !ALLOWED.some(([allowed]) => allowed.test(text)),
	);
	expect(telling).toEqual([]);
});

// A video is a kind of medium there, and assets are addresses of media.
test('media knows no tasks', () => {
	expect(wordsOf('media').filter(({ text }) => /task/i.test(text))).toEqual([]);
});

test.each(ALLOWED)('what is allowed occurs: %s, %s', (allowed) => {
	const words = ['waiting', 'files', 'http', 'core'].flatMap(wordsOf);
	expect(words.some(({ text }) => allowed.test(text))).toBe(true);
});

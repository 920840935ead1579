import { importsOfNode } from './imports.cts';

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

import type { Files } from '../../../nodes/Seedance/media/medium';
import type { AddressTaker } from '../../../nodes/Seedance/media/addresses';
import { readMedia, readMedium } from '../../../nodes/Seedance/media/medium';
import { refusal } from '../stubContext';

const FRAME = { label: 'First Frame', isList: false };
const IMAGES = { label: 'Reference Images', isList: true };
const TAKER: AddressTaker = { name: 'Seedance 2.0', assets: { scheme: 'asset' } };
const NO_ASSETS: AddressTaker = { name: 'Seedance 1.5' };

const file = (fileName = 'a.jpg') => ({
	mimeType: 'image/jpeg',
	data: 'filesystem-v2',
	id: `x:${fileName}`,
	fileName,
});
const files = (...names: string[]): Files =>
	Object.fromEntries(names.map((name) => [name, file(`${name}.jpg`)]));

const one = (value: unknown, items: Files = {}, taker = TAKER) => readMedium(value, FRAME, taker, items);
const many = (value: unknown, items: Files = {}) => readMedia(value, IMAGES, TAKER, items);

test.each([
	['', undefined],
	['  ', undefined],
	[null, undefined],
	[' https://example.com/a.png ', { kind: 'url', url: 'https://example.com/a.png' }],
	['HTTP://example.com/a.png', { kind: 'url', url: 'HTTP://example.com/a.png' }],
	['https://example.com/a*', { kind: 'url', url: 'https://example.com/a*' }],
	['asset://asset-1', { kind: 'asset', id: 'asset-1' }],
	['ASSET://asset-1', { kind: 'asset', id: 'asset-1' }],
	[' photo ', { kind: 'file', field: 'photo' }],
	['null', { kind: 'file', field: 'null' }],
	['a/b*', { kind: 'file', field: 'a/b*' }],
])('%j is read as %j', (value, medium) => {
	expect(one(value, files('photo', 'null', 'a/b*'))).toEqual(medium);
});

test('a list takes one a line, or a list from an expression, in its order', () => {
	const media = [
		{ kind: 'file', field: 'photo' },
		{ kind: 'url', url: 'https://example.com/a.png' },
		{ kind: 'asset', id: 'asset-1' },
	];
	expect(many('photo\r\n\n https://example.com/a.png\nasset://asset-1', files('photo'))).toEqual(media);
	expect(many(['photo', null, 'https://example.com/a.png', 'asset://asset-1'], files('photo'))).toEqual(
		media,
	);
});

test('a name that ends in * stands for the fields that begin so, in natural order', () => {
	const items = files('photos_10', 'photos_2', 'other', 'photos_0', 'photos_1');
	const fields = (pattern: string) =>
		many(pattern, items).map((medium) => (medium.kind === 'file' ? medium.field : ''));
	expect(fields('photos_*')).toEqual(['photos_0', 'photos_1', 'photos_2', 'photos_10']);
	expect(fields('other\nphotos_1*')).toEqual(['other', 'photos_1', 'photos_10']);
	expect(fields('*')).toEqual(['other', 'photos_0', 'photos_1', 'photos_2', 'photos_10']);
});

test('a field that is not there is refused, and those that are there are named', () => {
	expect(refusal(() => one('foto', files('photo_10', 'photo_2')))).toEqual({
		message: "In 'First Frame', the item has no such file: foto",
		description:
			"Give one of its binary fields (photo_2, photo_10), or an address that starts with https://. Where the file is optional, make the field an expression: {{ $binary?.foto ? 'foto' : '' }}",
	});
	expect(refusal(() => many('photos_*', files('data'))).message).toBe(
		"In 'Reference Images', no field of the item begins so: photos_*",
	);
	expect(refusal(() => one('photo')).description).toMatch(/^The item has no binary fields: an earlier node/);
	expect(refusal(() => one('constructor')).message).toContain('no such file');
});

test("a file's name is refused with the field that holds it", () => {
	expect(refusal(() => one('cat.png', { data: file('cat.png') })).description).toBe(
		"The file of that name is in the field 'data': give data",
	);
});

test('a field for one file takes no pattern', () => {
	expect(refusal(() => one('photos_*', files('photos_0', 'photos_1')))).toEqual({
		message: "'First Frame' takes one file, not several: photos_*",
		description: "Give one of 'photos_0' or 'photos_1'.",
	});
});

test('the file itself is refused with the name of its field', () => {
	const items = files('data', 'photo');
	expect(refusal(() => one({ ...items.photo }, items))).toEqual({
		message: "'First Frame' is the file itself, not the name of its field",
		description: 'Give the name as text, without an expression: photo',
	});
});

test.each([
	['https://user:secret@example.com/a.png', 'contains a login'],
	['https://drive.google.com/file/d/abc/view', 'leads to a page of Google Drive'],
	['data:image/png;base64,AAAA', 'is a file, not the address of one'],
	['example.com/a.png', 'does not begin with https://'],
	['C:\\photos\\a.png', "is a file's name, not an address"],
	['ftp://example.com/a.png', 'is not an http or https address'],
	['{{ $json.photo }}', 'contains an expression that n8n did not evaluate'],
	['undefined', 'is "undefined"'],
	[undefined, 'comes to nothing'],
	[['photo'], 'is a list, not a text'],
	[{ url: 'x' }, 'is an object, not a text'],
	[true, 'is true, not a text'],
])('%j is refused as an address is', (value, words) => {
	const { message, description } = refusal(() => one(value, files('photo')));
	expect(message).toContain(words);
	expect(message).not.toContain('secret');
	expect(description).not.toBe('');
});

test.each(['asset://asset-1', 'assetId://asset-1'])(
	'%s is refused where the model takes no assets',
	(value) => {
		expect(refusal(() => one(value, {}, NO_ASSETS)).message).toBe(
			"'First Frame' can't be an asset with Seedance 1.5",
		);
	},
);

test('where only assets are taken, a file is refused, and so are several', () => {
	const taker: AddressTaker = { name: 'Seedance 2.5', assets: { scheme: 'assetId', isRequired: true } };
	const words = (label: string) => ({
		message: `${label} is no asset: photo_1`,
		description: expect.stringContaining("Turn on 'Have Media Reviewed First'") as unknown,
	});
	expect(refusal(() => one('photo_1', files('photo_1'), taker))).toEqual(words("The 'First Frame'"));
	expect(refusal(() => readMedia('photo_*', IMAGES, taker, files('photo_1')))).toEqual(
		words("A line in 'Reference Images'"),
	);
	expect(one('assetId://a', {}, taker)).toEqual({ kind: 'asset', id: 'a' });
});

test('one bad entry refuses the list', () => {
	expect(refusal(() => many('photo\nfoto', files('photo'))).message).toContain('no such file: foto');
	expect(refusal(() => many(['photo', undefined], files('photo'))).message).toContain('comes to nothing');
});

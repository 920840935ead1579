import { lookAt } from '../../../nodes/Seedance/media/picture';
import { bmp, gif, jpeg, png, tiff, webp } from './pictures';

/** Looks at a medium of which only so many bytes can be had. */
const look = async (bytes: Uint8Array, available = Infinity) =>
	await lookAt(async (from, length) =>
		from + length <= available ? bytes.subarray(from, from + length) : undefined,
	);

const text = (content: string) => Buffer.from(content, 'latin1');

test.each([
	['jpeg', jpeg([1280, 720])],
	['jpeg', jpeg([1280, 720], { frame: 0xc2 })],
	['jpeg', jpeg([1280, 720], { frame: 0xcf })],
	['jpeg', jpeg([1280, 720], { orientation: 1 })],
	['jpeg', jpeg([1280, 720], { orientation: 3 })],
	['jpeg', jpeg([720, 1280], { orientation: 6 })],
	['jpeg', jpeg([720, 1280], { orientation: 8, isLittle: false })],
	['jpeg', jpeg([1280, 720], { before: text('\xff\xff\xff\xd0\xff\x01') })],
	['png', png([1280, 720])],
	['webp', webp([1280, 720], 'VP8 ')],
	['webp', webp([1280, 720], 'VP8L')],
	['webp', webp([1280, 720], 'VP8X')],
	['bmp', bmp([1280, 720])],
	['bmp', bmp([1280, -720])],
	['bmp', bmp([1280, 720], true)],
	['gif', gif([1280, 720])],
	['tiff', tiff([1280, 720])],
	['tiff', tiff([1280, 720], { isLittle: false })],
	['tiff', tiff([1280, 720], { isLong: true })],
	['tiff', tiff([1280, 720], { isLong: true, isLittle: false, orientation: 2 })],
	['tiff', tiff([720, 1280], { orientation: 5 })],
])('reads the sides of a %s as it is shown (%#)', async (kind, bytes) => {
	expect(await look(bytes)).toMatchObject({ kind, sides: { width: 1280, height: 720 } });
});

test('reads the largest sides of a lossless WebP', async () => {
	expect(await look(webp([16384, 16384], 'VP8L'))).toMatchObject({ sides: { width: 16384, height: 16384 } });
});

test('reads headers alone, wherever they lie', async () => {
	const reads: Array<[number, number]> = [];
	const far = {
		'a JPEG picture': jpeg([300, 400], { padding: 400_000 }),
		'a TIFF picture': tiff([300, 400], { at: 900_000 }),
	};
	for (const [name, bytes] of Object.entries(far)) {
		reads.length = 0;
		const found = await lookAt(async (from, length) => {
			reads.push([from, length]);
			return bytes.subarray(from, from + length);
		});
		expect(found).toMatchObject({ name, sides: { width: 300, height: 400 } });
		expect(Math.max(...reads.map(([, length]) => length))).toBeLessThanOrEqual(512);
		// Forward, so that a stream will do.
		const starts = reads.slice(2).map(([from]) => from);
		expect(starts).toEqual([...starts].sort((a, b) => a - b));
	}
});

test('tells a picture whose bytes can not be had from a broken one', async () => {
	const bytes = jpeg([300, 400], { padding: 400_000 });
	expect(await look(bytes, 65_536)).toEqual({ kind: 'jpeg', name: 'a JPEG picture' });
	expect(await look(bytes.subarray(0, 65_536))).toEqual({
		kind: 'jpeg',
		name: 'a JPEG picture',
		isBroken: true,
	});
	expect(await look(bytes, 100)).toBeUndefined();
});

test.each([
	['a JPEG that ends before its frame', Buffer.concat([jpeg([1, 1]).subarray(0, 60), text('\xff\xd9\0\0')])],
	['a JPEG of nonsense', text('\xff\xd8\xff\xe0\0\x04ab nothing more here')],
	['a JPEG whose segments never end', Buffer.concat([text('\xff\xd8'), Buffer.alloc(10_000, 0xff)])],
	['a PNG that breaks off', png([300, 400]).subarray(0, 20)],
	['a PNG without its first chunk', Buffer.concat([png([300, 400]).subarray(0, 12), Buffer.alloc(30)])],
	['a WebP of nonsense', text('RIFF\x10\0\0\0WEBPVP9 ________________________')],
	['a WebP without a start code', text('RIFF\x10\0\0\0WEBPVP8 ________________________')],
	['a TIFF whose directory is past its end', tiff([300, 400], { at: 900 }).subarray(0, 200)],
	['a TIFF without sides', tiff([0, 0])],
	['a GIF without a side', gif([0, 400])],
	['a BMP without a side', bmp([300, 0])],
])('calls %s broken', async (_, bytes) => {
	expect(await look(bytes)).toMatchObject({ isBroken: true });
});

test('shows a JPEG whose Exif is broken as it lies', async () => {
	const exif = text('\xff\xe1\0\x20Exif\0\0II*\0\xff\xff\xff\x00________________');
	expect(await look(jpeg([300, 400], { before: exif }))).toMatchObject({
		sides: { width: 300, height: 400 },
	});
});

test.each([
	['', 'empty'],
	['\0\0\0\x20ftypheic\0\0\0\0mif1heic', 'heic'],
	['\0\0\0\x20ftypavif\0\0\0\0avifmif1', 'avif'],
	['\0\0\0\x20ftypisom\0\0\0\0isomiso2', 'mp4'],
	['\0\0\0\x14ftypqt  \0\0\0\0', 'mov'],
	['\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm', 'webm'],
	['RIFF____WAVEfmt ', 'wav'],
	['ID3\x04\0', 'mp3'],
	['\xff\xfb\x90\x64', 'mp3'],
	['\xff\xf1\x50\x80', 'aac'],
	['%PDF-1.7', 'pdf'],
	['PK\x03\x04', 'zip'],
	['\xef\xbb\xbf\n <!-- hello -->\n<!DOCTYPE html><html>', 'html'],
	['<html lang="en">', 'html'],
	['<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg">', 'svg'],
	['<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>', 'xml'],
	['{"error":"not found"}', 'json'],
	['just a text', undefined],
])('knows what %j is', async (content, kind) => {
	const found = await look(text(content));
	expect(found?.kind).toBe(kind);
	expect(found?.name).toMatch(/^an? /);
	expect(found?.sides).toBeUndefined();
});

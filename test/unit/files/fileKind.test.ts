import { HEAD_BYTES, kindByServer, readHead } from '../../../nodes/Seedance/files/fileKind';

const bytes = (latin1: string) => Buffer.from(latin1, 'latin1');
const ftyp = (brand: string) => `\0\0\0\x20ftyp${brand}\0\0\x02\0`;
const ebml = (type: string) =>
	`\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82${type}`;

describe('the first bytes of a file tell what it is', () => {
	test.each<[string, string[], string, string]>([
		[
			'MP4',
			['isom', 'iso2', 'iso5', 'mp41', 'mp42', 'avc1', 'dash', 'M4V ', 'F4V ', 'MSNV', 'cmfc'].map(ftyp),
			'video/mp4',
			'mp4',
		],
		['QuickTime', [ftyp('qt  ')], 'video/quicktime', 'mov'],
		['MPEG-4 sound', [ftyp('M4A '), ftyp('M4B ')], 'audio/mp4', 'm4a'],
		['3GPP', [ftyp('3gp5'), ftyp('3g2a')], 'video/3gpp', '3gp'],
		['AVIF', [ftyp('avif'), ftyp('avis')], 'image/avif', 'avif'],
		['HEIF', [ftyp('heic'), ftyp('mif1')], 'image/heic', 'heic'],
		['WebM', [ebml('\x84webm')], 'video/webm', 'webm'],
		['Matroska', [ebml('\x88matroska')], 'video/x-matroska', 'mkv'],
		['AVI', ['RIFF\x0a\0\0\0AVI LIST'], 'video/x-msvideo', 'avi'],
		['PNG', ['\x89PNG\r\n\x1a\n\0\0\0\rIHDR'], 'image/png', 'png'],
		['JPEG', ['\xff\xd8\xff\xe0\0\x10JFIF', '\xff\xd8\xff\xe1'], 'image/jpeg', 'jpg'],
		['GIF', ['GIF87a', 'GIF89a'], 'image/gif', 'gif'],
		['WebP', ['RIFF\x0a\0\0\0WEBPVP8 '], 'image/webp', 'webp'],
		['BMP', ['BM\x36\x84\x03\0\0\0\0\0\x36\0'], 'image/bmp', 'bmp'],
		['TIFF', ['II*\0\x08', 'MM\0*\0'], 'image/tiff', 'tiff'],
		['WAV', ['RIFF\x0a\0\0\0WAVEfmt '], 'audio/wav', 'wav'],
		['MP3', ['ID3\x04\0', '\xff\xfb\x90\x64', '\xff\xf3\x44\xc4', '\xff\xe3\x18\xc4'], 'audio/mpeg', 'mp3'],
		['AAC', ['\xff\xf1\x50\x80', '\xff\xf9\x50\x80'], 'audio/aac', 'aac'],
		['Ogg', ['OggS\0\x02'], 'audio/ogg', 'ogg'],
		['FLAC', ['fLaC\0\0\0\x22'], 'audio/flac', 'flac'],
	])('%s', (_name, heads, mimeType, ending) => {
		for (const head of heads) expect(readHead(bytes(head))).toEqual({ media: { mimeType, ending } });
	});

	test.each<[string, string[]]>([
		['a web page', ['<!DOCTYPE html>', ' \n<html>', '\xef\xbb\xbf<?xml version="1.0"?>', '<Error>']],
		['JSON', ['{"code":403}', ' {\n  "a": 1', '{}', '[{"a":1}]', '[]', '\xef\xbb\xbf{"a":1}']],
	])('%s is no file', (text, heads) => {
		for (const head of heads) expect(readHead(bytes(head))).toEqual({ text });
	});

	test.each([
		'',
		'B',
		'plain words',
		'BM and more words',
		'{bytes',
		'[1,2]',
		'< 5',
		'\xff\xff\xff\xff',
		'\xff\xfb\xff',
		'ftypisom',
	])('%j tells nothing', (head) => {
		expect(readHead(bytes(head))).toBeUndefined();
	});

	test('WebM says so within the bytes that are read', () => {
		expect(ebml('\x84webm').length).toBeLessThanOrEqual(HEAD_BYTES);
	});
});

describe('where the bytes tell nothing', () => {
	test.each([
		['video/mp4', 'a.mp4', 'video/mp4', 'mp4'],
		['application/mp4', 'a', 'video/mp4', 'mp4'],
		['video/x-unheard-of', 'a', 'video/x-unheard-of', 'mp4'],
		['image/jpg', 'a', 'image/jpeg', 'jpg'],
		['image/jpeg', 'a.JPEG', 'image/jpeg', 'jpeg'],
		['image/webp', 'a.mp4', 'image/webp', 'webp'],
		['image/x-unheard-of', 'a.mp4', 'image/x-unheard-of', 'bin'],
		['image/x-unheard-of', 'a.xyz', 'image/x-unheard-of', 'xyz'],
		['audio/mp3', 'a', 'audio/mpeg', 'mp3'],
		['audio/x-wav', 'a.wav', 'audio/wav', 'wav'],
		['application/x-unheard-of', 'a.mp4', 'video/mp4', 'mp4'],
		['application/zip', 'a.zip', 'application/zip', 'zip'],
		['application/zip', 'a', 'application/zip', 'bin'],
		['application/octet-stream', 'a.wav', 'audio/wav', 'wav'],
		['binary/octet-stream', 'a.xyz', 'video/mp4', 'mp4'],
		['', 'a.constructor', 'video/mp4', 'mp4'],
		['constructor', 'a', 'constructor', 'bin'],
	])('the type %j, else the address %j: %s, .%s', (type, path, mimeType, ending) => {
		expect(kindByServer(type, `https://files.example/${path}?x=y.png`)).toEqual({ mimeType, ending });
	});
});

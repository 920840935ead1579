/** What the first bytes of a medium tell. */
export interface MediumLook {
	/** Such as "jpeg"; undefined where the bytes don't tell. */
	kind?: string;
	/** The kind with its article, as messages name it. */
	name: string;
	/** Of a picture, in pixels; undefined where they could not be read. */
	sides?: Sides;
	/** Whether the header of a picture breaks off or makes no sense. */
	isBroken?: true;
}

/** Sides as a viewer shows the picture. The orientation of JPEG and TIFF is applied, which may swap them. */
export interface Sides {
	width: number;
	height: number;
}

/**
 * Reads bytes of a medium. Reads go forward, but bytes before `HEAD_BYTES` may be read at any time.
 *
 * @returns fewer bytes at the end of the medium; undefined where the bytes can't be had
 */
export type Read = (from: number, length: number) => Promise<Uint8Array | undefined>;

/** Bytes that are enough for nearly every picture. A JPEG with a long EXIF block and a TIFF may need later ones. */
export const HEAD_BYTES = 65_536;

/** Bytes that tell the kind. A web page may begin with blanks and comments. */
const SIGNATURE_BYTES = 512;

/** Most segments of a JPEG before its sides. An ICC profile has 255 at most. */
const MOST_SEGMENTS = 1_000;

/** Most fields of a TIFF directory that are read. They are sorted, and the sides come first. */
const MOST_FIELDS = 40;

/** The kinds that have sides here, the six that the vendor takes. */
export const PICTURE_KINDS: readonly string[] = ['jpeg', 'png', 'webp', 'bmp', 'tiff', 'gif'];

/**
 * First bytes as Latin-1 text: the list "File signatures" of Wikipedia, and each format's own page. A dot stands for
 * control characters too, which n8n's linter allows in no pattern.
 */
const SIGNATURES: Array<[pattern: RegExp, kind: string, name: string]> = [
	[/^\xff\xd8\xff/, 'jpeg', 'a JPEG picture'],
	[/^\x89PNG\r\n.\n/s, 'png', 'a PNG picture'],
	[/^RIFF.{4}WEBP/s, 'webp', 'a WebP picture'],
	[/^GIF8[79]a/, 'gif', 'a GIF picture'],
	[/^BM.{4}\0{4}/s, 'bmp', 'a BMP picture'],
	[/^(II\*\0|MM\0\*)/, 'tiff', 'a TIFF picture'],
	// ISO base media: a box `ftyp` with a brand. A brand that is not listed counts as MP4.
	[/^.{4}ftypavi[fs]/s, 'avif', 'an AVIF picture'],
	[/^.{4}ftyp(hei|hev|mif1|msf1)/s, 'heic', 'a HEIC picture, as iPhones take them'],
	[/^.{4}ftypqt {2}/s, 'mov', 'a QuickTime video'],
	[/^.{4}ftypM4[ABP] /s, 'm4a', 'an M4A sound'],
	[/^.{4}ftyp3g/s, '3gp', 'a 3GP video'],
	[/^.{4}ftyp/s, 'mp4', 'an MP4 video'],
	// EBML, and the document's type within its head.
	[/^.E\xdf\xa3.{0,60}webm/s, 'webm', 'a WebM video'],
	[/^.E\xdf\xa3/s, 'mkv', 'a Matroska video'],
	[/^RIFF.{4}AVI /s, 'avi', 'an AVI video'],
	[/^RIFF.{4}WAVE/s, 'wav', 'a WAV sound'],
	[/^OggS/, 'ogg', 'an Ogg file'],
	[/^fLaC/, 'flac', 'a FLAC sound'],
	// A frame of MPEG audio: eleven bits of sync, then version and layer; layer 3 is MP3, layer 0 is AAC (ADTS).
	[/^\xff[\xf0\xf1\xf8\xf9]/, 'aac', 'an AAC sound'],
	[/^(ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb][^\xf0-\xff])/s, 'mp3', 'an MP3 sound'],
	[/^(.{4}JXL |\xff\n)/s, 'jxl', 'a JPEG XL picture'],
	[/^%PDF-/, 'pdf', 'a PDF document'],
	[/^8BPS/, 'psd', 'a Photoshop file'],
	[/^PK/, 'zip', 'a ZIP archive or an Office document'],
];

/** Texts, without a byte order mark and the blanks before them. */
const TEXTS: typeof SIGNATURES = [
	[/^(<[?!][^>]*>\s*)*<svg\b/i, 'svg', 'an SVG drawing'],
	[/^(<!--.*?-->\s*)*<(!doctype html|html|head|body|script|meta|title)\b/is, 'html', 'a web page'],
	[/^<[!?a-z]/i, 'xml', 'a text in HTML or XML'],
	[/^(\{\s*["}]|\[\s*["{[\]])/, 'json', 'a JSON text'],
];

/**
 * Looks at a medium: its kind, and the sides of a picture. Nothing but headers is read, and they may lie anywhere.
 *
 * @returns undefined where not even the first bytes can be had
 */
export async function lookAt(read: Read): Promise<MediumLook | undefined> {
	const head = await read(0, SIGNATURE_BYTES);
	if (!head) return undefined;
	if (head.length === 0) return { kind: 'empty', name: 'an empty file' };
	const look = kindOf(head);
	const reader =
		look.kind !== undefined && Object.hasOwn(READERS, look.kind) ? READERS[look.kind] : undefined;
	if (!reader) return look;
	const source = { read, isMissing: false };
	try {
		const sides = await reader(bytesOf(source));
		if (sides.width > 0 && sides.height > 0) return { ...look, sides };
	} catch {
		// Whatever could not be read: `isMissing` tells whether the picture is to blame.
	}
	return source.isMissing ? look : { ...look, isBroken: true };
}

/** The kind of a medium, by its first bytes. */
function kindOf(bytes: Uint8Array): MediumLook {
	const head = Buffer.from(bytes).toString('latin1');
	const text = head.replace(/^\xef\xbb\xbf/, '').trimStart();
	const found =
		SIGNATURES.find(([pattern]) => pattern.test(head)) ?? TEXTS.find(([pattern]) => pattern.test(text));
	return found ? { kind: found[1], name: found[2] } : { name: 'a file of an unknown kind' };
}

/** Where bytes come from, and whether some could not be had. */
interface Source {
	read: Read;
	isMissing: boolean;
}

/** Some bytes of a picture: all of them, or it throws. */
type Bytes = (from: number, length: number) => Promise<DataView>;

function bytesOf(source: Source): Bytes {
	return async (from, length) => {
		source.isMissing = true;
		const bytes = await source.read(from, length);
		source.isMissing = bytes === undefined;
		if (!bytes || bytes.length < length) throw new Error('The picture breaks off');
		return new DataView(bytes.buffer, bytes.byteOffset, length);
	};
}

const NO_HEADER = 'The picture has no header with its sides';

const READERS: Record<string, (bytes: Bytes) => Promise<Sides>> = {
	jpeg: jpegSides,
	png: pngSides,
	webp: webpSides,
	bmp: bmpSides,
	gif: gifSides,
	tiff: async (bytes) => {
		const { sides, isTurned } = await tiffFields(bytes, 0);
		if (!sides) throw new Error(NO_HEADER);
		return isTurned ? turned(sides) : sides;
	},
};

/** JPEG (ITU-T T.81, annex B): segments, one of which is the frame with the sides. Exif 2.32 comes before it. */
async function jpegSides(bytes: Bytes): Promise<Sides> {
	let isTurned: boolean | undefined;
	for (let at = 2, segments = 0; segments < MOST_SEGMENTS; segments++) {
		const start = await bytes(at, 4);
		const marker = start.getUint8(1);
		if (start.getUint8(0) !== 0xff) throw new Error(NO_HEADER);
		// A fill byte, or a marker without a length.
		if (marker === 0xff) {
			at += 1;
			continue;
		}
		if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
			at += 2;
			continue;
		}
		if (isFrame(marker)) {
			const frame = await bytes(at, 9);
			const sides = { width: frame.getUint16(7), height: frame.getUint16(5) };
			return isTurned ? turned(sides) : sides;
		}
		// The picture's data, or its end, before any frame.
		if (marker === 0xda || marker === 0xd9) break;
		const length = start.getUint16(2);
		if (marker === 0xe1 && length > 16) isTurned ??= await exifIsTurned(bytes, at + 4);
		at += 2 + length;
	}
	throw new Error(NO_HEADER);
}

/** SOF0 to SOF15, without the tables DHT and DAC and the reserved JPG between them. */
function isFrame(marker: number): boolean {
	return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** Whether Exif lays the picture on its side. Undefined where the segment holds something else, such as XMP. */
async function exifIsTurned(bytes: Bytes, at: number): Promise<boolean | undefined> {
	if (ascii(await bytes(at, 6)) !== 'Exif\0\0') return undefined;
	try {
		return (await tiffFields(bytes, at + 6)).isTurned;
	} catch {
		// Viewers show a picture whose Exif is broken.
		return undefined;
	}
}

/** TIFF 6.0: a directory of fields, anywhere in the file. */
async function tiffFields(bytes: Bytes, start: number): Promise<{ sides?: Sides; isTurned: boolean }> {
	const head = await bytes(start, 8);
	const isLittle = ascii(head).startsWith('II');
	const directory = start + head.getUint32(4, isLittle);
	const count = Math.min((await bytes(directory, 2)).getUint16(0, isLittle), MOST_FIELDS);
	const fields = await bytes(directory + 2, count * 12);
	const valueOf = (tag: number): number | undefined => {
		for (let at = 0; at < count * 12; at += 12) {
			if (fields.getUint16(at, isLittle) !== tag) continue;
			// Type 4 is a LONG; the others that are allowed here are SHORT.
			const isLong = fields.getUint16(at + 2, isLittle) === 4;
			return isLong ? fields.getUint32(at + 8, isLittle) : fields.getUint16(at + 8, isLittle);
		}
		return undefined;
	};
	const [width, height, orientation = 1] = [valueOf(0x100), valueOf(0x101), valueOf(0x112)];
	return {
		sides: width === undefined || height === undefined ? undefined : { width, height },
		isTurned: orientation >= 5 && orientation <= 8,
	};
}

/** PNG (ISO/IEC 15948): the chunk IHDR comes first. */
async function pngSides(bytes: Bytes): Promise<Sides> {
	const header = await bytes(12, 12);
	if (ascii(header).slice(0, 4) !== 'IHDR') throw new Error(NO_HEADER);
	return { width: header.getUint32(4), height: header.getUint32(8) };
}

/** WebP (RFC 9649): a lossy frame, a lossless one, or the canvas of the extended format. */
async function webpSides(bytes: Bytes): Promise<Sides> {
	const chunk = await bytes(12, 18);
	const kind = ascii(chunk).slice(0, 4);
	if (kind === 'VP8X') return { width: uint24(chunk, 12) + 1, height: uint24(chunk, 15) + 1 };
	if (kind === 'VP8L' && chunk.getUint8(8) === 0x2f) {
		const bits = chunk.getUint32(9, true);
		return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
	}
	// The start code of a key frame (RFC 6386 section 9.1).
	if (kind === 'VP8 ' && uint24(chunk, 11) === 0x2a019d) {
		return { width: chunk.getUint16(14, true) & 0x3fff, height: chunk.getUint16(16, true) & 0x3fff };
	}
	throw new Error(NO_HEADER);
}

/** BMP: the sides are in the header after the file's own; a picture whose rows go down has a negative height. */
async function bmpSides(bytes: Bytes): Promise<Sides> {
	const header = await bytes(14, 12);
	if (header.getUint32(0, true) === 12) {
		return { width: header.getUint16(4, true), height: header.getUint16(6, true) };
	}
	return { width: header.getInt32(4, true), height: Math.abs(header.getInt32(8, true)) };
}

async function gifSides(bytes: Bytes): Promise<Sides> {
	const screen = await bytes(6, 4);
	return { width: screen.getUint16(0, true), height: screen.getUint16(2, true) };
}

function turned({ width, height }: Sides): Sides {
	return { width: height, height: width };
}

function ascii(bytes: DataView): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function uint24(bytes: DataView, at: number): number {
	return bytes.getUint16(at, true) | (bytes.getUint8(at + 2) << 16);
}

/** The beginnings of pictures, as programs write them. */

const latin1 = (text: string) => Buffer.from(text, 'latin1');

function numbers(isLittle: boolean) {
	return {
		u16: (value: number) => {
			const bytes = Buffer.alloc(2);
			if (isLittle) bytes.writeUInt16LE(value);
			else bytes.writeUInt16BE(value);
			return bytes;
		},
		u32: (value: number) => {
			const bytes = Buffer.alloc(4);
			if (isLittle) bytes.writeInt32LE(value | 0);
			else bytes.writeInt32BE(value | 0);
			return bytes;
		},
	};
}

const big = numbers(false);
const little = numbers(true);

/** A picture's sides. */
export type Size = [width: number, height: number];

export function png([width, height]: Size): Buffer {
	return Buffer.concat([
		latin1('\x89PNG\r\n\x1a\n\0\0\0\rIHDR'),
		big.u32(width),
		big.u32(height),
		latin1('\x08\x02\0\0\0'),
	]);
}

export function gif([width, height]: Size): Buffer {
	return Buffer.concat([latin1('GIF89a'), little.u16(width), little.u16(height), latin1('\0\0\0')]);
}

/** A bitmap of today, or one of OS/2 1.x; a negative height lays its rows from the top down. */
export function bmp([width, height]: Size, isOld = false): Buffer {
	return Buffer.concat([
		latin1('BM'),
		little.u32(1000),
		little.u32(0),
		little.u32(isOld ? 26 : 54),
		little.u32(isOld ? 12 : 40),
		...(isOld ? [little.u16(width), little.u16(height)] : [little.u32(width), little.u32(height)]),
		little.u32(0),
	]);
}

export function webp([width, height]: Size, kind: 'VP8 ' | 'VP8L' | 'VP8X'): Buffer {
	const uint24 = (value: number) => little.u32(value).subarray(0, 3);
	const bits = (width - 1) | ((height - 1) << 14);
	const content = {
		// The two bits above the sides scale the picture, which no decoder applies.
		'VP8 ': [latin1('\x30\x01\0\x9d\x01\x2a'), little.u16(width | 0x4000), little.u16(height | 0x8000)],
		VP8L: [latin1('\x2f'), little.u32(bits), latin1('\0\0\0\0\0')],
		VP8X: [latin1('\x10\0\0\0'), uint24(width - 1), uint24(height - 1)],
	}[kind];
	return Buffer.concat([latin1('RIFF'), little.u32(1000), latin1(`WEBP${kind}`), little.u32(10), ...content]);
}

/** What may stand in a TIFF directory beside the sides. */
export interface TiffOptions {
	isLittle?: boolean;
	orientation?: number;
	/** Where the directory lies. */
	at?: number;
	/** Whether the sides are LONGs, not SHORTs. */
	isLong?: boolean;
}

export function tiff(
	[width, height]: Size,
	{ isLittle = true, orientation, at = 8, isLong }: TiffOptions = {},
) {
	const { u16, u32 } = numbers(isLittle);
	const short = (tag: number, value: number) =>
		Buffer.concat([u16(tag), u16(3), u32(1), u16(value), u16(0xdead)]);
	const long = (tag: number, value: number) => Buffer.concat([u16(tag), u16(4), u32(1), u32(value)]);
	const side = isLong ? long : short;
	const fields = [
		long(0xfe, 0),
		...(width > 0 ? [side(0x100, width), side(0x101, height)] : []),
		...(orientation === undefined ? [] : [short(0x112, orientation)]),
	];
	return Buffer.concat([
		latin1(isLittle ? 'II*\0' : 'MM\0*'),
		u32(at),
		Buffer.alloc(at - 8),
		u16(fields.length),
		...fields,
		u32(0),
	]);
}

function segment(marker: number, content: Buffer): Buffer {
	return Buffer.concat([Buffer.from([0xff, marker]), big.u16(content.length + 2), content]);
}

/** What may stand in a JPEG before its sides. */
export interface JpegOptions {
	/** Frame marker: SOF0 by default, SOF2 is progressive. */
	frame?: number;
	orientation?: number;
	isLittle?: boolean;
	/** Bytes of other segments before the frame. */
	padding?: number;
	/** Segments before the frame, as they are. */
	before?: Buffer;
}

export function jpeg([width, height]: Size, options: JpegOptions = {}): Buffer {
	const { frame = 0xc0, orientation, isLittle, padding = 0, before = Buffer.alloc(0) } = options;
	const exif = Buffer.concat([latin1('Exif\0\0'), tiff([0, 0], { isLittle, orientation })]);
	const paddings: Buffer[] = [];
	for (let left = padding; left > 0; left -= 65_000) {
		paddings.push(segment(0xe2, Buffer.alloc(Math.min(left, 65_000), 0xff)));
	}
	return Buffer.concat([
		Buffer.from([0xff, 0xd8]),
		segment(0xe0, latin1('JFIF\0\x01\x01\0\0\x01\0\x01\0\0')),
		segment(0xe1, latin1('http://ns.adobe.com/xap/1.0/\0<x/>')),
		...(orientation === undefined ? [] : [segment(0xe1, exif)]),
		...paddings,
		before,
		segment(0xc4, Buffer.alloc(30)),
		segment(frame, Buffer.concat([latin1('\x08'), big.u16(height), big.u16(width), latin1('\x03')])),
		Buffer.from([0xff, 0xda, 0, 2]),
	]);
}

import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

/** Pixels a side: within what the vendor takes, so that it can be sent back as a medium. */
const SIDE = 512;
const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const PALETTE_TYPE = 3;
const BIT_DEPTH = 8;

function uint32(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value);
	return bytes;
}

function chunk(type: string, data: Buffer): Buffer {
	const named = Buffer.concat([Buffer.from(type), data]);
	return Buffer.concat([uint32(data.length), named, uint32(crc32(named))]);
}

/** A PNG of one colour, of about 400 bytes. The seed decides the colour and is kept as a comment, so no two are alike. */
export function pictureOf(seed: string): Buffer {
	const header = Buffer.concat([uint32(SIDE), uint32(SIDE), Buffer.from([BIT_DEPTH, PALETTE_TYPE, 0, 0, 0])]);
	const colour = createHash('sha256').update(seed).digest().subarray(0, 3);
	// Each row is a filter byte and an index into the palette for each pixel, all 0.
	const rows = deflateSync(Buffer.alloc(SIDE * (SIDE + 1)));
	return Buffer.concat([
		SIGNATURE,
		chunk('IHDR', header),
		chunk('PLTE', colour),
		chunk('tEXt', Buffer.from(`Comment\0${seed}`)),
		chunk('IDAT', rows),
		chunk('IEND', Buffer.alloc(0)),
	]);
}

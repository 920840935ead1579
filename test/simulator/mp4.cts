import { createHash } from 'node:crypto';
import { PICTURE_SIZE, pictureParameterSet, sequenceParameterSet, solidPicture } from './h264.cts';
import { seededRandom } from './random.cts';

import type { Body } from './answers.cts';

/** Units a second in the file's time stamps. */
const TIMESCALE = 1000;

/** Bytes handed out at once while a video is read. */
const BLOCK = 65_536;

/** Bytes: sizes in MP4 boxes are 32 bits wide. */
export const LARGEST_VIDEO = 2 ** 32 - 1;

/** Seconds. */
export const LONGEST_VIDEO = 3600;

const IDENTITY_MATRIX = words(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);

/** @param values 32-bit, big-endian */
function words(...values: number[]) {
	const bytes = Buffer.alloc(values.length * 4);
	values.forEach((value, index) => bytes.writeUInt32BE(value, index * 4));
	return bytes;
}

/** @param values 16-bit, big-endian */
function halves(...values: number[]) {
	const bytes = Buffer.alloc(values.length * 2);
	values.forEach((value, index) => bytes.writeUInt16BE(value, index * 2));
	return bytes;
}

/** @param type four characters */
function box(type: string, ...parts: Buffer[]) {
	const size = parts.reduce((sum, part) => sum + part.length, 8);
	return Buffer.concat([words(size), Buffer.from(type, 'latin1'), ...parts]);
}

/** @param unit a NAL unit, which follows its own length in 16 bits */
function withLength(unit: Buffer) {
	return Buffer.concat([halves(unit.length), unit]);
}

function decoderConfiguration() {
	const sequence = sequenceParameterSet();
	const picture = pictureParameterSet();
	return box(
		'avcC',
		Buffer.from([1]),
		sequence.subarray(1, 4), // profile, constraints, level
		Buffer.from([0xff, 0xe1]), // lengths of 4 bytes; one sequence parameter set
		withLength(sequence),
		Buffer.from([1]),
		withLength(picture),
	);
}

function sampleDescription() {
	const entry = box(
		'avc1',
		words(0), halves(0, 1), // reserved; data reference 1
		Buffer.alloc(16),
		halves(PICTURE_SIZE, PICTURE_SIZE),
		words(0x480000, 0x480000, 0), // 72 dpi
		halves(1), // pictures a sample
		Buffer.alloc(32), // no encoder named
		halves(24, 0xffff),
		decoderConfiguration(),
	);
	return box('stsd', words(0, 1), entry);
}

/**
 * @param duration in units of TIMESCALE
 * @param offset of the first sample in the file
 */
function movie(duration: number, samples: Buffer[], offset: number) {
	const full = samples.length - 1;
	const last = [1, duration - full * TIMESCALE];
	const times = full === 0 ? [1, ...last] : [2, full, TIMESCALE, ...last];
	const sampleTable = box(
		'stbl',
		sampleDescription(),
		box('stts', words(0, ...times)),
		box('stsc', words(0, 1, 1, samples.length, 1)),
		box('stsz', words(0, 0, samples.length, ...samples.map((sample) => sample.length))),
		box('stco', words(0, 1, offset)),
	);
	const media = box(
		'mdia',
		box('mdhd', words(0, 0, 0, TIMESCALE, duration), halves(0x55c4, 0)),
		box('hdlr', words(0, 0), Buffer.from('vide'), words(0, 0, 0), Buffer.from('VideoHandler\0')),
		box(
			'minf',
			box('vmhd', words(1, 0, 0)),
			box('dinf', box('dref', words(0, 1), box('url ', words(1)))),
			sampleTable,
		),
	);
	const side = PICTURE_SIZE << 16;
	return box(
		'moov',
		box(
			'mvhd',
			words(0, 0, 0, TIMESCALE, duration, 0x10000),
			halves(0x100, 0), words(0, 0), IDENTITY_MATRIX, Buffer.alloc(24), words(2),
		),
		box(
			'trak',
			box(
				'tkhd',
				words(3, 0, 0, 1, 0, duration), // 3: enabled, part of the movie
				Buffer.alloc(16), IDENTITY_MATRIX, words(side, side),
			),
			media,
		),
	);
}

/** Steps that share no factor with their ranges, so that no two of the first 128 pictures are alike. */
function colour(digest: Buffer, index: number) {
	return {
		y: 64 + ((digest.readUInt8(0) + index * 53) % 128),
		cb: 48 + ((digest.readUInt8(1) + index * 67) % 160),
		cr: 48 + ((digest.readUInt8(2) + index * 97) % 160),
	};
}

/**
 * Everything up to the padding; the header of the `free` box ends it.
 *
 * @param wanted bytes of the whole file
 */
function headOf(digest: Buffer, seconds: number, wanted: number) {
	const duration = Math.max(1, Math.round(seconds * TIMESCALE));
	const samples = Array.from({ length: Math.ceil(duration / TIMESCALE) }, (_, index) => {
		const picture = solidPicture(index, colour(digest, index));
		return Buffer.concat([words(picture.length), picture]);
	});
	const fileType = box('ftyp', Buffer.from('isom'), words(0x200), Buffer.from('isomiso2avc1mp41'));
	const offset = fileType.length + movie(duration, samples, 0).length + 8;
	const playable = Buffer.concat([fileType, movie(duration, samples, offset), box('mdat', ...samples)]);
	const padding = Math.max(8, wanted - playable.length);
	return {
		head: Buffer.concat([playable, words(padding), Buffer.from('free')]),
		size: playable.length + padding,
	};
}

let noise: Buffer | undefined;

function noiseBlock() {
	if (noise === undefined) {
		const random = seededRandom(1);
		noise = Buffer.alloc(BLOCK);
		for (let offset = 0; offset < BLOCK; offset += 4) noise.writeUInt32BE(random() * 2 ** 32, offset);
	}
	return noise;
}

/**
 * A playable MP4 of any size, made while it is read and byte for byte the same for the same arguments.
 *
 * Built by hand: `ftyp`, `moov`, `mdat`, `free`. The one track is H.264 (constrained baseline, 64x64, no
 * sound), one picture a second, each of one colour that depends on the seed; see h264.cts. The `free` box pads
 * the file to its size with noise in which every block of 64 KiB of the file starts with 8 bytes of the
 * seed's SHA-256 and its own offset (64 bits), so that bytes from the wrong place or the wrong file never go
 * unnoticed.
 *
 * @param options `seconds`: how long it plays, above 0,
 * at most 3600, default 5; `size` in bytes: smaller than the natural size (about 1 KB and 410 bytes a second)
 * gives the natural size, which is also the default
 * @returns its true size, and `read(start, end)` in blocks of at most 64 KiB
 * @throws longer than an hour, larger than 4 GiB, or not a number
 */
export function createVideo({ seed, seconds = 5, size = 0 }: { seed: string; seconds?: number; size?: number; }): Body {
	if (!(seconds > 0 && seconds <= LONGEST_VIDEO)) {
		throw new RangeError(`seconds must be above 0, up to ${LONGEST_VIDEO}`);
	}
	if (!(Number.isInteger(size) && size >= 0 && size <= LARGEST_VIDEO)) {
		throw new RangeError(`size must be a whole number of bytes, up to ${LARGEST_VIDEO}`);
	}
	const digest = createHash('sha256').update(seed).digest();
	const { head, size: fullSize } = headOf(digest, seconds, size);

	/** @param offset where the block starts in the file, a multiple of BLOCK */
	function paddingBlock(offset: number) {
		const block = Buffer.from(noiseBlock());
		digest.copy(block, 0, 0, 8);
		block.writeBigUInt64BE(BigInt(offset), 8);
		return block;
	}

	return {
		size: fullSize,
		*read(start, end) {
			const stop = Math.min(end, fullSize);
			let position = start;
			while (position < stop) {
				if (position < head.length) {
					const chunk = head.subarray(position, Math.min(stop, head.length, position + BLOCK));
					yield chunk;
					position += chunk.length;
					continue;
				}
				const blockStart = position - (position % BLOCK);
				const chunk = paddingBlock(blockStart).subarray(position - blockStart, stop - blockStart);
				yield chunk;
				position += chunk.length;
			}
		},
	};
}

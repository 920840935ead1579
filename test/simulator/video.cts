import { createCipheriv, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { bodyOf } from './answers.cts';

import type { Body } from './answers.cts';

const read = (file: string) => readFileSync(path.join(__dirname, file));

/** What a video can show, each MP4, H.264, 5 s, without sound. */
const FILMS = {
	/** `ftyp`, `moov`, `mdat`: 64x64, one colour a second. Small, so that nearly all of a file is noise. */
	squares: read('video.mp4'),
	/** 640x360, 47 kB: a cat on a skateboard, for people to look at. */
	drawn: read('drawn.mp4'),
};

export type Film = keyof typeof FILMS;

/** Bytes handed out at once while a video is read. */
const ZEROS = Buffer.alloc(65_536);

const CIPHER_BLOCK = 16;

/**
 * A playable MP4 of any size: the film, and a `free` box that pads it with noise, made while it is read. The same seed
 * gives the same noise, and no place of it is like another, so that bytes from the wrong place or the wrong file never
 * go unnoticed.
 *
 * @param size bytes; less than the film needs (the squares about 3 kB) gives that
 */
export function videoOf(seed: string, size: number, name: Film = 'squares'): Body {
	const film = FILMS[name];
	const padding = Math.max(8, size - film.length);
	const header = Buffer.alloc(8, '\0\0\0\0free');
	header.writeUInt32BE(padding);
	const head = bodyOf(Buffer.concat([film, header]));
	const fullSize = film.length + padding;
	const key = createHash('sha256').update(seed).digest();

	/** @param from a multiple of the cipher's blocks, which it counts */
	function noise(from: number) {
		const counter = Buffer.alloc(CIPHER_BLOCK);
		counter.writeUInt32BE(from / CIPHER_BLOCK, CIPHER_BLOCK - 4);
		return createCipheriv('aes-256-ctr', key, counter).update(ZEROS);
	}

	return {
		size: fullSize,
		*read(start, end) {
			const stop = Math.min(end, fullSize);
			yield* head.read(start, Math.min(stop, head.size));
			for (let at = Math.max(start, head.size); at < stop; ) {
				const skipped = at % CIPHER_BLOCK;
				const chunk = noise(at - skipped).subarray(skipped, skipped + stop - at);
				yield chunk;
				at += chunk.length;
			}
		},
	};
}

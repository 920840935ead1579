// Node.js's streams, which a node may not import.
import { Readable } from 'node:stream';

/** A body on its way. Everything left out happens at once. */
export interface BodyPlan {
	/** What comes; with `endless` over and over again */
	bytes: Buffer;
	/** How much of it comes at a time; all of it if left out */
	chunkBytes?: number;
	/** Between two chunks */
	everyMs?: number;
	/** What follows the last byte; it ends if left out */
	then?: 'ends' | 'breaks' | 'stalls' | 'endless';
	/** Of the error where it breaks */
	words?: string;
}

export interface BodyHooks {
	/** See `VirtualClock` */
	after: (ms: number, work: () => void) => () => void;
	/** Told of every chunk that is read */
	onPull: (bytes: number) => void;
	/** Told once: read to its end, broken by the server, or closed by the client */
	onEnd: (how: 'read' | 'broken' | 'closed') => void;
}

/** A body as n8n's HTTP helpers hand it over: a stream of Node.js. */
export function bodyStream(plan: BodyPlan, { after, onPull, onEnd }: BodyHooks): Readable {
	const { bytes, chunkBytes = bytes.length, everyMs = 0, then = 'ends', words = 'aborted' } = plan;
	let from = 0;
	let ended = false;
	let callOff = () => {};
	const end = (how: 'read' | 'broken' | 'closed') => {
		if (ended) return;
		ended = true;
		callOff();
		onEnd(how);
	};
	const next = () => {
		if (then === 'endless' && from >= bytes.length) from = 0;
		if (from < bytes.length) {
			const chunk = bytes.subarray(from, from + Math.max(1, chunkBytes));
			from += chunk.length;
			onPull(chunk.length);
			stream.push(chunk);
		} else if (then === 'breaks') {
			end('broken');
			stream.destroy(Object.assign(new Error(words), { code: 'ECONNRESET' }));
		} else if (then === 'ends') {
			end('read');
			stream.push(null);
		}
	};
	const stream = new Readable({
		read() {
			if (everyMs > 0) callOff = after(everyMs, next);
			else next();
		},
		destroy(error, callback) {
			end('closed');
			callback(error);
		},
	});
	return stream;
}

/** Reads a stream to its end, as n8n's binary store does. */
export { buffer as drain } from 'node:stream/consumers';

// Node.js's streams, which a node may not import.
import { Readable } from 'node:stream';

import { bytesOf } from '../../simulator/answers.cts';

import type { Answer } from '../../simulator/answers.cts';

export interface BodyHooks {
	/** See `VirtualClock` */
	after: (ms: number, work: () => void) => () => void;
	/** Told of every chunk that is read */
	onPull: (bytes: number) => void;
	/** Told once: read to its end, broken by the server, or closed by the client */
	onEnd: (how: 'read' | 'broken' | 'closed') => void;
}

/** An answer's body as n8n's HTTP helpers hand it over: a stream of Node.js. */
export function bodyStream(answer: Answer, { after, onPull, onEnd }: BodyHooks): Readable {
	const { body, everyMs = 0, then = 'ends', words = 'aborted' } = answer;
	const chunkBytes = answer.chunkBytes ?? Math.max(1, body.size);
	let from = 0;
	let ended = false;
	let callOff = () => {};
	const end = (how: 'read' | 'broken' | 'closed') => {
		if (ended) return;
		ended = true;
		callOff();
		onEnd(how);
	};
	const letters = Buffer.alloc(then === 'endless' ? chunkBytes : 0, 'x');
	const next = () => {
		if (from < body.size || then === 'endless') {
			const to = Math.min(from + chunkBytes, body.size);
			const chunk = from < body.size ? bytesOf(body, from, to) : letters;
			from = to;
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

// Node.js's streams, which a node may not import.
const { Readable } = require('node:stream');

/**
 * A body on its way. Everything left out happens at once.
 *
 * @typedef {object} BodyPlan
 * @property {Buffer} bytes what comes; with `endless` over and over again
 * @property {number} [chunkBytes] how much of it comes at a time; all of it if left out
 * @property {number} [everyMs] between two chunks
 * @property {'ends' | 'breaks' | 'stalls' | 'endless'} [then] what follows the last byte; it ends if left out
 * @property {string} [words] of the error where it breaks
 */

/**
 * @typedef {object} BodyHooks
 * @property {(ms: number, work: () => void) => () => void} after see `VirtualClock`
 * @property {(bytes: number) => void} onPull told of every chunk that is read
 * @property {(how: 'read' | 'broken' | 'closed') => void} onEnd told once: read to its end, broken by the server, or
 * closed by the client
 */

/**
 * A body as n8n's HTTP helpers hand it over: a stream of Node.js.
 *
 * @param {BodyPlan} plan
 * @param {BodyHooks} hooks
 * @returns {Readable}
 */
function bodyStream({ bytes, chunkBytes = bytes.length, everyMs = 0, then = 'ends', words = 'aborted' }, { after, onPull, onEnd }) {
	let from = 0;
	let ended = false;
	let callOff = () => {};
	/** @param {'read' | 'broken' | 'closed'} how */
	const end = (how) => {
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

/**
 * Reads a stream to its end, as n8n's binary store does.
 *
 * @param {AsyncIterable<Uint8Array>} stream
 * @returns {Promise<Buffer>}
 */
async function drain(stream) {
	const chunks = [];
	for await (const chunk of stream) chunks.push(chunk);
	return Buffer.concat(chunks);
}

module.exports = { bodyStream, drain };

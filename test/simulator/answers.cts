import { STATUS_CODES } from 'node:http';

/** Bytes that can be read from any place, without all of them in memory. */
export interface Body {
	/** Bytes */
	size: number;
	/** `end` excluded */
	read: (start: number, end: number) => Iterable<Buffer>;
}

/** An answer, and how it is delivered. Everything left out happens at once. */
export interface Answer {
	status: number;
	/** Names in lower case; without Content-Length. */
	headers: Record<string, unknown>;
	body: Body;
	/** Ms until the head is sent */
	delayMs?: number;
	/** The head is sent only when this is resolved */
	until?: Promise<unknown>;
	/** The Content-Length; null for none. Default: the body's size */
	length?: number | null;
	/** How much of the body comes at a time */
	chunkBytes?: number;
	/** Ms before each of these chunks */
	everyMs?: number;
	/** What follows the body's last byte; it ends if left out. `endless`: letters, as many at a time as `chunkBytes` says */
	then?: 'ends' | 'breaks' | 'stalls' | 'endless';
	/** Of the error that the virtual network gives where it breaks */
	words?: string;
}

/** The call fails with one of Node.js's codes. Only the virtual network can choose the code: a server can reset the connection. */
export interface Failure {
	fails: string | undefined;
	words?: string;
	cause?: unknown;
	delayMs?: number;
}

/** What becomes of a request; `hangs`: no answer, ever. */
export type Reply = Answer | Failure | { hangs: true };

/** The shapes an error has to be expected in. The vendor's page documents none; these are the usual ones. */
export type Envelope = 'html' | 'empty' | 'errorString' | 'errorObject' | 'codeMessage' | 'codeMsg';

export function bodyOf(bytes: Buffer): Body {
	return {
		size: bytes.length,
		*read(start, end) {
			if (start < end) yield bytes.subarray(start, end);
		},
	};
}

/** @param end excluded */
export function sliceBody(body: Body, start: number, end: number): Body {
	return { size: end - start, read: (from, to) => body.read(start + from, Math.min(start + to, end)) };
}

export function bytesOf(body: Body, start = 0, end = body.size): Buffer {
	return Buffer.concat([...body.read(start, end)]);
}

/** @param type media type; '' for none */
export function textAnswer(status: number, text: string, type: string): Answer {
	return { status, headers: type === '' ? {} : { 'content-type': type }, body: bodyOf(Buffer.from(text)) };
}

export function jsonAnswer(status: number, value: unknown): Answer {
	return textAnswer(status, JSON.stringify(value), 'application/json; charset=utf-8');
}

/** Whether an answer can show a task: a file, and an error, can't. */
export function isTask({ status, headers }: Answer): boolean {
	return [200, 202].includes(status) && String(headers['content-type']).startsWith('application/json');
}

/** The error shape of the simulator's choice: `{"error":{"message","code"}}`. */
export function errorAnswer(status: number, message: string, code: string): Answer {
	return jsonAnswer(status, { error: { message, code } });
}

export interface ErrorWords {
	/** Default: the status in words */
	message?: string;
	/** Default: the status for `codeMessage` and `codeMsg`, `simulated_error` for `errorObject` */
	code?: unknown;
}

/** An error in one of the shapes that clients have to expect. */
export function envelopeAnswer(status: number, envelope: Envelope, words: ErrorWords = {}): Answer {
	const { message = STATUS_CODES[status] ?? 'Error', code } = words;
	switch (envelope) {
		case 'html': {
			const page = `<!DOCTYPE html>\n<html><body><h1>${status} ${message}</h1></body></html>\n`;
			return textAnswer(status, page, 'text/html; charset=utf-8');
		}
		case 'empty':
			return textAnswer(status, '', '');
		case 'errorString':
			return jsonAnswer(status, { error: message });
		case 'errorObject':
			return jsonAnswer(status, { error: { message, code: code ?? 'simulated_error' } });
		case 'codeMessage':
			return jsonAnswer(status, { code: code ?? status, message });
		case 'codeMsg':
			return jsonAnswer(status, { code: code ?? status, msg: message });
	}
}

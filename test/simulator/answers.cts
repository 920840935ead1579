import { STATUS_CODES } from 'node:http';

/** Bytes that can be read from any place, without all of them in memory. */
export interface Body {
	/** Bytes */
	size: number;
	/** `end` excluded */
	read: (start: number, end: number) => Iterable<Buffer>;
}

/** What a host has to say to a request, before it goes over the wire. */
export interface Answer {
	status: number;
	/** Without Content-Length */
	headers: Record<string, string>;
	body: Body;
}

/** The shapes an error has to be expected in. The vendor's page documents none; these are the usual ones. */
export const ENVELOPES = ['html', 'empty', 'errorString', 'errorObject', 'codeMessage', 'codeMsg'] as const;

export type Envelope = (typeof ENVELOPES)[number];

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

/** @param body a small one */
export function bodyText(body: Body): string {
	return Buffer.concat([...body.read(0, body.size)]).toString('utf8');
}

/** @param type media type; '' for none */
export function textAnswer(status: number, text: string, type: string): Answer {
	return { status, headers: type === '' ? {} : { 'Content-Type': type }, body: bodyOf(Buffer.from(text)) };
}

export function jsonAnswer(status: number, value: unknown): Answer {
	return textAnswer(status, JSON.stringify(value), 'application/json; charset=utf-8');
}

/** The error shape the simulator itself uses: `{"error":{"message","code"}}`. */
export function errorAnswer(status: number, message: string, code: string): Answer {
	return jsonAnswer(status, { error: { message, code } });
}

/**
 * @param allowed methods
 * @returns 405 with Allow
 */
export function methodNotAllowed(allowed: readonly string[]): Answer {
	const answer = errorAnswer(405, 'method not allowed', 'method_not_allowed');
	return { ...answer, headers: { ...answer.headers, Allow: allowed.join(', ') } };
}

function htmlPage(status: number) {
	const title = `${status} ${STATUS_CODES[status] ?? 'Error'}`;
	return `<!DOCTYPE html>
<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>
`;
}

export interface ErrorWords {
	/** Default: the status in words */
	message?: string | undefined;
	/** Default: the status for `codeMessage` and `codeMsg`, `simulated_error` for `errorObject` */
	code?: unknown;
}

/** An error in one of the shapes that clients have to expect. */
export function envelopeAnswer(status: number, envelope: Envelope, words: ErrorWords = {}): Answer {
	const { message = STATUS_CODES[status] ?? 'Error', code } = words;
	switch (envelope) {
		case 'html':
			return textAnswer(status, htmlPage(status), 'text/html; charset=utf-8');
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

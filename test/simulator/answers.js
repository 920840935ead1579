'use strict';

const { STATUS_CODES } = require('node:http');

/**
 * Bytes that can be read from any place, without all of them in memory.
 *
 * @typedef {object} Body
 * @property {number} size bytes
 * @property {(start: number, end: number) => Iterable<Buffer>} read `end` excluded
 */

/**
 * What a host has to say to a request, before it goes over the wire.
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {Record<string, string>} headers without Content-Length
 * @property {Body} body
 */

/**
 * The shapes an error has to be expected in. The vendor's page documents none; these are the usual ones.
 *
 * @typedef {'html' | 'empty' | 'errorString' | 'errorObject' | 'codeMessage' | 'codeMsg'} Envelope
 */

/** @type {readonly Envelope[]} */
const ENVELOPES = ['html', 'empty', 'errorString', 'errorObject', 'codeMessage', 'codeMsg'];

/**
 * @param {Buffer} bytes
 * @returns {Body}
 */
function bodyOf(bytes) {
	return {
		size: bytes.length,
		*read(start, end) {
			if (start < end) yield bytes.subarray(start, end);
		},
	};
}

/**
 * @param {Body} body
 * @param {number} start
 * @param {number} end excluded
 * @returns {Body}
 */
function sliceBody(body, start, end) {
	return { size: end - start, read: (from, to) => body.read(start + from, Math.min(start + to, end)) };
}

/**
 * @param {Body} body a small one
 * @returns {string}
 */
function bodyText(body) {
	return Buffer.concat([...body.read(0, body.size)]).toString('utf8');
}

/**
 * @param {number} status
 * @param {string} text
 * @param {string} type media type; '' for none
 * @returns {Answer}
 */
function textAnswer(status, text, type) {
	return { status, headers: type === '' ? {} : { 'Content-Type': type }, body: bodyOf(Buffer.from(text)) };
}

/**
 * @param {number} status
 * @param {unknown} value
 * @returns {Answer}
 */
function jsonAnswer(status, value) {
	return textAnswer(status, JSON.stringify(value), 'application/json; charset=utf-8');
}

/**
 * The error shape the simulator itself uses: `{"error":{"message","code"}}`.
 *
 * @param {number} status
 * @param {string} message
 * @param {string} code
 * @returns {Answer}
 */
function errorAnswer(status, message, code) {
	return jsonAnswer(status, { error: { message, code } });
}

/**
 * @param {readonly string[]} allowed methods
 * @returns {Answer} 405 with Allow
 */
function methodNotAllowed(allowed) {
	const answer = errorAnswer(405, 'method not allowed', 'method_not_allowed');
	return { ...answer, headers: { ...answer.headers, Allow: allowed.join(', ') } };
}

/** @param {number} status */
function htmlPage(status) {
	const title = `${status} ${STATUS_CODES[status] ?? 'Error'}`;
	return `<!DOCTYPE html>
<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>
`;
}

/**
 * An error in one of the shapes that clients have to expect.
 *
 * @param {number} status
 * @param {Envelope} envelope
 * @param {{ message?: string | undefined, code?: unknown }} [details] defaults: the status in words; its
 * number for `codeMessage` and `codeMsg`, `simulated_error` for `errorObject`
 * @returns {Answer}
 */
function envelopeAnswer(status, envelope, { message = STATUS_CODES[status] ?? 'Error', code } = {}) {
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

module.exports = {
	ENVELOPES,
	bodyOf,
	bodyText,
	envelopeAnswer,
	errorAnswer,
	jsonAnswer,
	methodNotAllowed,
	sliceBody,
	textAnswer,
};

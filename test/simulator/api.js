'use strict';

const { errorAnswer, jsonAnswer, methodNotAllowed } = require('./answers');
const { createProblem, taskFor } = require('./create');

/** @import { Answer } from './answers' */
/** @import { SimulatedRequest } from './host' */
/** @import { RateLimiter } from './rateLimit' */
/** @import { TaskStore } from './store' */

/**
 * A create that was accepted; the vendor would bill it.
 *
 * @typedef {object} CreatedTask
 * @property {string} id
 * @property {unknown} body as sent
 * @property {number} at ms
 * @property {string | null} authorization the header as sent
 */

/**
 * @typedef {object} ApiOptions
 * @property {TaskStore} store
 * @property {Set<string>} apiKeys
 * @property {RateLimiter | null} limiter
 * @property {CreatedTask[]} created filled here
 * @property {() => number} clock ms
 * @property {() => number} random 0 to 1
 */

/** The part of the vendor's base URL that follows the host. */
const API_PREFIX = '/kyyReactApiServer';

const CREATE_PATH = `${API_PREFIX}/v1/seedance/videos`;
const RESULT_PATH = new RegExp(`^${API_PREFIX}/v1/result/([^/]+)$`);

/**
 * @param {string} path
 * @returns {string | null} null: the path names no task
 */
function resultId(path) {
	const encoded = RESULT_PATH.exec(path)?.[1];
	try {
		return encoded === undefined ? null : decodeURIComponent(encoded);
	} catch {
		return null;
	}
}

/**
 * The vendor's two endpoints. What its page leaves open (every error) is this simulator's choice; faults
 * bring the other shapes that a client has to expect.
 *
 * @param {ApiOptions} options
 * @returns {(request: SimulatedRequest) => Answer}
 */
function vendorApi({ store, apiKeys, limiter, created, clock, random }) {
	/** @param {string} id */
	function result(id) {
		const task = store.answer(id);
		return task === null ? errorAnswer(404, 'task not found', 'task_not_found') : jsonAnswer(200, task);
	}

	/** @param {SimulatedRequest} request */
	function create({ headers, text }) {
		if (text === null) return errorAnswer(413, 'body is too large', 'body_too_large');
		if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
			return errorAnswer(400, 'Content-Type must be application/json', 'invalid_parameter');
		}
		/** @type {any} */
		let body;
		try {
			body = JSON.parse(text);
		} catch {
			return errorAnswer(400, 'body must be JSON', 'invalid_parameter');
		}
		const problem = createProblem(body);
		if (problem !== null) return errorAnswer(400, problem, 'invalid_parameter');
		const task = store.add(taskFor(body, random));
		created.push({ id: task.id, body, at: clock(), authorization: headers.authorization ?? null });
		const { id, model } = task;
		return jsonAnswer(200, { id, object: 'video', created: task.created, model, status: 'queued' });
	}

	return (request) => {
		const key = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
		if (!apiKeys.has(key)) return errorAnswer(401, 'Invalid API key', 'invalid_api_key');

		const refused = limiter?.take(key, request.method, clock()) ?? null;
		if (refused !== null) {
			const answer = errorAnswer(429, 'Too many requests', 'rate_limit_exceeded');
			const { retryAfter } = refused;
			return retryAfter === null
				? answer
				: { ...answer, headers: { ...answer.headers, 'Retry-After': retryAfter } };
		}

		if (request.path === CREATE_PATH) {
			return request.method === 'POST' ? create(request) : methodNotAllowed(['POST']);
		}
		if (request.id === null) return errorAnswer(404, 'not found', 'not_found');
		return request.method === 'GET' ? result(request.id) : methodNotAllowed(['GET']);
	};
}

module.exports = { API_PREFIX, resultId, vendorApi };

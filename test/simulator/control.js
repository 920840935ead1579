'use strict';

const { errorAnswer, jsonAnswer, methodNotAllowed } = require('./answers');
const { isObject } = require('./check');

/** @import { Answer } from './answers' */
/** @import { SimulatedRequest } from './host' */
/** @import { Simulator } from './index' */

/**
 * @typedef {Pick<Simulator, 'baseUrl' | 'filesUrl' | 'requests' | 'addTask' | 'fault' | 'clearFaults'>}
 * Controlled
 */
/** @typedef {(controlled: Controlled, body: any) => Answer} Route */

/** @type {Record<string, Record<string, Route>>} */
const ROUTES = {
	'/__simulator/health': {
		GET: ({ baseUrl, filesUrl }) => jsonAnswer(200, { ok: true, baseUrl, filesUrl }),
	},
	'/__simulator/requests': {
		GET: ({ requests }) => jsonAnswer(200, requests),
	},
	'/__simulator/tasks': {
		POST: (controlled, body) => jsonAnswer(201, controlled.addTask(body)),
	},
	'/__simulator/faults': {
		POST: (controlled, body) => {
			// JSON has no Infinity.
			controlled.fault(body.times === 'Infinity' ? { ...body, times: Infinity } : body);
			return jsonAnswer(201, { ok: true });
		},
		DELETE: (controlled) => {
			controlled.clearFaults();
			return jsonAnswer(200, { ok: true });
		},
	},
};

/**
 * @param {string | null} text
 * @returns {Record<string, unknown>}
 * @throws {TypeError} one line
 */
function jsonObject(text) {
	/** @type {unknown} */
	let value;
	try {
		value = JSON.parse(text ?? '');
	} catch {
		throw new TypeError('body: must be JSON, up to 1 MiB');
	}
	if (!isObject(value)) throw new TypeError('body: must be a JSON object');
	return value;
}

/**
 * Lets other processes steer the simulator, below `/__simulator/`, without a key: `GET health`, `GET
 * requests`, `POST tasks` (the options of addTask), `POST faults` (the options of fault; `path` as a string,
 * `times` may be "Infinity"), `DELETE faults`. What does not fit gets a 400 with
 * `{"error":{"message","code"}}`.
 *
 * @param {Controlled} controlled
 * @param {SimulatedRequest} request
 * @returns {Answer}
 */
function controlAnswer(controlled, { path, method, text }) {
	const routes = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
	if (routes === undefined) return errorAnswer(404, `no such control: ${path}`, 'not_found');
	const route = Object.hasOwn(routes, method) ? routes[method] : undefined;
	if (route === undefined) return methodNotAllowed(Object.keys(routes));
	try {
		return route(controlled, method === 'POST' ? jsonObject(text) : null);
	} catch (cause) {
		return errorAnswer(400, cause instanceof Error ? cause.message : String(cause), 'invalid_control');
	}
}

module.exports = { controlAnswer };

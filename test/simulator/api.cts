import { errorAnswer, jsonAnswer, methodNotAllowed } from './answers.cts';
import { CREATES, taskFor } from './create.cts';
import { problemIn } from './options.cts';

import type { Answer } from './answers.cts';
import type { SimulatedRequest } from './host.cts';
import type { RateLimiter } from './rateLimit.cts';
import type { TaskStore } from './store.cts';

/** A create that was accepted; the vendor would bill it. */
export interface CreatedTask {
	id: string;
	/** As sent */
	body: unknown;
	/** Ms */
	at: number;
	/** The header as sent */
	authorization: string | null;
}

export interface ApiOptions {
	store: TaskStore;
	apiKeys: Set<string>;
	limiter: RateLimiter | null;
	/** Filled here */
	created: CreatedTask[];
	/** Ms */
	clock: () => number;
	/** 0 to 1 */
	random: () => number;
}

/** The part of the vendor's base URL that follows the host. */
export const API_PREFIX = '/kyyReactApiServer';

const RESULT_PATH = new RegExp(`^${API_PREFIX}/v1/result/([^/]+)$`);

/** @returns null: the path names no task */
export function resultId(path: string): string | null {
	const encoded = RESULT_PATH.exec(path)?.[1];
	try {
		return encoded === undefined ? null : decodeURIComponent(encoded);
	} catch {
		return null;
	}
}

/**
 * The vendor's endpoints: one for results, and the creates. What its pages leave open (every error) is this simulator's
 * choice; faults bring the other shapes that a client has to expect.
 */
export function vendorApi(options: ApiOptions): (request: SimulatedRequest) => Answer {
	const { store, apiKeys, limiter, created, clock, random } = options;

	function result(id: string) {
		const task = store.answer(id);
		return task === null ? errorAnswer(404, 'task not found', 'task_not_found') : jsonAnswer(200, task);
	}

	function create(order: (typeof CREATES)[string], { headers, text }: SimulatedRequest) {
		if (text === null) return errorAnswer(413, 'body is too large', 'body_too_large');
		if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
			return errorAnswer(400, 'Content-Type must be application/json', 'invalid_parameter');
		}
		let body: unknown;
		try {
			body = JSON.parse(text);
		} catch {
			return errorAnswer(400, 'body must be JSON', 'invalid_parameter');
		}
		const { data, error } = order.safeParse(body);
		if (error) return errorAnswer(400, problemIn(error), 'invalid_parameter');
		const task = store.add(taskFor(data, random));
		created.push({ id: task.id, body, at: clock(), authorization: headers.authorization ?? null });
		const { id, object, model } = task;
		return jsonAnswer(200, { id, object, created: task.created, model, status: 'queued' });
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

		const order = Object.entries(CREATES).find(([path]) => request.path === `${API_PREFIX}${path}`)?.[1];
		if (order !== undefined) {
			return request.method === 'POST' ? create(order, request) : methodNotAllowed(['POST']);
		}
		if (request.id === null) return errorAnswer(404, 'not found', 'not_found');
		return request.method === 'GET' ? result(request.id) : methodNotAllowed(['GET']);
	};
}

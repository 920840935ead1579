import { errorAnswer, jsonAnswer } from './answers.cts';
import { CREATES, DURATION, problemIn } from './create.cts';
import { applyFault } from './faultKinds.cts';
import { FaultList } from './faults.cts';
import { fileAnswer } from './files.cts';
import { seeded } from './random.cts';
import { RateLimiter } from './rateLimit.cts';
import { TaskStore } from './tasks.cts';

import type { Answer, Reply } from './answers.cts';
import type { Order } from './create.cts';
import type { Fault } from './faultKinds.cts';
import type { RateLimit } from './rateLimit.cts';
import type { TaskOptions } from './tasks.cts';
import type { Film } from './video.cts';

/** A request as it came, of whatever transport. */
export interface ApiRequest {
	host: 'api' | 'files';
	method: string;
	/** Without query */
	path: string;
	/** The task's id, if the path names one */
	id: string | null;
	/** Names in lower case */
	headers: Record<string, string | undefined>;
	/** The body; null when it is longer than any that the API reads */
	text: string | null;
}

/** A create that was accepted; the vendor would bill it. */
export interface CreatedTask {
	id: string;
	prompt: string;
	/** As sent */
	body: unknown;
	/** Ms */
	at: number;
	/** The header as sent */
	authorization: string | null;
}

export interface ApiOptions {
	/** Accepted bearer keys */
	apiKeys?: readonly string[];
	/** Simulated seconds a real second: generation times and retention are divided by it */
	speed?: number;
	/** Of ids and durations */
	seed?: number;
	/** Simulated seconds from a task's creation until it and its file are gone; the vendor's page says one day */
	retention?: number;
	rateLimit?: RateLimit;
	/** What videos show */
	film?: Film;
	/** What becomes of a create, by its prompt and how many had the same before; default: as `[fail]` and the like say */
	order?: (prompt: string, count: number) => TaskOptions;
}

/** The part of the vendor's base URL that follows the host. */
export const API_PREFIX = '/kyyReactApiServer';

const ID_PATHS = {
	api: new RegExp(`^${API_PREFIX}/v1/result/([^/]+)$`),
	files: /^\/files\/([^/]+)\.[a-z0-9]+$/i,
};

/** @returns the task that the path names; null: none */
export function idIn(host: ApiRequest['host'], path: string): string | null {
	const encoded = ID_PATHS[host].exec(path)?.[1];
	try {
		return encoded === undefined ? null : decodeURIComponent(encoded);
	} catch {
		return null;
	}
}

const MARKERS = [
	['[fail]', 'failed'],
	['[cancel]', 'cancelled'],
	['[never]', 'never'],
] as const;

/** A prompt can say how its task ends. */
const outcomeIn = (prompt: string): TaskOptions => ({
	outcome: MARKERS.find(([marker]) => prompt.includes(marker))?.[1],
});

/**
 * The vendor's API and the host of its files, without a transport: what is answered, and how that is delivered. What the
 * vendor's pages leave open (every error) is this simulator's choice; faults bring the other shapes that a client has to
 * expect. Times are milliseconds since 1970.
 */
export class FakeApi {
	/** Where its files are; set by the transport */
	filesUrl = '';
	readonly apiKeys: Set<string>;
	readonly created: CreatedTask[] = [];
	readonly faults = new FaultList();
	readonly tasks: TaskStore;

	#film: Film | undefined;
	#random: () => number;
	#limiter: RateLimiter | null;
	#order: NonNullable<ApiOptions['order']>;

	constructor(options: ApiOptions = {}) {
		const { apiKeys = ['sk-simulator'], speed = 1, seed = 1, retention = 86_400, rateLimit } = options;
		this.apiKeys = new Set(apiKeys);
		this.#random = seeded(seed);
		const videoUrl = (id: string, ending: string) =>
			`${this.filesUrl}/files/${encodeURIComponent(id)}.${ending}`;
		this.tasks = new TaskStore({ random: this.#random, speed, retention, videoUrl });
		this.#limiter = rateLimit ? new RateLimiter(rateLimit) : null;
		this.#film = options.film;
		this.#order = options.order ?? outcomeIn;
	}

	/**
	 * Answers a request. An answer that meets a fault may still take effect: see faultKinds.cts.
	 *
	 * @param fault default: the first of the list whose turn it is
	 */
	handle(request: ApiRequest, now: number, fault: Fault | null = this.faults.take(request)): Reply {
		const answer = (changed: Partial<ApiRequest> = {}) => this.#answer({ ...request, ...changed }, now);
		return fault === null ? answer() : applyFault(fault, { request, filesUrl: this.filesUrl, answer });
	}

	#answer(request: ApiRequest, now: number): Answer {
		const { method, path, id, headers } = request;
		if (request.host === 'files')
			return fileAnswer(request, id === null ? null : this.tasks.get(id, now), this.#film);
		const key = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
		if (!this.apiKeys.has(key)) return errorAnswer(401, 'Invalid API key', 'invalid_api_key');
		const limited = this.#limiter?.refusal(key, now) ?? null;
		if (limited !== null) {
			const refusal = errorAnswer(429, 'Too many requests', 'rate_limit_exceeded');
			return { ...refusal, headers: { ...refusal.headers, ...limited } };
		}
		const schema = Object.entries(CREATES).find(([end]) => path === `${API_PREFIX}${end}`)?.[1];
		if (schema === undefined && id === null) return errorAnswer(404, 'not found', 'not_found');
		if (method !== (schema ? 'POST' : 'GET'))
			return errorAnswer(405, 'method not allowed', 'method_not_allowed');
		if (schema) return this.#create(schema, request, now);
		const task = this.tasks.answer(String(id), now);
		return task === null ? errorAnswer(404, 'task not found', 'task_not_found') : jsonAnswer(200, task);
	}

	#create(schema: (typeof CREATES)[string], { headers, text }: ApiRequest, now: number): Answer {
		const refused = (message: string) => errorAnswer(400, message, 'invalid_parameter');
		if (text === null) return errorAnswer(413, 'body is too large', 'body_too_large');
		if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? ''))
			return refused('Content-Type must be application/json');
		let body: unknown;
		try {
			body = JSON.parse(text);
		} catch {
			return refused('body must be JSON');
		}
		const { data, error } = schema.safeParse(body);
		if (error) return refused(problemIn(error));
		const { prompt } = data;
		const task = this.tasks.add(this.#taskFor(data), now);
		const { id, object, model, created } = task;
		this.created.push({ id, prompt, body, at: now, authorization: headers.authorization ?? null });
		return jsonAnswer(200, { id, object, created, model, status: 'queued' });
	}

	#taskFor({ prompt, duration, ...task }: Order): TaskOptions {
		const { min, max, chosenByModel } = DURATION;
		const chosen = () => min + Math.floor(this.#random() * (max - min + 1));
		const actualDuration = duration === chosenByModel ? chosen() : duration;
		const count = this.created.filter((one) => one.prompt === prompt).length;
		return { ...task, actualDuration, ...this.#order(prompt, count) };
	}
}

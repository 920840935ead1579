import { errorAnswer, jsonAnswer } from './answers.cts';
import { AssetStore } from './assets.cts';
import { USUAL } from './behaviour.cts';
import { CREATES, DURATION, problemIn } from './create.cts';
import { applyFault } from './faultKinds.cts';
import { FaultList } from './faults.cts';
import { fileAnswer, fileOfTask, lastFrameOf, pictureOfAsset } from './files.cts';
import { AssetLibraries, reviewIn } from './libraries.cts';
import { centerCreated, centerOrder, centerRefusal, centerTask } from './modelCenter.cts';
import { OTHER_MODELS } from './models.cts';
import { seeded } from './random.cts';
import { RateLimiter } from './rateLimit.cts';
import { SEEN } from './seen.cts';
import { taskOfV1, TaskStore } from './tasks.cts';

import type { Answer, Reply } from './answers.cts';
import type { AssetOptions } from './assets.cts';
import type { Behaviour } from './behaviour.cts';
import type { Order } from './create.cts';
import type { Fault } from './faultKinds.cts';
import type { LibraryCall, Upload } from './libraries.cts';
import type { RateLimit } from './rateLimit.cts';
import type { Place, TaskOptions, TaskView } from './tasks.cts';
import type { Film } from './video.cts';

/** A request as it came, of whatever transport. */
export interface ApiRequest {
	host: 'api' | 'files';
	method: string;
	/** Without query */
	path: string;
	/** Of the task or the asset, if the path names one */
	id: string | null;
	/** Names in lower case */
	headers: Record<string, string | undefined>;
	/** The body; null when it is longer than any that the API reads */
	text: string | null;
	/** Ms: when it came, if that was before it is handled */
	receivedAt?: number;
	/** Addresses in it that can't be fetched, if the transport tried */
	unreachable?: ReadonlySet<string>;
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
	/** How many tasks may be under way at a time; more are answered by 429, as other video APIs do. Default: any */
	maxRunning?: number;
	/** What videos show */
	film?: Film;
	/** What becomes of a create, by its prompt and how many had the same before; default: as `[fail]` and the like say */
	order?: (prompt: string, count: number) => TaskOptions;
	/** What becomes of an upload, and how many of the same address came before; default: as `[fail]` and the like say */
	review?: (upload: Upload, count: number) => AssetOptions;
	/** How it answers where more than one way was seen; default: `USUAL` */
	behaviour?: Partial<Behaviour>;
}

/** A request to the API whose key was accepted. */
interface Call {
	request: ApiRequest;
	key: string;
	/** '' where the path names none */
	id: string;
	now: number;
}

/** A way to send a create. */
interface Way {
	/** @returns what is to be made, or the refusal */
	read: (body: unknown) => Order | Answer;
	refusal: (problem: string) => Answer;
	accepted: (task: TaskView) => Answer;
}

type Handler = (call: Call) => Answer;

/** The part of the vendor's base URL that follows the host. */
export const API_PREFIX = '/kyyReactApiServer';

const ID_PATHS = {
	api: new RegExp(`^${API_PREFIX}/(?:v1/result|v2/model-center/tasks|kyyVideo2/asset(?!/upload$))/([^/]+)$`),
	files: /^\/(?:files|frames|assets)\/([^/]+)\.[a-z0-9]+$/i,
};

/** @returns the ID of the task or asset that the path names; null: none */
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

const NOTHING: ReadonlySet<string> = new Set();

const refusalOfV1 = (message: string) => errorAnswer(400, message, 'invalid_parameter');

const wayOfV1 = (schema: (typeof CREATES)[string]): Way => ({
	read: (body) => {
		const { data, error } = schema.safeParse(body);
		return error ? refusalOfV1(problemIn(error)) : data;
	},
	refusal: refusalOfV1,
	accepted: ({ id, object, model, created }) =>
		jsonAnswer(200, { id, object, created, model, status: 'queued' }),
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
	readonly assets: AssetStore;
	readonly behaviour: Behaviour;
	readonly created: CreatedTask[] = [];
	readonly faults = new FaultList();
	readonly libraries: AssetLibraries;
	/** How many tasks may be under way; can be changed meanwhile */
	maxRunning: number;
	readonly otherModels = new Set(OTHER_MODELS);
	readonly tasks: TaskStore;

	#film: Film | undefined;
	#random: () => number;
	#limiter: RateLimiter | null;
	#order: NonNullable<ApiOptions['order']>;
	#routes: ReadonlyArray<readonly [path: RegExp, methods: Record<string, Handler>]>;

	constructor(options: ApiOptions = {}) {
		const { apiKeys = ['sk-simulator'], speed = 1, seed = 1, retention = 86_400, rateLimit } = options;
		this.apiKeys = new Set(apiKeys);
		this.behaviour = { ...USUAL, ...options.behaviour };
		const random = seeded(seed);
		this.#random = random;
		const address = (folder: string, id: string, ending: string) =>
			`${this.filesUrl}/${folder}/${encodeURIComponent(id)}.${ending}`;
		const videoUrl = (id: string, ending: string) => address('files', id, ending);
		const lastFrameUrl = (id: string) => address('frames', id, 'png');
		this.tasks = new TaskStore({ random, speed, retention, videoUrl, lastFrameUrl });
		this.assets = new AssetStore({ random, speed, assetUrl: (id) => address('assets', id, 'png') });
		this.libraries = new AssetLibraries(this.assets, this.behaviour, options.review ?? reviewIn);
		this.#limiter = rateLimit ? new RateLimiter(rateLimit) : null;
		this.maxRunning = options.maxRunning ?? Infinity;
		this.#film = options.film;
		this.#order = options.order ?? outcomeIn;
		this.#routes = Object.entries(this.#handlers()).map(([path, methods]) => [
			new RegExp(`^${API_PREFIX}${path.replace('{id}', '[^/]+')}$`),
			methods,
		]);
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

	/** By path and method; of several paths that match, the first counts. */
	#handlers(): Record<string, Record<string, Handler>> {
		const { libraries } = this;
		const create = (way: Way) => ({ POST: (call: Call) => this.#create(way, call) });
		const query = (place: Place) => ({ GET: (call: Call) => this.#query(place, call) });
		const library = (answer: (call: LibraryCall) => Answer) => (call: Call) =>
			this.#withBody(call, (body) => answer(this.#libraryCall(call, body)));
		const ofV1 = Object.entries(CREATES).map(([path, schema]) => [path, create(wayOfV1(schema))]);
		return {
			...Object.fromEntries(ofV1),
			'/v1/result/{id}': query('v1'),
			'/v2/model-center/tasks': create({
				read: (body) => centerOrder(body, this.otherModels),
				refusal: centerRefusal,
				accepted: (task) => centerCreated(task, this.behaviour),
			}),
			'/v2/model-center/tasks/{id}': query('center'),
			'/kyyVideo2/asset/upload': { POST: library((call) => libraries.upload('seedance20', call)) },
			'/kyyVideo2/asset/{id}': {
				GET: (call) => libraries.state('seedance20', call.id, this.#libraryCall(call)),
				DELETE: (call) => libraries.remove(call.id, this.#libraryCall(call)),
			},
			'/asset/seedance2/assetUpload': { POST: library((call) => libraries.upload('center', call)) },
			'/asset/seedance2/assetDetail': { POST: library((call) => libraries.detail(call)) },
		};
	}

	#answer(request: ApiRequest, now: number): Answer {
		const { method, path, id, headers } = request;
		if (request.host === 'files') return fileAnswer(request, this.#file(request, now));
		const key = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
		if (!this.apiKeys.has(key)) return errorAnswer(401, 'Invalid API key', 'invalid_api_key');
		const limited = this.#limiter?.refusal(key, now) ?? null;
		if (limited !== null) {
			const refusal = errorAnswer(429, 'Too many requests', 'rate_limit_exceeded');
			return { ...refusal, headers: { ...refusal.headers, ...limited } };
		}
		const methods = this.#routes.find(([pattern]) => pattern.test(path))?.[1];
		if (methods === undefined) return errorAnswer(404, 'not found', 'not_found');
		const handler = Object.hasOwn(methods, method) ? methods[method] : undefined;
		if (handler === undefined) return errorAnswer(405, 'method not allowed', 'method_not_allowed');
		return handler({ request, key, id: id ?? '', now });
	}

	#file({ path, id }: ApiRequest, now: number) {
		if (id === null) return null;
		const [, folder, ending = ''] = /^\/(\w+)\/.*\.(\w+)$/.exec(path) ?? [];
		if (folder === 'files') return fileOfTask(this.tasks.get(id, now), ending, this.#film);
		if (ending !== 'png') return null;
		return folder === 'frames'
			? lastFrameOf(this.tasks.get(id, now))
			: pictureOfAsset(this.assets.get(id, now));
	}

	#query(place: Place, { id, now }: Call): Answer {
		const task = this.tasks.ask(id, place, now);
		if (task !== null)
			return place === 'v1' ? jsonAnswer(200, taskOfV1(task)) : centerTask(task, this.behaviour);
		const { unknownTask } = this.behaviour;
		if (unknownTask === 'status404') return errorAnswer(404, 'task not found', 'task_not_found');
		return SEEN[unknownTask]();
	}

	/** Goes on with the body, if that is JSON. */
	#withBody({ request: { headers, text } }: Call, answer: (body: unknown) => Answer): Answer {
		if (text === null) return errorAnswer(413, 'body is too large', 'body_too_large');
		if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? ''))
			return refusalOfV1('Content-Type must be application/json');
		let body: unknown;
		try {
			body = JSON.parse(text);
		} catch {
			return refusalOfV1('body must be JSON');
		}
		return answer(body);
	}

	#libraryCall({ request, key, now }: Call, body: unknown = null): LibraryCall {
		const { headers, receivedAt = now, unreachable = NOTHING } = request;
		return { body, key, authorization: headers.authorization ?? null, receivedAt, now, unreachable };
	}

	#create(way: Way, call: Call): Answer {
		return this.#withBody(call, (body) => {
			const order = way.read(body);
			if ('status' in order) return order;
			const problem = this.#problemWithMedia(order, call);
			if (problem !== undefined) return way.refusal(problem);
			const { request, now } = call;
			if (this.tasks.countUnderWay(now) >= this.maxRunning)
				return errorAnswer(429, 'Too many tasks are running', 'concurrency_limit_exceeded');
			const { prompt } = order;
			const task = this.tasks.add(this.#taskFor(order), now);
			const authorization = request.headers.authorization ?? null;
			this.created.push({ id: task.id, prompt, body, at: now, authorization });
			return way.accepted(task);
		});
	}

	#problemWithMedia({ media, library }: Order, { request, key, now }: Call): string | undefined {
		const { unreachable = NOTHING } = request;
		const problems = media.map((medium) => {
			if (unreachable.has(medium.url)) return `${medium.field}: can't be fetched`;
			return this.assets.problemWith(medium, library, key, now);
		});
		return problems.find((problem) => problem !== null) ?? undefined;
	}

	#taskFor({ prompt, duration, media: _, library: _of, ...task }: Order): TaskOptions {
		const { min, max, chosenByModel } = DURATION;
		const chosen = () => min + Math.floor(this.#random() * (max - min + 1));
		const actualDuration = duration === chosenByModel ? chosen() : duration;
		const count = this.created.filter((one) => one.prompt === prompt).length;
		return { ...task, actualDuration, ...this.#order(prompt, count) };
	}
}

import fc from 'fast-check';

import type { Reply } from './virtualServer';

/** What an answer to a question means, by the tables of the design: nothing here is read from the product. */
export type Meaning =
	/** A task that is under way. */
	| 'running'
	/** A finished task with a link. */
	| 'completed'
	/** A finished task without one. */
	| 'noLink'
	/** A task that failed or was called off. */
	| 'ended'
	/** A task with a status that nobody knows. */
	| 'unknown'
	/** A refused key, which passes a few times once a task was answered. */
	| 'refused'
	/** An unknown task or a wrong address: asked once. */
	| 'final'
	/** 429, 5xx, a time-out, a broken connection, an empty answer: asked again. */
	| 'passes'
	/** Anything else that is no task: passes a few times. */
	| 'odd';

/** A task as far as the test's own model has to know it. */
export interface ModelTask {
	status: string;
	created: unknown;
	model: unknown;
}

/** What the script knows of one of its answers. */
export interface QueryNote {
	meaning: Meaning;
	task?: ModelTask;
	/** How long the API asked to be left alone, in milliseconds, and whether that holds for the whole run (429). */
	retryAfterMs?: number;
	rateLimited?: boolean;
	/** Whether it named a date, which means another time once the clock has been set. */
	byDate?: boolean;
}

/** One answer to a question, not yet about any task. */
export interface QueryStep {
	name: string;
	/** @param about.wall when it is answered */
	make: (about: { id: string; wall: number; task: TaskPlan }) => { reply: Reply; note: QueryNote };
}

/** How a task shows itself, the same in all of its answers. */
export interface TaskPlan {
	model: unknown;
	/** `created` as a function of when the run began and of now, in milliseconds since 1970. */
	created: (startedAt: number, now: number) => unknown;
	shape: 'bare' | 'data' | 'dataCodeText' | 'dataWithoutId' | 'mark';
	linkField: string;
	error: unknown;
	startedAt: number;
}

/** Lets fast-check print something by its name. */
export const named = <T extends object>(name: string, value: T): T =>
	Object.defineProperty(value, fc.toStringMethod, { value: () => name });

/** Answers that make a body of text. */
export const text = (status: number, body: string, headers?: Record<string, unknown>): Reply => ({
	status,
	headers,
	body: { bytes: Buffer.from(body) },
	latencyMs: 20,
});

export const json = (status: number, body: unknown, headers?: Record<string, unknown>): Reply =>
	text(status, JSON.stringify(body), headers);

const HTML = '<html><body><h1>Welcome</h1></body></html>';

const step = (name: string, meaning: Meaning, reply: Reply, more: Partial<QueryNote> = {}): QueryStep => stepOf(name, () => ({ reply, note: { meaning, ...more } }));

const stepOf = (name: string, make: QueryStep['make']): QueryStep => named(name, { name, make });

const taskStep = (meaning: Meaning, status: string): QueryStep =>
	stepOf(`${meaning} "${status}"`, ({ id, wall, task }) => {
		const shown: Record<string, unknown> = {
			id,
			object: 'video',
			created: task.created(task.startedAt, wall),
			model: task.model,
			status,
			video_url: null,
			error: meaning === 'ended' ? task.error : null,
			amount: '0.32',
		};
		if (meaning === 'completed') shown[task.linkField] = `https://files.example/${id}.mp4`;
		const withoutId = { ...shown };
		delete withoutId.id;
		const body = {
			bare: shown,
			mark: shown,
			data: { code: 0, msg: null, data: shown },
			dataCodeText: { code: '0', msg: 'success', data: shown },
			dataWithoutId: { data: withoutId },
		}[task.shape];
		const mark = task.shape === 'mark' ? '\uFEFF' : '';
		return {
			reply: text(200, mark + JSON.stringify(body)),
			note: { meaning, task: { status, created: shown.created, model: task.model } },
		};
	});

const of = (meaning: Meaning, statuses: string[]) => statuses.map((status) => taskStep(meaning, status));

const RUNNING = of('running', ['queued', 'processing', 'pending', 'running', 'submitted', 'Processing', ' queued ']);
const COMPLETED = of('completed', ['completed', 'COMPLETED', 'succeeded', 'success']);
const NO_LINK = of('noLink', ['completed', 'succeeded']);
const ENDED = of('ended', ['failed', 'cancelled', 'canceled', 'expired', 'error', 'FAILED']);
const UNKNOWN = of('unknown', ['paused', '已完成', 'constructor', '__proto__']);

const REFUSED = [
	step('bad key under 200', 'refused', json(200, { code: '204', msg: '登录验证失败' })),
	step(
		'bad key under 401',
		'refused',
		json(401, {
			error: { code: 'AuthenticationError', message: 'the API key in the request is missing or invalid', type: 'Unauthorized' },
		}),
	),
	step('401 without words', 'refused', text(401, '')),
];

const FINAL = [
	step('wrong address under 200', 'final', json(200, { code: 500, data: null, msg: 'No handler found for GET /a/a/v1' })),
	step('wrong address under 404', 'final', json(404, { message: 'No handler found for GET /a/a/v1' })),
	step('unknown task under 404', 'final', json(404, { error: 'task not found' })),
	step('unknown task as a code', 'final', json(200, { code: 404, msg: 'task not found', data: null })),
	step('unknown task in words', 'final', json(200, { code: 500, data: null, msg: '任务不存在' })),
];

const ODD = [
	step('a web page', 'odd', text(200, HTML, { 'content-type': 'text/html' })),
	step('a redirect', 'odd', text(302, '', { location: 'https://elsewhere.example/login' })),
	step('an unknown envelope', 'odd', json(200, { code: 1234, msg: 'odd', data: null })),
	step('words without a code', 'odd', json(200, { msg: '缺少必填参数: prompt' })),
	step('no JSON', 'odd', text(200, 'ok')),
	step('null', 'odd', text(200, 'null')),
	step('an empty object', 'odd', json(200, {})),
	step('an array', 'odd', json(200, [{ id: 'video_1', status: 'completed' }])),
	step('half of a task', 'odd', text(200, '{"id":"video_1","status":"comp')),
	step('another task', 'odd', json(200, { id: 'video_another', status: 'completed', url: 'https://a.example/1.mp4' })),
	step('no end', 'odd', {
		status: 200,
		body: { bytes: Buffer.alloc(65_536, '{"id":"video_1",'), then: 'endless', chunkBytes: 65_536 },
	}),
];

const fails = (code: string) => step(code, 'passes', { fails: code, latencyMs: 5 });

/** Faults of the network and of the server that name no time. */
const PASSES = [
	step('500', 'passes', json(500, { error: 'boom' })),
	step('502 with a page', 'passes', text(502, HTML)),
	step('500 as a code', 'passes', json(200, { code: 500, data: null, msg: 'internal error' })),
	step('nothing', 'passes', text(200, '')),
	step('blanks', 'passes', text(200, ' \n')),
	step('204', 'passes', text(204, '')),
	step('no answer', 'passes', { hangs: true }),
	step('a body that stalls', 'passes', { status: 200, body: { bytes: Buffer.from('{"id":'), then: 'stalls' } }),
	step('a body that breaks', 'passes', { status: 200, body: { bytes: Buffer.from('{"id":'), then: 'breaks' } }),
	step('a body in drips', 'passes', {
		status: 200,
		body: { bytes: Buffer.alloc(2_000, ' '), chunkBytes: 1, everyMs: 1_000 },
	}),
	...['ECONNRESET', 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE'].map(fails),
];

/** `Retry-After` as a header, by milliseconds from now; undefined where it says nothing. */
const RETRY_AFTER: Array<{ name: string; header: (now: number) => unknown; ms?: number; byDate?: true }> = [
	...[0, 1, 5, 30, 100, 300, 7200, 10_000_000].map((seconds) => ({
		name: `${seconds} s`,
		header: () => String(seconds),
		ms: seconds * 1000,
	})),
	{ name: 'a date', header: (now) => new Date(now + 46_000).toUTCString(), ms: 44_000, byDate: true },
	{ name: 'a date that is over', header: (now) => new Date(now - 60_000).toUTCString(), ms: 0, byDate: true },
	{ name: 'nothing', header: () => undefined },
	{ name: 'nonsense', header: () => 'soon' },
	{ name: 'less than nothing', header: () => '-5' },
];

const limited = (status: 429 | 503): QueryStep[] =>
	RETRY_AFTER.map(({ name, header, ms: retryAfterMs, byDate }) =>
		stepOf(`${status}, again after ${name}`, ({ wall }) => ({
			reply: json(status, { error: 'too many' }, { 'retry-after': header(wall) }),
			note: { meaning: 'passes', retryAfterMs, rateLimited: status === 429, byDate },
		})),
	);

const anyOf = (steps: QueryStep[]) => fc.constantFrom(...steps);

/** Answers that don't end a wait by themselves. */
export const goOnStep = fc.oneof(
	{ weight: 6, arbitrary: anyOf(RUNNING) },
	{ weight: 1, arbitrary: anyOf(NO_LINK) },
	{ weight: 3, arbitrary: anyOf(PASSES) },
	{ weight: 2, arbitrary: anyOf(ODD) },
	{ weight: 1, arbitrary: anyOf(limited(429)) },
	{ weight: 1, arbitrary: anyOf(limited(503)) },
	{ weight: 1, arbitrary: anyOf(REFUSED) },
);

/** The same without what the API says about its own time. */
export const quietStep = fc.oneof(
	{ weight: 6, arbitrary: anyOf(RUNNING) },
	{ weight: 1, arbitrary: anyOf(NO_LINK) },
	{ weight: 2, arbitrary: anyOf(ODD) },
);

/** Answers that end it. */
export const endStep = fc.oneof(
	{ weight: 5, arbitrary: anyOf(COMPLETED) },
	{ weight: 2, arbitrary: anyOf(ENDED) },
	{ weight: 1, arbitrary: anyOf(UNKNOWN) },
	{ weight: 1, arbitrary: anyOf(FINAL) },
);

/** What may be answered for ever. */
export const lastingStep = fc.oneof(anyOf(RUNNING), anyOf(PASSES), anyOf(limited(429)), anyOf(limited(503)), anyOf(ODD), anyOf(NO_LINK));

/** `created`, the truth and everything else that was seen or feared. */
const CREATED: Array<[name: string, created: TaskPlan['created']]> = [
	['now', (startedAt) => Math.floor(startedAt / 1000)],
	['2 min ago', (startedAt) => Math.floor(startedAt / 1000) - 120],
	['10 min ago', (startedAt) => Math.floor(startedAt / 1000) - 600],
	['23 h ago', (startedAt) => Math.floor(startedAt / 1000) - 23 * 3600],
	['2 days ago', (startedAt) => Math.floor(startedAt / 1000) - 2 * 86_400],
	['in 3 s', (startedAt) => startedAt / 1000 + 3],
	['in 8 h', (startedAt) => startedAt / 1000 + 8 * 3600],
	['in ms', (startedAt) => startedAt],
	['as text', (startedAt) => String(Math.floor(startedAt / 1000))],
	['as a date', (startedAt) => new Date(startedAt).toISOString()],
	['missing', () => undefined],
	['null', () => null],
	['less than nothing', () => -5],
	['beyond all time', () => 1e300],
	['always now', (_startedAt, now) => Math.floor(now / 1000)],
	['always 5 min ago', (_startedAt, now) => now / 1000 - 300],
];

export const taskPlan: fc.Arbitrary<TaskPlan> = fc
	.record({
		model: fc.constantFrom<unknown>('seedance_1_5_pro_720p', 'seedance_1_5_pro_1080p', 'seedance_1_5_pro_480p', 'sora-2', undefined, 7),
		created: fc.oneof(
			{ weight: 1, arbitrary: fc.constantFrom(...CREATED.slice(0, 3)) },
			{ weight: 1, arbitrary: fc.constantFrom(...CREATED) },
		),
		shape: fc.constantFrom<TaskPlan['shape']>('bare', 'bare', 'data', 'dataCodeText', 'dataWithoutId', 'mark'),
		linkField: fc.constantFrom('video_url', 'result_url', 'image_url', 'audioUrl', 'url'),
		error: fc.constantFrom<unknown>('prompt refused', { message: 'content rejected' }, { code: 17 }, null, '', 5, ['no']),
	})
	.map(({ created: [createdName, created], ...plan }) =>
		named(JSON.stringify({ ...plan, created: createdName }), { ...plan, created, startedAt: 0 }),
	);

/** What an answer to a create means. */
export type CreateMeaning =
	/** The task exists. */
	| 'made'
	/** It exists and had failed already. */
	| 'failed'
	/** Certainly none was made, and the same may be sent again: no room for it (429), or no connection. */
	| 'again'
	/** Certainly none was made. */
	| 'refused'
	/** Nobody knows. */
	| 'uncertain';

export interface CreateNote {
	meaning: CreateMeaning;
	/** The task that exists. */
	id?: string;
	retryAfterMs?: number;
	rateLimited?: boolean;
	byDate?: boolean;
}

/** One answer to a create. */
export interface CreateStep {
	name: string;
	make: (about: { id: string; wall: number }) => { reply: Reply; note: CreateNote };
}

const createStepOf = (name: string, make: CreateStep['make']): CreateStep => named(name, { name, make });

const created = (name: string, meaning: 'made' | 'failed', bodyOf: (task: object) => unknown, latencyMs = 20): CreateStep =>
	createStepOf(name, ({ id, wall }) => {
		const base = { id, object: 'video', created: Math.floor(wall / 1000), model: 'seedance_1_5_pro_720p' };
		const task = meaning === 'made' ? { ...base, status: 'queued' } : { id, status: 'failed', error: 'provider rejected prompt' };
		return { reply: { ...json(200, bodyOf(task)), latencyMs } as Reply, note: { meaning, id } };
	});

/** What a question's answers become when they answer a create. */
const asCreate = (meaning: CreateMeaning, { name, make }: QueryStep): CreateStep =>
	createStepOf(name, ({ id, wall }) => {
		const { reply, note } = make({ id, wall, task: {} as TaskPlan });
		return { reply, note: { ...note, meaning, task: undefined } };
	});

const bodyStep = (meaning: CreateMeaning, status: number, body: unknown): CreateStep =>
	createStepOf(`${status} ${JSON.stringify(body)}`, () => ({ reply: json(status, body), note: { meaning } }));

const NO_CONNECTION = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];

const MADE = [
	created('made', 'made', (task) => task),
	created('made, inside data', 'made', (data) => ({ code: 0, msg: null, data })),
	created('made, inside data with a code of text', 'made', (data) => ({ code: '0', msg: 'success', data })),
	created('made, after 3 s', 'made', (task) => task, 3_000),
];

const FAILED = [created('failed at once', 'failed', (task) => task)];

const AGAIN = [
	...limited(429).map((one) => asCreate('again', one)),
	...NO_CONNECTION.map((code) => asCreate('again', fails(code))),
];

const REFUSALS = [
	...REFUSED.map((one) => asCreate('refused', one)),
	bodyStep('refused', 200, { code: 500, data: null, msg: 'No handler found for POST /a/a/v1' }),
	bodyStep('refused', 200, { msg: '缺少必填参数: prompt' }),
	bodyStep('refused', 400, { error: { message: '模型不可用' } }),
	bodyStep('refused', 402, { error: 'no credit' }),
	bodyStep('refused', 403, { code: 403, msg: 'no credit' }),
	bodyStep('refused', 404, { message: 'not here' }),
	bodyStep('refused', 200, { code: 402, msg: '余额不足', data: null }),
];

const UNCERTAIN = [
	// Whoever answers so has read the request: only a connection that never came about certainly made no task.
	...PASSES.filter(({ name }) => !NO_CONNECTION.includes(name)).map((one) => asCreate('uncertain', one)),
	...limited(503).map((one) => asCreate('uncertain', one)),
	...ODD.filter(({ name }) => ['a web page', 'no JSON', 'null', 'an empty object', 'an array', 'no end'].includes(name)).map((one) =>
		asCreate('uncertain', one),
	),
	createStepOf('half of a task', () => ({ reply: text(200, '{"id":"video_1","status":"que'), note: { meaning: 'uncertain' } })),
	bodyStep('uncertain', 200, { status: 'queued', created: 1761635478 }),
	bodyStep('uncertain', 200, { code: 0, msg: 'success', data: {} }),
	bodyStep('uncertain', 200, { code: 0, msg: null, data: 'video_1' }),
	bodyStep('uncertain', 200, { id: null, status: 'queued', error: null }),
	bodyStep('uncertain', 200, { id: { value: 'video_1' }, status: 'queued' }),
	bodyStep('uncertain', 408, {}),
	created('made, after 2 min', 'made', (task) => task, 120_000),
];

export const createStep = fc.oneof(
	{ weight: 4, arbitrary: fc.constantFrom(...MADE) },
	{ weight: 1, arbitrary: fc.constantFrom(...FAILED) },
	{ weight: 3, arbitrary: fc.constantFrom(...AGAIN) },
	{ weight: 1, arbitrary: fc.constantFrom(...REFUSALS) },
	{ weight: 3, arbitrary: fc.constantFrom(...UNCERTAIN) },
);

/** What comes after all steps. */
export const madeStep = MADE[0] as CreateStep;

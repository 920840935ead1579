import fc from 'fast-check';

import { FAULTS, FORMS, type Creating, type FaultCase, type Waiting } from '../../reliability/cases.cts';
import { textAnswer } from '../../simulator/answers.cts';
import type { Fault } from '../../simulator/faultKinds.cts';
import type { Shape, ShapeName } from '../../simulator/shapes.cts';

/** What an answer to a status check means, by the list of what can go wrong: nothing here is read from the product. */
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

/** A task as far as the test's own model has to know it. */
export interface ModelTask {
	status: string;
	created: unknown;
	model: unknown;
}

/** What the script knows of one of its answers. */
export interface Note<M> {
	meaning: M;
	/** The task that it shows. */
	task?: ModelTask;
	/** How long the API asked to be left alone, in milliseconds, and whether that holds for the whole run (429). */
	retryAfterMs?: number;
	rateLimited?: boolean;
	/** Whether it named a date, which means another time once the clock has been set. */
	byDate?: boolean;
}

/** One answer, not yet about any task: what goes wrong with the API's own, if anything. */
export interface Step<M> {
	name: string;
	/** @param about.wall when it is answered */
	make: (about: { wall: number; task?: TaskPlan }) => { fault?: Fault; note: Note<M> };
}

export type QueryNote = Note<Meaning>;
export type QueryStep = Step<Meaning>;
export type CreateNote = Note<CreateMeaning>;
export type CreateStep = Step<CreateMeaning>;

/** How a task shows itself, the same in all of its answers. */
export interface TaskPlan {
	model: unknown;
	/** `created` as a function of when the run began and of now, in milliseconds since 1970. */
	created: (startedAt: number, now: number) => unknown;
	shape: Pick<Shape, 'as' | 'field'>;
	error: unknown;
	startedAt: number;
}

/** Lets fast-check print something by its name. */
export const named = <T extends object>(name: string, value: T): T =>
	Object.defineProperty(value, fc.toStringMethod, { value: () => name });

const stepOf = <M>(name: string, make: Step<M>['make']): Step<M> => named(name, { name, make });

const step = <M>(name: string, meaning: M, fault?: Fault): Step<M> =>
	stepOf(name, () => ({ fault, note: { meaning } }));

const bodyStep = <M>(meaning: M, status: number, body: unknown): Step<M> =>
	step(`${status} ${JSON.stringify(body)}`, meaning, { kind: 'status', status, body });

/** Faults of the list as answers that mean the same to the model. */
const listed = <M>(meaning: M, isMeant: (one: FaultCase) => boolean): Array<Step<M>> =>
	FAULTS.filter(isMeant).map(({ what, fault, words }) => {
		const retryAfterMs = 'retryAfter' in fault ? Number(fault.retryAfter) * 1000 : undefined;
		const note = { meaning, retryAfterMs, rateLimited: words === 'limiting requests' };
		return stepOf(what, () => ({ fault, note }));
	});

const onCheck = (meaning: Meaning, waiting: Waiting) => listed(meaning, (one) => one.waiting === waiting);

const onCreate = (meaning: CreateMeaning, creating: Creating) =>
	listed(meaning, (one) => one.creating === creating);

const taskStep = (meaning: Meaning, status: string): QueryStep =>
	stepOf(`${meaning} "${status}"`, ({ wall, task }) => {
		const { created, startedAt, model, error, shape } = task as TaskPlan;
		const about = { status, created: created(startedAt, wall), model };
		const link = meaning === 'completed' ? {} : { video_url: null };
		const fields = { ...about, ...link, error: meaning === 'ended' ? error : null };
		return { fault: { kind: 'shape', ...shape, fields }, note: { meaning, task: about } };
	});

const of = (meaning: Meaning, statuses: string[]) => statuses.map((status) => taskStep(meaning, status));

const RUNNING = of('running', [
	'queued',
	'processing',
	'pending',
	'running',
	'submitted',
	'Processing',
	' queued ',
]);
const COMPLETED = of('completed', ['completed', 'COMPLETED', 'succeeded', 'success']);
const NO_LINK = of('noLink', ['completed', 'succeeded']);
const ENDED = of('ended', ['failed', 'cancelled', 'canceled', 'expired', 'error', 'FAILED']);
const UNKNOWN = of('unknown', ['paused', '已完成', 'constructor', '__proto__']);
const REFUSED = [...onCheck('refused', 'passesThriceOnceAnswered'), bodyStep<Meaning>('refused', 401, '')];
const FINAL = onCheck('final', 'ends');

const NO_OBJECT = ['ok', 'null', '{}'].map((body) => bodyStep<Meaning>('odd', 200, body));

const ODD = [
	...onCheck('odd', 'passesThrice'),
	...NO_OBJECT,
	bodyStep<Meaning>('odd', 200, { code: 1234, msg: 'odd', data: null }),
	step<Meaning>('half of the task', 'odd', { kind: 'malformedJson' }),
];

const fails = (code: string, words = `read ${code}`) =>
	step<Meaning>(words, 'passes', { kind: 'network', code, words });

const failsIn = (call: string) => fails(String(call.split(' ')[1]), call);

const NO_NETWORK = [
	'getaddrinfo EAI_AGAIN api.example',
	'connect ENETUNREACH 10.0.0.1:443',
	'connect ETIMEDOUT 10.0.0.1:443',
].map(failsIn);

/** Ends a wait at its first status check alone, which is proven in reliabilityOfWaits.test.ts. */
const NOBODY = ['connect ECONNREFUSED 10.0.0.1:443', 'getaddrinfo ENOTFOUND api.example'].map(failsIn);

const MORE_PASSES = [
	bodyStep<Meaning>('passes', 502, '<html><body><h1>Welcome</h1></body></html>'),
	bodyStep<Meaning>('passes', 200, ' \n'),
	step<Meaning>('a body that stalls', 'passes', {
		kind: 'custom',
		reply: () => ({ ...textAnswer(200, '{"id":', ''), then: 'stalls' }),
	}),
	...['ETIMEDOUT', 'EPIPE'].map((code) => fails(code)),
];

/** Faults of the network and of the server. */
const PASSES = [...onCheck('passes', 'passes'), ...MORE_PASSES, ...NO_NETWORK];

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
			fault: { kind: 'status', status, headers: { 'retry-after': header(wall) } },
			note: { meaning: 'passes', retryAfterMs, rateLimited: status === 429, byDate },
		})),
	);

/** Some of these lists, each as often as its weight says. */
const weighted = <M>(...lists: Array<[weight: number, steps: Array<Step<M>>]>) =>
	fc.oneof(...lists.map(([weight, steps]) => ({ weight, arbitrary: fc.constantFrom(...steps) })));

/** Answers that don't end a wait by themselves. */
export const goOnStep = weighted(
	[6, RUNNING],
	[1, NO_LINK],
	[3, PASSES],
	[2, ODD],
	[1, limited(429)],
	[1, limited(503)],
	[1, REFUSED],
);

/** Answers that end it. */
export const endStep = weighted([5, COMPLETED], [2, ENDED], [1, UNKNOWN], [1, FINAL]);

/** What may be answered for ever. */
export const lastingStep = weighted(
	[1, RUNNING],
	[1, PASSES],
	[1, limited(429)],
	[1, limited(503)],
	[1, ODD],
	[1, NO_LINK],
);

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

/** The list's forms, but for the words of a status, which mean something here. */
const SHAPES = FORMS.map(({ shape }) => shape.as as ShapeName[]).filter((as) => !as.includes('statusWord'));

const MODELS = ['720p', '1080p', '480p'].map((size) => `seedance_1_5_pro_${size}`);

export const taskPlan: fc.Arbitrary<TaskPlan> = fc
	.record({
		model: fc.constantFrom<unknown>(...MODELS, 'sora-2', undefined, 7),
		created: fc.oneof(fc.constantFrom(...CREATED.slice(0, 3)), fc.constantFrom(...CREATED)),
		as: fc.constantFrom(...SHAPES),
		field: fc.constantFrom('video_url', 'result_url', 'image_url', 'audioUrl', 'url'),
		error: fc.constantFrom<unknown>(
			'prompt refused',
			{ message: 'content rejected' },
			{ code: 17 },
			null,
			'',
			5,
			['no'],
		),
	})
	.map(({ created: [createdName, created], as, field, ...plan }) => {
		const task = { ...plan, shape: { as: [...as, 'linkIn' as const], field } };
		return named(JSON.stringify({ ...task, created: createdName }), { ...task, created, startedAt: 0 });
	});

/** What a status check's answers become when they answer a create. */
const asCreate = (meaning: CreateMeaning, steps: QueryStep[]): CreateStep[] =>
	steps.map(({ name, make }) =>
		stepOf(name, (about) => {
			const { fault, note } = make(about);
			return { fault, note: { ...note, meaning } };
		}),
	);

const made = (name: string, ...as: Array<Exclude<Shape['as'], ShapeName>[number]>) =>
	step<CreateMeaning>(`made, ${name}`, 'made', { kind: 'shape', as });

const slow = (meaning: CreateMeaning, delay: number) =>
	step<CreateMeaning>(`made, after ${delay} ms`, meaning, { kind: 'slow', delay });

/** What comes after all steps. */
export const madeStep = step<CreateMeaning>('made', 'made');

const MADE = [
	madeStep,
	made('inside data', 'insideData'),
	made('inside data with a code of text', 'insideDataCodeText'),
	made('its ID in task_id', ({ id, ...task }) => ({
		code: 0,
		request_id: 'r-1',
		data: { task_id: id, ...task },
	})),
	made('its ID in request_id', ({ id }) => ({ request_id: id })),
	made('no more than its ID', 'idAsData'),
	slow('made', 3_000),
];

const AGAIN = [
	...onCreate('again', 'sentAgain'),
	...asCreate('again', [...limited(429), ...NO_NETWORK, ...NOBODY]),
];

const REFUSALS = [
	...onCreate('refused', 'refused'),
	bodyStep<CreateMeaning>('refused', 401, ''),
	bodyStep<CreateMeaning>('refused', 402, { error: 'no credit' }),
	bodyStep<CreateMeaning>('refused', 404, { message: 'not here' }),
];

// Whoever answers so has read the request: only a connection that never came about certainly made no task.
const UNCERTAIN = [
	...onCreate('uncertain', 'unknown'),
	...asCreate('uncertain', [...MORE_PASSES, ...limited(503), ...NO_OBJECT]),
	...[
		{ status: 'queued', created: 1761635478 },
		{ code: 0, msg: 'success', data: {} },
		{ code: 0, msg: null, data: 'ok' },
		{ code: 0, msg: null, data: null, request_id: 'r-1' },
		{ id: null, status: 'queued', error: null },
		{ id: { value: 'video_1' }, status: 'queued' },
	].map((body) => bodyStep<CreateMeaning>('uncertain', 200, body)),
	bodyStep<CreateMeaning>('uncertain', 408, {}),
	slow('uncertain', 120_000),
];

export const createStep = weighted(
	[4, MADE],
	[1, onCreate('failed', 'failed')],
	[3, AGAIN],
	[1, REFUSALS],
	[3, UNCERTAIN],
);

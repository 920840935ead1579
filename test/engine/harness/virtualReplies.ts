import fc from 'fast-check';

import { FAULTS, FORMS, type Creating, type FaultCase, type Waiting } from '../../reliability/cases.cts';
import { textAnswer } from '../../simulator/answers.cts';
import type { Fault } from '../../simulator/faultKinds.cts';
import type { Shape, ShapeName } from '../../simulator/shapes.cts';

/** What an answer to a status check means, by the list of what can go wrong: nothing here is read from the product. */
export type Meaning =
	| Waiting
	/** A task that is under way. */
	| 'running'
	/** A finished task with a link. */
	| 'completed'
	/** A finished task without one. */
	| 'noLink'
	/** A task that failed or was called off. */
	| 'ended'
	/** A task with a status that nobody knows. */
	| 'unknown';

/** What an answer to a create means: the task exists, or what the list says. */
export type CreateMeaning = Creating | 'made';

/** What the script knows of one of its answers. */
export interface Note<M> {
	meaning: M;
	/** The task that it shows. */
	task?: { status: string; created: unknown };
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
	/** `created` as a function of when the run began and of now, in seconds since 1970. */
	created: (began: number, now: number) => unknown;
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

const onCheck = (meaning: Waiting) => listed<Meaning>(meaning, ({ waiting }) => waiting === meaning);

const onCreate = (meaning: Creating) =>
	listed<CreateMeaning>(meaning, ({ creating }) => creating === meaning);

const taskStep = (meaning: Meaning, status: string): QueryStep =>
	stepOf(`${meaning} "${status}"`, ({ wall, task }) => {
		const { created, startedAt, model, error, shape } = task as TaskPlan;
		const about = { status, created: created(startedAt / 1000, wall / 1000) };
		const link = meaning === 'completed' ? {} : { video_url: null };
		const fields = { ...about, model, ...link, error: meaning === 'ended' ? error : null };
		return { fault: { kind: 'shape', ...shape, fields }, note: { meaning, task: about } };
	});

const of = (meaning: Meaning, statuses: string[]) => statuses.map((status) => taskStep(meaning, status));

const RUNNING = of('running', ['queued', 'processing', 'pending', 'running', 'Processing', ' queued ']);
const COMPLETED = of('completed', ['completed', 'COMPLETED', 'succeeded', 'success']);
const NO_LINK = of('noLink', ['completed', 'succeeded']);
const ENDED = of('ended', ['failed', 'cancelled', 'canceled', 'expired', 'error', 'FAILED']);
const UNKNOWN = of('unknown', ['paused', '已完成', 'constructor', '__proto__']);
const REFUSED = [
	...onCheck('passesThriceOnceAnswered'),
	bodyStep<Meaning>('passesThriceOnceAnswered', 401, ''),
];
const FINAL = onCheck('ends');

const NO_OBJECT = ['ok', 'null', '{}'].map((body) => bodyStep<Meaning>('passesThrice', 200, body));

const ODD = [
	...onCheck('passesThrice'),
	...NO_OBJECT,
	bodyStep<Meaning>('passesThrice', 200, { code: 1234, msg: 'odd', data: null }),
	step<Meaning>('half of the task', 'passesThrice', { kind: 'malformedJson' }),
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
const PASSES = [...onCheck('passes'), ...MORE_PASSES, ...NO_NETWORK];

/** `Retry-After` as a header, by milliseconds from now; undefined where it says nothing. */
const RETRY_AFTER: Array<{ header: (now: number) => unknown; ms?: number; byDate?: true }> = [
	...[0, 1, 5, 30, 100, 300, 7200, 10_000_000].map((s) => ({ header: () => String(s), ms: s * 1000 })),
	{ header: (now) => new Date(now + 46_000).toUTCString(), ms: 44_000, byDate: true },
	{ header: (now) => new Date(now - 60_000).toUTCString(), ms: 0, byDate: true },
	...[undefined, 'soon', '-5'].map((header) => ({ header: () => header })),
];

const limited = (status: 429 | 503): QueryStep[] =>
	RETRY_AFTER.map(({ header, ms: retryAfterMs, byDate }) =>
		stepOf(`${status}, again after ${String(header(0))}`, ({ wall }) => ({
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
export const lastingStep = fc.oneof(
	...[RUNNING, PASSES, limited(429), limited(503), ODD, NO_LINK].map((steps) => fc.constantFrom(...steps)),
);

/** `created`, the truth and everything else that was seen or feared, by the seconds in which the run began and now. */
const CREATED: Array<TaskPlan['created']> = [
	...[0, 120, 600, 23 * 3600, 2 * 86_400, -3, -8 * 3600].map((ago) => (began: number) => began - ago),
	(began) => began * 1000,
	(began) => String(began),
	(began) => new Date(began * 1000).toISOString(),
	...[undefined, null, -5, 1e300].map((value) => () => value),
	(_began, now) => Math.floor(now),
	(_began, now) => now - 300,
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
		error: fc.constantFrom<unknown>('refused', { message: 'rejected' }, { code: 17 }, null, '', 5, ['no']),
	})
	.map(({ as, field, ...plan }) => {
		const task = { ...plan, shape: { as: [...as, 'linkIn' as const], field }, startedAt: 0 };
		return named(fc.stringify({ ...task, created: fc.stringify(plan.created(0, 0)) }), task);
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
	...onCreate('sentAgain'),
	...asCreate('sentAgain', [...limited(429), ...NO_NETWORK, ...NOBODY]),
];

const REFUSALS = [
	...onCreate('refused'),
	...[401, 402, 404].map((status) => bodyStep<CreateMeaning>('refused', status, { message: 'no' })),
];

// Whoever answers so has read the request: only a connection that never came about certainly made no task.
const UNCERTAIN = [
	...onCreate('unknown'),
	...asCreate('unknown', [...MORE_PASSES, ...limited(503), ...NO_OBJECT]),
	...[
		{ status: 'queued', created: 1761635478 },
		{ code: 0, msg: 'success', data: {} },
		{ code: 0, msg: null, data: 'ok' },
		{ code: 0, msg: null, data: null, request_id: 'r-1' },
		{ id: null, status: 'queued', error: null },
		{ id: { value: 'video_1' }, status: 'queued' },
	].map((body) => bodyStep<CreateMeaning>('unknown', 200, body)),
	bodyStep<CreateMeaning>('unknown', 408, {}),
	slow('unknown', 120_000),
];

export const createStep = weighted(
	[4, MADE],
	[1, onCreate('failed')],
	[3, AGAIN],
	[1, REFUSALS],
	[3, UNCERTAIN],
);

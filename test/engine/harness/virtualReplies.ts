import fc from 'fast-check';

import { FAULTS, type FaultCase, type Waiting } from '../../reliability/cases.cts';
import { textAnswer } from '../../simulator/answers.cts';
import type { Fault } from '../../simulator/faultKinds.cts';
import type { Shape } from '../../simulator/shapes.cts';

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

export const stepOf = <M>(name: string, make: Step<M>['make']): Step<M> => named(name, { name, make });

export const step = <M>(name: string, meaning: M, fault?: Fault): Step<M> =>
	stepOf(name, () => ({ fault, note: { meaning } }));

export const bodyStep = <M>(meaning: M, status: number, body: unknown): Step<M> =>
	step(`${status} ${JSON.stringify(body)}`, meaning, { kind: 'status', status, body });

/** Faults of the list as answers that mean the same to the model. */
export const listed = <M>(meaning: M, isMeant: (one: FaultCase) => boolean): Array<Step<M>> =>
	FAULTS.filter(isMeant).map(({ what, fault, words }) => {
		const retryAfterMs = 'retryAfter' in fault ? Number(fault.retryAfter) * 1000 : undefined;
		const note = { meaning, retryAfterMs, rateLimited: words === 'limiting requests' };
		return stepOf(what, () => ({ fault, note }));
	});

export const onCheck = (meaning: Waiting) => listed<Meaning>(meaning, ({ waiting }) => waiting === meaning);

export const NO_OBJECT = ['ok', 'null', '{}'].map((body) => bodyStep<Meaning>('passesThrice', 200, body));

const fails = (code: string, words = `read ${code}`) =>
	step<Meaning>(words, 'passes', { kind: 'network', code, words });

const failsIn = (call: string) => fails(String(call.split(' ')[1]), call);

export const NO_NETWORK = [
	'getaddrinfo EAI_AGAIN api.example',
	'connect ENETUNREACH 10.0.0.1:443',
	'connect ETIMEDOUT 10.0.0.1:443',
].map(failsIn);

/** Ends a wait at its first status check alone, which is proven in reliabilityOfWaits.test.ts. */
export const NOBODY = ['connect ECONNREFUSED 10.0.0.1:443', 'getaddrinfo ENOTFOUND api.example'].map(failsIn);

export const MORE_PASSES = [
	bodyStep<Meaning>('passes', 502, '<html><body><h1>Welcome</h1></body></html>'),
	bodyStep<Meaning>('passes', 200, ' \n'),
	step<Meaning>('a body that stalls', 'passes', {
		kind: 'custom',
		reply: () => ({ ...textAnswer(200, '{"id":', ''), then: 'stalls' }),
	}),
	...['ETIMEDOUT', 'EPIPE'].map((code) => fails(code)),
];

/** `Retry-After` as a header, by milliseconds from now; undefined where it says nothing. */
const RETRY_AFTER: Array<{ header: (now: number) => unknown; ms?: number; byDate?: true }> = [
	...[0, 1, 5, 30, 100, 300, 7200, 10_000_000].map((s) => ({ header: () => String(s), ms: s * 1000 })),
	{ header: (now) => new Date(now + 46_000).toUTCString(), ms: 44_000, byDate: true },
	{ header: (now) => new Date(now - 60_000).toUTCString(), ms: 0, byDate: true },
	...[undefined, 'soon', '-5'].map((header) => ({ header: () => header })),
];

export const limited = (status: 429 | 503): QueryStep[] =>
	RETRY_AFTER.map(({ header, ms: retryAfterMs, byDate }) =>
		stepOf(`${status}, again after ${String(header(0))}`, ({ wall }) => ({
			fault: { kind: 'status', status, headers: { 'retry-after': header(wall) } },
			note: { meaning: 'passes', retryAfterMs, rateLimited: status === 429, byDate },
		})),
	);

/** Some of these lists, each as often as its weight says. */
export const weighted = <M>(...lists: Array<[weight: number, steps: Array<Step<M>>]>) =>
	fc.oneof(...lists.map(([weight, steps]) => ({ weight, arbitrary: fc.constantFrom(...steps) })));

import { bodyOf, bytesOf, envelopeAnswer, isTask, jsonAnswer, sliceBody, textAnswer } from './answers.cts';
import { SEEN } from './seen.cts';
import { changeTask, shapedAnswer } from './shapes.cts';

import type { Answer, Envelope, ErrorWords, Reply } from './answers.cts';
import type { ApiRequest } from './api.cts';
import type { SeenName } from './seen.cts';
import type { Shape } from './shapes.cts';

/** What a fault is applied to. */
export interface FaultContext {
	request: ApiRequest;
	filesUrl: string;
	/** What would be answered without the fault; the request takes effect, so that a create makes its task */
	answer: (changed?: Partial<ApiRequest>) => Answer;
}

interface StatusParams extends ErrorWords {
	/** Default: 500 */
	status?: number;
	envelope?: Envelope;
	/** Instead of an envelope. A string goes out as plain text, anything else as JSON; `headers` can say otherwise */
	body?: unknown;
	headers?: Record<string, unknown>;
	/** Seconds, or the header as it is */
	retryAfter?: unknown;
}

interface Drops {
	/** Ms */
	interval?: number;
	chunkBytes?: number;
}

type None = Record<never, never>;

function statusAnswer(params: StatusParams): Answer {
	const { status = 500, body, headers = {}, retryAfter, envelope = 'errorObject', ...words } = params;
	const asGiven = () =>
		typeof body === 'string' ? textAnswer(status, body, 'text/plain') : jsonAnswer(status, body);
	const answer = body === undefined ? envelopeAnswer(status, envelope, words) : asGiven();
	const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
	const again = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
	return { ...answer, headers: { ...answer.headers, ...Object.fromEntries(lowerCase), ...again } };
}

const empty = () => textAnswer(200, '', '');

/** What can go wrong on the wire. A kind that never asks for the `answer` keeps the request from taking effect. */
export const FAULT_KINDS = {
	/** An error instead of the answer */
	status: statusAnswer,
	/** An error in one of the envelopes under 200 */
	envelope200: ({ envelope = 'errorObject', ...words }: ErrorWords & { envelope?: Envelope }) =>
		envelopeAnswer(200, envelope, words),
	/** A web page under 200 */
	html200: () => envelopeAnswer(200, 'html'),
	/** Nothing, under 200 */
	empty200: empty,
	/** The first half of the answer under 200, with a length that fits */
	malformedJson: (_: None, { answer }: FaultContext) => {
		const { body } = answer();
		return { ...jsonAnswer(200, null), body: sliceBody(body, 0, Math.floor(body.size / 2)) };
	},
	/** The answer inside an array under 200 */
	jsonArray: (_: None, { answer }: FaultContext) =>
		jsonAnswer(200, [JSON.parse(bytesOf(answer().body).toString())]),
	/** The answer of a task with another id */
	wrongId: (_: None, { answer }: FaultContext) =>
		changeTask(answer(), (task) => ({ ...task, id: 'video_0other0task0' })),
	/** The answer without `field` */
	missingField: ({ field }: { field: string }, { answer }: FaultContext) =>
		changeTask(answer(), ({ [field]: _left, ...others }) => others),
	/** The real API's answer of that name in seen.cts */
	seen: ({ answer }: { answer: SeenName }, context: FaultContext) => SEEN[answer](context),
	/** The answer in another shape; see shapes.cts */
	shape: (shape: Shape, { answer }: FaultContext) => shapedAnswer(answer(), shape),
	/**
	 * Default target: the same path on the files host; a request of the files host is sent to itself with the query
	 * `redirected`
	 */
	redirect: ({ to, status = 302 }: { to?: string; status?: number }, { request, filesUrl }: FaultContext) => {
		const standard = `${filesUrl}${request.path}${request.host === 'files' ? '?redirected' : ''}`;
		return { ...empty(), status, headers: { location: to ?? standard } };
	},
	/** A TCP reset before an answer */
	reset: () => ({ fails: 'ECONNRESET' }),
	/** A failed call, as Node.js says it; no server can be asked for that, but the virtual network can */
	network: ({ words, code }: { words: string; code?: string }) => ({ fails: code, words }),
	/** No answer, ever */
	hang: () => ({ hangs: true as const }),
	/** The request takes effect, then the connection is reset without an answer */
	cutAfterAccept: (_: None, { answer }: FaultContext) => {
		answer();
		return { fails: 'ECONNRESET' };
	},
	/** The true Content-Length, then `at` bytes of the body (default: half), then the connection closes */
	cutBody: ({ at }: { at?: number }, { answer }: FaultContext) => {
		const whole = answer();
		const { size } = whole.body;
		const sent = Math.min(at ?? Math.floor(size / 2), Math.max(0, size - 1));
		return { ...whole, body: sliceBody(whole.body, 0, sent), length: size, then: 'breaks' as const };
	},
	/** Content-Length is `by` bytes longer than the body, then the connection closes */
	wrongLength: ({ by = 1000 }: { by?: number }, { answer }: FaultContext) => {
		const whole = answer();
		return { ...whole, length: whole.body.size + by, then: 'breaks' as const };
	},
	/** Handled at once, but answered only after `delay` ms */
	slow: ({ delay = 1000 }: { delay?: number }, { answer }: FaultContext) => ({ ...answer(), delayMs: delay }),
	/** Handled at once, but answered only when the promise `until` is resolved */
	hold: ({ until }: { until: Promise<unknown> }, { answer }: FaultContext) => ({ ...answer(), until }),
	/** The head at once, then `chunkBytes` every `interval` ms */
	slowBody: ({ interval = 100, chunkBytes = 1 }: Drops, { answer }: FaultContext) => ({
		...answer(),
		chunkBytes,
		everyMs: interval,
	}),
	/** A good start, then letters until the client leaves, `chunkBytes` at once, every `interval` ms */
	endlessBody: ({ interval = 0, chunkBytes = 16_384 }: Drops, { answer }: FaultContext) => {
		const whole = answer();
		// A JSON object goes on inside a string, so that no parser can call it wrong before its end.
		const begun = () => bodyOf(Buffer.from(`${bytesOf(whole.body).toString().slice(0, -1)},"more":"`));
		const body = isTask(whole) ? begun() : whole.body;
		return { ...whole, body, length: null, chunkBytes, everyMs: interval, then: 'endless' as const };
	},
	/** Chunked, without Content-Length */
	noLength: (_: None, { answer }: FaultContext) => ({ ...answer(), length: null }),
	/** Range is ignored and not offered */
	noRange: (_: None, { answer, request: { headers } }: FaultContext) => {
		const whole = answer({ headers: { ...headers, range: undefined } });
		return { ...whole, headers: { ...whole.headers, 'accept-ranges': undefined } };
	},
	/** Anything else */
	custom: ({ reply }: { reply: (context: FaultContext) => Reply }, context: FaultContext) => reply(context),
} satisfies Record<string, (params: any, context: FaultContext) => Reply>;

export type FaultKindName = keyof typeof FAULT_KINDS;

type ParamsOf<Steps> = Steps extends (params: infer Params, ...rest: never[]) => unknown ? Params : unknown;

/** A kind and its params. */
export type Fault = {
	[Kind in FaultKindName]: { kind: Kind } & ParamsOf<(typeof FAULT_KINDS)[Kind]>;
}[FaultKindName];

export function applyFault({ kind, ...params }: Fault, context: FaultContext): Reply {
	return (FAULT_KINDS[kind] as (params: object, context: FaultContext) => Reply)(params, context);
}

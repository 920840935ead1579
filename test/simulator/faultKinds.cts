import { once } from 'node:events';
import { ENVELOPES, bodyOf, bodyText, envelopeAnswer, jsonAnswer, textAnswer } from './answers.cts';
import { anything, filled, isObject, number, oneOf, string } from './check.cts';
import { SEEN } from './seen.cts';
import { shapeProblem, shapedAnswer, shapes, statusWords } from './shapes.cts';
import * as wire from './wire.cts';

import type { ServerResponse } from 'node:http';
import type { Answer, Envelope } from './answers.cts';
import type { Check } from './check.cts';
import type { SimulatedRequest } from './host.cts';
import type { HostName } from './log.cts';
import type { SeenName } from './seen.cts';
import type { ShapeName } from './shapes.cts';

/**
 * What can go wrong on the wire. On both hosts:
 * - `status`: an error instead of the answer (`status`, `body` or `envelope`, `headers`, `retryAfter`)
 * - `html200`, `empty200`: an HTML page, or nothing, under 200
 * - `redirect`: to `to`, with `status`, default 302. Default target: the same path on the files host; a
 *   request of the files host is sent to itself with the query `redirected`
 * - `reset`: a TCP reset before an answer; the request has no effect
 * - `hang`: no answer, ever; the request has no effect
 * - `slow`: handled at once, but answered only after `delay` ms
 * - `hold`: handled at once, but answered only when the promise `until` is resolved
 * - `slowBody`: the head at once, then `chunkBytes` bytes (default 1) every `interval` ms (default 100)
 * - `cutBody`: the true Content-Length, then `at` bytes of the body (default: half), then the connection
 *   closes
 * - `endlessBody`: a good start, then bytes until the client leaves, `chunkBytes` at once (default 16384),
 *   every `interval` ms (default 0)
 *
 * On the API alone:
 * - `envelope200`: an error in the shape `envelope` under 200
 * - `malformedJson`: the first half of the answer under 200, with a length that fits
 * - `jsonArray`: the answer inside an array under 200; `jsonScalar`: `value` (default "ok") under 200
 * - `wrongId`: the answer of a task with another id, `answerId`
 * - `missingField`: the answer without `field`
 * - `unknownStatus`: the answer with `status`, default `expired`
 * - `seen`: the real API's `answer` of that name in seen.cts; nothing is handled, no task is made
 * - `shape`: the answer in the shape `as`, or in several, in their order but envelopes last. Envelopes:
 *   `insideData` ({code: 0, msg: null, data: task}), `insideDataCodeText` ({code: "0", msg: "success", data:
 *   task}), `insideDataWithoutId` ({data: task without id}). `byteOrderMark`: one before the JSON.
 *   `errorObject`: the `error` of a failed task as {message}. `extraFields`: more fields, and
 *   `actualDuration` as text. `linkIn`: the link in `field` (default `result_url`), no `video_url`.
 *   `statusWord`: other `words` for documented statuses, such as {completed: "succeeded"}
 * - `cutAfterAccept`: the request takes effect, then the connection is reset without an answer; POST alone
 *   unless `method` says otherwise
 *
 * On the files host alone:
 * - `noLength`: chunked, without Content-Length
 * - `noRange`: Range is ignored and not offered
 * - `wrongLength`: Content-Length is `by` bytes (default 1000) longer than the body, then the connection
 *   closes
 *
 * `wrongId`, `missingField`, `unknownStatus` and `shape` change tasks alone: another answer (401, 404, ...)
 * passes unchanged. Kinds about the body never meet a HEAD.
 */
export type FaultKindName = 'status' | 'envelope200' | 'html200' | 'empty200' | 'malformedJson' | 'jsonArray' | 'jsonScalar'
| 'wrongId' | 'missingField' | 'unknownStatus' | 'seen' | 'shape' | 'redirect' | 'reset' | 'cutBody' |
'cutAfterAccept' | 'hang' | 'slow' | 'hold' | 'slowBody' | 'endlessBody' | 'noLength' | 'noRange' |
'wrongLength';

export interface FaultParams {
	/** HTTP status (`status`: default 500, `redirect`: default 302), or the task status of `unknownStatus` */
	status?: number | string;
	/** A string goes out as plain text, anything else as JSON; `headers` can say otherwise */
	body?: unknown;
	/** Default `errorObject` */
	envelope?: Envelope;
	/** Of the envelope */
	message?: string;
	/** Of the envelope */
	code?: unknown;
	headers?: Record<string, string>;
	/** Seconds, the header as it is, or a date */
	retryAfter?: number | string | Date;
	value?: unknown;
	answerId?: string;
	field?: string;
	answer?: SeenName;
	as?: ShapeName | ShapeName[];
	words?: Record<string, string>;
	to?: string;
	/** Bytes */
	at?: number;
	/** Bytes */
	by?: number;
	/** Ms, default 1000 */
	delay?: number;
	until?: Promise<unknown>;
	/** Ms */
	interval?: number;
	/** Bytes */
	chunkBytes?: number;
}

export type FaultContext = { request: SimulatedRequest, filesUrl: string, newId: () => string };

/** How a kind takes part in an exchange; each step can be left out. */
export interface FaultKind {
	hosts: readonly HostName[];
	params: Record<string, Check>;
	/** Of the params together */
	problem?: (params: FaultParams) => string | null;
	/** The default of the fault's `method` */
	method?: string;
	/** Never meets a HEAD */
	bodyOnly?: boolean;
	/** Changes what is handled */
	request?: (request: SimulatedRequest) => SimulatedRequest;
	/** Given instead; nothing is handled */
	answer?: (params: FaultParams, context: FaultContext) => Answer;
	alter?: (answer: Answer, params: FaultParams, context: FaultContext) => Answer;
	deliver?: (response: ServerResponse, answer: Answer, params: FaultParams, left: AbortSignal) => unknown;
}

const EVERYWHERE: readonly HostName[] = ['api', 'files'];
const API: readonly HostName[] = ['api'];
const FILES: readonly HostName[] = ['files'];

const ms = number({ min: 0, max: 2 ** 31 - 1 });
const bytes = number({ min: 0, integer: true });
const chunk = number({ min: 1, max: 2 ** 20, integer: true });

const headerFields: Check = (value) => {
	const fits = isObject(value) && Object.values(value).every((entry) => typeof entry === 'string');
	return fits ? null : 'an object of strings';
};

const retryAfter: Check = (value) => (typeof value === 'string' || value instanceof Date
	|| (typeof value === 'number' && value >= 0)
	? null
	: 'seconds, a string or a date');

const promise: Check = (value) => (isObject(value) && typeof value['then'] === 'function' ? null : 'a promise');

const envelope = { envelope: oneOf(ENVELOPES), message: string, code: anything };

function errorOf(status: number, params: FaultParams): Answer {
	const { body, envelope: shape = 'errorObject', message, code, retryAfter: wait } = params;
	const asGiven = () => (typeof body === 'string'
		? textAnswer(status, body, 'text/plain')
		: jsonAnswer(status, body));
	const answer = body === undefined ? envelopeAnswer(status, shape, { message, code }) : asGiven();
	const headers = { ...answer.headers, ...params.headers };
	if (wait !== undefined) headers['Retry-After'] = wait instanceof Date ? wait.toUTCString() : String(wait);
	return { ...answer, headers };
}

function changeTask(answer: Answer, change: (task: Record<string, unknown>) => unknown): Answer {
	if (answer.status !== 200) return answer;
	const task = JSON.parse(bodyText(answer.body));
	return jsonAnswer(200, change(task));
}

function isJson(answer: Answer) {
	return answer.headers['Content-Type']?.startsWith('application/json') ?? false;
}

function drops({ interval, chunkBytes }: FaultParams) {
	return {
		slow: { interval: interval ?? 100, chunkBytes: chunkBytes ?? 1 },
		endless: { interval: interval ?? 0, chunkBytes: chunkBytes ?? 16_384 },
	};
}

const nothing = () => textAnswer(200, '', '');

export const FAULT_KINDS: Record<FaultKindName, FaultKind> = {
	status: {
		hosts: EVERYWHERE,
		params: {
			...envelope,
			status: number({ min: 200, max: 599, integer: true }),
			body: anything,
			headers: headerFields,
			retryAfter,
		},
		answer: (params) => errorOf(Number(params.status ?? 500), params),
	},
	envelope200: {
		hosts: API,
		params: envelope,
		answer: (params) => errorOf(200, params),
	},
	html200: { hosts: EVERYWHERE, params: {}, answer: () => envelopeAnswer(200, 'html') },
	empty200: { hosts: EVERYWHERE, params: {}, answer: nothing },
	malformedJson: {
		hosts: API,
		params: {},
		alter: ({ body }) => {
			const half = bodyText(body).slice(0, Math.floor(body.size / 2));
			return { ...jsonAnswer(200, null), body: bodyOf(Buffer.from(half)) };
		},
	},
	jsonArray: {
		hosts: API,
		params: {},
		alter: ({ body }) => jsonAnswer(200, [JSON.parse(bodyText(body))]),
	},
	jsonScalar: {
		hosts: API,
		params: { value: anything },
		answer: ({ value = 'ok' }) => jsonAnswer(200, value),
	},
	wrongId: {
		hosts: API,
		params: { answerId: filled },
		alter: (answer, { answerId = 'video_0other0task0' }) =>
			changeTask(answer, (task) => ({ ...task, id: answerId })),
	},
	missingField: {
		hosts: API,
		params: { field: filled },
		problem: ({ field }) => (field === undefined ? 'field must be given' : null),
		alter: (answer, { field }) => changeTask(answer, (task) =>
			Object.fromEntries(Object.entries(task).filter(([name]) => name !== field))),
	},
	unknownStatus: {
		hosts: API,
		params: { status: string },
		alter: (answer, { status = 'expired' }) => changeTask(answer, (task) => ({ ...task, status })),
	},
	seen: {
		hosts: API,
		params: { answer: oneOf(Object.keys(SEEN)) },
		problem: ({ answer }) => (answer === undefined ? 'answer must be given' : null),
		answer: ({ answer }, context) => SEEN[(answer as SeenName)].answer(context),
	},
	shape: {
		hosts: API,
		params: { as: shapes, field: filled, words: statusWords },
		problem: shapeProblem,
		alter: shapedAnswer,
	},
	redirect: {
		hosts: EVERYWHERE,
		params: { to: filled, status: number({ min: 300, max: 399, integer: true }) },
		answer: ({ to, status = 302 }, { request, filesUrl }) => {
			const standard = `${filesUrl}${request.path}${request.host === 'files' ? '?redirected' : ''}`;
			return { ...nothing(), status: Number(status), headers: { Location: to ?? standard } };
		},
	},
	reset: { hosts: EVERYWHERE, params: {}, answer: nothing, deliver: wire.reset },
	hang: { hosts: EVERYWHERE, params: {}, answer: nothing, deliver: () => undefined },
	cutAfterAccept: { hosts: API, params: {}, method: 'POST', deliver: wire.reset },
	cutBody: {
		hosts: EVERYWHERE,
		params: { at: bytes },
		bodyOnly: true,
		deliver: (response, answer, { at }, left) => {
			const { size } = answer.body;
			const sent = Math.min(at ?? Math.floor(size / 2), Math.max(0, size - 1));
			return wire.sendCut(response, answer, { announced: size, sent }, left);
		},
	},
	wrongLength: {
		hosts: FILES,
		params: { by: number({ min: 1, integer: true }) },
		bodyOnly: true,
		deliver: (response, answer, { by = 1000 }, left) => {
			const { size } = answer.body;
			return wire.sendCut(response, answer, { announced: size + by, sent: size }, left);
		},
	},
	slow: {
		hosts: EVERYWHERE,
		params: { delay: ms },
		deliver: async (response, answer, { delay = 1000 }, left) => {
			await wire.pause(delay, left);
			if (!left.aborted) await wire.send(response, answer, left);
		},
	},
	hold: {
		hosts: EVERYWHERE,
		params: { until: promise },
		deliver: async (response, answer, { until }, left) => {
			if (!left.aborted) await Promise.race([until, once(left, 'abort')]);
			if (!left.aborted) await wire.send(response, answer, left);
		},
	},
	slowBody: {
		hosts: EVERYWHERE,
		params: { interval: ms, chunkBytes: chunk },
		bodyOnly: true,
		deliver: (response, answer, params, left) =>
			wire.sendSlowly(response, answer, drops(params).slow, left),
	},
	endlessBody: {
		hosts: EVERYWHERE,
		params: { interval: ms, chunkBytes: chunk },
		bodyOnly: true,
		// A JSON object goes on inside a string, so that no parser can call it wrong before its end.
		alter: (answer) => (isJson(answer)
			? { ...answer, body: bodyOf(Buffer.from(`${bodyText(answer.body).slice(0, -1)},"more":"`)) }
			: answer),
		deliver: (response, answer, params, left) =>
			wire.sendEndlessly(response, answer, drops(params).endless, left),
	},
	noLength: {
		hosts: FILES,
		params: {},
		bodyOnly: true,
		deliver: (response, answer, _params, left) => wire.sendWithoutLength(response, answer, left),
	},
	noRange: {
		hosts: FILES,
		params: {},
		request: (request) => ({ ...request, range: null }),
		alter: (answer) => {
			const { 'Accept-Ranges': _offered, ...others } = answer.headers;
			return { ...answer, headers: others };
		},
	},
};

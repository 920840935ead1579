import { once } from 'node:events';
import { z } from 'zod/v4';
import { ENVELOPES, bodyOf, bodyText, envelopeAnswer, jsonAnswer, textAnswer } from './answers.cts';
import { filled } from './options.cts';
import { SEEN } from './seen.cts';
import { SHAPE, shapedAnswer } from './shapes.cts';
import * as wire from './wire.cts';

import type { ServerResponse } from 'node:http';
import type { Answer } from './answers.cts';
import type { SimulatedRequest } from './host.cts';
import type { HostName } from './log.cts';
import type { SeenName } from './seen.cts';

export interface FaultContext {
	request: SimulatedRequest;
	filesUrl: string;
	newId: () => string;
}

/** How a kind takes part in an exchange; each step can be left out. */
export interface FaultKind<Params extends z.ZodType = any> {
	hosts: readonly HostName[];
	params: Params;
	/** The default of the fault's `method` */
	method?: string;
	/** Never meets a HEAD */
	bodyOnly?: boolean;
	/** Changes what is handled */
	request?: (request: SimulatedRequest) => SimulatedRequest;
	/** Given instead; nothing is handled */
	answer?: (params: z.output<Params>, context: FaultContext) => Answer;
	alter?: (answer: Answer, params: z.output<Params>, context: FaultContext) => Answer;
	deliver?: (
		response: ServerResponse,
		answer: Answer,
		params: z.output<Params>,
		left: AbortSignal,
	) => unknown;
}

/** Lets the steps of a kind have the types of its params. */
function kind<Params extends z.ZodType>(steps: FaultKind<Params>): FaultKind<Params> {
	return steps;
}

const EVERYWHERE: readonly HostName[] = ['api', 'files'];
const API: readonly HostName[] = ['api'];
const FILES: readonly HostName[] = ['files'];

const NONE: z.ZodType<object, object> = z.strictObject({});

const ms = z
	.number()
	.min(0)
	.max(2 ** 31 - 1);

const envelope = {
	envelope: z.enum(ENVELOPES).default('errorObject'),
	/** Of the envelope; default: the status in words */
	message: z.string().optional(),
	/** Of the envelope */
	code: z.unknown().optional(),
};

const STATUS = z.strictObject({
	...envelope,
	status: z.int().min(200).max(599).default(500),
	/** Instead of an envelope. A string goes out as plain text, anything else as JSON; `headers` can say otherwise */
	body: z.unknown().optional(),
	headers: z.record(z.string(), z.string()).optional(),
	/** Seconds, the header as it is, or a date */
	retryAfter: z
		.union([z.number().min(0), z.string(), z.date()], 'expected seconds, a string or a date')
		.optional(),
});

const drops = (interval: number, chunkBytes: number) =>
	z.strictObject({
		/** Ms */
		interval: ms.default(interval),
		chunkBytes: z
			.int()
			.min(1)
			.max(2 ** 20)
			.default(chunkBytes),
	});

function statusAnswer({ status, body, headers, retryAfter, ...words }: z.output<typeof STATUS>): Answer {
	const asGiven = () =>
		typeof body === 'string' ? textAnswer(status, body, 'text/plain') : jsonAnswer(status, body);
	const answer = body === undefined ? envelopeAnswer(status, words.envelope, words) : asGiven();
	const all = { ...answer.headers, ...headers };
	if (retryAfter !== undefined) {
		all['Retry-After'] = retryAfter instanceof Date ? retryAfter.toUTCString() : String(retryAfter);
	}
	return { ...answer, headers: all };
}

function changeTask(answer: Answer, change: (task: Record<string, unknown>) => unknown): Answer {
	if (answer.status !== 200) return answer;
	return jsonAnswer(200, change(JSON.parse(bodyText(answer.body))));
}

function isJson(answer: Answer) {
	return answer.headers['Content-Type']?.startsWith('application/json') ?? false;
}

const nothing = () => textAnswer(200, '', '');

/**
 * What can go wrong on the wire. `wrongId`, `missingField`, `unknownStatus` and `shape` change tasks alone: another
 * answer (401, 404, ...) passes unchanged.
 */
export const FAULT_KINDS = {
	/** An error instead of the answer */
	status: kind({ hosts: EVERYWHERE, params: STATUS, answer: statusAnswer }),
	/** An error in one of the envelopes under 200 */
	envelope200: kind({
		hosts: API,
		params: z.strictObject(envelope),
		answer: (params) => envelopeAnswer(200, params.envelope, params),
	}),
	/** A web page under 200 */
	html200: kind({ hosts: EVERYWHERE, params: NONE, answer: () => envelopeAnswer(200, 'html') }),
	/** Nothing, under 200 */
	empty200: kind({ hosts: EVERYWHERE, params: NONE, answer: nothing }),
	/** The first half of the answer under 200, with a length that fits */
	malformedJson: kind({
		hosts: API,
		params: NONE,
		alter: ({ body }) => {
			const half = bodyText(body).slice(0, Math.floor(body.size / 2));
			return { ...jsonAnswer(200, null), body: bodyOf(Buffer.from(half)) };
		},
	}),
	/** The answer inside an array under 200 */
	jsonArray: kind({
		hosts: API,
		params: NONE,
		alter: ({ body }) => jsonAnswer(200, [JSON.parse(bodyText(body))]),
	}),
	/** `value` under 200 */
	jsonScalar: kind({
		hosts: API,
		params: z.strictObject({ value: z.unknown().default('ok') }),
		answer: ({ value }) => jsonAnswer(200, value),
	}),
	/** The answer of a task with another id */
	wrongId: kind({
		hosts: API,
		params: z.strictObject({ answerId: filled.default('video_0other0task0') }),
		alter: (answer, { answerId }) => changeTask(answer, (task) => ({ ...task, id: answerId })),
	}),
	/** The answer without `field` */
	missingField: kind({
		hosts: API,
		params: z.strictObject({ field: filled }),
		alter: (answer, { field }) => changeTask(answer, ({ [field]: _left, ...others }) => others),
	}),
	/** The answer with another status */
	unknownStatus: kind({
		hosts: API,
		params: z.strictObject({ status: z.string().default('expired') }),
		alter: (answer, { status }) => changeTask(answer, (task) => ({ ...task, status })),
	}),
	/** The real API's answer of that name in seen.cts; nothing is handled, no task is made */
	seen: kind({
		hosts: API,
		params: z.strictObject({ answer: z.enum(Object.keys(SEEN) as SeenName[]) }),
		answer: ({ answer }, context) => SEEN[answer](context),
	}),
	/** The answer in another shape, or in several, in their order but envelopes last; see shapes.cts */
	shape: kind({ hosts: API, params: SHAPE, alter: shapedAnswer }),
	/**
	 * Default target: the same path on the files host; a request of the files host is sent to itself with the query
	 * `redirected`
	 */
	redirect: kind({
		hosts: EVERYWHERE,
		params: z.strictObject({ to: filled.optional(), status: z.int().min(300).max(399).default(302) }),
		answer: ({ to, status }, { request, filesUrl }) => {
			const standard = `${filesUrl}${request.path}${request.host === 'files' ? '?redirected' : ''}`;
			return { ...nothing(), status, headers: { Location: to ?? standard } };
		},
	}),
	/** A TCP reset before an answer; the request has no effect */
	reset: kind({ hosts: EVERYWHERE, params: NONE, answer: nothing, deliver: wire.reset }),
	/** No answer, ever; the request has no effect */
	hang: kind({ hosts: EVERYWHERE, params: NONE, answer: nothing, deliver: () => undefined }),
	/** The request takes effect, then the connection is reset without an answer */
	cutAfterAccept: kind({ hosts: API, params: NONE, method: 'POST', deliver: wire.reset }),
	/** The true Content-Length, then `at` bytes of the body (default: half), then the connection closes */
	cutBody: kind({
		hosts: EVERYWHERE,
		params: z.strictObject({ at: z.int().min(0).optional() }),
		bodyOnly: true,
		deliver: (response, answer, { at }, left) => {
			const { size } = answer.body;
			const sent = Math.min(at ?? Math.floor(size / 2), Math.max(0, size - 1));
			return wire.sendCut(response, answer, { announced: size, sent }, left);
		},
	}),
	/** Content-Length is `by` bytes longer than the body, then the connection closes */
	wrongLength: kind({
		hosts: FILES,
		params: z.strictObject({ by: z.int().min(1).default(1000) }),
		bodyOnly: true,
		deliver: (response, answer, { by }, left) => {
			const { size } = answer.body;
			return wire.sendCut(response, answer, { announced: size + by, sent: size }, left);
		},
	}),
	/** Handled at once, but answered only after `delay` ms */
	slow: kind({
		hosts: EVERYWHERE,
		params: z.strictObject({ delay: ms.default(1000) }),
		deliver: async (response, answer, { delay }, left) => {
			await wire.pause(delay, left);
			if (!left.aborted) await wire.send(response, answer, left);
		},
	}),
	/** Handled at once, but answered only when the promise `until` is resolved */
	hold: kind({
		hosts: EVERYWHERE,
		params: z.strictObject({
			until: z.custom<Promise<unknown>>(
				(value) => typeof Object(value).then === 'function',
				'expected a promise',
			),
		}),
		deliver: async (response, answer, { until }, left) => {
			if (!left.aborted) await Promise.race([until, once(left, 'abort')]);
			if (!left.aborted) await wire.send(response, answer, left);
		},
	}),
	/** The head at once, then `chunkBytes` every `interval` ms */
	slowBody: kind({ hosts: EVERYWHERE, params: drops(100, 1), bodyOnly: true, deliver: wire.sendSlowly }),
	/** A good start, then bytes until the client leaves, `chunkBytes` at once, every `interval` ms */
	endlessBody: kind({
		hosts: EVERYWHERE,
		params: drops(0, 16_384),
		bodyOnly: true,
		// A JSON object goes on inside a string, so that no parser can call it wrong before its end.
		alter: (answer) =>
			isJson(answer)
				? { ...answer, body: bodyOf(Buffer.from(`${bodyText(answer.body).slice(0, -1)},"more":"`)) }
				: answer,
		deliver: wire.sendEndlessly,
	}),
	/** Chunked, without Content-Length */
	noLength: kind({
		hosts: FILES,
		params: NONE,
		bodyOnly: true,
		deliver: (response, answer, _params, left) => wire.sendWithoutLength(response, answer, left),
	}),
	/** Range is ignored and not offered */
	noRange: kind({
		hosts: FILES,
		params: NONE,
		request: (request) => ({ ...request, range: null }),
		alter: (answer) => {
			const { 'Accept-Ranges': _offered, ...others } = answer.headers;
			return { ...answer, headers: others };
		},
	}),
};

export type FaultKindName = keyof typeof FAULT_KINDS;

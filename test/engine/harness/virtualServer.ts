import {
	NodeApiError,
	type IDataObject,
	type IExecuteFunctions,
	type IHttpRequestOptions,
} from 'n8n-workflow';

import { bodyStream, type BodyPlan } from './virtualBody.cts';
import type { VirtualClock } from './virtualClock.cts';

/** What becomes of one request; times are milliseconds. */
export type Reply =
	/** The head after `latencyMs`, then the body. */
	| { status: number; headers?: Record<string, unknown>; body: BodyPlan; latencyMs?: number }
	/** Fails after `latencyMs` with one of Node.js's codes, as n8n throws it on. */
	| { fails: string | undefined; words?: string; cause?: unknown; latencyMs?: number }
	/** No answer, ever. */
	| { hangs: true };

/** A request as it came, and what became of it. */
export interface LoggedRequest<Note> {
	kind: 'query' | 'create' | 'file';
	/** What it is about: the task's id, the prompt, or the address of the file. */
	subject: string;
	/** Times on the clock: see `VirtualClock`. */
	wall: number;
	steady: number;
	/** When nothing more came of it; undefined while it is under way. */
	endedWall?: number;
	endedSteady?: number;
	/** Whether the client closed it before its end. */
	closed?: boolean;
	/** Bytes of its answer that were read. */
	pulled: number;
	/** Which execution of the node sent it, from 1. */
	execution: number;
	/** Places in the order of all beginnings and ends. */
	begun: number;
	ended?: number;
	/** What the script calls it. */
	note: Note;
}

/** Decides about each request, by what it is about and how many of the same came before. */
export type Script<Note> = (request: {
	kind: LoggedRequest<Note>['kind'];
	subject: string;
	count: number;
	wall: number;
}) => { reply: Reply; note: Note };

/** What a stub throws for a network, and n8n for it: with the whole request, its key included. */
function networkError(code: string | undefined, words: string, options: object, cause?: unknown): Error {
	const error = new Error(words, cause === undefined ? undefined : { cause });
	return Object.assign(error, {
		...(code !== undefined && { code }),
		isAxiosError: true,
		config: options,
		request: { options },
	});
}

/** Everything beyond n8n's HTTP helpers: the API, the hosts of its files, and the network in between. */
export class VirtualServer<Note> {
	readonly log: Array<LoggedRequest<Note>> = [];

	/** When each execution of the node began, by the wall; kept by whoever executes it. */
	readonly executions: number[] = [];

	/** The most requests that were under way at once. */
	mostInFlight = 0;

	private inFlight = 0;

	private happened = 0;

	private readonly counts = new Map<string, number>();

	constructor(
		private readonly clock: VirtualClock,
		private readonly key: string,
		private readonly script: Script<Note>,
	) {}

	/** n8n's helper for requests with a credential's key. */
	readonly withAuthentication = async (
		caller: IExecuteFunctions,
		options: IHttpRequestOptions,
	): Promise<unknown> => {
		const signal = caller.getExecutionCancelSignal();
		const authenticated = {
			...options,
			headers: { ...options.headers, Authorization: `Bearer ${this.key}` },
		};
		try {
			return await this.answer(authenticated, signal);
		} catch (error) {
			throw new NodeApiError(caller.getNode(), error as never);
		}
	};

	/** n8n's helper for requests without one. */
	readonly plain = async (options: IHttpRequestOptions): Promise<unknown> =>
		await this.answer(options, options.abortSignal as AbortSignal | undefined);

	/** n8n's older helper, all that a credential's test has. */
	readonly legacy = async (options: IDataObject): Promise<unknown> =>
		await this.answer({ ...options, url: options.uri } as unknown as IHttpRequestOptions, undefined);

	private async answer(options: IHttpRequestOptions, signal: AbortSignal | undefined): Promise<unknown> {
		const { kind, subject } = aboutOf(options);
		const { clock } = this;
		const same = `${kind} ${subject}`;
		const count = this.counts.get(same) ?? 0;
		this.counts.set(same, count + 1);
		const wall = clock.wall();
		const { reply, note } = this.script({ kind, subject, count, wall });
		const entry: LoggedRequest<Note> = {
			kind,
			subject,
			wall,
			steady: clock.steady(),
			pulled: 0,
			execution: this.executions.length,
			begun: ++this.happened,
			note,
		};
		this.log.push(entry);
		this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
		const end = (closed: boolean) => {
			if (entry.endedSteady !== undefined) return;
			Object.assign(entry, {
				endedWall: clock.wall(),
				endedSteady: clock.steady(),
				closed,
				ended: ++this.happened,
			});
			this.inFlight--;
		};

		return await new Promise((resolve, reject) => {
			const callOffs: Array<() => void> = [];
			const settle = (how: () => void) => {
				callOffs.forEach((callOff) => callOff());
				how();
			};
			const fail = (code: string | undefined, words: string, closed: boolean, cause?: unknown) =>
				settle(() => {
					end(closed);
					reject(networkError(code, words, options, cause));
				});
			const onAbort = () => fail('ERR_CANCELED', 'canceled', true);
			if (signal?.aborted) return onAbort();
			signal?.addEventListener('abort', onAbort, { once: true });
			const { timeout } = options;
			if (timeout) {
				callOffs.push(
					clock.after(timeout, () => fail('ECONNABORTED', `timeout of ${timeout}ms exceeded`, true)),
				);
			}
			if ('hangs' in reply) return undefined;
			const answerNow = () => {
				if ('fails' in reply)
					return fail(reply.fails, reply.words ?? `read ${reply.fails}`, false, reply.cause);
				return settle(() =>
					resolve({
						statusCode: reply.status,
						headers: reply.headers ?? {},
						body: bodyStream(reply.body, {
							after: clock.after,
							onPull: (bytes) => (entry.pulled += bytes),
							onEnd: (how) => end(how === 'closed'),
						}),
					}),
				);
			};
			if (reply.latencyMs) callOffs.push(clock.after(reply.latencyMs, answerNow));
			else answerNow();
			return undefined;
		});
	}
}

function aboutOf({ method, url, body }: IHttpRequestOptions): {
	kind: 'query' | 'create' | 'file';
	subject: string;
} {
	if (method === 'POST') {
		const { content } = body as { content: Array<{ text?: string }> };
		return { kind: 'create', subject: content.find(({ text }) => text !== undefined)?.text ?? '' };
	}
	const id = /\/v1\/result\/([^/?]+)$/.exec(url)?.[1];
	return id === undefined
		? { kind: 'file', subject: url }
		: { kind: 'query', subject: decodeURIComponent(id) };
}

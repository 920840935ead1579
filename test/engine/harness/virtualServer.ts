import {
	NodeApiError,
	type IDataObject,
	type IExecuteFunctions,
	type IHttpRequestOptions,
} from 'n8n-workflow';

import type { Failure } from '../../simulator/answers.cts';
import { idIn, type ApiRequest, type FakeApi } from '../../simulator/api.cts';
import type { Fault } from '../../simulator/faultKinds.cts';
import { bodyStream } from './virtualBody.cts';
import type { VirtualClock } from './virtualClock.cts';

/** A request as it came, and what became of it. */
export interface LoggedRequest<Note> {
	/** `elsewhere`: for a task at the place that its ID does not point to, which never has it here. */
	kind: 'query' | 'elsewhere' | 'create' | 'file';
	/** What it is about: the id of the task or asset, the prompt, or the address of the file or of what is uploaded. */
	subject: string;
	/** The task that it made. */
	made?: string;
	/** Of its answer; undefined where there is none. */
	status?: number;
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

/** Says what goes wrong with a request, by what it is about and how many of the same came before; without a fault, nothing. */
export type Script<Note> = (request: {
	kind: LoggedRequest<Note>['kind'];
	subject: string;
	count: number;
	wall: number;
}) => { fault?: Fault; note: Note; latencyMs?: number };

/** What a stub throws for a network, and n8n for it: with the whole request, its key included. */
function networkError({ fails: code, words = `read ${code}`, cause }: Failure, options: object): Error {
	const error = new Error(words, cause === undefined ? undefined : { cause });
	const known = code === undefined ? {} : { code };
	return Object.assign(error, { ...known, isAxiosError: true, config: options, request: { options } });
}

/** The network between n8n's HTTP helpers and the simulated API with its host of files. */
export class VirtualServer<Note> {
	readonly log: Array<LoggedRequest<Note>> = [];

	/** When each execution of the node began, by the wall; kept by whoever executes it. */
	readonly executions: number[] = [];

	/** The most requests that were under way at once. */
	mostInFlight = 0;

	private inFlight = 0;

	private happened = 0;

	/** By the API's own clock, which nobody sets. */
	private readonly startedAt = Date.now();

	private readonly counts = new Map<string, number>();

	constructor(
		private readonly clock: VirtualClock,
		private readonly key: string,
		private readonly api: FakeApi,
		private readonly script: Script<Note>,
	) {}

	/** n8n's helper for requests with a credential's key. */
	readonly withAuthentication = async (
		caller: IExecuteFunctions,
		options: IHttpRequestOptions,
	): Promise<unknown> => {
		const signal = caller.getExecutionCancelSignal();
		const headers = { ...options.headers, Authorization: `Bearer ${this.key}` };
		try {
			return await this.answer({ ...options, headers }, signal);
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
		const { clock, api } = this;
		const request = requestOf(options, api.filesUrl);
		const { kind, subject } = aboutOf(request, options.url);
		const same = `${kind} ${subject}`;
		const count = this.counts.get(same) ?? 0;
		this.counts.set(same, count + 1);
		const wall = clock.wall();
		const planned = kind === 'elsewhere' ? undefined : this.script({ kind, subject, count, wall });
		const { fault, note, latencyMs = 0 } = planned ?? { note: undefined as Note };
		const before = api.created.length;
		const reply = api.handle(request, this.startedAt + clock.steady(), fault);
		const entry: LoggedRequest<Note> = {
			kind,
			subject,
			made: api.created[before]?.id,
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
			if (entry.ended !== undefined) return;
			const when = { endedWall: clock.wall(), endedSteady: clock.steady() };
			Object.assign(entry, { ...when, closed, ended: ++this.happened });
			this.inFlight--;
		};
		return await new Promise((resolve, reject) => {
			const callOffs: Array<() => void> = [];
			const settle = () => callOffs.forEach((callOff) => callOff());
			const fail = (failure: Failure, closed: boolean) => {
				settle();
				end(closed);
				reject(networkError(failure, options));
			};
			const onAbort = () => fail({ fails: 'ERR_CANCELED', words: 'canceled' }, true);
			if (signal?.aborted) return onAbort();
			signal?.addEventListener('abort', onAbort, { once: true });
			const { timeout } = options;
			const late = { fails: 'ECONNABORTED', words: `timeout of ${timeout}ms exceeded` };
			if (timeout) callOffs.push(clock.after(timeout, () => fail(late, true)));
			if ('hangs' in reply) return undefined;
			const answerNow = () => {
				if ('fails' in reply) return fail(reply, false);
				settle();
				entry.status = reply.status;
				const { status: statusCode, length = reply.body.size } = reply;
				const headers = { ...(length !== null && { 'content-length': String(length) }), ...reply.headers };
				const onPull = (bytes: number) => (entry.pulled += bytes);
				const onEnd = (how: string) => end(how === 'closed');
				const body = bodyStream(reply, { after: clock.after, onPull, onEnd });
				return resolve({ statusCode, headers, body });
			};
			const delayMs = latencyMs + (reply.delayMs ?? 0);
			if (delayMs > 0) callOffs.push(clock.after(delayMs, answerNow));
			else answerNow();
			return undefined;
		});
	}
}

/** A request as n8n writes it out. */
function requestOf(
	{ method = 'GET', url, body, headers }: IHttpRequestOptions,
	filesUrl: string,
): ApiRequest {
	const host = url.startsWith(filesUrl) ? 'files' : 'api';
	const path = url.replace(/^https?:\/\/[^/]*/, '').replace(/[?#].*$/s, '');
	const names = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
	const all = { 'content-type': 'application/json', ...Object.fromEntries(names) };
	return { host, method, path, id: idIn(host, path), headers: all, text: JSON.stringify(body ?? null) };
}

/** Of a create, of an upload, or of what asks for an asset of the model center. */
interface Body {
	prompt?: string;
	content?: Array<{ text?: string }>;
	url?: string;
	assetId?: string;
}

function aboutOf({ method, path, id, host, text }: ApiRequest, url: string) {
	if (method !== 'POST') {
		if (host !== 'api' || id === null) return { kind: 'file' as const, subject: url };
		const isAtHome = path.includes('/v2/') === id.startsWith('mcp_');
		return { kind: isAtHome ? ('query' as const) : ('elsewhere' as const), subject: id };
	}
	const body = JSON.parse(String(text)) as Body;
	if (body.assetId !== undefined) return { kind: 'query' as const, subject: body.assetId };
	const texts = [body.prompt, ...(body.content ?? []).map((part) => part.text), body.url];
	return { kind: 'create' as const, subject: texts.find((one) => one !== undefined) ?? '' };
}

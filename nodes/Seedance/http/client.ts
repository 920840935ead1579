import type { IExecuteFunctions } from 'n8n-workflow';

import { canceledError, sleepWithAbort } from '../core/abort';
import { backoffMs } from './backoff';
import { failure, internalError, meaningOf, type Result, type ItemError, wasStopped } from '../core/error';
import { OF_REQUEST, present } from '../core/present';
import type { Access } from './credential';
import type { Endpoint, Target } from './endpoint';
import { cooldownError } from './errors';
import { type Blocked, Gate, LONGEST_WAIT_MS, type Entry } from './gate';
import type { Pace } from './pace';
import { type ApiRequest, type ApiResponse, sendRequest } from './request';

/** How a run talks to the API. */
export interface ClientSettings {
	/** For one request, connection to last byte, in whole milliseconds. */
	requestTimeoutMs: number;
	/** How many times a status check is sent again after a passing error, and a create that certainly made nothing. */
	maxRetries: number;
	/** How many requests may be in flight at once. */
	maxConcurrency: number;
	/** Aborted when the run is over: stopped by the user, or by an item that failed. */
	signal?: AbortSignal;
}

/** How one call is made. */
export interface CallOptions<Out> {
	/** No wait for a cooldown or before a retry reaches past it, in milliseconds since 1970. */
	deadline?: number;
	/** How many times it is sent again at most; left out for as often as the settings say. */
	maxRetries?: number;
	/** Whether it is sent again after an error that passes, where the endpoint allows that; left out for always. */
	isRetried?: (error: ItemError) => boolean;
	/** Called right before the request is sent; true withdraws it. */
	isOff?: () => boolean;
	/** Called right before each time that the request is sent. */
	onSend?: () => void;
	/**
	 * Called with each answer, before it is known whether the request is sent again.
	 *
	 * @returns whether the answer says something about the rate of requests; left out where each does
	 */
	onAnswer?: (outcome: Result<Out>) => boolean;
	/** Called with the outcome of the call before any other request can be sent. */
	onOutcome?: (outcome: Result<Out>) => void;
}

/** One request of the client, and how to read its answer. */
interface Sending<Out> extends CallOptions<Out> {
	request: ApiRequest;
	/** Of the endpoint. */
	timeoutMs?: number;
	target: Target;
	read: (response: ApiResponse) => Result<Out>;
}

/** The API as one run of the node sees it: one gate for all requests, one key. */
export class ApiClient {
	/** Bounds the requests of this run. Downloads take its slots too. */
	readonly gate: Gate;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly access: Access,
		readonly settings: ClientSettings,
		pace: Pace,
	) {
		this.gate = new Gate(pace, settings);
	}

	/**
	 * Makes one call, and makes it again after passing errors, as far as the endpoint allows it.
	 *
	 * @returns what the endpoint reads, or the error, without the API key or a part of it
	 */
	async call<In, Out>(
		endpoint: Endpoint<In, Out>,
		input: In,
		options: CallOptions<Out> = {},
	): Promise<Result<Out>> {
		const { deadline = Infinity, maxRetries = this.settings.maxRetries } = options;
		const { path, body } = endpoint.request(input);
		const sending: Sending<Out> = {
			...options,
			request: { method: endpoint.method, url: `${this.access.baseUrl}${path}`, body },
			timeoutMs: endpoint.timeoutMs,
			target: endpoint.target(input),
			read: (response) => endpoint.read(response, input, Date.now()),
		};
		for (let retry = 1; ; retry++) {
			const entry = await this.gate.enter(deadline);
			let wait: number | undefined;
			try {
				const outcome = await this.send(sending, entry);
				const isOver = retry > maxRetries || (!outcome.ok && options.isRetried?.(outcome.error) === false);
				if (!isOver) wait = retryWaitMs(outcome, endpoint.repeat, retry, deadline);
				if (wait === undefined) {
					options.onOutcome?.(outcome);
					return outcome;
				}
			} finally {
				entry.leave();
			}
			await sleepWithAbort(wait, this.settings.signal);
		}
	}

	/** Sends one request, if the gate is open for it. */
	private async send<T>(sending: Sending<T>, { blocked, report }: Entry): Promise<Result<T>> {
		const { target, isOff, onSend } = sending;
		if (blocked) return failure(blockedError(blocked, target));
		if (this.settings.signal?.aborted || isOff?.()) return failure(blockedError({ by: 'stop' }, target));
		onSend?.();
		try {
			return await this.exchange(sending, report);
		} catch (error) {
			// The request was sent, so its outcome has to be reported, whatever the exception is.
			const internal = internalError(error, `with the answer about ${target.subject}`);
			return failure(this.presentable(internal, target));
		}
	}

	private async exchange<T>(
		{ request, target, read, onAnswer, timeoutMs: least = 0 }: Sending<T>,
		report: Entry['report'],
	): Promise<Result<T>> {
		const { requestTimeoutMs, signal } = this.settings;
		const timeoutMs = Math.max(requestTimeoutMs, least);
		const response = await sendRequest(this.context, this.access, request, { timeoutMs, signal });
		if (!response.ok) return failure(this.presentable(response.error, target));

		const outcome = read(response.value);
		report(outcome, onAnswer?.(outcome));
		return outcome.ok ? outcome : failure(this.presentable(outcome.error, target));
	}

	/** An error without the key, because servers and proxies echo requests. Its message names the subject. */
	private presentable(error: ItemError, { subject, exists }: Target): ItemError {
		const { redact } = this.access;
		const clean = present(error, redact, OF_REQUEST);
		const namesSubject = !exists || wasStopped(error) || error.message.includes(subject);
		return namesSubject ? clean : { ...clean, message: `${clean.message} (${redact(subject)})` };
	}
}

/** How long to wait before a request is sent again, in milliseconds; undefined where it is not. */
function retryWaitMs(
	outcome: Result<unknown>,
	repeat: Endpoint<unknown, unknown>['repeat'],
	retry: number,
	deadline: number,
): number | undefined {
	if (outcome.ok) return undefined;
	const { kind, retryAfterMs = 0 } = outcome.error;
	const { retried, mayBeCreated } = meaningOf(outcome.error);
	if (!retried || (repeat === 'billed' && mayBeCreated)) return undefined;
	if (repeat === 'unlessTimedOut' && kind === 'timeout') return undefined;
	// After a 429, the gate sees to the cooldown.
	const wait = kind === 'rateLimited' ? 0 : Math.max(backoffMs(retry, Math.random()), retryAfterMs);
	return wait > LONGEST_WAIT_MS || Date.now() + wait > deadline ? undefined : wait;
}

/** The error for a request that the gate did not let through. */
function blockedError(blocked: Blocked, target: Target): ItemError {
	if (blocked.by === 'cooldown') return cooldownError(target, blocked.ms);
	if (blocked.by === 'stop') return { ...canceledError(), kind: 'withdrawn' };
	return {
		kind: 'notSent',
		message: `The request for ${target.subject} could not be sent in time`,
		description:
			"Other requests of this run came first for too long. Raise 'Max Concurrency' under 'Options'.",
	};
}

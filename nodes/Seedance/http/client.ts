import type { IExecuteFunctions } from 'n8n-workflow';

import { canceledError, sleepWithAbort } from '../core/abort';
import { backoffMs } from './backoff';
import { failure, internalError, meaningOf, type Result, type TaskError } from '../core/error';
import { Limiter } from './limiter';
import { cut, redactor } from '../core/text';
import type { Credential } from './credential';
import type { Endpoint, Target } from './endpoint';
import { cooldownError } from './errors';
import type { Pace } from './pace';
import { type ApiRequest, type ApiResponse, redactResponse, sendRequest } from './request';

/** How a run talks to the API. */
export interface ClientSettings {
	/** For one request, connection to last byte, in whole milliseconds. */
	requestTimeoutMs: number;
	/** How many times a status check is sent again after a passing error, and a create that certainly made no task. */
	maxRetries: number;
	/** How many requests may be in flight at once. */
	maxConcurrency: number;
	/** Aborted when the run is over: stopped by the user, or by an item that failed. */
	signal?: AbortSignal;
}

/**
 * Longest single wait before a request is sent, in milliseconds. When the API asks for a longer cooldown, the caller
 * is told so and decides: a wait for the video goes on, a single status check or a create ends in an error.
 */
const LONGEST_RETRY_WAIT_MS = 120_000;

/** What an error box holds, in characters. */
const LONGEST = { message: 300, description: 600, said: 300 };

/** How one call is made. */
export interface CallOptions<Out> {
	/** No wait for room or before a retry reaches past this time, in milliseconds since 1970. */
	until?: number;
	/** Asked right before the request is sent: whether it may not be sent any more. */
	isOff?: () => boolean;
	/** Called right before each time that the request is sent. */
	onSend?: () => void;
	/** Told what came of the call before any other request can be sent. */
	onOutcome?: (outcome: Result<Out>) => void;
}

/** One request of the client, and how to read its answer. */
interface Sending<Out> extends CallOptions<Out> {
	request: ApiRequest;
	target: Target;
	read: (response: ApiResponse) => Result<Out>;
	until: number;
}

/** The API as one run of the node sees it: one rate limit, one bound on requests, one key. */
export class ApiClient {
	/** The bound on requests of this run; downloads take their place in it too. */
	readonly places: Limiter;

	/** Takes the API key and its parts out of text. */
	readonly redact: (text: string) => string;

	/** Where requests line up for their turn. Only the first of the line waits for room, and for a place. */
	private readonly line = new Limiter(1);

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly access: Credential,
		readonly settings: ClientSettings,
		private readonly pace: Pace,
	) {
		this.places = new Limiter(settings.maxConcurrency);
		this.redact = redactor(access.apiKey);
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
		const { until = Infinity } = options;
		let retry = 1;
		let wait: number | undefined;
		const sending: Sending<Out> = {
			...options,
			request: {
				method: endpoint.method,
				url: `${this.access.baseUrl}${endpoint.path(input)}`,
				body: endpoint.body?.(input),
			},
			target: endpoint.target(input),
			read: (response) => endpoint.read(response, input, Date.now()),
			until,
			onOutcome: (outcome) => {
				const mayRetry = retry <= this.settings.maxRetries;
				wait = mayRetry ? this.retryWaitMs(outcome, endpoint.repeat, retry, until) : undefined;
				if (wait === undefined) options.onOutcome?.(outcome);
			},
		};
		for (; ; retry++) {
			const outcome = await this.send(sending);
			if (wait === undefined) return outcome;
			await sleepWithAbort(wait, this.settings.signal);
		}
	}

	/** How long to wait before a request is sent again, in milliseconds; undefined where it is not. */
	private retryWaitMs(
		outcome: Result<unknown>,
		repeat: Endpoint<unknown, unknown>['repeat'],
		retry: number,
		until: number,
	): number | undefined {
		// A request that could not be sent has waited for as long as it may.
		if (outcome.ok || outcome.error.unsent) return undefined;
		const { retried, mayBeCreated } = meaningOf(outcome.error);
		if (!retried || (repeat === 'billed' && mayBeCreated)) return undefined;
		const wait = waitBeforeRetryMs(outcome.error, retry);
		return wait > LONGEST_RETRY_WAIT_MS || Date.now() + wait > until ? undefined : wait;
	}

	/** Sends one request when it is its turn: one after another, while the API has room, no more than may be. */
	private async send<T>(sending: Sending<T>): Promise<Result<T>> {
		const settle = (outcome: Result<T>) => {
			sending.onOutcome?.(outcome);
			return outcome;
		};
		const { until, target } = sending;
		const { subject } = target;
		// The last status check of a wait is made when its time is over, and has to get through the line as well.
		const lineUntil = until > Date.now() ? until : Date.now() + this.settings.requestTimeoutMs;
		if (!(await this.line.enter(lineUntil))) return settle(failure(crowdedError(subject)));
		let inLine = true;
		try {
			for (;;) {
				const held = await this.waitForRoom(target, until, lineUntil);
				if (held) return settle(failure(held));
				if (!(await this.places.enter(lineUntil))) return settle(failure(crowdedError(subject)));
				if (this.pace.delayMs(Date.now()) === 0) break;
				this.places.leave();
			}
			try {
				this.pace.onSend(Date.now());
				if (!this.pace.isProbing) {
					inLine = false;
					this.line.leave();
				}
				return settle(await this.sendNow(sending));
			} finally {
				this.places.leave();
			}
		} finally {
			if (inLine) this.line.leave();
		}
	}

	private async sendNow<T>(sending: Sending<T>): Promise<Result<T>> {
		const { target, isOff, onSend } = sending;
		if (this.settings.signal?.aborted || isOff?.()) return failure({ ...canceledError(), unsent: true });
		onSend?.();
		try {
			return await this.exchange(sending);
		} catch (error) {
			// Whatever it is: the request was sent, and who waits for its outcome has to be told.
			const internal = internalError(error, `with the answer about ${target.subject}`);
			return failure(this.presentable(internal, target));
		}
	}

	private async exchange<T>({ request, target, read }: Sending<T>): Promise<Result<T>> {
		const { requestTimeoutMs: timeoutMs, signal } = this.settings;
		const sentAt = Date.now();
		const response = await sendRequest(this.context, this.access, request, { timeoutMs, signal });
		if (!response.ok) return failure(this.presentable(response.error, target));

		const outcome = read(response.value);
		if (!outcome.ok && outcome.error.kind === 'rateLimited') {
			this.pace.onRateLimited(sentAt, Date.now(), outcome.error.retryAfterMs);
		} else {
			this.pace.onAccepted(sentAt);
		}
		if (outcome.ok) return outcome;
		// Read once more without the key: words that are cut must not end in the middle of it.
		const clean = read(redactResponse(response.value, this.redact));
		return failure(this.presentable(clean.ok ? outcome.error : clean.error, target));
	}

	/** Waits while the run rests or keeps its pace; an error where it may not go on. */
	private async waitForRoom(
		target: Target,
		until: number,
		lineUntil: number,
	): Promise<TaskError | undefined> {
		for (;;) {
			if (this.settings.signal?.aborted) return { ...canceledError(), unsent: true };
			const now = Date.now();
			const cooldown = this.pace.cooldownMs(now);
			if (cooldown > LONGEST_RETRY_WAIT_MS || (cooldown > 0 && now + cooldown > until)) {
				return cooldownError(target, cooldown);
			}
			const delay = this.pace.delayMs(now);
			if (delay === 0) return undefined;
			if (now + delay > lineUntil) return crowdedError(target.subject);
			await sleepWithAbort(delay, this.settings.signal);
		}
	}

	/**
	 * An error as a person may see it. Servers and proxies echo what they were sent, and more of it than an error box
	 * holds; and of many tasks, the message has to name the one.
	 */
	private presentable(error: TaskError, { subject, exists }: Target): TaskError {
		const clean = (text: string, longest: number) => cut(this.redact(text), longest);
		const message = clean(error.message, LONGEST.message);
		const namesSubject = !exists || error.kind === 'canceled' || error.message.includes(subject);
		return {
			...error,
			message: namesSubject ? message : `${message} (${this.redact(subject)})`,
			description: clean(error.description, LONGEST.description),
			said: error.said && clean(error.said, LONGEST.said),
		};
	}
}

/** How long before a request is sent again, in milliseconds. A 429 rests the whole run, which the line sees to. */
function waitBeforeRetryMs({ kind, retryAfterMs = 0 }: TaskError, retry: number): number {
	return kind === 'rateLimited' ? 0 : Math.max(backoffMs(retry, Math.random()), retryAfterMs);
}

/** The error for a request that got no turn in time. */
function crowdedError(subject: string): TaskError {
	return {
		kind: 'timeout',
		message: `The request for ${subject} could not be sent in time`,
		description:
			"Other requests of this run came first for too long. Raise 'Max Concurrency' under 'Options'.",
		unsent: true,
	};
}

import type { IExecuteFunctions } from 'n8n-workflow';

import { backoffMs } from './backoff';
import { createBody, createFault, readCreated, type VideoRequest } from './create';
import type { Access } from './credential';
import { canceledFault, exchange, type ApiRequest, type RawAnswer } from './exchange';
import { failure, isRetriable, type Fault, type Outcome } from './fault';
import { pause } from './pause';
import { RateLimit } from './rateLimit';
import { Slots } from './slots';
import { NEW_TASK, statusFault } from './status';
import { readTask, type VideoTask } from './task';

/** How a run talks to the API. */
export interface ClientSettings {
	/** For one request, connection to last byte, in milliseconds. */
	requestTimeoutMs: number;
	/** How many times a question is asked again after a passing fault. */
	maxRetries: number;
	/** How many requests may be in flight at once. */
	maxConcurrency: number;
	/** Aborted when the run is over: stopped by the user, or by an item that failed. */
	signal?: AbortSignal;
}

/**
 * Longest single wait before a question is asked again, in milliseconds. When the API asks for a longer rest,
 * the caller is told so and decides: a wait for the video goes on, a single question ends in an error.
 */
const LONGEST_RETRY_WAIT_MS = 120_000;

/** The API as one run of the node sees it: one rate limit, one bound on requests, one key. */
export class ApiClient {
	/** The bound on requests of this run; downloads take their place in it too. */
	readonly slots: Slots;

	private readonly rateLimit = new RateLimit();

	/** Where requests line up after a 429: one tries whether there is room again, and the others stay unrefused. */
	private readonly tries = new Slots(1);

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly access: Access,
		readonly settings: ClientSettings,
	) {
		this.slots = new Slots(settings.maxConcurrency);
	}

	/**
	 * Asks for a task. Asked again after 429, 5xx, time-outs and broken connections: a question changes nothing.
	 *
	 * @param id a task id that `checkTaskId` accepted
	 * @param until no wait before a retry reaches past this time, in milliseconds since 1970
	 */
	async queryTask(id: string, until = Infinity): Promise<Outcome<VideoTask>> {
		const request: ApiRequest = {
			method: 'GET',
			url: `${this.access.baseUrl}/v1/result/${encodeURIComponent(id)}`,
		};
		const read = (answer: RawAnswer) => readTask(answer, id, Date.now());
		for (let retry = 1; ; retry++) {
			const outcome = await this.slots.run(async () => await this.send(request, `task "${id}"`, read));
			if (outcome.ok || !isRetriable(outcome.fault) || retry > this.settings.maxRetries) return outcome;
			const wait = Math.max(
				backoffMs(retry, Math.random()),
				outcome.fault.retryAfterMs ?? 0,
				this.rateLimit.remainingMs(Date.now()),
			);
			if (wait > LONGEST_RETRY_WAIT_MS || Date.now() + wait > until) return outcome;
			if (!(await pause(wait, this.settings.signal))) return failure(canceledFault());
		}
	}

	/**
	 * Creates a task. Sent once: every accepted request is billed. Only where no connection came about, so that
	 * nothing can have been accepted, is it tried again.
	 *
	 * @param run lets the run end with the first failure: `onFailure` is called before any other create can go
	 * out, and none goes out once `isStopped`
	 */
	async createTask(
		video: VideoRequest,
		run: { onFailure: () => void; isStopped: () => boolean },
	): Promise<Outcome<VideoTask>> {
		const request: ApiRequest = {
			method: 'POST',
			url: `${this.access.baseUrl}/v1/seedance/videos`,
			body: createBody(video),
		};
		const read = (answer: RawAnswer) => readCreated(answer, Date.now());
		return await this.slots.run(async () => {
			for (let retry = 1; ; retry++) {
				if (run.isStopped()) return failure(createFault({ ...canceledFault(), unsent: true }));
				const outcome = await this.send(request, NEW_TASK, read);
				if (outcome.ok) return outcome;
				const { kind, unsent } = outcome.fault;
				const again = kind === 'connection' && unsent && retry <= this.settings.maxRetries;
				if (again && (await pause(backoffMs(retry, Math.random()), this.settings.signal))) continue;
				run.onFailure();
				return failure(createFault(outcome.fault));
			}
		});
	}

	/** Sends one request, once the API has room for it. The caller holds a slot. */
	private async send<T>(
		request: ApiRequest,
		subject: string,
		read: (answer: RawAnswer) => Outcome<T>,
	): Promise<Outcome<T>> {
		const sendNow = async () => await this.sendRested(request, subject, read);
		while (this.rateLimit.isLimited) {
			const tried = await this.tries.run(async () => (this.rateLimit.isLimited ? await sendNow() : undefined));
			if (tried) return tried;
		}
		return await sendNow();
	}

	/** Sends one request, once the rest that the API asked for is over. */
	private async sendRested<T>(
		request: ApiRequest,
		subject: string,
		read: (answer: RawAnswer) => Outcome<T>,
	): Promise<Outcome<T>> {
		const rested = await this.rest(subject);
		if (rested) return failure({ ...rested, unsent: true });
		const sentAt = Date.now();
		const { requestTimeoutMs: timeoutMs, signal } = this.settings;
		const answer = await exchange(this.context, request, { timeoutMs, signal });
		const outcome = answer.ok ? read(answer.value) : answer;
		if (!outcome.ok && outcome.fault.kind === 'rateLimited') {
			this.rateLimit.refused(sentAt, Date.now(), outcome.fault.retryAfterMs);
		} else {
			this.rateLimit.accepted(sentAt);
		}
		return outcome.ok ? outcome : failure(this.withoutKey(outcome.fault));
	}

	/** Waits while the run rests; a fault where it may not go on. */
	private async rest(subject: string): Promise<Fault | undefined> {
		if (this.settings.signal?.aborted) return canceledFault();
		for (;;) {
			const remaining = this.rateLimit.remainingMs(Date.now());
			if (remaining === 0) return undefined;
			if (remaining > LONGEST_RETRY_WAIT_MS) {
				return {
					...statusFault(429, undefined, {}, subject, Date.now()),
					retryAfterMs: remaining,
				};
			}
			if (!(await pause(remaining, this.settings.signal))) return canceledFault();
		}
	}

	/** Servers and proxies echo what they were sent; the key must not come back in an error. */
	private withoutKey(fault: Fault): Fault {
		const hide = (text: string) => text.replaceAll(this.access.apiKey, '***');
		return { ...fault, message: hide(fault.message), description: hide(fault.description) };
	}
}

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fetch } from './http.cts';

const REQUEST_TIMEOUT_MS = 60_000;
const POLL_MS = 250;

/** A call of n8n's API that n8n refused. */
export class RestError extends Error {
	/**
	 * @param status the HTTP status
	 * @param reason n8n's own words
	 */
	constructor(
		readonly method: string,
		readonly path: string,
		readonly status: number,
		readonly reason: string,
	) {
		super(`${method} ${path} was answered ${status}: ${reason}`);
		this.name = 'RestError';
	}
}

/** n8n's API as its editor uses it: JSON under `/rest`, who it is by cookie. */
export class RestClient {
	#base;
	#cookie = '';
	/** n8n ties a login to the browser that it came from. */
	#browserId = randomUUID();

	/** The editor's tab: n8n sends what a manual run does to the tab that started it. */
	#pushRef = randomUUID();

	/** @param base such as `http://127.0.0.1:5678` */
	constructor(base: string) {
		this.#base = base;
	}

	/** What a request has to carry to be this client's. */
	get headers() {
		return {
			'browser-id': this.#browserId,
			'push-ref': this.#pushRef,
			...(this.#cookie && { cookie: this.#cookie }),
		};
	}

	/**
	 * @param path below `/rest`, with its query
	 * @returns the answer's `data`
	 * @throws on any status that is no success
	 */
	async request(method: string, path: string, body?: unknown): Promise<any> {
		const answer = await this.requestRaw(method, `/rest${path}`, body);
		return answer?.data ?? answer;
	}

	/**
	 * @returns the answer's JSON
	 * @throws on any status that is no success
	 */
	async requestRaw(method: string, path: string, body?: unknown): Promise<any> {
		const response = await this.#send(method, path, body);
		const text = await response.text();
		if (!response.ok) throw new RestError(method, path, response.status, reasonIn(text));
		for (const cookie of response.headers.getSetCookie()) {
			if (cookie.startsWith('n8n-auth=')) this.#cookie = cookie.split(';')[0] as string;
		}
		return text ? JSON.parse(text) : undefined;
	}

	/** Sent again while n8n, on a busy machine, is late in asking its database whether it is there, and does nothing. */
	async #send(method: string, path: string, body?: unknown) {
		const deadline = Date.now() + REQUEST_TIMEOUT_MS;
		for (;;) {
			const response = await this.#sendOnce(method, path, body);
			if (response.status !== 503 || Date.now() > deadline) return response;
			await sleep(POLL_MS);
		}
	}

	async #sendOnce(method: string, path: string, body?: unknown) {
		return await fetch(this.#base + path, {
			method,
			headers: { ...this.headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
			...(body !== undefined && { body: JSON.stringify(body) }),
			signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
		});
	}
}

function reasonIn(text: string) {
	try {
		return JSON.parse(text).message ?? text;
	} catch {
		return text;
	}
}

const { randomUUID } = require('node:crypto');
const { fetch } = require('./http');

const REQUEST_TIMEOUT_MS = 60_000;

/** A call of n8n's API that n8n refused. */
class RestError extends Error {
	/**
	 * @param {string} method
	 * @param {string} path
	 * @param {number} status the HTTP status
	 * @param {string} reason n8n's own words
	 */
	constructor(method, path, status, reason) {
		super(`${method} ${path} was answered ${status}: ${reason}`);
		this.name = 'RestError';
		this.method = method;
		this.path = path;
		this.status = status;
		this.reason = reason;
	}
}

/** n8n's API as its editor uses it: JSON under `/rest`, who it is by cookie. */
class RestClient {
	#base;
	#cookie = '';
	/** n8n ties a login to the browser that it came from. */
	#browserId = randomUUID();

	/** The editor's tab: n8n sends what a manual run does to the tab that started it. */
	pushRef = randomUUID();

	/** @param {string} base such as `http://127.0.0.1:5678` */
	constructor(base) {
		this.#base = base;
	}

	/** What a request has to carry to be this client's. */
	get headers() {
		return {
			'browser-id': this.#browserId,
			'push-ref': this.pushRef,
			...(this.#cookie && { cookie: this.#cookie }),
		};
	}

	/**
	 * @param {string} method
	 * @param {string} path below `/rest`, with its query
	 * @param {unknown} [body]
	 * @returns {Promise<any>} the answer's `data`
	 * @throws {RestError} on any status that is no success
	 */
	async request(method, path, body) {
		const answer = await this.requestRaw(method, `/rest${path}`, body);
		return answer?.data ?? answer;
	}

	/**
	 * @param {string} method
	 * @param {string} path
	 * @param {unknown} [body]
	 * @returns {Promise<any>} the answer's JSON
	 * @throws {RestError} on any status that is no success
	 */
	async requestRaw(method, path, body) {
		const response = await fetch(this.#base + path, {
			method,
			headers: { ...this.headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
			...(body !== undefined && { body: JSON.stringify(body) }),
			signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
		});
		const text = await response.text();
		if (!response.ok) throw new RestError(method, path, response.status, reasonIn(text));
		for (const cookie of response.headers.getSetCookie()) {
			if (cookie.startsWith('n8n-auth=')) this.#cookie = /** @type {string} */ (cookie.split(';')[0]);
		}
		return text ? JSON.parse(text) : undefined;
	}
}

/** @param {string} text */
function reasonIn(text) {
	try {
		return JSON.parse(text).message ?? text;
	} catch {
		return text;
	}
}

module.exports = { RestClient, RestError };

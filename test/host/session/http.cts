import { Agent, fetch as undiciFetch, type RequestInit } from 'undici';

/**
 * n8n closes a connection that was idle for 5 s, and a request that goes out on it at that moment is lost. So
 * every request gets a connection of its own.
 */
const connections = new Agent({ pipelining: 0 });

/** Like the global `fetch`. */
export function fetch(url: string, init: RequestInit) {
	return undiciFetch(url, { ...init, dispatcher: connections });
}

/** The form that this `fetch` takes. */
export { FormData } from 'undici';

import { createHash } from 'node:crypto';

import type { ApiRequest } from './api.cts';
import type { AssetType } from './assets.cts';

/** A medium that a create names. */
export interface Medium {
	/** Where in the body */
	field: string;
	type: AssetType;
	/** An address, or the reference of an asset */
	url: string;
}

/** What came of the request for a medium. */
export interface FetchedMedium {
	url: string;
	/** Of the request that named it */
	path: string;
	/** Ms since 1970 */
	at: number;
	/** Null: no answer, or none that came to its end */
	status: number | null;
	contentType: string | null;
	/** Bytes */
	size: number;
	/** Hex */
	sha256: string;
	/** Why there is no status */
	error: string | null;
}

/** `atOnce`: before the request is answered. `later`: when `fetchDue` is called */
export type FetchMode = 'never' | 'atOnce' | 'later';

/** Ms: what clients allow an upload. */
const LIMIT_MS = 120_000;

/** Every text in a JSON value that is an http or https address as a whole. */
function addressesIn(value: unknown): string[] {
	if (typeof value === 'string') return /^https?:\/\/\S+$/.test(value) ? [value] : [];
	return typeof value === 'object' && value !== null ? Object.values(value).flatMap(addressesIn) : [];
}

function addressesOf({ host, method, text }: ApiRequest): string[] {
	if (host !== 'api' || method !== 'POST') return [];
	try {
		return [...new Set(addressesIn(JSON.parse(text ?? '')))];
	} catch {
		return [];
	}
}

async function fetchMedium(url: string, path: string): Promise<FetchedMedium> {
	const about = { url, path, at: Date.now(), contentType: null };
	const hash = createHash('sha256');
	let size = 0;
	const read = () => ({ size, sha256: hash.copy().digest('hex') });
	try {
		const response = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) });
		for await (const chunk of response.body ?? []) {
			size += chunk.length;
			hash.update(chunk);
		}
		const { status, headers } = response;
		return { ...about, ...read(), status, contentType: headers.get('content-type'), error: null };
	} catch (cause) {
		return { ...about, ...read(), status: null, error: String(cause) };
	}
}

/** Fetches the media that creates and uploads name, as the vendor does. For the HTTP transport alone. */
export class MediaFetcher {
	/** Can be changed at any time */
	mode: FetchMode;
	/** Oldest first */
	readonly fetched: FetchedMedium[] = [];
	#due: Array<{ url: string; path: string }> = [];

	constructor(mode: FetchMode) {
		this.mode = mode;
	}

	/** @returns the addresses that could not be fetched, while the mode is `atOnce` */
	async fetchFor(request: ApiRequest): Promise<ReadonlySet<string>> {
		if (this.mode !== 'atOnce') return new Set();
		const media = await this.#fetch(addressesOf(request).map((url) => ({ url, path: request.path })));
		return new Set(media.filter(({ status }) => status !== 200).map(({ url }) => url));
	}

	/** Remembers the addresses of a request that was accepted, while the mode is `later`. */
	remember(request: ApiRequest): void {
		if (this.mode !== 'later') return;
		this.#due.push(...addressesOf(request).map((url) => ({ url, path: request.path })));
	}

	/** Fetches what was remembered. */
	async fetchDue(): Promise<FetchedMedium[]> {
		return await this.#fetch(this.#due.splice(0));
	}

	async #fetch(due: Array<{ url: string; path: string }>): Promise<FetchedMedium[]> {
		const media = await Promise.all(due.map(async ({ url, path }) => await fetchMedium(url, path)));
		this.fetched.push(...media);
		return media;
	}
}

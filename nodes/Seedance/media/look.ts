import type { IBinaryData, IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { sleepWithAbort, whenAborted } from '../core/abort';
import type { BodyStream, StreamedResponse } from '../http/stream';
import type { MediumFacts } from './check';
import { HEAD_BYTES, lookAt } from './picture';

/** The bounds of a look at a URL. */
export interface LookSettings {
	/** Longest time for all of it, in milliseconds. */
	timeoutMs: number;
	/** Aborted when the run is over. */
	signal?: AbortSignal;
}

/** Most bytes that a look reads past the head of an address, one part after the other. */
const MOST_BYTES = 4_194_304;

/** Most requests of a look: the head, then what is elsewhere. */
const MOST_REQUESTS = 8;

/** Bytes that a stream of a file is read by. */
const CHUNK_BYTES = HEAD_BYTES;

/** Base64 has four characters for three bytes. */
const BASE64_GROUP = { characters: 4, bytes: 3 };

/**
 * Looks at media, and at each once: many items may share a URL or a file. Nothing is read whole but a file whose
 * header lies at its end.
 */
export class Looks {
	private readonly known = new Map<string, Promise<MediumFacts | undefined>>();

	constructor(private readonly settings: LookSettings) {}

	/**
	 * Looks at a URL, without the API key.
	 *
	 * @returns undefined for what can't be fetched from here. The vendor may see it
	 */
	url(context: IExecuteFunctions, url: string): Promise<MediumFacts | undefined> {
		return this.once(`url ${url}`, () => lookAtUrl(context, url, this.settings));
	}

	/**
	 * Looks at a file in n8n.
	 *
	 * @throws what n8n's storage throws
	 */
	file(context: IExecuteFunctions, file: IBinaryData): Promise<MediumFacts | undefined> {
		// A file in memory has no ID, and its bytes are no name for it.
		return file.id === undefined
			? lookAtFile(context, file)
			: this.once(`file ${file.id}`, () => lookAtFile(context, file));
	}

	private once(name: string, look: () => Promise<MediumFacts | undefined>) {
		const known = this.known.get(name) ?? look();
		this.known.set(name, known);
		return known;
	}
}

/** Looks at a file in n8n, on disk, in the database or in memory. */
async function lookAtFile(context: IExecuteFunctions, file: IBinaryData): Promise<MediumFacts | undefined> {
	const mimeType = bareType(file.mimeType);
	if (file.id === undefined) {
		const look = await lookAt(async (from, length) => partOfBase64(file.data, from, length));
		return look && { look, mimeType, bytes: bytesOfBase64(file.data) };
	}
	const { getBinaryMetadata, getBinaryStream } = context.helpers;
	const bytes = file.bytes ?? (await getBinaryMetadata(file.id)).fileSize;
	const reader = new ForwardReader(await getBinaryStream(file.id, CHUNK_BYTES));
	try {
		const look = await lookAt((from, length) => reader.read(from, length));
		return look && { look, mimeType, bytes };
	} finally {
		reader.end();
	}
}

/** Looks at what an address leads to. Redirects are followed: there is no key to lose. */
async function lookAtUrl(
	context: IExecuteFunctions,
	url: string,
	{ timeoutMs, signal }: LookSettings,
): Promise<MediumFacts | undefined> {
	const over = new AbortController();
	const stopped = whenAborted(signal);
	void stopped.happens.then(() => over.abort());
	void sleepWithAbort(timeoutMs, over.signal).then(() => over.abort());
	const remote = new RemoteReader(context, url, timeoutMs, over.signal);
	try {
		const look = await lookAt((from, length) => remote.read(from, length));
		return look && { look, mimeType: remote.mimeType, bytes: remote.bytes };
	} catch {
		// No connection, a refusal, a time-out, a broken body: it proves nothing about the way from the vendor.
		return undefined;
	} finally {
		remote.end();
		stopped.forget();
		over.abort();
	}
}

/** Reads a stream forward. It keeps the head, and then no more than the part that was read last. */
class ForwardReader {
	private head: Uint8Array = new Uint8Array();

	/** The bytes at `at`, behind the head. */
	private window: Uint8Array = new Uint8Array();
	private at = 0;

	private isOver = false;
	private readonly chunks: AsyncIterator<Uint8Array | string>;

	constructor(private readonly body: BodyStream) {
		this.chunks = body[Symbol.asyncIterator]();
	}

	/** How far the stream was read. */
	get position(): number {
		return this.at + this.window.length;
	}

	async read(from: number, length: number): Promise<Uint8Array> {
		const until = from + length;
		if (until > this.head.length) await this.pull(from, until);
		return until <= this.head.length || from < this.at
			? this.head.subarray(from, until)
			: this.window.subarray(from - this.at, until - this.at);
	}

	end(): void {
		this.body.destroy?.();
	}

	private async pull(from: number, until: number): Promise<void> {
		while (this.position < until && !this.isOver) {
			const { done, value } = await this.chunks.next();
			if (done) {
				this.isOver = true;
				return;
			}
			const chunk = typeof value === 'string' ? Buffer.from(value) : value;
			if (this.head.length < HEAD_BYTES) this.head = joined(this.head, chunk);
			const window = joined(this.window, chunk);
			const passed = Math.min(Math.max(from - this.at, 0), window.length);
			this.window = window.subarray(passed);
			this.at += passed;
		}
	}
}

/** Reads parts of what an address leads to: by Range where its server can, else by reading on. */
class RemoteReader {
	/** Of the whole file, where the server says. */
	bytes?: number;
	mimeType = '';

	private requests = 0;
	private part?: { reader: ForwardReader; from: number; hasRest: boolean };
	private close = () => {};

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly url: string,
		private readonly timeoutMs: number,
		private readonly signal: AbortSignal,
	) {}

	/** @returns undefined for bytes that would take too much */
	async read(from: number, length: number): Promise<Uint8Array | undefined> {
		if (this.part === undefined) await this.open(0);
		if (!this.reaches(from + length)) {
			if (this.requests >= MOST_REQUESTS || this.part?.hasRest) return undefined;
			await this.open(from);
		}
		const { part } = this;
		if (!part || from < part.from) return undefined;
		const bytes = await part.reader.read(from - part.from, length);
		// A server may send less than a Range asks for. That is no end of the file.
		const isWhole = bytes.length === length || part.hasRest || this.isEnd(from + bytes.length);
		return isWhole ? bytes : undefined;
	}

	end(): void {
		this.close();
	}

	/** Whether the part that is open has the bytes, or ends with the file. */
	private reaches(until: number): boolean {
		if (!this.part) return false;
		if (this.part.hasRest) return until <= MOST_BYTES;
		return until <= this.part.from + HEAD_BYTES || this.isEnd(this.part.from + HEAD_BYTES);
	}

	private isEnd(position: number): boolean {
		return this.bytes !== undefined && position >= this.bytes;
	}

	private async open(from: number): Promise<void> {
		this.end();
		this.requests++;
		const request = new AbortController();
		const stopped = whenAborted(this.signal);
		void stopped.happens.then(() => request.abort());
		const options: IHttpRequestOptions = {
			method: 'GET',
			url: this.url,
			headers: {
				Accept: 'image/*, video/*, audio/*, */*;q=0.5',
				// Ranges count uncompressed bytes.
				'Accept-Encoding': 'identity',
				Range: `bytes=${from}-${from + HEAD_BYTES - 1}`,
			},
			timeout: this.timeoutMs,
			abortSignal: request.signal,
			ignoreHttpStatusErrors: true,
			returnFullResponse: true,
			encoding: 'stream',
		};
		const { statusCode, headers, body } = (await this.context.helpers.httpRequest(
			options,
		)) as StreamedResponse;
		const close = () => {
			body.destroy?.();
			// n8n may return a stream of its own, which can't close a body that it never began to read.
			request.abort();
		};
		// Aborting a request does not end every body.
		void stopped.happens.then(close);
		this.close = () => {
			stopped.forget();
			close();
		};
		const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(textOf(headers, 'content-range'));
		if (statusCode === 206 && Number(range?.[1]) === from) {
			if (range?.[2] !== '*') this.bytes = Number(range?.[2]);
			this.part = { reader: new ForwardReader(body), from, hasRest: false };
		} else if (statusCode === 200) {
			const length = textOf(headers, 'content-length');
			if (/^\d+$/.test(length) && textOf(headers, 'content-encoding') === '') this.bytes = Number(length);
			this.part = { reader: new ForwardReader(body), from: 0, hasRest: true };
		} else {
			throw new Error(`HTTP ${statusCode}`);
		}
		this.mimeType ||= bareType(textOf(headers, 'content-type'));
	}
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
	return first.length === 0 ? second : Buffer.concat([first, second]);
}

function partOfBase64(text: string, from: number, length: number): Uint8Array {
	const group = Math.floor(from / BASE64_GROUP.bytes);
	const start = group * BASE64_GROUP.characters;
	const until = Math.ceil((from + length) / BASE64_GROUP.bytes) * BASE64_GROUP.characters;
	const skipped = from - group * BASE64_GROUP.bytes;
	return Buffer.from(text.slice(start, until), 'base64').subarray(skipped, skipped + length);
}

function bytesOfBase64(text: string): number {
	const padding = /=*$/.exec(text.slice(-2))?.[0].length ?? 0;
	return Math.floor((text.length / BASE64_GROUP.characters) * BASE64_GROUP.bytes) - padding;
}

function textOf(headers: Record<string, unknown>, name: string): string {
	const value = headers[name];
	return typeof value === 'string' ? value : '';
}

/** A media type without parameters, in lower case. */
function bareType(type: string | undefined): string {
	return type?.split(';')[0]?.trim().toLowerCase() ?? '';
}

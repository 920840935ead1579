import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { canceledError, sleepWithAbort } from '../core/abort';
import { backoffMs } from '../http/backoff';
import { failure, meaningOf, type Result, success, type ItemError } from '../core/error';
import { streamFrom } from '../core/n8n';
import {
	checkAddress,
	Connection,
	continues,
	offersRanges,
	requestFile,
	type FileResponse,
} from './connection';
import { brokenDownload, type FileWords, notTheFile, storeError, tooLarge } from './errors';
import { type FileKind, HEAD_BYTES, kindByServer, readHead } from './fileKind';

/** What is downloaded, and the bounds of it. */
export interface DownloadSettings {
	/** Longest time without a byte, in milliseconds. */
	timeoutMs: number;
	/** How many times a broken download is resumed or restarted. */
	maxRetries: number;
	/** Largest file, announced or not. */
	maxBytes: number;
	/** Aborted when the run is over. */
	signal?: AbortSignal;
	words: FileWords;
}

/**
 * Downloads a file into n8n's binary store as it comes, so that memory does not grow with the file where n8n
 * stores files on disk. A broken connection is resumed where it broke if the server allows it; otherwise the download restarts.
 *
 * @param url the link as the API gave it
 * @param name of the file in n8n, without its ending
 * @returns the stored file's entry for an item, or the error
 */
export async function downloadToStore(
	context: IExecuteFunctions,
	url: unknown,
	name: string,
	settings: DownloadSettings,
): Promise<Result<IBinaryData>> {
	const address = checkAddress(url, settings.words);
	if (!address.ok) return address;
	const download = new Download(context, address.value, settings);
	for (;;) {
		const response = await download.begin();
		if (!response.ok) return response;
		const { body, close, type } = response.value;
		const chunks = download.chunks(response.value);
		try {
			const begun = await beginning(chunks);
			const kind = fileKind(begun, type, address.value, settings.words);
			if (!kind.ok) return kind;
			const stream = streamFrom(body, wholeFile(begun, chunks));
			const { mimeType, ending } = kind.value;
			return success(await context.helpers.prepareBinaryData(stream, `${name}.${ending}`, mimeType));
		} catch (error) {
			const ended = download.error ?? storeError(settings.words, error);
			if (!download.restart) return failure(ended);
		} finally {
			// A file that was refused was not read to its end.
			close();
			chunks.return(undefined).catch(() => undefined);
		}
	}
}

/** The download of one file, over as many connections as it needs. */
class Download {
	/** Why the chunks ended before the file did. */
	error?: ItemError;

	/** Whether to store the file again, from its first byte. */
	restart = false;

	private retries = 0;

	/** An answer with the whole file, although a later part was requested. */
	private fullResponse?: FileResponse;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly url: string,
		private readonly settings: DownloadSettings,
	) {}

	/** Requests the whole file; retries passing errors. */
	async begin(): Promise<Result<FileResponse>> {
		this.error = undefined;
		const response = this.fullResponse
			? success(this.fullResponse)
			: await this.request(undefined, this.restart);
		this.restart = false;
		this.fullResponse = undefined;
		if (response.ok && (response.value.totalBytes ?? 0) > this.settings.maxBytes) {
			response.value.close();
			return failure(tooLarge(this.settings.words, this.settings.maxBytes, response.value.totalBytes));
		}
		return response;
	}

	/** The file's bytes. Ends early, by throwing, with `error` set. */
	async *chunks(first: FileResponse): AsyncGenerator<Uint8Array, void, undefined> {
		const { totalBytes } = first;
		let response = first;
		let bytes = 0;
		for (;;) {
			const connection = new Connection(response.body, this.settings);
			for await (const chunk of connection.chunks()) {
				bytes += chunk.length;
				if (bytes > this.settings.maxBytes) this.end(tooLarge(this.settings.words, this.settings.maxBytes));
				yield chunk;
			}
			const { broke } = connection;
			if (broke === '' && (totalBytes === undefined || bytes === totalBytes)) {
				if (bytes === 0) this.end(notTheFile('an empty file', this.settings.words));
				return;
			}
			response = await this.resume(first, bytes, broke || `${bytes} of ${totalBytes} bytes came`);
		}
	}

	/** Continues at a byte, on a new connection. Throws if the download has to restart or to end. */
	private async resume(first: FileResponse, byte: number, reason: string): Promise<FileResponse> {
		const { validator, totalBytes } = first;
		if (this.settings.signal?.aborted) this.end(canceledError());
		if (this.retries >= this.settings.maxRetries) this.end(brokenDownload(this.settings.words, byte, reason));
		const resumable = offersRanges(first) && validator !== undefined;
		const response = await this.request(resumable ? { byte, validator } : undefined, true);
		if (!response.ok) {
			// 416 means past the end: the server announced more bytes than it has.
			const pastTheEnd = response.error.httpStatus === 416;
			this.end(pastTheEnd ? brokenDownload(this.settings.words, byte, reason) : response.error);
		}
		const { value } = response;
		if (resumable && continues(value, byte, totalBytes)) return value;
		if (value.status === 200) this.fullResponse = value;
		else value.close();
		this.restart = this.fullResponse !== undefined || this.retries < this.settings.maxRetries;
		this.end(brokenDownload(this.settings.words, byte, reason));
	}

	private async request(
		from?: { byte: number; validator: string },
		isRetry = false,
	): Promise<Result<FileResponse>> {
		const { timeoutMs, maxRetries, signal, words } = this.settings;
		for (let again = isRetry; ; again = true) {
			if (again) {
				this.retries++;
				if (!(await sleepWithAbort(backoffMs(this.retries, Math.random()), signal)))
					return failure(canceledError());
			}
			const response = await requestFile(this.context, { url: this.url, timeoutMs, signal, from, words });
			if (response.ok) return response;
			if (!meaningOf(response.error).retried || this.retries >= maxRetries) return response;
		}
	}

	private end(error: ItemError): never {
		this.error = error;
		throw new Error(error.message);
	}
}

/** The first chunks of a file, enough to tell its kind. A chunk may be one byte. */
async function beginning(chunks: AsyncGenerator<Uint8Array>): Promise<Uint8Array[]> {
	const begun: Uint8Array[] = [];
	for (let bytes = 0; bytes < HEAD_BYTES; bytes += begun.at(-1)?.length ?? 0) {
		const next = await chunks.next();
		if (next.done) break;
		begun.push(next.value);
	}
	return begun;
}

/** All chunks: those that were read to tell the kind, then the rest. */
async function* wholeFile(begun: Uint8Array[], rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	yield* begun;
	yield* rest;
}

/** The kind of a file, by its first bytes, else by its media type, else by its address. */
function fileKind(begun: Uint8Array[], type: string, url: string, words: FileWords): Result<FileKind> {
	const head = readHead(Buffer.concat(begun).subarray(0, HEAD_BYTES));
	if (head && 'media' in head) return success(head.media);
	if (/^text\/|html|json|xml/.test(type)) {
		return failure(notTheFile(type.includes('html') ? 'a web page' : `something of type ${type}`, words));
	}
	return head ? failure(notTheFile(head.text, words)) : success(kindByServer(type, url));
}

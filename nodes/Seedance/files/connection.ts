import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { canceledError, sleepWithAbort, whenAborted } from '../core/abort';
import { connectionError, type Target } from '../http/connectionError';
import { failure, type Result, success } from '../core/error';
import type { BodyStream, StreamedResponse } from '../http/stream';
import { proxyRefusal } from '../http/proxy';
import { type FileWords, fileStatusError, noAddress, silentFor } from './errors';

/** The answer of a file's server. */
export interface FileResponse {
	status: number;
	/** Names in lower case. */
	headers: Record<string, unknown>;
	body: BodyStream;
	/** Ends its connection, whether anything of the body was read or not. */
	close: () => void;
	/** Bytes of the whole file, where the server says. */
	totalBytes?: number;
	/** Identifies the file in later answers: its ETag or its date. */
	validator?: string;
	/** Media type without parameters, in lower case; '' for none. */
	type: string;
}

/** How a file is requested. */
export interface DownloadRequest {
	url: string;
	/** Longest time without an answer, and then without a byte, in milliseconds. */
	timeoutMs: number;
	/** Aborted when the run is over. */
	signal?: AbortSignal;
	/** First byte to send, and the file's validator; undefined for the whole file. */
	from?: { byte: number; validator: string };
	words: FileWords;
}

/** Has no address, because redirects are followed. */
const targetOf = ({ one }: FileWords): Target => ({ server: `The ${one}'s server`, address: 'the link' });

/**
 * Requests a file without the API key, because the file is on another host. Redirects are followed: storage services
 * use them, and there is no key to lose.
 *
 * @returns an answer with a body, whatever it holds; or the error
 */
export async function requestFile(
	context: IExecuteFunctions,
	{ url, timeoutMs, signal, from, words }: DownloadRequest,
): Promise<Result<FileResponse>> {
	// The HTTP client adds a listener to the signal of each download, so each gets its own signal.
	const request = new AbortController();
	const stopped = whenAborted(signal);
	void stopped.happens.then(() => request.abort());
	const options: IHttpRequestOptions = {
		method: 'GET',
		url,
		headers: {
			Accept: `${words.types}, */*;q=0.5`,
			// Ranges count uncompressed bytes.
			'Accept-Encoding': 'identity',
			...(from && { Range: `bytes=${from.byte}-`, 'If-Range': from.validator }),
		},
		timeout: timeoutMs,
		abortSignal: request.signal,
		ignoreHttpStatusErrors: true,
		returnFullResponse: true,
		encoding: 'stream',
	};
	let response: StreamedResponse;
	try {
		response = (await context.helpers.httpRequest(options)) as StreamedResponse;
	} catch (error) {
		return failure(signal?.aborted ? canceledError() : connectionError(error, targetOf(words)));
	} finally {
		stopped.forget();
	}

	const { statusCode: status, headers, body } = response;
	const close = () => {
		body.destroy?.();
		// n8n may return a stream of its own, which can't close a body that it never began to read.
		request.abort();
	};
	if (status !== 200 && status !== 206) {
		close();
		return failure(
			proxyRefusal({ status, headers }, { ...targetOf(words), url }) ?? fileStatusError(status, words),
		);
	}
	return success({
		status,
		headers,
		body,
		close,
		totalBytes: totalBytes(status, headers),
		validator:
			headerText(headers, 'etag').replace(/^W\/.*/, '') || headerText(headers, 'last-modified') || undefined,
		type: headerText(headers, 'content-type').split(';')[0]?.trim().toLowerCase() ?? '',
	});
}

/** A connection that delivers a file. It is closed when it is silent for too long, or when the run ends. */
export class Connection {
	/** Why the chunks ended early; empty if they did not. */
	broke = '';

	/** Since when the next chunk is awaited; undefined while a chunk is being stored. */
	private silentSince?: number;

	private readonly over = new AbortController();

	constructor(
		private readonly body: BodyStream,
		private readonly settings: Pick<DownloadRequest, 'timeoutMs' | 'signal'>,
	) {}

	/** The bytes as they arrive. Sets `broke` and ends if the connection breaks or is closed. */
	async *chunks(): AsyncGenerator<Buffer> {
		const stopped = whenAborted(this.settings.signal);
		void stopped.happens.then(() => this.cut(canceledError().message));
		void this.cutWhenSilent();
		try {
			this.silentSince = Date.now();
			for await (const chunk of this.body) {
				this.silentSince = undefined;
				yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
				this.silentSince = Date.now();
			}
		} catch (error) {
			this.broke ||= error instanceof Error ? error.message : String(error);
		} finally {
			stopped.forget();
			this.over.abort();
			this.body.destroy?.();
		}
	}

	private async cutWhenSilent(): Promise<void> {
		const { timeoutMs } = this.settings;
		for (let left = timeoutMs; left > 0; left = (this.silentSince ?? Date.now()) + timeoutMs - Date.now()) {
			if (!(await sleepWithAbort(left, this.over.signal))) return;
		}
		this.cut(silentFor(timeoutMs));
	}

	private cut(reason: string): void {
		this.broke ||= reason;
		this.body.destroy?.();
	}
}

/** Whether an answer continues exactly where the download broke. */
export function continues(response: FileResponse, byte: number, totalBytes: number | undefined): boolean {
	const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headerText(response.headers, 'content-range'));
	const sameFile = totalBytes === undefined || range?.[2] === '*' || Number(range?.[2]) === totalBytes;
	return response.status === 206 && Number(range?.[1]) === byte && sameFile;
}

/** Whether the server can send a part of the file. */
export function offersRanges(response: FileResponse): boolean {
	return headerText(response.headers, 'accept-ranges').toLowerCase() === 'bytes';
}

function totalBytes(status: number, headers: Record<string, unknown>): number | undefined {
	if (status === 206) return undefined;
	const length = headerText(headers, 'content-length');
	return /^\d+$/.test(length) ? Number(length) : undefined;
}

function headerText(headers: Record<string, unknown>, name: string): string {
	const value = headers[name];
	return typeof value === 'string' ? value : '';
}

/**
 * Checks a file's address before it is fetched.
 *
 * @param url the link as the API gave it
 * @returns the address, or an `unreadable` error where it is not http or https
 */
export function checkAddress(url: unknown, words: FileWords): Result<string> {
	if (typeof url === 'string' && /^https?:\/\//i.test(url) && URL.canParse(url)) return success(url);
	return failure(noAddress(words));
}

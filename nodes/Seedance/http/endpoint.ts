import type { IDataObject } from 'n8n-workflow';

import type { ErrorKind, Result } from '../core/error';
import type { ApiResponse } from './request';

/** A message and what to do about it, by what a call is about and the HTTP status of its answer. */
export type Message = (subject: string, status: number) => [message: string, advice: string];

/** What the errors of a call say. */
export interface Target {
	/** What the call is about, as words inside a sentence: `task "video_1"`. */
	subject: string;
	/** Whether it existed before the call, so that an answer can say that it is not there. */
	exists: boolean;
	/** Messages in place of the general ones. */
	messages?: Partial<Record<ErrorKind, Message>>;
	/** What to do, in place of what the messages say. */
	advice: Partial<Record<ErrorKind, string>>;
	/** The code by which an error under a success status says that it is not there, beside 404. */
	missingCode?: string;
}

/** One call of the API, as data. A resource describes its calls by these, and the client makes them. */
export interface Endpoint<In, Out> {
	method: 'GET' | 'POST' | 'DELETE';
	/** What is sent: the path after the base URL, and a JSON body. What is undefined in the body is not sent. */
	request: (input: In) => { path: string; body?: IDataObject };
	/**
	 * `safe`: may be repeated after every passing error. `billed`: repeated only after an error that certainly made
	 * nothing, since every accepted request costs money. `unlessTimedOut`: as `safe`, but not after a time-out, since the
	 * API may still be at work on it.
	 */
	repeat: 'safe' | 'billed' | 'unlessTimedOut';
	/** How long one request may take at least, in milliseconds, whatever the settings say; left out for most. */
	timeoutMs?: number;
	target: (input: In) => Target;
	/**
	 * Reads an answer, whatever its status.
	 *
	 * @param now the present time, in milliseconds since 1970
	 */
	read: (response: ApiResponse, input: In, now: number) => Result<Out>;
}

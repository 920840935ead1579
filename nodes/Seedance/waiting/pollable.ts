import type { IBinaryData, IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { Result, TaskError } from '../core/error';
import type { ApiClient } from '../http/client';
import type { Endpoint } from '../http/endpoint';

/** How fast the vendor works on something: `flex` is the offline tier, cheaper and slower. */
export type ServiceTier = 'online' | 'flex';

/** Something at the API whose state changes, as it came: every field, documented or not. */
export interface Polled {
	[field: string]: unknown;
	id: string;
	status: string;
}

/**
 * What a state means: it is done; it is done, but its result is still missing; it ended without a result; it is under
 * way; or the state is undocumented, so that a wait could last for ever.
 */
export type PolledState = 'done' | 'incomplete' | 'ended' | 'running' | 'unknown';

/** What can be polled, as data: a resource describes what it has by this, and the waits take it. */
export interface Pollable {
	/** Checks it once, by its ID. */
	endpoint: Endpoint<string, Polled>;
	stateOf: (value: Polled) => PolledState;
	/** When it was made, in milliseconds since 1970 as `now` is; undefined where it does not say, or can't be right. */
	createdAt: (value: Polled | undefined, now: number) => number | undefined;
	/** The pace of adaptive polling: milliseconds until the next status check. */
	adaptiveDelayMs: (value: Polled | undefined, now: number, tier: ServiceTier) => number;
	/** The fields that are its own for certain, in an item that carries other fields too. */
	fields: readonly string[];
	/** Its fields as they are output. */
	output: (value: Pick<Polled, 'id'>) => IDataObject;
	/** The answer to an AI agent; `now` in milliseconds since 1970. */
	toolAnswer: (value: Polled, now: number) => IDataObject;
	/** Fetches the file of one that is done; an error keeps the value. Left out if it has no file. */
	fetchFile?: (
		context: IExecuteFunctions,
		value: Polled,
		client: ApiClient,
		maxBytes: number,
	) => Promise<Result<IBinaryData>>;
	errors: PollErrors;
	/** What messages call one, several, and what comes of several: "task", "tasks" and "videos". */
	words: { one: string; many: string; results: string };
}

/** The errors that end a wait. */
export interface PollErrors {
	ended: (value: Polled) => TaskError;
	unknownStatus: (value: Polled) => TaskError;
	/** @param checks how often it was checked again for its result */
	incomplete: (value: Polled, checks: number) => TaskError;
	gaveUp: (wait: GivenUp) => TaskError;
}

/** A wait that has lasted for as long as it may. */
export interface GivenUp {
	id: string;
	/** As last seen. */
	value?: Polled;
	/** What stood in the way of the last status check. */
	lastError?: TaskError;
	/** How long it was waited for, and how long it may be, in milliseconds. */
	waitedMs: number;
	giveUpAfterMs: number;
}

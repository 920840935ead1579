import type { IBinaryData, IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { Result, ItemError } from '../core/error';
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

/** Places that check something by its ID. One that lacks it answers so. */
export type Places = readonly [Endpoint<string, Polled>, ...Array<Endpoint<string, Polled>>];

/** What can be polled, as data: a resource describes what it has by this, and the waits take it. */
export interface Pollable {
	/**
	 * The places that can check it by its ID: first the one that most likely has it.
	 *
	 * @param group what it belongs to, where its ID does not say so
	 */
	places: (id: string, group?: string) => Places;
	stateOf: (value: Polled) => PolledState;
	/** When it was made, in milliseconds since 1970 as `now` is; undefined where it does not say, or can't be right. */
	createdAt: (value: Polled | undefined, now: number) => number | undefined;
	/**
	 * The pace of adaptive polling: milliseconds until the next status check.
	 *
	 * @param startedAt when its wait began, in milliseconds since 1970 as `now` is
	 */
	adaptiveDelayMs: (value: Polled | undefined, now: number, tier: ServiceTier, startedAt: number) => number;
	/** The fields that are its own for certain, in an item that carries other fields too. */
	fields: readonly string[];
	/** The field of an error's `details` that has it as last seen. */
	detail: string;
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
	/** A further file beside that one; left out if there is none. */
	further?: FurtherFile;
	errors: PollErrors;
	/** How a parked wait makes what is not made yet; left out where it is always made before. */
	making?: Making;
	/** What it is called. */
	words: PollWords;
	/** The option that says how fast the vendor works on it; left out if there is one speed. */
	tierOption?: INodeProperties;
	/** How long it is waited for by default, in minutes, where that is not `GIVE_UP_AFTER`. */
	giveUpAfter?: { inside: number; hours: number };
}

/** A further file of something that is done. What goes wrong with it costs nothing but itself. */
export interface FurtherFile {
	/** The binary field that takes it. */
	field: string;
	/** The field of the output that says why it is missing. */
	problemField: string;
	/** What it is called inside a sentence: "last frame". */
	name: string;
	fetch: (
		context: IExecuteFunctions,
		value: Polled,
		client: ApiClient,
		maxBytes: number,
	) => Promise<Result<IBinaryData>>;
}

/** The `details` of an error about something that was polled; undefined where nothing was seen of it. */
export function detailsOf(
	{ detail }: Pick<Pollable, 'detail'>,
	value: Pick<Polled, 'id'> | undefined,
): Record<string, unknown> | undefined {
	return value && { [detail]: value };
}

/** What the form, messages, and notes in n8n call what is polled. All stand inside a sentence. */
export interface PollWords {
	/** One and several of what has an ID: "task" and "tasks". */
	one: string;
	many: string;
	/** What comes of one and of several: "video" and "videos". */
	result: string;
	results: string;
	/** What happens while it is waited for: "the video is being made". */
	underWay: string;
	/** How long a wait usually takes: "2 to 8 minutes". */
	usualTime: string;
	/** That it may take longer than usual: "offline (flex) tasks can take hours". Left out if it does not. */
	slow?: string;
	/** From when a wait is counted, where that is not its creation. */
	since?: string;
	/** What to do after a time-out, where no field says how long to wait: one or more sentences. */
	timedOut?: string;
	/** What to do where n8n can't park a wait of hours: a sentence. Left out if there is no other such wait. */
	otherwise?: string;
}

/** The errors that end a wait, where they are not the same for all resources. */
export interface PollErrors {
	/** It ended without a result. */
	ended: (value: Polled) => ItemError;
	/**
	 * Its result never came. Left out if no state means that it is missing.
	 *
	 * @param checks how often it was checked again for its result
	 */
	incomplete?: (value: Polled, checks: number) => ItemError;
}

/** How a parked wait makes something, once the API has a slot for it. */
export interface Making {
	/**
	 * Sends one.
	 *
	 * @param order what its resource makes it from, as n8n stored it
	 * @returns what was made. The error says whether it may exist; one of a refusal for want of a slot is `hasNoSlot`
	 */
	make: (context: IExecuteFunctions, client: ApiClient, order: unknown) => Promise<Result<Polled>>;
	/** The error for one that was sent by an execution that n8n lost, or was about to be. */
	mayExist: ItemError;
	/**
	 * The error for one that was never made.
	 *
	 * @param end why not, as the rest of a sentence that begins with what is made
	 */
	notMade: (end: string) => ItemError;
	/** That so many were not made: a sentence. */
	leftOut: (count: number) => string;
	/** That these items may have made one: a sentence. */
	inDoubt: (indexes: number[]) => string;
}

/** Whether something was not made only because the API has no slot now. */
export function hasNoSlot({ kind }: Pick<ItemError, 'kind'>): boolean {
	return kind === 'rateLimited' || kind === 'notSent';
}

import type { ItemError } from '../core/error';
import { capitalized, duration } from '../core/text';
import { detailsOf, type Pollable, type Polled } from './pollable';

/** What errors call something that is polled, and where they keep it. */
type Named = Pick<Pollable, 'words' | 'detail'>;

/** The error for an undocumented status. */
export function unknownStatusError(pollable: Named, value: Polled): ItemError {
	const { one } = pollable.words;
	return {
		kind: 'unknownStatus',
		message: `${capitalized(one)} "${value.id}" has a status that this node does not know: "${value.status}"`,
		description: `It was not waited for, since such a wait might never end. Look the ${one} up in your GlobalAI OPC console; a newer version of this node may know the status.`,
		details: detailsOf(pollable, value),
	};
}

/** A wait that has lasted for as long as it may. */
export interface GivenUp {
	id: string;
	/** As last seen. */
	value?: Polled;
	/** What stood in the way of the last status check. */
	lastError?: ItemError;
	/** How long it was waited for, and how long it may be, in milliseconds. */
	waitedMs: number;
	giveUpAfterMs: number;
}

/** The error for such a wait. */
export function gaveUpError(
	pollable: Named,
	{ id, value, lastError: error, waitedMs, giveUpAfterMs }: GivenUp,
): ItemError {
	const { one, slow, since = `the ${one}'s creation`, timedOut } = pollable.words;
	const waited = duration(waitedMs);
	const ended = value ? `was still ${value.status} after ${waited}` : `could not be checked in ${waited}`;
	const lastCheck = error
		? ` The last status check failed: ${error.message}${error.said ? ` (${error.said})` : ''}.`
		: '';
	const advice =
		timedOut ??
		`'Give Up After' is set to ${duration(giveUpAfterMs)}, counted from ${since}. The ${one} may still finish: get its result later, or raise 'Give Up After'${slow ? `; ${slow}` : ''}.`;
	return {
		kind: 'gaveUp',
		message: `${capitalized(one)} "${id}" ${ended}, so the wait timed out`,
		description: `${advice}${lastCheck}`,
		httpStatus: error?.httpStatus,
		details: detailsOf(pollable, value),
	};
}

import { type ItemError, meaningOf, type Result, wasStopped } from '../core/error';
import type { Endpoint } from '../http/endpoint';
import type { Places, Polled } from './pollable';

/** What a status check has answered, and which place has it, if that is known. */
export interface Checked {
	outcome: Result<Polled>;
	place?: number;
}

/**
 * Checks something at the place that has it. While that is not known, the others are asked where one says that it has no
 * such thing.
 *
 * @param known the place that has it, counted from 0
 * @param call makes the request
 * @returns the answer of the place that has it; or an error that may pass, after which nothing is decided; or what the
 * first place said
 */
export async function checkPlaces(
	places: Places,
	known: number | undefined,
	call: (endpoint: Endpoint<string, Polled>) => Promise<Result<Polled>>,
): Promise<Checked> {
	const home = known === undefined ? undefined : places[known];
	if (home) return { outcome: await call(home), place: known };
	const first = await call(places[0]);
	if (first.ok) return { outcome: first, place: 0 };
	if (first.error.kind !== 'notFound') return { outcome: first };
	for (const [index, endpoint] of places.entries()) {
		if (index === 0) continue;
		const outcome = await call(endpoint);
		if (outcome.ok) return { outcome, place: index };
		if (!isAnswer(outcome.error)) return { outcome };
	}
	return { outcome: first };
}

/** Whether an error is the API's word on the matter, and not of a kind that may pass. */
function isAnswer(error: ItemError): boolean {
	return !wasStopped(error) && !['passes', 'passesLater'].includes(meaningOf(error).waiting);
}

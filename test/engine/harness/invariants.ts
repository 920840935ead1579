// What no run may do, whoever answers what and when. Nothing here knows when a status check is due or how often an answer may
// pass: tests of their own say so, and a second schedule would only drift from the first.

import type { Leaving } from './virtualEngine';
import type { Note } from './virtualReplies';
import type { LoggedRequest } from './virtualServer';

/** A request and the script's note on it, whatever the answer meant. */
export type Request = LoggedRequest<Pick<Note<unknown>, 'retryAfterMs' | 'rateLimited' | 'byDate'>>;

/** What was done to the wall time during a run. */
export interface WallTime {
	jumps: boolean;
	/** By how much it was set back in all, in milliseconds. */
	setBackMs: number;
}

export const STEADY: WallTime = { jumps: false, setBackMs: 0 };

const SECOND = 1_000;
const DAY = 24 * 60 * 60 * SECOND;

/** Whether an answer reached the node: not closed before its end. */
export const isHeard = ({ closed, endedSteady }: LoggedRequest<unknown>) =>
	endedSteady !== undefined && !closed;

/** Splits requests by the execution of the node that sent them. */
export function byExecution<R extends LoggedRequest<unknown>>(log: R[]): R[][] {
	const executions = new Set(log.map(({ execution }) => execution));
	return [...executions].map((one) => log.filter(({ execution }) => execution === one));
}

/** Requests about one subject, each sent while the one before was under way. */
export function twiceAtOnce(requests: Array<LoggedRequest<unknown>>): string[] {
	return requests.flatMap(({ subject, begun }, index) => {
		const before = requests[index - 1];
		return before && (before.ended ?? Infinity) > begun ? [`${subject} is asked for twice at once`] : [];
	});
}

/** Requests about one subject after an answer that ends the matter. */
export function afterTheEnd<R extends LoggedRequest<{ meaning: string }>>(
	requests: R[],
	ends: (one: R) => boolean,
): string[] {
	const end = requests.findIndex((one) => isHeard(one) && ends(one));
	const later = end === -1 ? [] : requests.slice(end + 1);
	return later.map(({ subject }) => `${subject} is asked for again after "${requests[end]?.note.meaning}"`);
}

/** How long the API asked to be left alone with an answer; no more than a day is believed. */
function cooldownOf({ note: { retryAfterMs = 0, byDate } }: Request, { jumps }: WallTime): number {
	return jumps && byDate ? 0 : Math.min(retryAfterMs, DAY);
}

/**
 * Requests before `Retry-After`: after a 429 of the whole run, else of the same subject in the same try.
 *
 * @param run.stops whether an error ends a try at once: then nobody may have heard of a 429 at its very end
 * @param run.isOneTry whether all executions of the node are steps of the same waits
 */
export function inCooldown(
	log: Request[],
	run: { stops: boolean; isOneTry: boolean },
	wallTime: WallTime,
): string[] {
	const isKnown = ({ execution, endedSteady = 0 }: Request) =>
		!run.stops || log.some((one) => one.execution === execution && (one.endedSteady ?? 0) > endedSteady);
	return log.flatMap((asking) => {
		const { note, subject: asker, execution, endedSteady = Infinity, endedWall = 0 } = asking;
		const cooldown = cooldownOf(asking, wallTime);
		if (cooldown === 0 || !isHeard(asking) || (note.rateLimited && !isKnown(asking))) return [];
		const isMeant = (one: Request) =>
			note.rateLimited || (one.subject === asker && (run.isOneTry || one.execution === execution));
		return log.flatMap((one) => {
			const since = Math.max(one.steady - endedSteady, one.wall - endedWall) + wallTime.setBackMs;
			// What begins at the very moment of the answer can't know of it yet; timers may be 2 ms early.
			const isEarly = one.steady > endedSteady && since < cooldown - 2;
			if (!isEarly || !isMeant(one)) return [];
			return [
				`${one.subject} is asked for ${since} ms after ${asker} was answered with a Retry-After of ${cooldown} ms`,
			];
		});
	});
}

/** Requests about one task in a hurry: never more than the tries of two status checks in 5 s, the shortest interval. */
export function tightLoops(requests: Array<LoggedRequest<unknown>>, maxRetries: number): string[] {
	const most = 2 * (maxRetries + 1);
	const tooMany = requests.find(
		({ steady }, index) => (requests[index + most]?.steady ?? Infinity) - steady < 5 * SECOND - 2,
	);
	return tooMany ? [`${tooMany.subject} is asked for more than ${most} times within 5 s`] : [];
}

/** Every row that came in leaves once; in order where all leave together. */
export function lostOrDoubled(leaving: Leaving[], count: number): string[] {
	const rows = leaving.map(({ row }) => row);
	const violations = Array.from({ length: count }, (_, row) => row)
		.filter((row) => rows.filter((other) => other === row).length !== 1)
		.map((row) => `row ${row} leaves ${rows.filter((other) => other === row).length} times`);
	if (rows.includes(-1)) violations.push('an item leaves that belongs to no row');
	for (const output of ['done', 'error'] as const) {
		const places = leaving
			.filter((one) => one.output === output)
			.map(({ row, round }) => round * count + row);
		if (places.some((place, index) => place <= (places[index - 1] ?? -1)))
			violations.push(`${output} is out of order`);
	}
	return violations;
}

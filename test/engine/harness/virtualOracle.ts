import type { Leaving } from './virtualEngine';
import type { Meaning, ModelTask, QueryNote } from './virtualReplies';
import type { LoggedRequest } from './virtualServer';

/** How a run of Get Result is set, in milliseconds. */
export interface QuerySettings {
	mode: 'no' | 'inNode' | 'parked' | 'withWaitNode';
	tier: 'online' | 'flex';
	giveUpAfterMs: number;
	pollIntervalMs?: number;
	ifTaskFails: 'error' | 'output';
	maxRetries: number;
	requestTimeoutMs: number;
}

export type Query = LoggedRequest<QueryNote>;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** How often a completed task without a link, and an answer that is no task, may come before the wait ends. */
const MOST_PASSING = 3;

/** Longest cooldown that a single status check waits for; the API may ask for a longer one. */
const LONGEST_COOLDOWN_MS = 120 * SECOND;

/** When a task was made; undefined where `created` says nothing. By the design: seconds, past, a day old at most. */
function createdAt(task: ModelTask | undefined, now: number): number | undefined {
	const { created } = task ?? {};
	if (typeof created !== 'number') return undefined;
	const age = now - created * SECOND;
	return age >= 0 && age <= DAY ? created * SECOND : undefined;
}

/** When a wait is given up: counted from `created`, or from the first status check, since no task is younger than that. */
function giveUpAt(task: ModelTask | undefined, startedAt: number, settings: QuerySettings, now: number): number {
	return Math.min(createdAt(task, now) ?? startedAt, startedAt) + settings.giveUpAfterMs;
}

/** The earliest of the times at which a wait may have been given up: a `created` may get too old on the way. */
export function earliestGiveUp(task: ModelTask | undefined, startedAt: number, settings: QuerySettings): number {
	const { created } = task ?? {};
	const byCreated = typeof created === 'number' ? created * SECOND + settings.giveUpAfterMs : Infinity;
	return Math.min(startedAt + settings.giveUpAfterMs, byCreated);
}

/** The design's schedule of status checks, before `Retry-After` and the give-up time. */
function scheduledDelay(task: ModelTask | undefined, { tier, pollIntervalMs }: QuerySettings, now: number): number {
	if (pollIntervalMs !== undefined) return pollIntervalMs;
	const created = createdAt(task, now);
	const model = typeof task?.model === 'string' ? task.model : '';
	const [earliest, latest] = /1080p/.test(model) ? [3, 8] : /480p|720p/.test(model) ? [2, 5] : [undefined, undefined];
	if (created === undefined || earliest === undefined) return (tier === 'flex' ? 60 : 30) * SECOND;
	const age = now - created;
	if (tier === 'flex') return age < latest * MINUTE ? latest * MINUTE - age + 60 * SECOND : 120 * SECOND;
	if (age >= latest * MINUTE) return 60 * SECOND;
	return Math.max(0, earliest * MINUTE - age) + 30 * SECOND;
}

/** What an answer meant to who asked; undefined where the end of the run cut it off. */
function meaningOf(one: Query, { requestTimeoutMs }: QuerySettings): Meaning | undefined {
	if (one.endedSteady === undefined) return undefined;
	if (!one.closed) return one.note.meaning;
	if (one.endedSteady - one.steady >= requestTimeoutMs) return 'passes';
	return one.note.meaning === 'odd' ? 'odd' : undefined;
}

/** What happened to the whole run that a task's story has to allow for. */
export interface RunFacts {
	/** Whether the wall time was set meanwhile, and by how much back, in milliseconds. */
	jumps: boolean;
	setBackMs: number;
	/** Whether the API limited requests (429): then retries keep a pace, and where a status check ends can't be told. */
	isPaced: boolean;
}

/** How the status checks of one task went. */
export interface Story {
	/** What ended it for good, as far as the answers alone tell. */
	end?: Meaning;
	/** The task as last seen. */
	task?: ModelTask;
	/** Whether it may have ended for too many answers that are no task. */
	oddEnough: boolean;
	/** Whether a single status check may have ended since its retries were used up. */
	triedEnough: boolean;
	violations: string[];
}

/**
 * Goes through the status checks of one task in the order in which they were sent, and finds what was sent that should not
 * have been, and too early or too late.
 */
export function storyOf(queries: Query[], settings: QuerySettings, startedAt: number, about: RunFacts): Story {
	const { mode, maxRetries, requestTimeoutMs } = settings;
	const { jumps, setBackMs, isPaced } = about;
	const waits = mode !== 'no';
	const story: Story = { oddEnough: false, triedEnough: false, violations: [] };
	const violate = (words: string) => story.violations.push(words);
	let odd = { kind: '', inRow: 0, most: 0 };
	let noLinks = 0;
	let tries = 0;
	let before: Query | undefined;
	let earliest = 0;

	for (const one of queries) {
		const { subject, steady, wall } = one;
		if (story.end) violate(`${subject} is asked for again after "${story.end}"`);
		const until = giveUpAt(story.task, startedAt, settings, wall);
		const isFirst = before?.execution !== one.execution;
		// In a wait, no retry is as late as that: status checks in between could not even be sent.
		if (isFirst || (waits && steady - (before?.endedSteady ?? steady) > LONGEST_COOLDOWN_MS)) tries = 0;
		if (before) {
			if (before.ended === undefined || before.ended > one.begun) violate(`${subject} is asked for twice at once`);
			const since = Math.max(steady - (before.endedSteady ?? steady), wall - (before.endedWall ?? wall)) + setBackMs;
			if (!isFirst && since < earliest - 2) violate(`${subject} is asked for after ${since} ms instead of ${earliest}`);
			// What comes back from a Wait node late, for the sake of others or to survive restarts, is asked for once more.
			const isLate = isFirst ? (before.endedWall ?? wall) >= until : wall > until + requestTimeoutMs + SECOND;
			if (waits && !jumps && isLate) violate(`${subject} is asked for ${wall - until} ms after the give-up time`);
		}
		before = one;

		const meaning = meaningOf(one, settings);
		if (meaning === undefined) continue;
		const { task } = one.note;
		const retryAfterMs = cooldownOf(one, about);
		if (task) story.task = task;
		const endedWall = one.endedWall ?? wall;
		const left = Math.max(0, giveUpAt(story.task, startedAt, settings, endedWall) - endedWall);
		const next = Math.min(left, scheduledDelay(story.task, settings, endedWall));
		earliest = Math.max(next, meaning === 'passes' ? retryAfterMs : 0);

		if (meaning === 'passes') {
			tries++;
			odd = { ...odd, kind: '', inRow: 0 };
			story.triedEnough = tries > maxRetries || retryAfterMs > LONGEST_COOLDOWN_MS;
			if (tries <= maxRetries || isPaced) earliest = retryAfterMs;
			if (tries > maxRetries) {
				odd.most = 0;
				tries = 0;
				if (!waits) story.end = meaning;
			}
			continue;
		}
		tries = 0;
		story.triedEnough = false;
		if (meaning === 'running') {
			odd = { kind: '', inRow: 0, most: 0 };
			if (!waits) story.end = meaning;
		} else if (meaning === 'noLink') {
			odd = { kind: '', inRow: 0, most: 0 };
			if (!waits || ++noLinks > MOST_PASSING) story.end = meaning;
		} else if (meaning === 'odd' || (meaning === 'refused' && waits && story.task)) {
			odd = { kind: meaning, inRow: odd.kind === meaning ? odd.inRow + 1 : 1, most: odd.most + 1 };
			if (!waits || odd.inRow > MOST_PASSING) story.end = meaning;
			story.oddEnough = odd.most > MOST_PASSING;
		} else {
			story.end = meaning;
		}
	}
	return story;
}

type Limit = Pick<QueryNote, 'rateLimited' | 'retryAfterMs' | 'byDate'>;

/** How long the API asked to be left alone with an answer; no more than a day is believed. */
function cooldownOf({ note: { retryAfterMs = 0, byDate } }: LoggedRequest<Limit>, { jumps }: RunFacts): number {
	return jumps && byDate ? 0 : Math.min(retryAfterMs, DAY);
}

/** How a row with such a story has to leave; undefined where its answers alone don't tell. */
export function endOf({ end }: Story, { mode, ifTaskFails }: QuerySettings): Leaving['output'] | undefined {
	if (end === undefined) return undefined;
	if (end === 'completed') return 'done';
	if (end === 'ended' && ifTaskFails === 'output') return 'done';
	const isTask = ['running', 'noLink', 'ended', 'unknown'].includes(end);
	return mode === 'no' && isTask ? 'done' : 'error';
}

/**
 * Requests that were sent while the API had asked for a cooldown: after a 429, for the whole run.
 *
 * @param stops whether an error ends a try at once: then nobody may have heard of a 429 at its very end
 */
export function requestsInCooldown(log: Array<LoggedRequest<Limit>>, stops: boolean, about: RunFacts): string[] {
	const isHeard = ({ execution, endedSteady = 0 }: LoggedRequest<Limit>) =>
		!stops || log.some((one) => one.execution === execution && (one.endedSteady ?? 0) > endedSteady);
	const limits = log.filter((one) => one.note.rateLimited && cooldownOf(one, about) > 0 && !one.closed && isHeard(one));
	return limits.flatMap((limit) =>
		log
			.filter(({ steady, wall }) => {
				const { endedSteady = Infinity, endedWall = 0 } = limit;
				const since = Math.max(steady - endedSteady, wall - endedWall) + about.setBackMs;
				// What begins at the very moment of the 429 can't know of it yet.
				return steady > endedSteady && since < cooldownOf(limit, about) - 2;
			})
			.map(({ subject, steady, execution }) => {
				const since = steady - (limit.endedSteady ?? 0);
				const where = execution === limit.execution ? '' : `, in execution ${execution} after ${limit.execution}`;
				return `${subject} is asked for ${since} ms after a 429 that wants ${cooldownOf(limit, about)} ms of cooldown${where}`;
			}),
	);
}

/** Requests about one task that come faster than any schedule: never more than one status check's tries in 5 s. */
export function tightLoops(queries: Query[], { maxRetries }: QuerySettings): string[] {
	const most = 2 * (maxRetries + 1);
	const tooMany = queries.find((one, index) => {
		const later = queries[index + most];
		return later !== undefined && later.steady - one.steady < 5 * SECOND - 2;
	});
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
		const places = leaving.filter((one) => one.output === output).map(({ row, round }) => round * count + row);
		if (places.some((place, index) => place <= (places[index - 1] ?? -1))) violations.push(`${output} is out of order`);
	}
	return violations;
}

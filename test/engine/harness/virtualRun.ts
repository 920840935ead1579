import fc from 'fast-check';
import type { IDataObject, INodeParameters, OnError } from 'n8n-workflow';

import { onVirtualClock, type VirtualClock } from './virtualClock.cts';
import { runVirtually, type VirtualResult } from './virtualEngine';
import { VirtualServer, type LoggedRequest, type Script } from './virtualServer';
import { allWordsOf, leaksOf, nonsenseIn, wordsOf } from './virtualWords';

/** When every run begins, by the wall. */
export const NOW = Date.UTC(2026, 0, 15, 12);

export const MINUTE = 60_000;

export const KEY = ['sk', 'PROPERTY', 'tests', '0123456789'].join('-');

/** What every run is set by, whatever its operation. */
export interface CommonRun {
	onError: OnError;
	maxRetries: number;
	maxConcurrency: number;
	/** Seconds. */
	requestTimeout: number;
	includeInput: boolean;
	/** Of n8n's "Retry On Fail"; 1 is off. */
	tries: number;
	/** What `Math.random` follows. */
	seed: number;
}

export const commonRun = {
	onError: fc.constantFrom<OnError>('stopWorkflow', 'continueRegularOutput', 'continueErrorOutput', 'continueErrorOutput'),
	maxRetries: fc.integer({ min: 0, max: 4 }),
	maxConcurrency: fc.integer({ min: 1, max: 5 }),
	requestTimeout: fc.constantFrom(5, 30, 60),
	includeInput: fc.boolean(),
	tries: fc.constantFrom(1, 1, 2, 3),
	seed: fc.integer(),
};

/** What is done to the clock, or by the user, meanwhile. */
export interface Meanwhile {
	jumps?: Array<{ atMs: number; byMs: number }>;
	stopAfterMs?: number;
	/** What n8n's server has against a child workflow, and against which: 1 is the first. */
	childRefusal?: { error: Error; of: number };
	/** How many executions that check n8n gives up, before it lets one be. */
	crashes?: number;
}

/** What came of a run. */
export interface Played<Note> {
	result: VirtualResult;
	/** All requests but those for files. */
	log: Array<LoggedRequest<Note>>;
	/** Files that were fetched, by the execution that did. */
	downloads: string[];
	/** When each execution of the node began, by the wall. */
	executions: number[];
	mostInFlight: number;
	clock: VirtualClock;
	endedWall: number;
	endedSteady: number;
}

/** Runs the node as planned. */
export async function play<Note>(
	run: CommonRun,
	items: IDataObject[],
	{ options, ...parameters }: INodeParameters,
	script: Script<Note>,
	{ jumps = [], stopAfterMs, childRefusal, crashes }: Meanwhile = {},
): Promise<Played<Note>> {
	const { seed, onError, tries, includeInput, maxConcurrency, maxRetries, requestTimeout } = run;
	return await onVirtualClock({ now: NOW, seed }, async (clock) => {
		for (const { atMs, byMs } of jumps) clock.after(atMs, () => clock.jump(byMs));
		const server = new VirtualServer<Note>(clock, KEY, script);
		const result = await runVirtually({
			clock,
			server,
			apiKey: KEY,
			onError,
			tries,
			items,
			parameters: {
				...parameters,
				options: { includeInput, maxConcurrency, maxRetries, requestTimeout, ...(options as INodeParameters) },
			},
			stopAfterMs,
			childRefusal,
			crashes,
		});
		const { executions, mostInFlight } = server;
		const log = server.log.filter(({ kind }) => kind !== 'file');
		const files = server.log.filter(({ kind }) => kind === 'file');
		const downloads = files.map(({ execution, subject }) => `${execution} ${subject}`);
		return { result, log, downloads, executions, mostInFlight, clock, endedWall: clock.wall(), endedSteady: clock.steady() };
	});
}

/** What holds whatever the node is asked to do, and whoever answers. */
export function violationsOfAll(played: Pick<Played<unknown>, 'result' | 'log' | 'clock'>, key: string): string[] {
	const { result, log, clock } = played;
	const violations = [...leaksOf(allWordsOf(result), key), ...nonsenseIn(wordsOf(result))];
	if (clock.spun) violations.push('a loop without a pause');
	if (log.some(({ ended }) => ended === undefined)) violations.push('a request outlives the run');
	return violations;
}

/** What holds for every operation. */
export function commonViolations({ maxConcurrency, onError }: CommonRun, played: Played<unknown>): string[] {
	const { result, mostInFlight } = played;
	const violations = violationsOfAll(played, KEY);
	if (mostInFlight > maxConcurrency) violations.push(`${mostInFlight} requests in flight`);
	if (result.error && onError !== 'stopWorkflow') violations.push(`it throws: ${result.error.message}`);
	return violations;
}

/** A run as a person can follow it: what was asked, and what left. */
function account({ log, result }: Pick<Played<unknown>, 'log' | 'result'>): string {
	const requests = log.slice(0, 60).map(({ execution, subject, steady, endedSteady, closed, note }) => {
		const end = `${endedSteady ?? 'never'} ms${closed ? ' (closed)' : ''}`;
		return `${execution}: ${subject} ${steady} to ${end} ${JSON.stringify(note)}`;
	});
	const items = result.leaving.map(({ row, output, item }) => `${row} ${output} ${JSON.stringify(item.json).slice(0, 300)}`);
	return [...requests, ...items, result.error?.message ?? ''].join('\n');
}

/** @throws with all violations and the run's account, where there are any */
export function expectNone(violations: string[], played: Pick<Played<unknown>, 'log' | 'result'>): void {
	if (violations.length > 0) throw new Error([...new Set(violations), account(played)].join('\n'));
}

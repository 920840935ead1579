import fc from 'fast-check';
import type { IDataObject, INodeParameters, OnError } from 'n8n-workflow';

import { API_PREFIX, FakeApi, type ApiOptions } from '../../simulator/api.cts';
import type { FaultOptions } from '../../simulator/faults.cts';
import type { TaskOptions } from '../../simulator/tasks.cts';
import { runNode, type EngineResult, type EngineRun } from './engine';
import { onVirtualClock } from './virtualClock.cts';
import { rowsThatLeft, virtualTypes, type Leaving } from './virtualEngine';
import { VirtualServer, type LoggedRequest, type Script } from './virtualServer';
import { allWordsOf, leaksOf, nonsenseIn, wordsOf } from './virtualWords';

/** When every run begins, by the wall. */
export const NOW = Date.UTC(2026, 0, 15, 12);

export const MINUTE = 60_000;

export const KEY = ['sk', 'PROPERTY', 'tests', '0123456789'].join('-');

export const BASE_URL = `https://api.example${API_PREFIX}`;

export const FILES_URL = 'https://files.example';

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
	/** `KEY`, unless said otherwise. */
	apiKey?: string;
}

/** A run that is set by nothing in particular. */
export const PLAIN_RUN: CommonRun = {
	onError: 'continueErrorOutput',
	maxRetries: 0,
	maxConcurrency: 10,
	requestTimeout: 30,
	includeInput: false,
	tries: 1,
	seed: 1,
};

export const commonRun = {
	onError: fc.constantFrom<OnError>(
		'stopWorkflow',
		'continueRegularOutput',
		'continueErrorOutput',
		'continueErrorOutput',
	),
	maxRetries: fc.integer({ min: 0, max: 4 }),
	maxConcurrency: fc.integer({ min: 1, max: 5 }),
	requestTimeout: fc.constantFrom(5, 30, 60),
	includeInput: fc.boolean(),
	tries: fc.constantFrom(1, 1, 2, 3),
	seed: fc.integer(),
};

/** The API that a run meets. */
export interface World<Note> extends Pick<ApiOptions, 'order' | 'rateLimit' | 'review' | 'maxRunning'> {
	/** That are there from the start. */
	tasks?: TaskOptions[];
	faults?: FaultOptions[];
	script?: Script<Note>;
}

/** What is done to the clock, or by the user or n8n's server, meanwhile. */
export interface Meanwhile extends Pick<EngineRun, 'childRefusal' | 'crashes'> {
	jumps?: Array<{ atMs: number; byMs: number }>;
	stopAfterMs?: number;
}

/** What came of a run. */
export interface Played<Note> {
	/** Rows that left the loop, in the order in which they left. */
	leaving: Leaving[];
	/** The error that stopped the workflow, and the row whose it is; -1 where it is none's. */
	error: EngineResult['error'];
	failedRow: number;
	children: EngineResult['children'];
	consoleMessages: unknown[];
	/** What the editor says beside the output. */
	hints: string[];
	/** All requests but those for files. */
	log: Array<LoggedRequest<Note>>;
	files: Array<LoggedRequest<Note>>;
	/** When each execution of the node began, by the wall. */
	executions: number[];
	mostInFlight: number;
	/** Whether it went on without any time passing. */
	spun: boolean;
	endedWall: number;
	endedSteady: number;
}

/** Runs the node as planned, in n8n's own engine, on a virtual clock. */
export async function play<Note>(
	run: CommonRun,
	items: IDataObject[],
	{ options, ...parameters }: INodeParameters,
	{
		tasks = [],
		faults = [],
		order,
		rateLimit,
		review,
		maxRunning,
		script = () => ({ note: undefined as Note }),
	}: World<Note> = {},
	{ jumps = [], stopAfterMs, ...n8n }: Meanwhile = {},
): Promise<Played<Note>> {
	const { apiKey = KEY, seed, onError, tries } = run;
	const { includeInput, maxConcurrency, maxRetries, requestTimeout } = run;
	const settings = { includeInput, maxConcurrency, maxRetries, requestTimeout };
	const loops = parameters.waitUntilDone === 'withWaitNode';
	const consoleMessages: unknown[] = [];
	return await onVirtualClock({ now: NOW, seed }, async (clock) => {
		for (const { atMs, byMs } of jumps) clock.after(atMs, () => clock.jump(byMs));
		let callOff = () => {};
		const api = new FakeApi({ apiKeys: [apiKey], retention: Infinity, order, rateLimit, review, maxRunning });
		api.filesUrl = FILES_URL;
		for (const task of tasks) api.tasks.add(task, NOW);
		for (const fault of faults) api.faults.add(fault);
		const server = new VirtualServer<Note>(clock, apiKey, api, script);
		const result = await runNode({
			...n8n,
			items: items.map((json) => ({ json })),
			parameters: { ...parameters, options: { ...settings, ...(options as INodeParameters) } },
			credential: { apiKey, baseUrl: BASE_URL },
			onError,
			...(tries > 1 && { tries, waitBetweenTries: 1000 }),
			connected: [0, 1, 2],
			loops,
			otherTypes: virtualTypes(clock, server),
			consoleMessages,
			onStart: (execution) => {
				if (stopAfterMs !== undefined) callOff = clock.after(stopAfterMs, () => execution.cancel());
			},
		});
		callOff();
		const { error, children, hints } = result;
		const { leaving, rowsOfLastRound } = rowsThatLeft(result.run, items.length, loops);
		const { executions, mostInFlight } = server;
		return {
			leaving,
			error,
			failedRow: rowsOfLastRound[Number(error?.context?.itemIndex ?? -1)] ?? -1,
			children,
			consoleMessages,
			hints,
			log: server.log.filter(({ kind }) => kind === 'query' || kind === 'create'),
			files: server.log.filter(({ kind }) => kind === 'file'),
			executions,
			mostInFlight,
			spun: clock.spun,
			endedWall: clock.wall(),
			endedSteady: clock.steady(),
		};
	});
}

/** What holds whatever the node is asked to do, and whoever answers. */
export function violationsOfAll(played: Played<unknown>, key: string): string[] {
	const violations = [...leaksOf(allWordsOf(played), key), ...nonsenseIn(wordsOf(played))];
	if (played.spun) violations.push('a loop without a pause');
	if ([...played.log, ...played.files].some(({ ended }) => ended === undefined))
		violations.push('a request outlives the run');
	return violations;
}

/** What holds for every operation. */
export function commonViolations({ maxConcurrency, onError }: CommonRun, played: Played<unknown>): string[] {
	const { error, mostInFlight } = played;
	const violations = violationsOfAll(played, KEY);
	if (mostInFlight > maxConcurrency) violations.push(`${mostInFlight} requests in flight`);
	if (error && onError !== 'stopWorkflow') violations.push(`it throws: ${error.message}`);
	return violations;
}

/** A run as a person can follow it: what was asked, and what left. */
function account({ log, leaving, error }: Played<unknown>): string {
	const requests = log.slice(0, 60).map(({ execution, subject, steady, endedSteady, closed, note }) => {
		const end = `${endedSteady ?? 'never'} ms${closed ? ' (closed)' : ''}`;
		return `${execution}: ${subject} ${steady} to ${end} ${JSON.stringify(note)}`;
	});
	const items = leaving.map(
		({ row, output, item }) => `${row} ${output} ${JSON.stringify(item.json).slice(0, 300)}`,
	);
	return [...requests, ...items, error?.message ?? ''].join('\n');
}

/** @throws with all violations and the run's account, where there are any */
export function expectNone(violations: string[], played: Played<unknown>): void {
	if (violations.length > 0) throw new Error([...new Set(violations), account(played)].join('\n'));
}

/** Some time within a run, in milliseconds. */
export const moment = fc.integer({ min: 1, max: 10 * MINUTE });

/** What goes on after the user has pressed Stop. */
export function stopViolations(run: CommonRun, played: Played<unknown>, stopAfterMs: number): string[] {
	const violations = commonViolations({ ...run, onError: 'stopWorkflow' }, played);
	const late = played.endedSteady - stopAfterMs;
	if (late > 1000) violations.push(`it ends ${late} ms after the stop`);
	if (played.log.some(({ steady }) => steady > stopAfterMs))
		violations.push('something is asked after the stop');
	return violations;
}

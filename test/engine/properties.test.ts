import fc from 'fast-check';
import type { IDataObject, INodeParameters, OnError } from 'n8n-workflow';

import { onVirtualClock, type VirtualClock } from './harness/virtualClock';
import { runVirtually, type Leaving, type VirtualResult } from './harness/virtualEngine';
import {
	endOf,
	giveUpAt,
	lostOrDoubled,
	restlessRequests,
	scheduledDelay,
	SHORTEST_PARK_MS,
	storyOf,
	tightLoops,
	type Query,
	type QuerySettings,
} from './harness/virtualOracle';
import {
	createStep,
	endStep,
	goOnStep,
	lastingStep,
	madeStep,
	quietStep,
	taskPlan,
	type CreateMeaning,
	type CreateNote,
	type CreateStep,
	type ModelTask,
	type QueryNote,
	type QueryStep,
	type TaskPlan,
} from './harness/virtualReplies';
import { VirtualServer, type LoggedRequest } from './harness/virtualServer';

const NOW = Date.UTC(2026, 0, 15, 12);
const MINUTE = 60_000;
const KEY = 'sk-PROPERTY-tests-0123456789';

/** What is answered about one task: the steps one by one, then the last for ever. */
interface Plan {
	steps: QueryStep[];
	last: QueryStep;
	task: TaskPlan;
	latencyMs: number;
}

const plan: fc.Arbitrary<Plan> = fc.record({
	steps: fc.array(goOnStep, { maxLength: 6 }),
	last: fc.oneof({ weight: 4, arbitrary: endStep }, { weight: 1, arbitrary: lastingStep }),
	task: taskPlan,
	latencyMs: fc.constantFrom(0, 20, 400, 3_000),
});

/** Poll intervals with give-up times that keep a run to some hundred questions. */
const timing = fc.constantFrom(
	{ giveUpAfter: 1, pollInterval: 5 },
	{ giveUpAfter: 5, pollInterval: 20 },
	{ giveUpAfter: 5, pollInterval: undefined },
	{ giveUpAfter: 30, pollInterval: undefined },
	{ giveUpAfter: 30, pollInterval: 60 },
	{ giveUpAfter: 1440, pollInterval: 3600 },
);

interface GetRun {
	mode: QuerySettings['mode'];
	tier: QuerySettings['tier'];
	timing: { giveUpAfter: number; pollInterval?: number };
	surviveRestarts: boolean;
	ifTaskFails: QuerySettings['ifTaskFails'];
	onError: OnError;
	maxRetries: number;
	maxConcurrency: number;
	requestTimeout: number;
	includeInput: boolean;
	tries: number;
	plans: Plan[];
	rows: number[];
	seed: number;
}

const onError = fc.constantFrom<OnError>('stopWorkflow', 'continueRegularOutput', 'continueErrorOutput', 'continueErrorOutput');

const getRun: fc.Arbitrary<GetRun> = fc.record({
	mode: fc.constantFrom<QuerySettings['mode']>('no', 'inNode', 'inNode', 'withWaitNode', 'withWaitNode'),
	tier: fc.constantFrom<QuerySettings['tier']>('online', 'flex'),
	timing,
	surviveRestarts: fc.boolean(),
	ifTaskFails: fc.constantFrom<QuerySettings['ifTaskFails']>('error', 'output'),
	onError,
	maxRetries: fc.integer({ min: 0, max: 4 }),
	maxConcurrency: fc.integer({ min: 1, max: 5 }),
	requestTimeout: fc.constantFrom(5, 30, 60),
	includeInput: fc.boolean(),
	tries: fc.constantFrom(1, 1, 1, 2, 3),
	plans: fc.array(plan, { minLength: 6, maxLength: 6 }),
	rows: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 12 }),
	seed: fc.integer(),
});

function settingsOf(run: GetRun): QuerySettings {
	return {
		mode: run.mode,
		tier: run.tier,
		giveUpAfterMs: run.timing.giveUpAfter * MINUTE,
		pollIntervalMs: run.timing.pollInterval === undefined ? undefined : run.timing.pollInterval * 1000,
		surviveRestarts: run.mode === 'withWaitNode' && run.surviveRestarts,
		ifTaskFails: run.ifTaskFails,
		maxRetries: run.maxRetries,
		requestTimeoutMs: run.requestTimeout * 1000,
		maxConcurrency: run.maxConcurrency,
	};
}

function parametersOf(run: GetRun): INodeParameters {
	const { pollInterval, giveUpAfter } = run.timing;
	return {
		operation: 'get',
		taskId: '={{ $json.id }}',
		waitUntilDone: run.mode,
		serviceTier: run.tier,
		giveUpAfter,
		options: {
			...(pollInterval !== undefined && { pollInterval }),
			surviveRestarts: run.surviveRestarts,
			ifTaskFails: run.ifTaskFails,
			includeInput: run.includeInput,
			maxConcurrency: run.maxConcurrency,
			maxRetries: run.maxRetries,
			requestTimeout: run.requestTimeout,
		},
	};
}

const idOf = (plan: number) => `video_${plan}`;

interface Played {
	result: VirtualResult;
	log: Array<LoggedRequest<QueryNote>>;
	executions: number[];
	mostInFlight: number;
	clock: VirtualClock;
	endedWall: number;
	endedSteady: number;
}

async function play(run: GetRun, jumps: Array<{ atMs: number; byMs: number }> = []): Promise<Played> {
	return await onVirtualClock({ now: NOW, seed: run.seed }, async (clock) => {
		for (const { atMs, byMs } of jumps) clock.after(atMs, () => clock.jump(byMs));
		const server = new VirtualServer<QueryNote>(clock, KEY, ({ subject, count, wall }) => {
			const { steps, last, task, latencyMs } = run.plans[Number(subject.slice(6))] as Plan;
			const { reply, note } = (steps[count] ?? last).make({ id: subject, wall: wall + latencyMs, task: { ...task, startedAt: NOW } });
			return { reply: 'hangs' in reply ? reply : { ...reply, latencyMs }, note };
		});
		const result = await runVirtually({
			clock,
			server,
			apiKey: KEY,
			onError: run.onError,
			tries: run.mode === 'withWaitNode' ? 1 : run.tries,
			items: run.rows.map((plan, row) => ({ id: idOf(plan), row })),
			parameters: parametersOf(run),
		});
		const { log, executions, mostInFlight } = server;
		return { result, log, executions, mostInFlight, clock, endedWall: clock.wall(), endedSteady: clock.steady() };
	});
}

/** Whether a row left as an error, wherever "On Error" sends those. */
const isError = ({ output, item }: Leaving) =>
	output === 'error' || (typeof item.json.error === 'string' && typeof item.json.details === 'object');

const errorOf = ({ item }: Leaving) => String(item.json.error);

/** The questions of each try; rounds of the Wait node are parts of one. */
function triesOf(log: Array<LoggedRequest<QueryNote>>, { mode }: GetRun): Array<Array<LoggedRequest<QueryNote>>> {
	if (mode === 'withWaitNode') return [log];
	const executions = new Set(log.map(({ execution }) => execution));
	return [...executions].map((one) => log.filter(({ execution }) => execution === one));
}

/** A finished task, but for one whose answer came at the very moment at which another's error ended the try. */
function askedAfterDone(byTry: Array<Array<LoggedRequest<QueryNote>>>, log: Array<LoggedRequest<QueryNote>>): string[] {
	return byTry.slice(0, -1).flatMap((queries) => {
		const last = queries.at(-1) as LoggedRequest<QueryNote>;
		const isOver = (one: LoggedRequest<QueryNote>) =>
			one.execution === last.execution && (one.endedSteady ?? 0) > (last.endedSteady ?? Infinity);
		const isKnown = last.note.meaning === 'completed' && !last.closed && log.some(isOver);
		return isKnown ? [`${last.subject} is asked for in a later try`] : [];
	});
}

function violationsOf(run: GetRun, played: Played, jumping: Array<{ byMs: number }>): string[] {
	const jumps = jumping.length > 0;
	const { result, log, executions, mostInFlight, clock, endedWall, endedSteady } = played;
	const settings = settingsOf(run);
	const violations: string[] = [];
	if (clock.spun) violations.push('a loop without a pause');
	if (mostInFlight > run.maxConcurrency) violations.push(`${mostInFlight} requests in flight`);
	if (log.some(({ ended }) => ended === undefined)) violations.push('a request outlives the run');
	violations.push(...restlessRequests(log));
	const longest = settings.giveUpAfterMs + jumping.reduce((sum, { byMs }) => sum + Math.abs(byMs), 0);
	if (endedSteady > (longest + 60 * MINUTE) * run.tries) violations.push(`it takes ${endedSteady} ms`);
	if (result.error) {
		if (run.onError !== 'stopWorkflow') violations.push(`it throws: ${result.error.message}`);
	} else {
		violations.push(...lostOrDoubled(result, run.rows.length));
	}

	const startOf = (queries: Array<LoggedRequest<QueryNote>>) => executions[(queries[0]?.execution ?? 1) - 1] ?? NOW;
	for (const plan of new Set(run.rows)) {
		const id = idOf(plan);
		const about = log.filter(({ subject }) => subject === id);
		const byTry = triesOf(about, run);
		violations.push(...byTry.flatMap((queries) => tightLoops(queries, settings)));
		const stories = byTry.map((queries) => storyOf(queries, settings, startOf(queries), jumps));
		violations.push(...stories.flatMap((story) => story.violations));
		violations.push(...askedAfterDone(byTry, log));
		const story = stories.at(-1);
		if (!story || jumps) continue;
		const expected = endOf(story, settings);
		for (const leaving of result.leaving.filter(({ row }) => run.rows[row] === plan)) {
			const end = isError(leaving) ? 'error' : 'done';
			if (expected !== undefined) {
				if (end !== expected) violations.push(`${id} leaves as ${end} after "${story.end}"`);
			} else if (end === 'done') {
				violations.push(`${id} leaves as done, and was not`);
			} else if (run.mode === 'no') {
				if (!story.triedEnough && !/limiting requests/.test(errorOf(leaving))) violations.push(`${id} is given up after too few tries: ${errorOf(leaving)}`);
			} else {
				const isLate = /given up/.test(errorOf(leaving)) && endedWall >= giveUpAt(story.task, startOf(byTry.at(-1) ?? []), settings, endedWall);
				if (!story.oddEnough && !isLate) violations.push(`${id} leaves too early: ${errorOf(leaving)}`);
			}
			if (end === 'done' && leaving.item.json.status !== story.task?.status) {
				violations.push(`${id} leaves as ${String(leaving.item.json.status)}`);
			}
		}
	}
	return violations;
}

/** The last lines of a failing run: what was asked, and what left. */
function story({ log, result }: { log: Array<LoggedRequest<unknown>>; result: VirtualResult }): string {
	const requests = log.slice(0, 60).map(({ execution, subject, steady, endedSteady, closed, note }) => {
		const end = `${endedSteady ?? 'never'} ms${closed ? ' (closed)' : ''}`;
		return `${execution}: ${subject} ${steady} to ${end} ${JSON.stringify(note)}`;
	});
	const items = result.leaving.map(({ row, output, item }) => `${row} ${output} ${JSON.stringify(item.json).slice(0, 300)}`);
	return [...requests, ...items, result.error?.message ?? ''].join('\n');
}

function expectNone(violations: string[], played: Parameters<typeof story>[0]): void {
	if (violations.length > 0) throw new Error([...new Set(violations), story(played)].join('\n'));
}

const jump = fc.record({
	atMs: fc.integer({ min: 1, max: 20 * MINUTE }),
	byMs: fc.oneof(fc.integer({ min: -600, max: 600 }), fc.constantFrom(-90, -1, 1, 29, 31, 90)).map((minutes) => minutes * MINUTE),
});

describe('Get Result', () => {
	test('whatever is answered', async () => {
		await fc.assert(
			fc.asyncProperty(getRun, async (run) => {
				const played = await play(run);
				expectNone(violationsOf(run, played, []), played);
			}),
			{ numRuns: 150 },
		);
	});

	test('whatever the clock does', async () => {
		const jumps = fc.array(jump, { minLength: 1, maxLength: 3 });
		await fc.assert(
			fc.asyncProperty(getRun, jumps, async (run, jumping) => {
				const played = await play(run, jumping);
				expectNone(violationsOf(run, played, jumping), played);
			}),
			{ numRuns: 60 },
		);
	});

	test('in time: neither before the schedule says nor after', async () => {
		const quiet = fc.record({
			steps: fc.array(quietStep, { minLength: 1, maxLength: 6 }),
			last: endStep,
			task: taskPlan,
			latencyMs: fc.constantFrom(0, 20, 400),
		});
		const quietRun = getRun.chain((run) =>
			fc.record({
				...Object.fromEntries(Object.entries(run).map(([name, value]) => [name, fc.constant(value)])),
				mode: fc.constantFrom('inNode', 'withWaitNode'),
				plans: fc.array(quiet, { minLength: 6, maxLength: 6 }),
				maxConcurrency: fc.constant(10),
				tries: fc.constant(1),
			}),
		) as fc.Arbitrary<GetRun>;
		await fc.assert(
			fc.asyncProperty(quietRun, async (run) => {
				const played = await play(run);
				const violations = run.mode === 'inNode' ? lateInside(run, played) : wrongHandOvers(run, played);
				expectNone(violations, played);
			}),
			{ numRuns: 60 },
		);
	});
});

/** Questions about a task that come at another time than the schedule's. */
function lateInside(run: GetRun, { log }: Played): string[] {
	const settings = settingsOf(run);
	return [...new Set(run.rows)].flatMap((plan) => {
		let task: ModelTask | undefined;
		const about = log.filter(({ subject }) => subject === idOf(plan));
		return about.slice(1).flatMap((one, index) => {
			const before = about[index] as Query;
			task = before.note.task ?? task;
			const from = before.endedWall ?? 0;
			const left = giveUpAt(task, NOW, settings, from) - from;
			const due = from + Math.min(scheduledDelay(task, settings, from), left);
			return Math.abs(one.wall - due) > 2 ? [`${one.subject} is asked for ${one.wall - due} ms after its time`] : [];
		});
	});
}

/** Hand-overs to the Wait node with another time, or other counts, than the design says. */
function wrongHandOvers(run: GetRun, { log, result }: Played): string[] {
	const settings = settingsOf(run);
	const tasks = new Map<string, ModelTask>();
	return result.stillRunning.flatMap((items, round) => {
		const asked = log.filter(({ execution }) => execution === round + 1);
		for (const { subject, note } of asked) if (note.task) tasks.set(subject, note.task);
		if (items.length === 0) return [];
		const over = Math.max(...asked.map(({ endedWall = 0 }) => endedWall));
		const about = items.map(({ json: { id } }) => {
			const from = asked.find(({ subject }) => subject === id)?.endedWall ?? 0;
			const until = giveUpAt(tasks.get(String(id)), NOW, settings, from);
			return { until, next: Math.min(from + scheduledDelay(tasks.get(String(id)), settings, from), until) };
		});
		const wait = Math.max(Math.min(...about.map(({ next }) => next)) - over, settings.surviveRestarts ? SHORTEST_PARK_MS : 0);
		return items.flatMap(({ json: { polling } }, index) => {
			const expected = {
				attempt: round + 1,
				startedAt: new Date(NOW).toISOString(),
				giveUpAt: new Date(about[index]?.until ?? NaN).toISOString(),
				waitSeconds: Math.ceil(wait / 1000),
				nextPollAt: new Date(over + 1000 * Math.ceil(wait / 1000)).toISOString(),
			};
			const wrong = Object.entries(expected).filter(([name, value]) => (polling as IDataObject)[name] !== value);
			return wrong.map(([name, value]) => `round ${round}: ${name} is ${String((polling as IDataObject)[name])}, not ${value}`);
		});
	});
}

interface CreateRun {
	onError: OnError;
	maxRetries: number;
	maxConcurrency: number;
	requestTimeout: number;
	includeInput: boolean;
	tries: number;
	/** What is answered to each row's create, one by one; `null` for a row that can't be sent. */
	rows: Array<CreateStep[] | null>;
	seed: number;
}

const createRun: fc.Arbitrary<CreateRun> = fc.record({
	onError,
	maxRetries: fc.integer({ min: 0, max: 4 }),
	maxConcurrency: fc.integer({ min: 1, max: 5 }),
	requestTimeout: fc.constantFrom(5, 30, 60),
	includeInput: fc.boolean(),
	tries: fc.integer({ min: 1, max: 3 }),
	rows: fc.array(fc.option(fc.array(createStep, { maxLength: 5 }), { freq: 20 }), { minLength: 1, maxLength: 12 }),
	seed: fc.integer(),
});

type Create = LoggedRequest<CreateNote>;

async function playCreate(run: CreateRun) {
	return await onVirtualClock({ now: NOW, seed: run.seed }, async (clock) => {
		const server = new VirtualServer<CreateNote>(clock, KEY, ({ subject, count, wall }) => {
			const steps = run.rows[Number(subject.slice(4))] ?? [];
			return (steps[count] ?? madeStep).make({ id: `video_${subject.slice(4)}_${count}`, wall });
		});
		const result = await runVirtually({
			clock,
			server,
			apiKey: KEY,
			onError: run.onError,
			tries: run.tries,
			items: run.rows.map((steps, row) => ({ prompt: steps === null ? ' ' : `Row ${row}`, row })),
			parameters: {
				operation: 'create',
				prompt: '={{ $json.prompt }}',
				options: {
					includeInput: run.includeInput,
					maxConcurrency: run.maxConcurrency,
					maxRetries: run.maxRetries,
					requestTimeout: run.requestTimeout,
				},
			},
		});
		return { result, log: server.log, mostInFlight: server.mostInFlight, clock };
	});
}

/** What the node can know of a create: nothing, where it gave up before the answer came. */
const knownMeaning = ({ closed, note }: Create): CreateMeaning => (closed ? 'uncertain' : note.meaning);

const mayExist = (one: Create) => ['made', 'failed', 'uncertain'].includes(knownMeaning(one));

function createViolations(run: CreateRun, { result, log, mostInFlight, clock }: Awaited<ReturnType<typeof playCreate>>): string[] {
	const violations: string[] = [];
	if (clock.spun) violations.push('a loop without a pause');
	if (mostInFlight > run.maxConcurrency) violations.push(`${mostInFlight} requests in flight`);
	if (log.some(({ ended }) => ended === undefined)) violations.push('a request outlives the run');
	violations.push(...restlessRequests(log));

	const stops = run.onError === 'stopWorkflow';
	if (stops && run.rows.includes(null) && log.length > 0) violations.push('something is sent beside a row that can not be');
	run.rows.forEach((steps, row) => {
		const sent = log.filter(({ subject }) => subject === `Row ${row}`);
		const first = sent.findIndex(mayExist);
		if (first !== -1 && first < sent.length - 1) {
			violations.push(`row ${row} is sent again after "${knownMeaning(sent[first] as Create)}"`);
		}
		if (steps === null && sent.length > 0) violations.push(`row ${row} is sent without a prompt`);
		for (const execution of new Set(sent.map((one) => one.execution))) {
			const sends = sent.filter((one) => one.execution === execution);
			if (sends.length > run.maxRetries + 1) violations.push(`row ${row} is sent ${sends.length} times`);
			const answered = sends.slice(0, -1).filter((one) => knownMeaning(one) !== 'again');
			if (answered.length > 0) violations.push(`row ${row} is sent again in one try`);
		}
		const leaving = result.leaving.find((one) => one.row === row);
		if (leaving) violations.push(...wrongCreate(row, sent.at(-1), leaving));
	});
	for (const execution of new Set(log.map((one) => one.execution))) {
		const sends = log.filter((one) => one.execution === execution);
		const rows = [...new Set(sends.map(({ subject }) => Number(subject.slice(4))))];
		if (rows.some((row, index) => row < (rows[index - 1] ?? -1))) violations.push('rows are sent out of order');
		// What began at the very moment of the failure could not know of it.
		const failed = Math.min(
			...sends.filter((one) => ['failed', 'refused'].includes(knownMeaning(one))).map(({ endedSteady = 0 }) => endedSteady),
		);
		if (stops && sends.some(({ steady }) => steady > failed)) violations.push('a create is sent after another has failed');
	}
	if (!result.error) return [...violations, ...lostOrDoubled(result, run.rows.length)];
	if (!stops) return [...violations, `it throws: ${result.error.message}`];
	const words = `${result.error.message} ${result.error.description ?? ''}`;
	const exist = log.filter(({ note, closed }) => note.id !== undefined && !closed).map(({ note }) => String(note.id));
	return [...violations, ...exist.filter((id) => !words.includes(id)).map((id) => `${id} is not named: ${words}`)];
}

/** How a row leaves, held against what was answered to its last create. */
function wrongCreate(row: number, last: Create | undefined, leaving: Leaving): string[] {
	const { json } = leaving.item;
	if (!isError(leaving)) {
		const isMade = last && knownMeaning(last) === 'made' && json.id === last.note.id;
		return isMade ? [] : [`row ${row} leaves as made: ${String(json.id)}`];
	}
	const meaning = last && knownMeaning(last);
	if (meaning === 'made') return [`row ${row} was made and leaves as an error: ${errorOf(leaving)}`];
	const description = String((json.details as IDataObject | undefined)?.description);
	const saysMaybe = description.includes('may have been created');
	const saysNone = description.includes('No task was created');
	if (meaning === 'uncertain' && (!saysMaybe || saysNone)) return [`row ${row} may exist, but: ${description}`];
	if ((meaning === 'refused' || meaning === 'again') && (saysMaybe || !saysNone)) {
		return [`row ${row} can't exist, but: ${description}`];
	}
	if (meaning === 'failed' && !/video_.*provider rejected prompt/.test(errorOf(leaving))) {
		return [`row ${row} had failed, but: ${errorOf(leaving)}`];
	}
	return [];
}

describe('Create', () => {
	test('whatever is answered, in every try', async () => {
		await fc.assert(
			fc.asyncProperty(createRun, async (run) => {
				const played = await playCreate(run);
				expectNone(createViolations(run, played), played);
			}),
			{ numRuns: 200 },
		);
	});
});

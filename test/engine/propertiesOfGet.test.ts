import fc from 'fast-check';
import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { FORMS } from '../reliability/cases.cts';
import type { Fault } from '../simulator/faultKinds.cts';
import type { ShapeName } from '../simulator/shapes.cts';
import { CAN_PARK } from './harness/parking';
import {
	afterTheEnd,
	byExecution,
	inCooldown,
	isHeard,
	lostOrDoubled,
	tightLoops,
	twiceAtOnce,
} from './harness/invariants';
import {
	bodyStep,
	limited,
	MORE_PASSES,
	named,
	NO_NETWORK,
	NO_OBJECT,
	onCheck,
	step,
	stepOf,
	weighted,
	type Meaning,
	type QueryNote,
	type QueryStep,
	type TaskPlan,
} from './harness/virtualReplies';
import {
	commonRun,
	commonViolations,
	expectNone,
	MINUTE,
	moment,
	NOW,
	play,
	stopViolations,
	type CommonRun,
	type Meanwhile,
	type Played,
} from './harness/virtualRun';
import { seedProperties } from './harness/seed.cts';
import type { LoggedRequest, Script } from './harness/virtualServer';
import { isError } from './harness/virtualWords';

// Other cases in every run, so that few are enough; raise numRuns to look for more.
seedProperties();

const taskStep = (meaning: Meaning, status: string): QueryStep =>
	stepOf(`${meaning} "${status}"`, ({ wall, task }) => {
		const { created, startedAt, model, error, shape } = task as TaskPlan;
		const about = { status, created: created(startedAt / 1000, wall / 1000) };
		const link = meaning === 'completed' ? {} : { video_url: null };
		const fields = { ...about, model, ...link, error: meaning === 'ended' ? error : null };
		return { fault: { kind: 'shape', ...shape, fields }, note: { meaning, task: about } };
	});

const of = (meaning: Meaning, statuses: string[]) => statuses.map((status) => taskStep(meaning, status));

const RUNNING = of('running', ['queued', 'processing', 'pending', 'running', 'Processing', ' queued ']);
const COMPLETED = of('completed', ['completed', 'COMPLETED', 'succeeded', 'success']);
const NO_LINK = of('noLink', ['completed', 'succeeded']);
const ENDED = of('ended', ['failed', 'cancelled', 'canceled', 'expired', 'error', 'FAILED']);
const UNKNOWN = of('unknown', ['paused', '已完成', 'constructor', '__proto__']);
const REFUSED = [
	...onCheck('passesThriceOnceAnswered'),
	bodyStep<Meaning>('passesThriceOnceAnswered', 401, ''),
];
const FINAL = onCheck('ends');

const ODD = [
	...onCheck('passesThrice'),
	...NO_OBJECT,
	bodyStep<Meaning>('passesThrice', 200, { code: 1234, msg: 'odd', data: null }),
	step<Meaning>('half of the task', 'passesThrice', { kind: 'malformedJson' }),
];

/** Faults of the network and of the server. */
const PASSES = [...onCheck('passes'), ...MORE_PASSES, ...NO_NETWORK];

/** Answers that don't end a wait by themselves. */
const goOnStep = weighted(
	[6, RUNNING],
	[1, NO_LINK],
	[3, PASSES],
	[2, ODD],
	[1, limited(429)],
	[1, limited(503)],
	[1, REFUSED],
);

/** Answers that end it. */
const endStep = weighted([5, COMPLETED], [2, ENDED], [1, UNKNOWN], [1, FINAL]);

/** What may be answered for ever. */
const lastingStep = fc.oneof(
	...[RUNNING, PASSES, limited(429), limited(503), ODD, NO_LINK].map((steps) => fc.constantFrom(...steps)),
);

/** `created`, the truth and everything else that was seen or feared, by the seconds in which the run began and now. */
const CREATED: Array<TaskPlan['created']> = [
	...[0, 120, 600, 23 * 3600, 2 * 86_400, -3, -8 * 3600].map((ago) => (began: number) => began - ago),
	(began) => began * 1000,
	(began) => String(began),
	(began) => new Date(began * 1000).toISOString(),
	...[undefined, null, -5, 1e300].map((value) => () => value),
	(_began, now) => Math.floor(now),
	(_began, now) => now - 300,
];

/** The list's forms, but for the words of a status, which mean something here. */
const SHAPES = FORMS.map(({ shape }) => shape.as as ShapeName[]).filter((as) => !as.includes('statusWord'));

const MODELS = ['720p', '1080p', '480p'].map((size) => `seedance_1_5_pro_${size}`);

const taskPlan: fc.Arbitrary<TaskPlan> = fc
	.record({
		model: fc.constantFrom<unknown>(...MODELS, 'sora-2', undefined, 7),
		created: fc.oneof(fc.constantFrom(...CREATED.slice(0, 3)), fc.constantFrom(...CREATED)),
		as: fc.constantFrom(...SHAPES),
		field: fc.constantFrom('video_url', 'result_url', 'image_url', 'audioUrl', 'url'),
		error: fc.constantFrom<unknown>('refused', { message: 'rejected' }, { code: 17 }, null, '', 5, ['no']),
	})
	.map(({ as, field, ...plan }) => {
		const task = { ...plan, shape: { as: [...as, 'linkIn' as const], field }, startedAt: 0 };
		return named(fc.stringify({ ...task, created: fc.stringify(plan.created(0, 0)) }), task);
	});

/** What is answered about one task: the steps one by one, then the last for ever. */
interface Plan {
	steps: QueryStep[];
	last: QueryStep;
	task: TaskPlan;
	latencyMs: number;
}

/** Poll intervals with give-up times that keep a run to some hundred status checks. */
const timing = fc.constantFrom(
	{ giveUpAfter: 1, pollInterval: 5 },
	{ giveUpAfter: 5, pollInterval: 20 },
	{ giveUpAfter: 5, pollInterval: undefined },
	{ giveUpAfter: 30, pollInterval: undefined },
	{ giveUpAfter: 30, pollInterval: 60 },
	{ giveUpAfter: 1440, pollInterval: 3600 },
);

/** A run of Get Result. */
interface GetRun extends CommonRun {
	mode: 'no' | 'inNode' | 'parked' | 'withWaitNode';
	tier: 'online' | 'flex';
	/** Minutes, and seconds. */
	timing: { giveUpAfter: number; pollInterval?: number };
	ifTaskFails: 'error' | 'output';
	downloadVideo: boolean;
	plans: Plan[];
	/** Which plan each row asks for: ids come again. */
	rows: number[];
}

const plan = fc.record({
	steps: fc.array(goOnStep, { maxLength: 6 }),
	last: fc.oneof({ weight: 4, arbitrary: endStep }, { weight: 1, arbitrary: lastingStep }),
	task: taskPlan,
	latencyMs: fc.constantFrom(0, 20, 400, 3_000),
});

const runOf = (...modes: Array<GetRun['mode']>): fc.Arbitrary<GetRun> =>
	fc.record({
		...commonRun,
		tier: fc.constantFrom<GetRun['tier']>('online', 'flex'),
		timing,
		ifTaskFails: fc.constantFrom<GetRun['ifTaskFails']>('error', 'output'),
		rows: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 12 }),
		mode: fc.constantFrom(...modes),
		downloadVideo: fc.boolean(),
		plans: fc.array(plan, { minLength: 6, maxLength: 6 }),
	});

/** Only where this n8n can park. */
const PARKED: Array<GetRun['mode']> = CAN_PARK ? ['parked'] : [];

const getRun = runOf('no', 'inNode', 'inNode', 'withWaitNode', 'withWaitNode', ...PARKED, ...PARKED);

/** Runs that are at work until they end: Stop on a parked one is n8n's own. */
const stoppableRun = runOf('no', 'inNode', 'inNode', 'withWaitNode', 'withWaitNode');

/** Runs most of which a clock can surprise: while they wait themselves. */
const waitingRun = runOf('no', 'inNode', 'inNode', 'inNode', 'inNode', 'withWaitNode', ...PARKED);

function parametersOf({ timing, mode, tier, downloadVideo, ifTaskFails }: GetRun): INodeParameters {
	const { pollInterval, giveUpAfter } = timing;
	return {
		operation: 'get',
		taskId: '={{ $json.id }}',
		waitUntilDone: mode,
		giveUpAfter,
		downloadVideo,
		options: {
			...(pollInterval !== undefined && { pollInterval }),
			serviceTier: tier,
			ifTaskFails,
		},
	};
}

const idOf = (plan: number) => `video_${plan}`;

const VIDEO_BYTES = 200_000;

/** A file takes some time, so that more can happen meanwhile. */
const SLOW_FILE: Fault = { kind: 'slowBody', interval: 700, chunkBytes: 65_536 };

/** Runs Get Result as planned. */
async function playGet(run: GetRun, meanwhile?: Meanwhile): Promise<Played<QueryNote>> {
	const items = run.rows.map((plan, row) => ({ id: idOf(plan), row }));
	const tasks = run.plans.map((_, plan) => ({ id: idOf(plan), finishAfter: 0, videoBytes: VIDEO_BYTES }));
	const script: Script<QueryNote> = ({ kind, subject, count, wall }) => {
		if (kind === 'file') return { fault: SLOW_FILE, note: { meaning: 'completed' }, latencyMs: 400 };
		const { steps, last, task, latencyMs } = run.plans[Number(subject.slice(6))] as Plan;
		const about = { wall: wall + latencyMs, task: { ...task, startedAt: NOW } };
		return { ...(steps[count] ?? last).make(about), latencyMs };
	};
	return await play(run, items, parametersOf(run), { tasks, script }, meanwhile);
}

/** The machine's clock is set, by minutes or by hours. */
const jump = fc.record({
	atMs: fc.oneof(fc.integer({ min: 1, max: MINUTE }), fc.integer({ min: 1, max: 20 * MINUTE })),
	byMs: fc
		.oneof(fc.integer({ min: -600, max: 600 }), fc.constantFrom(-90, -1, 1, 29, 31, 90))
		.map((minutes) => minutes * MINUTE),
});

/** Whether each status check is an execution of its own, with a time between them that others keep. */
function isInTurns({ mode }: Pick<GetRun, 'mode'>): boolean {
	return mode === 'withWaitNode' || mode === 'parked';
}

type Query = LoggedRequest<QueryNote>;

/** The status checks of each try; rounds of the Wait node are parts of one. */
const triesOf = (log: Query[], run: GetRun) => (isInTurns(run) ? [log] : byExecution(log));

/** Whether an answer is the last word on a task: without a wait, any that doesn't pass. */
function isLastWord({ note: { meaning } }: Query, { mode }: GetRun): boolean {
	return mode === 'no' ? meaning !== 'passes' : ['completed', 'ended', 'unknown', 'ends'].includes(meaning);
}

/** Whether a cooldown may have kept the other place from being asked for a task that this one does not know. */
function isHalfAsked({ note: { meaning }, execution }: Query, log: Query[]): boolean {
	return (
		meaning === 'ends' && log.some((one) => one.note.rateLimited === true && one.execution === execution)
	);
}

/** A finished task, but for one whose answer came at the very moment at which another's error ended the try. */
function askedAfterDone(byTry: Query[][], log: Query[]): string[] {
	return byTry.slice(0, -1).flatMap((queries) => {
		const last = queries.at(-1) as Query;
		const isOver = (one: Query) =>
			one.execution === last.execution && (one.endedSteady ?? 0) > (last.endedSteady ?? Infinity);
		const isKnown = last.note.meaning === 'completed' && !last.closed && log.some(isOver);
		return isKnown ? [`${last.subject} is asked for in a later try`] : [];
	});
}

/**
 * Status checks of one wait that were sent past its end, which is at the latest when the time is up since it began. The last
 * check queues from then on, for a request's time at most; and what comes back from a Wait node late, for the sake of others,
 * is checked once more.
 */
function pastTheEnd(queries: Query[], startedAt: number, run: GetRun): string[] {
	const queued = isInTurns(run) ? 0 : run.requestTimeout * 1000;
	const late = queries.filter(({ wall }) => wall > startedAt + run.timing.giveUpAfter * MINUTE + queued);
	const tooLate = isInTurns(run) ? byExecution(late).slice(1).flat() : late;
	return tooLate.map(({ subject }) => `${subject} is asked for after the end of its wait`);
}

/** What a run of Get Result did that it must not do. */
function getViolations(
	run: GetRun,
	played: Played<QueryNote>,
	jumping: Array<{ byMs: number }> = [],
): string[] {
	const { leaving, error, log, files, executions, endedSteady } = played;
	const setBackMs = jumping.reduce((sum, { byMs }) => sum + Math.max(0, -byMs), 0);
	const wallTime = { jumps: jumping.length > 0, setBackMs };
	const isOneTry = isInTurns(run) && run.tries === 1;
	const violations = commonViolations(run, played);
	violations.push(...inCooldown(log, { stops: run.onError === 'stopWorkflow', isOneTry }, wallTime));
	const fetched = new Set(files.map(({ execution, subject }) => `${execution} ${subject}`));
	if (fetched.size < files.length) violations.push('a file is fetched twice');
	// Set back, a clock can make a wait begin anew, and a status check sit out a pace that a 429 has taught by the clock; a
	// Wait node waits for a time of the day, whatever becomes of it.
	const longest = run.timing.giveUpAfter * MINUTE * (1 + jumping.filter(({ byMs }) => byMs < 0).length);
	const outside = isInTurns(run) || log.some(({ note }) => note.rateLimited) ? setBackMs : 0;
	if (endedSteady > (longest + outside + 60 * MINUTE) * run.tries)
		violations.push(`it takes ${endedSteady} ms`);
	if (!error) violations.push(...lostOrDoubled(leaving, run.rows.length));

	for (const plan of new Set(run.rows)) {
		const about = log.filter(({ subject }) => subject === idOf(plan));
		violations.push(...twiceAtOnce(about));
		// Rounds and tries of a round can't be told apart by what was asked.
		if (isInTurns(run) && !isOneTry) continue;
		const byTry = triesOf(about, run);
		for (const queries of byTry) {
			const startedAt =
				(isInTurns(run) ? executions[0] : executions[(queries[0]?.execution ?? 1) - 1]) ?? NOW;
			violations.push(
				...tightLoops(queries, run.maxRetries),
				...afterTheEnd(queries, (one) => isLastWord(one, run) && !isHalfAsked(one, log)),
			);
			if (run.mode === 'no' && queries.length > run.maxRetries + 1)
				violations.push(`${idOf(plan)} is asked for too often`);
			if (run.mode !== 'no' && !wallTime.jumps) violations.push(...pastTheEnd(queries, startedAt, run));
		}
		// A file that could not be fetched may have another link by the next try.
		if (!run.downloadVideo) violations.push(...askedAfterDone(byTry, log));
		violations.push(...wrongEnds(plan, byTry.at(-1) ?? [], run, played));
	}
	return violations;
}

/** How a row ended. */
interface RowEnd {
	row: number;
	isError: boolean;
	words: string;
	item?: INodeExecutionData;
}

/** The ends of all rows that left, or of the one whose error stopped the workflow. */
function endsOf({ leaving, error, failedRow }: Played<unknown>): RowEnd[] {
	if (error) return [{ row: failedRow, isError: true, words: error.message }];
	return leaving.map((one) => ({
		row: one.row,
		isError: isError(one),
		words: String(one.item.json.error),
		item: one.item,
	}));
}

/**
 * How the rows of one task must not end, by what was answered about it in the last try. When a wait may end as an error is
 * proven in reliabilityOfWaits.test.ts and unit/waiting/poll.test.ts.
 */
function wrongEnds(plan: number, queries: Query[], run: GetRun, played: Played<QueryNote>): string[] {
	const heard = queries.filter(isHeard).map(({ note }) => note);
	const last = heard.at(-1);
	const task = heard.findLast((note) => note.task)?.task;
	const isTask = last?.task !== undefined;
	const isGood =
		run.mode === 'no'
			? isTask
			: last?.meaning === 'completed' || (last?.meaning === 'ended' && run.ifTaskFails === 'output');
	return endsOf(played)
		.filter(({ row }) => run.rows[row] === plan)
		.flatMap(({ isError: asError, words, item }) => {
			const after = `after "${last?.meaning}"`;
			// A file that was not fetched in time is asked for again in the next try, where another row's cooldown may hold.
			const wasHeldBack = (queries.at(-1)?.execution ?? 0) < played.executions.length;
			if (asError && run.downloadVideo && wasHeldBack && words.includes('limiting requests')) return [];
			if (isGood === asError)
				return [`${idOf(plan)} leaves as ${asError ? `an error (${words})` : 'done'} ${after}`];
			if (!asError && item?.json.status !== task?.status)
				return [`${idOf(plan)} leaves as ${String(item?.json.status)}`];
			const isFile = run.downloadVideo && !asError && last?.meaning === 'completed';
			return isFile === (item?.binary?.data?.bytes === VIDEO_BYTES)
				? []
				: [`${idOf(plan)} leaves with the wrong file`];
		});
}

describe('Get Result', () => {
	test('whatever is answered', async () => {
		await fc.assert(
			fc.asyncProperty(getRun, async (run) => {
				const played = await playGet(run);
				expectNone(getViolations(run, played), played);
			}),
			{ numRuns: 80 },
		);
	});

	test('whatever the clock does', async () => {
		await fc.assert(
			fc.asyncProperty(waitingRun, fc.array(jump, { minLength: 1, maxLength: 3 }), async (run, jumps) => {
				const played = await playGet(run, { jumps });
				expectNone(getViolations(run, played, jumps), played);
			}),
			{ numRuns: 50 },
		);
	});

	test('whenever it is stopped', async () => {
		await fc.assert(
			fc.asyncProperty(stoppableRun, moment, async (anyRun, stopAfterMs) => {
				// n8n's own wait between two tries can't be stopped.
				const run = { ...anyRun, tries: 1 };
				const played = await playGet(run, { stopAfterMs });
				expectNone(stopViolations(run, played, stopAfterMs), played);
			}),
			{ numRuns: 30 },
		);
	});
});

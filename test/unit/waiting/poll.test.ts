import type { VideoTask } from '../../../nodes/Seedance/resources/video/video';
import { failedTaskError, noVideoError } from '../../../nodes/Seedance/resources/video/messages';
import { gaveUpError, unknownStatusError } from '../../../nodes/Seedance/waiting/errors';
import { pollableVideo } from '../../../nodes/Seedance/resources/video/pollable';
import {
	evaluate,
	type Pending,
	pollOnce,
	type PollResult,
	scheduleNext,
	type StatusCheck,
	waitUntilDone,
} from '../../../nodes/Seedance/waiting/poll';
import { type PollSettings, type PollState, startPolling } from '../../../nodes/Seedance/waiting/schedule';
import { type ErrorKind, failure, success, type ItemError } from '../../../nodes/Seedance/core/error';
import { advance, finish, HOUR, MINUTE, NOW, SECOND, useClock } from '../clock';
import { containing } from '../expecting';

useClock();

const SETTINGS: PollSettings = { tier: 'online', giveUpAfterMs: 30 * MINUTE };
const LINK = 'https://cdn.example/v.mp4';

/** A task that was created three minutes ago. */
function task(fields: Partial<VideoTask> = {}): VideoTask {
	const created = NOW / 1000 - 180;
	return {
		id: 'video_1',
		status: 'processing',
		model: 'seedance_1_5_pro_720p',
		created,
		video_url: null,
		...fields,
	};
}

/** The result of a status check that was answered with such a task. */
function answer(fields: Partial<VideoTask>, before: PollState = startPolling(NOW)): PollResult {
	return evaluate(pollableVideo, 'video_1', success(task(fields)), before, SETTINGS, NOW);
}

function errorOf(fields: Partial<ItemError>): ItemError {
	return { kind: 'serverError', message: 'It broke', description: 'Mend it.', ...fields };
}

/** The result of a status check that met such an error. */
function meet(fields: Partial<ItemError>, before: PollState = startPolling(NOW)): PollResult {
	return evaluate(pollableVideo, 'video_1', failure(errorOf(fields)), before, SETTINGS, NOW);
}

/** The error of a wait that is given up when its time is up, and not later. */
const gaveUpOf = ({ seen: value, lastError }: PollState, { giveUpAfterMs }: PollSettings): ItemError =>
	gaveUpError(pollableVideo, { id: 'video_1', value, lastError, waitedMs: giveUpAfterMs, giveUpAfterMs });

/** What is known after a status check that left the task unfinished. */
function stateOf(result: PollResult): PollState {
	if (result.state !== 'pending') throw new Error(`The wait ended: ${result.state}`);
	return result.pollState;
}

/** What is known after status checks that met these errors, one after another. */
const stateAfter = (kinds: ErrorKind[], before: PollState): PollState =>
	kinds.reduce((state, kind) => stateOf(meet({ kind }, state)), before);

// Which words mean what, where a link may be and which kinds of error pass is proven where that is decided.
describe('a status check that was answered', () => {
	test('completed, with a link: done, however late', () => {
		const done = { status: 'succeeded', url: LINK, created: NOW / 1000 - 3600 };
		expect(answer(done)).toEqual({ state: 'done', value: task(done) });
	});

	test('completed, without a link: pending 3 times, then failed', () => {
		const completed = { status: 'completed' };
		let state = startPolling(NOW);
		for (let check = 1; check <= 3; check++) {
			state = stateOf(answer(completed, state));
			expect(state).toMatchObject({ attempt: check, checksWithoutResult: check });
		}
		expect(answer(completed, state)).toEqual({ state: 'failed', error: noVideoError(task(completed), 3) });
		const late = { ...completed, created: NOW / 1000 - 30 * 60 };
		expect(answer(late, startPolling(NOW))).toMatchObject({ state: 'failed', error: { kind: 'gaveUp' } });
	});

	test('without its result, where no error of that is known: an unknown status', () => {
		const pollable = { ...pollableVideo, errors: { ...pollableVideo.errors, incomplete: undefined } };
		const value = task({ status: 'completed' });
		const before = { ...startPolling(NOW), checksWithoutResult: 3 };
		expect(evaluate(pollable, 'video_1', success(value), before, SETTINGS, NOW)).toEqual({
			state: 'failed',
			error: unknownStatusError(pollable, value),
		});
	});

	test('running: pending, and remembers what it saw', () => {
		const status = 'running';
		const counts = { startedAt: NOW - MINUTE, checksWithoutResult: 2 };
		expect(
			answer({ status }, { ...counts, attempt: 4, strayAnswers: 3, seen: task({ status: 'queued' }) }),
		).toEqual({
			state: 'pending',
			nextPollAt: NOW + 30 * SECOND,
			giveUpAt: NOW - 3 * MINUTE + 30 * MINUTE,
			pollState: { ...counts, attempt: 5, strayAnswers: 0, seen: task({ status }) },
		});
	});

	test('ended, or in a status that nobody knows: failed', () => {
		const [ended, unknown] = [{ status: 'expired', error: 'content policy' }, { status: 'paused' }];
		expect(answer(ended)).toEqual({
			state: 'failed',
			error: failedTaskError(task(ended)),
			ended: task(ended),
		});
		expect(answer(unknown)).toEqual({
			state: 'failed',
			error: unknownStatusError(pollableVideo, task(unknown)),
		});
	});
});

describe('a wait is given up at its time', () => {
	const created = NOW / 1000 - 30 * 60;
	const late = { ...startPolling(NOW - 30 * MINUTE), attempt: 7 };
	const gaveUp = (state: PollState) => ({
		state: 'failed',
		error: gaveUpOf(state, SETTINGS),
	});

	test('counted from created', () => {
		expect(answer({ created })).toEqual(gaveUp({ ...startPolling(NOW), seen: task({ created }) }));
		expect(answer({ created: created + 1 })).toMatchObject({ state: 'pending', nextPollAt: NOW + SECOND });
	});

	test('counted from the first status check where created says nothing', () => {
		expect(answer({ created: null }, late)).toEqual(gaveUp({ ...late, seen: task({ created: null }) }));
		const before = { ...late, startedAt: late.startedAt + 1 };
		expect(answer({ created: null }, before)).toMatchObject({ state: 'pending', nextPollAt: NOW + 1 });
	});

	test.each<[string, PollState]>([
		['never answered', late],
		['seen before', { ...startPolling(NOW - MINUTE), seen: task({ status: 'queued', created }) }],
	])('by an error too, which is told: of a task that was %s', (_case, before) => {
		const error = { httpStatus: 503, said: 'busy' };
		expect(meet(error, before)).toEqual(gaveUp({ ...before, lastError: errorOf(error) }));
	});
});

describe('a status check that met an error', () => {
	const seen: PollState = {
		attempt: 2,
		startedAt: NOW - MINUTE,
		checksWithoutResult: 1,
		strayAnswers: 0,
		seen: task(),
	};
	const odd = { ...seen, strayAnswers: 2 };

	test('that may pass goes on until the wait is given up, with what was known', () => {
		let state = seen;
		for (let check = 1; check <= 10; check++) {
			const result = meet({ kind: 'serverError' }, state);
			expect(result).toMatchObject({
				state: 'pending',
				nextPollAt: NOW + 30 * SECOND,
				giveUpAt: NOW + 27 * MINUTE,
			});
			state = stateOf(result);
			expect(state).toEqual({ ...seen, attempt: 2 + check, lastError: errorOf({ kind: 'serverError' }) });
		}
	});

	test.each<[ErrorKind, ErrorKind[], PollState]>([
		['unreadable', ['unreadable', 'unreadable', 'unreadable'], seen],
		['redirect', ['unknownError', 'unreadable', 'redirect'], startPolling(NOW)],
		// A refused key passes only once the task was answered.
		['unauthorized', ['unauthorized', 'unauthorized', 'unauthorized'], seen],
		['unauthorized', ['unauthorized', 'unreadable', 'redirect'], seen],
	])('%s passes after %j, counted together, and ends the wait the fourth time', (kind, kinds, before) => {
		for (const count of [1, 2, 3]) expect(stateAfter(kinds.slice(0, count), before).strayAnswers).toBe(count);
		const error = { ...errorOf({ kind }), details: before.seen && { task: before.seen } };
		expect(meet({ kind }, stateAfter(kinds, before))).toEqual({ state: 'failed', error });
	});

	test('any other answer ends the row, a passing error too', () => {
		expect(stateOf(answer({}, odd)).strayAnswers).toBe(0);
		expect(stateAfter(['timeout'], odd).strayAnswers).toBe(0);
	});

	test('a request that was not sent counts for nothing', () => {
		const expected = { attempt: 2, strayAnswers: 2, seen: task() };
		expect(stateOf(meet({ kind: 'notSent' }, odd))).toMatchObject(expected);
	});

	test('one to which no connection came about counts', () => {
		expect(stateOf(meet({ kind: 'notConnected' }, odd))).toMatchObject({ attempt: 3, strayAnswers: 0 });
	});

	test.each<[string, PollState, string]>([
		['at the very first ends the wait', startPolling(NOW), 'failed'],
		['at a later one passes', { ...startPolling(NOW), attempt: 1 }, 'pending'],
		['of a task that was just created passes', { ...startPolling(NOW), seen: task() }, 'pending'],
	])('that finds nobody there: %s', (_case, before, state) => {
		for (const kind of ['unreachable', 'untrusted', 'proxyRefused'] as const)
			expect(meet({ kind }, before)).toMatchObject({ state });
		for (const kind of ['notConnected', 'connection'] as const)
			expect(meet({ kind }, before)).toMatchObject({ state: 'pending' });
	});

	test('that lasts ends the wait at once, and keeps the task that was seen before', () => {
		const error = errorOf({ kind: 'notFound', httpStatus: 400, said: 'no' });
		expect(meet(error)).toEqual({ state: 'failed', error: { ...error, details: undefined } });
		expect(meet(error, seen)).toEqual({ state: 'failed', error: { ...error, details: { task: task() } } });
		expect(meet({ kind: 'unauthorized' })).toMatchObject({
			state: 'failed',
			error: { kind: 'unauthorized' },
		});
	});

	test('the cooldown that the API asked for is kept, and remembered', () => {
		const limited = { kind: 'rateLimited' as const, retryAfterMs: 90 * SECOND };
		const nextPollAt = NOW + 90 * SECOND;
		expect(meet(limited, seen)).toMatchObject({
			nextPollAt,
			pollState: { notBefore: nextPollAt, lastError: limited },
		});
	});

	test('an answer ends the cooldown, and what stood in the way is forgotten', () => {
		const state = stateOf(answer({}, { ...seen, notBefore: NOW + HOUR, lastError: errorOf({}) }));
		expect([state.notBefore, state.lastError]).toEqual([undefined, undefined]);
	});
});

describe('the next status check, after a longer cooldown that the API asked for', () => {
	const before: PollState = {
		...startPolling(NOW - MINUTE),
		attempt: 2,
		notBefore: NOW + 5 * MINUTE,
		seen: task(),
	};

	test('is due when that is over, but not past the give-up time', () => {
		const [nextPollAt, giveUpAt] = [NOW + 5 * MINUTE, NOW + 27 * MINUTE];
		expect(scheduleNext(pollableVideo, 'video_1', before, SETTINGS, NOW)).toEqual({
			state: 'pending',
			nextPollAt,
			giveUpAt,
			pollState: before,
		});
		const longer = { ...before, notBefore: NOW + HOUR };
		expect(scheduleNext(pollableVideo, 'video_1', longer, SETTINGS, NOW)).toMatchObject({
			nextPollAt: giveUpAt,
		});
	});

	test('never comes once the wait is given up', () => {
		const settings = { ...SETTINGS, giveUpAfterMs: 3 * MINUTE };
		const error = gaveUpOf(before, settings);
		expect(scheduleNext(pollableVideo, 'video_1', before, settings, NOW)).toEqual({ state: 'failed', error });
	});

	test('counts from now where the wait seems to begin later, since the clock was set back', () => {
		const { pollState } = scheduleNext(
			pollableVideo,
			'video_1',
			{ ...before, startedAt: NOW + HOUR },
			SETTINGS,
			NOW,
		) as Pending;
		expect(pollState.startedAt).toBe(NOW);
	});
});

/** A 720p video that is done so long after its creation, checked by a client that answers at once. */
function video(doneAfterMs: number) {
	const checks: Array<[at: number, until: number]> = [];
	const check: StatusCheck = async (until, place) => {
		checks.push([Date.now() - NOW, until - NOW]);
		if (checks.length > 50) throw new Error('It checks without end');
		const done = Date.now() - NOW >= doneAfterMs && { status: 'completed', video_url: LINK };
		const outcome = success(task({ id: 'video_1', created: NOW / 1000, ...done }));
		return { outcome, place: place ?? 1 };
	};
	return { check, checks, times: () => checks.map(([at]) => at) };
}

describe('a wait inside the node', () => {
	test('checks until the video is done, at the times of the schedule, and never past the give-up time', async () => {
		const { check, checks } = video(200 * SECOND);
		const told: Pending[] = [];
		const ending = await finish(
			waitUntilDone(pollableVideo, 'video_1', check, SETTINGS, {
				onPending: (pending) => told.push(pending),
			}),
		);
		expect(ending).toMatchObject({ state: 'done', value: { status: 'completed', video_url: LINK } });
		expect(checks).toEqual([0, 150, 180, 210].map((at) => [at * SECOND, 30 * MINUTE]));
		const next = told.map(({ nextPollAt, pollState }) => [(nextPollAt - NOW) / SECOND, pollState.attempt]);
		expect(next).toEqual([
			[150, 1],
			[180, 2],
			[210, 3],
		]);
	});

	test('of a task that was just made: its first status check waits for its time', async () => {
		const { check, times } = video(0);
		const before = { ...startPolling(NOW), seen: task({ created: NOW / 1000 }) };
		expect(await finish(waitUntilDone(pollableVideo, 'video_1', check, SETTINGS, {}, before))).toMatchObject({
			state: 'done',
		});
		expect(times()).toEqual([150 * SECOND]);
	});

	test('is given up at its time, after a last status check', async () => {
		const { check, times } = video(Infinity);
		const ending = await finish(
			waitUntilDone(pollableVideo, 'video_1', check, { ...SETTINGS, giveUpAfterMs: 170 * SECOND }, {}),
		);
		expect(ending).toMatchObject({ state: 'failed', error: { message: containing('timed out') } });
		expect(times()).toEqual([0, 150 * SECOND, 170 * SECOND]);
	});

	test('is ended at once by a stop, and keeps what is known of the task', async () => {
		const controller = new AbortController();
		const { check, times } = video(Infinity);
		const ending = waitUntilDone(pollableVideo, 'video_1', check, SETTINGS, { signal: controller.signal });
		await advance(MINUTE);
		controller.abort();
		const error = { kind: 'canceled', details: { task: { id: 'video_1', status: 'processing' } } };
		expect(await finish(ending)).toMatchObject({ state: 'failed', error });
		expect(Date.now() - NOW).toBe(MINUTE);
		expect(times()).toEqual([0]);
	});
});

describe('a single step of a wait', () => {
	const created = NOW / 1000 - 600;
	const before = { ...startPolling(NOW - 5 * MINUTE), attempt: 3, seen: task({ status: 'queued', created }) };
	const poll = async (check: ReturnType<typeof video>['check'], more: Partial<PollState> = {}) =>
		await pollOnce(pollableVideo, 'video_1', check, SETTINGS, { ...before, ...more });

	test('checks once, until the give-up time of what is known, and evaluates by what was known', async () => {
		const { check, checks } = video(Infinity);
		expect(await poll(check)).toMatchObject({
			state: 'pending',
			pollState: { attempt: 4, startedAt: NOW - 5 * MINUTE, place: 1 },
		});
		expect(checks).toEqual([[0, 20 * MINUTE]]);
	});

	test('checks nothing before the end of a cooldown that the API asks for', async () => {
		const { check, times } = video(Infinity);
		const expected = { state: 'pending', giveUpAt: NOW + 20 * MINUTE, pollState: { attempt: 3 } };
		expect(await poll(check, { notBefore: NOW + 1 })).toMatchObject(expected);
		expect(times()).toEqual([]);
		await poll(check, { notBefore: NOW });
		expect(times()).toEqual([0]);
	});
});

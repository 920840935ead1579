import type { VideoTask } from '../../../nodes/Seedance/api/task';
import { failedTaskError } from '../../../nodes/Seedance/polling/errors';
import { evaluate, type PollResult, scheduleNext } from '../../../nodes/Seedance/polling/poll';
import { giveUpTime, type PollSettings, type PollState, startPolling } from '../../../nodes/Seedance/polling/schedule';
import { failure, success, type TaskError } from '../../../nodes/Seedance/shared/error';
import { HOUR, MINUTE, NOW, SECOND } from '../clock';

const ONLINE: PollSettings = { tier: 'online', giveUpAfterMs: 30 * MINUTE };
const LINK = 'https://cdn.example/v.mp4';

/** A task that was created three minutes ago. */
function task(fields: Partial<VideoTask> = {}): VideoTask {
	return {
		id: 'video_1',
		status: 'processing',
		model: 'seedance_1_5_pro_720p',
		created: NOW / 1000 - 180,
		video_url: null,
		...fields,
	};
}

function answer(fields: Partial<VideoTask>, before: PollState = startPolling(NOW), settings = ONLINE): PollResult {
	return evaluate('video_1', success(task(fields)), before, settings, NOW);
}

function error(fields: Partial<TaskError>): TaskError {
	return { kind: 'serverError', message: 'It broke', description: 'Mend it.', ...fields };
}

function meet(fields: Partial<TaskError>, before: PollState = startPolling(NOW)): PollResult {
	return evaluate('video_1', failure(error(fields)), before, ONLINE, NOW);
}

/** What is known after a status check that left the task unfinished. */
function stateOf(result: PollResult): PollState {
	if (result.state !== 'pending') throw new Error(`The wait ended: ${result.state}`);
	return result.pollState;
}

test('a wait begins with nothing', () => {
	expect(startPolling(NOW)).toEqual({ attempt: 0, startedAt: NOW, completedWithoutVideo: 0, answersWithoutTask: 0 });
});

describe('completed, in any spelling', () => {
	test.each(['completed', 'COMPLETED', 'succeeded', 'success'])('%s with a link ends the wait', (status) => {
		for (const field of ['video_url', 'result_url', 'image_url', 'audioUrl', 'url']) {
			const done = { status, [field]: LINK };
			expect(answer(done)).toEqual({ state: 'done', task: task(done) });
		}
	});

	test.each([[null], [undefined], [''], [' '], [42]])('with the link %j: asked again 3 times, then an error', (video_url) => {
		let progress = startPolling(NOW);
		for (let retry = 1; retry <= 3; retry++) {
			progress = stateOf(answer({ status: 'completed', video_url }, progress));
			expect(progress).toMatchObject({ attempt: retry, completedWithoutVideo: retry });
		}
		expect(answer({ status: 'completed', video_url }, progress)).toEqual({
			state: 'failed',
			error: {
				kind: 'noVideo',
				message: 'Task "video_1" is completed but has no video link',
				description: expect.stringContaining('3 times more and still had none (in video_url, result_url, image_url, audioUrl, url)') as unknown,
				task: task({ status: 'completed', video_url }),
			},
		});
	});

	test('is taken, however late it is asked for', () => {
		expect(answer({ status: 'completed', video_url: LINK, created: NOW / 1000 - 3600 }).state).toBe('done');
	});
});

test.each(['queued', 'processing', 'pending', 'running', 'submitted'])('%s: waits, and remembers what it saw', (status) => {
	const before = { attempt: 4, startedAt: NOW - MINUTE, completedWithoutVideo: 2, answersWithoutTask: 3, task: task({ status: 'queued' }) };
	expect(answer({ status }, before)).toEqual({
		state: 'pending',
		nextPollAt: NOW + 30 * SECOND,
		giveUpAt: NOW - 3 * MINUTE + 30 * MINUTE,
		pollState: { attempt: 5, startedAt: NOW - MINUTE, completedWithoutVideo: 2, answersWithoutTask: 0, task: task({ status }) },
	});
});

describe('ended without a video', () => {
	const again = 'Change what the reason names';
	const create = 'Create the task again if you still want';
	test.each<[string, Partial<VideoTask>, string, string]>([
		['failed', { error: 'content policy' }, 'failed: content policy', again],
		['failed', { error: { message: 'content rejected' } }, 'failed: content rejected', again],
		['failed', { error: { code: 'Sensitive' } }, 'failed: code Sensitive', again],
		['failed', { error: null, message: 'content policy' }, 'failed: content policy', again],
		['failed', { error: '', msg: 'content policy' }, 'failed: content policy', again],
		['failed', { error: 'content policy', message: 'other', msg: 'more' }, 'failed: content policy', again],
		['failed', { error: null }, 'failed: GlobalAI OPC gave no reason', again],
		['FAILED', {}, 'failed: GlobalAI OPC gave no reason', again],
		['error', { error: 'content policy' }, 'failed: content policy', again],
		['expired', {}, 'expired: GlobalAI OPC gave no reason', again],
		[' Expired ', { error: 'too old' }, 'expired: too old', again],
		['cancelled', { error: null }, 'was cancelled', create],
		['cancelled', { error: 'by user' }, 'was cancelled: by user', create],
		['canceled', {}, 'was cancelled', create],
	])('%s %j, in the words of the API', (status, fields, message, description) => {
		const ended = task({ status, ...fields });
		const error = {
			kind: 'taskFailed',
			message: `Task "video_1" ${message}`,
			description: expect.stringMatching(new RegExp(`^No video will come of it\\. ${description}`)) as unknown,
			task: ended,
		};
		expect(answer({ status, ...fields })).toEqual({ state: 'failed', error });
		expect(failedTaskError(ended)).toEqual(error);
	});
});

test.each(['', 'paused', 'constructor', '__proto__'])('the status %j, which nobody knows, is never waited on', (status) => {
	expect(answer({ status })).toEqual({
		state: 'failed',
		error: {
			kind: 'unknownStatus',
			message: `Task "video_1" has a status that this node does not know: "${status}"`,
			description: expect.stringContaining('It was not waited for') as unknown,
			task: task({ status }),
		},
	});
});

describe('giving up', () => {
	test('counts from created, and names id, last status and how long', () => {
		const created = NOW / 1000 - 30 * 60;
		expect(answer({ created })).toEqual({
			state: 'failed',
			error: {
				kind: 'gaveUp',
				message: 'Task "video_1" was still processing after 30 minutes, so the wait was given up',
				description: expect.stringMatching(/^Give Up After is set to 30 minutes, counted .* can take hours\.$/) as unknown,
				task: task({ created }),
			},
		});
		expect(answer({ created: created + 1 })).toMatchObject({ state: 'pending', nextPollAt: NOW + SECOND });
	});

	test('counts from the first status check where created says nothing', () => {
		const before = { ...startPolling(NOW - 30 * MINUTE), attempt: 7 };
		expect(answer({ created: null }, before)).toMatchObject({ state: 'failed', error: { message: expect.stringContaining('after 30 minutes') as unknown } });
		expect(answer({ created: null }, { ...before, startedAt: before.startedAt + 1 })).toMatchObject({ state: 'pending', nextPollAt: NOW + 1 });
	});

	test('happens without a link too', () => {
		expect(answer({ status: 'completed', created: NOW / 1000 - 30 * 60 })).toMatchObject({ error: { message: expect.stringContaining('given up') as unknown } });
	});

	test.each([
		[29 * SECOND, '29 s'],
		[30 * SECOND, '1 minute'],
		[89 * SECOND, '1 minute'],
		[90 * SECOND, '2 minutes'],
		[119 * MINUTE, '119 minutes'],
		[2 * HOUR, '2 hours'],
		[2 * HOUR + 5 * MINUTE, '2 h 5 min'],
		[12 * HOUR, '12 hours'],
	])('%d ms is told as %s', (ms, words) => {
		const result = evaluate('video_1', success(task({ created: (NOW - ms) / 1000 })), startPolling(NOW), { tier: 'flex', giveUpAfterMs: ms }, NOW);
		expect(result).toMatchObject({
			error: {
				message: expect.stringContaining(`after ${words}, so`) as unknown,
				description: expect.stringContaining(`is set to ${words}, counted`) as unknown,
			},
		});
	});

	test.each([
		['the last error', {}, ' The last status check failed: It broke.'],
		['what the API said', { said: 'busy' }, ' The last status check failed: It broke (busy).'],
	])('tells %s', (_case, more, words) => {
		const before = { ...startPolling(NOW - 30 * MINUTE), attempt: 7 };
		const result = meet({ httpStatus: 503, ...more }, before);
		expect(result).toEqual({
			state: 'failed',
			error: {
				kind: 'gaveUp',
				message: 'Task "video_1" could not be asked for after 30 minutes, so the wait was given up',
				description: expect.stringMatching(new RegExp(`can take hours\\.${words.replace(/[().]/g, '\\$&')}$`)) as unknown,
				httpStatus: 503,
				task: undefined,
			},
		});
	});

	test('by an error, of a task that was seen before, names its last status', () => {
		const before = { ...startPolling(NOW - MINUTE), task: task({ status: 'queued', created: NOW / 1000 - 1800 }) };
		expect(meet({}, before)).toMatchObject({
			error: { message: 'Task "video_1" was still queued after 30 minutes, so the wait was given up', task: before.task },
		});
	});

	test.each([
		['created', { ...startPolling(NOW), task: task() }, NOW - 3 * MINUTE],
		['the first status check, before an answer', startPolling(NOW - MINUTE), NOW - MINUTE],
		['the first status check, where created says nothing', { ...startPolling(NOW - MINUTE), task: task({ created: 'x' }) }, NOW - MINUTE],
		['the first status check, where created comes after it', { ...startPolling(NOW - HOUR), task: task() }, NOW - HOUR],
	])('counts from %s', (_case, progress, from) => {
		expect(giveUpTime(progress, ONLINE, NOW)).toBe(from + 30 * MINUTE);
	});
});

describe('errors', () => {
	const seen: PollState = { attempt: 2, startedAt: NOW - MINUTE, completedWithoutVideo: 1, answersWithoutTask: 0, task: task() };

	test.each(['rateLimited', 'serverError', 'timeout', 'connection', 'empty'] as const)(
		'%s passes until the wait is given up: it goes on with what was known',
		(kind) => {
			let progress = seen;
			for (let check = 1; check <= 10; check++) {
				const result = meet({ kind }, progress);
				expect(result).toMatchObject({ state: 'pending', nextPollAt: NOW + 30 * SECOND, giveUpAt: NOW + 27 * MINUTE });
				progress = stateOf(result);
				expect(progress).toEqual({ ...seen, attempt: 2 + check, lastError: error({ kind }) });
			}
		},
	);

	test.each(['redirect', 'unknownError', 'unreadable'] as const)('%s passes 3 times in a row, then ends the wait', (kind) => {
		for (const before of [seen, startPolling(NOW)]) {
			let progress = before;
			for (let odd = 1; odd <= 3; odd++) {
				progress = stateOf(meet({ kind }, progress));
				expect(progress.answersWithoutTask).toBe(odd);
			}
			expect(meet({ kind }, progress)).toMatchObject({ state: 'failed', error: { message: 'It broke' } });
		}
	});

	test('a refused key passes 3 times in a row, once the task was answered', () => {
		let progress = seen;
		for (let odd = 1; odd <= 3; odd++) progress = stateOf(meet({ kind: 'unauthorized' }, progress));
		expect(meet({ kind: 'unauthorized' }, progress)).toMatchObject({ state: 'failed', error: { task: task() } });
	});

	test('odd answers of any kind are counted together', () => {
		let progress = seen;
		for (const kind of ['unauthorized', 'unreadable', 'redirect'] as const) progress = stateOf(meet({ kind }, progress));
		expect(meet({ kind: 'unauthorized' }, progress).state).toBe('failed');
	});

	test('any other answer ends the row, a passing error too', () => {
		const odd = { ...seen, answersWithoutTask: 3 };
		expect(stateOf(answer({}, odd)).answersWithoutTask).toBe(0);
		expect(stateOf(meet({ kind: 'timeout' }, odd)).answersWithoutTask).toBe(0);
	});

	test.each(['rateLimited', 'timeout'] as const)('%s of a status check that had no turn in time counts for nothing', (kind) => {
		const odd = { ...seen, answersWithoutTask: 2 };
		expect(stateOf(meet({ kind, unsent: true }, odd))).toMatchObject({ attempt: 2, answersWithoutTask: 2, task: task() });
	});

	test('a status check to which no connection came about was asked', () => {
		expect(stateOf(meet({ kind: 'connection', unsent: true }, { ...seen, answersWithoutTask: 2 }))).toMatchObject({ attempt: 3, answersWithoutTask: 0 });
	});

	test.each(['badCredential', 'unauthorized', 'forbidden', 'notFound', 'wrongAddress', 'rejected', 'canceled'] as const)(
		'%s ends the wait at once',
		(kind) => {
			expect(meet({ kind, httpStatus: 400, said: 'no' })).toEqual({
				state: 'failed',
				error: { kind, message: 'It broke', description: 'Mend it.', httpStatus: 400, said: 'no', task: undefined },
			});
		},
	);

	test.each(['badCredential', 'forbidden', 'notFound', 'wrongAddress', 'rejected'] as const)(
		'%s ends it after an answered status check too, and the task is not lost',
		(kind) => {
			expect(meet({ kind }, seen)).toMatchObject({ state: 'failed', error: { description: 'Mend it.', task: task() } });
		},
	);

	test('the rest that the API asked for is taken, and remembered', () => {
		const limited = { kind: 'rateLimited' as const, retryAfterMs: 90 * SECOND };
		expect(meet(limited, seen)).toMatchObject({
			nextPollAt: NOW + 90 * SECOND,
			pollState: { notBefore: NOW + 90 * SECOND, lastError: limited },
		});
	});

	test('an answer ends the rest, and what stood in the way is forgotten', () => {
		const progress = stateOf(answer({}, { ...seen, notBefore: NOW + HOUR, lastError: error({}) }));
		expect([progress.notBefore, progress.lastError]).toEqual([undefined, undefined]);
	});
});

describe('going on without a status check, since the API asked for a longer rest', () => {
	const resting: PollState = { ...startPolling(NOW - MINUTE), attempt: 2, notBefore: NOW + 5 * MINUTE, task: task() };

	test('waits until it is over, but not past the give-up time, and counts no status check', () => {
		expect(scheduleNext('video_1', resting, ONLINE, NOW)).toEqual({
			state: 'pending',
			nextPollAt: NOW + 5 * MINUTE,
			giveUpAt: NOW + 27 * MINUTE,
			pollState: resting,
		});
		expect(scheduleNext('video_1', { ...resting, notBefore: NOW + HOUR }, ONLINE, NOW)).toMatchObject({ nextPollAt: NOW + 27 * MINUTE });
	});

	test('gives up when its time is over', () => {
		expect(scheduleNext('video_1', resting, { ...ONLINE, giveUpAfterMs: 3 * MINUTE }, NOW)).toMatchObject({
			state: 'failed',
			error: { message: expect.stringContaining('after 3 minutes, so the wait was given up') as unknown },
		});
	});
});

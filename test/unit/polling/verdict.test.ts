import { failure, success, type Fault } from '../../../nodes/Seedance/api/fault';
import type { VideoTask } from '../../../nodes/Seedance/api/task';
import {
	beginWait,
	endedProblem,
	faultProblem,
	giveUpTime,
	goOn,
	judge,
	type Progress,
	type Verdict,
	type WaitSettings,
} from '../../../nodes/Seedance/polling/verdict';
import { HOUR, MINUTE, NOW, SECOND } from '../clock';

const ONLINE: WaitSettings = { tier: 'online', giveUpAfterMs: 30 * MINUTE };
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

function answer(fields: Partial<VideoTask>, before: Progress = beginWait(NOW), settings = ONLINE): Verdict {
	return judge('video_1', success(task(fields)), before, settings, NOW);
}

function fault(fields: Partial<Fault>): Fault {
	return { kind: 'serverError', message: 'It broke', description: 'Mend it.', ...fields };
}

function meet(fields: Partial<Fault>, before: Progress = beginWait(NOW)): Verdict {
	return judge('video_1', failure(fault(fields)), before, ONLINE, NOW);
}

/** What is known after a question that left the task unfinished. */
function progressOf(verdict: Verdict): Progress {
	if (verdict.kind !== 'wait') throw new Error(`The wait ended: ${verdict.kind}`);
	return verdict.progress;
}

test('a wait begins with nothing', () => {
	expect(beginWait(NOW)).toEqual({ attempt: 0, startedAt: NOW, withoutVideo: 0, oddAnswers: 0 });
});

describe('completed, in any spelling', () => {
	test.each(['completed', 'COMPLETED', 'succeeded', 'success'])('%s with a link ends the wait', (status) => {
		for (const field of ['video_url', 'result_url', 'image_url', 'audioUrl', 'url']) {
			const done = { status, [field]: LINK };
			expect(answer(done)).toEqual({ kind: 'completed', task: task(done) });
		}
	});

	test.each([[null], [undefined], [''], [' '], [42]])('with the link %j: asked again 3 times, then a problem', (video_url) => {
		let progress = beginWait(NOW);
		for (let retry = 1; retry <= 3; retry++) {
			progress = progressOf(answer({ status: 'completed', video_url }, progress));
			expect(progress).toMatchObject({ attempt: retry, withoutVideo: retry });
		}
		expect(answer({ status: 'completed', video_url }, progress)).toEqual({
			kind: 'problem',
			problem: {
				message: 'Task "video_1" is completed but has no video link',
				description: expect.stringContaining('3 times more and still had none (in video_url, result_url, image_url, audioUrl, url)') as unknown,
				task: task({ status: 'completed', video_url }),
			},
		});
	});

	test('is taken, however late it is asked for', () => {
		expect(answer({ status: 'completed', video_url: LINK, created: NOW / 1000 - 3600 }).kind).toBe('completed');
	});
});

test.each(['queued', 'processing', 'pending', 'running', 'submitted'])('%s: waits, and remembers what it saw', (status) => {
	const before = { attempt: 4, startedAt: NOW - MINUTE, withoutVideo: 2, oddAnswers: 3, task: task({ status: 'queued' }) };
	expect(answer({ status }, before)).toEqual({
		kind: 'wait',
		nextPollAt: NOW + 30 * SECOND,
		giveUpAt: NOW - 3 * MINUTE + 30 * MINUTE,
		progress: { attempt: 5, startedAt: NOW - MINUTE, withoutVideo: 2, oddAnswers: 0, task: task({ status }) },
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
		const problem = {
			message: `Task "video_1" ${message}`,
			description: expect.stringMatching(new RegExp(`^No video will come of it\\. ${description}`)) as unknown,
			task: ended,
		};
		expect(answer({ status, ...fields })).toEqual({ kind: 'ended', task: ended, problem });
		expect(endedProblem(ended)).toEqual(problem);
	});
});

test.each(['', 'paused', 'constructor', '__proto__'])('the status %j, which nobody knows, is never waited on', (status) => {
	expect(answer({ status })).toEqual({
		kind: 'problem',
		problem: {
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
			kind: 'problem',
			problem: {
				message: 'Task "video_1" was still processing after 30 minutes, so the wait was given up',
				description: expect.stringMatching(/^Give Up After is set to 30 minutes, counted .* can take hours\.$/) as unknown,
				task: task({ created }),
			},
		});
		expect(answer({ created: created + 1 })).toMatchObject({ kind: 'wait', nextPollAt: NOW + SECOND });
	});

	test('counts from the first question where created says nothing', () => {
		const before = { ...beginWait(NOW - 30 * MINUTE), attempt: 7 };
		expect(answer({ created: null }, before)).toMatchObject({ kind: 'problem', problem: { message: expect.stringContaining('after 30 minutes') as unknown } });
		expect(answer({ created: null }, { ...before, startedAt: before.startedAt + 1 })).toMatchObject({ kind: 'wait', nextPollAt: NOW + 1 });
	});

	test('happens without a link too', () => {
		expect(answer({ status: 'completed', created: NOW / 1000 - 30 * 60 })).toMatchObject({ problem: { message: expect.stringContaining('given up') as unknown } });
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
		const verdict = judge('video_1', success(task({ created: (NOW - ms) / 1000 })), beginWait(NOW), { tier: 'flex', giveUpAfterMs: ms }, NOW);
		expect(verdict).toMatchObject({
			problem: {
				message: expect.stringContaining(`after ${words}, so`) as unknown,
				description: expect.stringContaining(`is set to ${words}, counted`) as unknown,
			},
		});
	});

	test.each([
		['the last fault', {}, ' The last question failed: It broke.'],
		['what the API said', { said: 'busy' }, ' The last question failed: It broke (busy).'],
	])('tells %s', (_case, more, words) => {
		const before = { ...beginWait(NOW - 30 * MINUTE), attempt: 7 };
		const verdict = meet({ httpStatus: 503, ...more }, before);
		expect(verdict).toEqual({
			kind: 'problem',
			problem: {
				message: 'Task "video_1" could not be asked for after 30 minutes, so the wait was given up',
				description: expect.stringMatching(new RegExp(`can take hours\\.${words.replace(/[().]/g, '\\$&')}$`)) as unknown,
				httpStatus: 503,
				task: undefined,
			},
		});
	});

	test('by a fault, of a task that was seen before, names its last status', () => {
		const before = { ...beginWait(NOW - MINUTE), task: task({ status: 'queued', created: NOW / 1000 - 1800 }) };
		expect(meet({}, before)).toMatchObject({
			problem: { message: 'Task "video_1" was still queued after 30 minutes, so the wait was given up', task: before.task },
		});
	});

	test.each([
		['created', { ...beginWait(NOW), task: task() }, NOW - 3 * MINUTE],
		['the first question, before an answer', beginWait(NOW - MINUTE), NOW - MINUTE],
		['the first question, where created says nothing', { ...beginWait(NOW - MINUTE), task: task({ created: 'x' }) }, NOW - MINUTE],
		['the first question, where created comes after it', { ...beginWait(NOW - HOUR), task: task() }, NOW - HOUR],
	])('counts from %s', (_case, progress, from) => {
		expect(giveUpTime(progress, ONLINE, NOW)).toBe(from + 30 * MINUTE);
	});
});

describe('faults', () => {
	const seen: Progress = { attempt: 2, startedAt: NOW - MINUTE, withoutVideo: 1, oddAnswers: 0, task: task() };

	test.each(['rateLimited', 'serverError', 'timeout', 'connection', 'empty'] as const)(
		'%s passes until the wait is given up: it goes on with what was known',
		(kind) => {
			let progress = seen;
			for (let question = 1; question <= 10; question++) {
				const verdict = meet({ kind }, progress);
				expect(verdict).toMatchObject({ kind: 'wait', nextPollAt: NOW + 30 * SECOND, giveUpAt: NOW + 27 * MINUTE });
				progress = progressOf(verdict);
				expect(progress).toEqual({ ...seen, attempt: 2 + question, lastFault: fault({ kind }) });
			}
		},
	);

	test.each(['redirect', 'unknownError', 'unreadable'] as const)('%s passes 3 times in a row, then ends the wait', (kind) => {
		for (const before of [seen, beginWait(NOW)]) {
			let progress = before;
			for (let odd = 1; odd <= 3; odd++) {
				progress = progressOf(meet({ kind }, progress));
				expect(progress.oddAnswers).toBe(odd);
			}
			expect(meet({ kind }, progress)).toMatchObject({ kind: 'problem', problem: { message: 'It broke' } });
		}
	});

	test('a refused key passes 3 times in a row, once the task was answered', () => {
		let progress = seen;
		for (let odd = 1; odd <= 3; odd++) progress = progressOf(meet({ kind: 'unauthorized' }, progress));
		expect(meet({ kind: 'unauthorized' }, progress)).toMatchObject({ kind: 'problem', problem: { task: task() } });
	});

	test('odd answers of any kind are counted together', () => {
		let progress = seen;
		for (const kind of ['unauthorized', 'unreadable', 'redirect'] as const) progress = progressOf(meet({ kind }, progress));
		expect(meet({ kind: 'unauthorized' }, progress).kind).toBe('problem');
	});

	test('any other answer ends the row, a passing fault too', () => {
		const odd = { ...seen, oddAnswers: 3 };
		expect(progressOf(answer({}, odd)).oddAnswers).toBe(0);
		expect(progressOf(meet({ kind: 'timeout' }, odd)).oddAnswers).toBe(0);
	});

	test.each(['rateLimited', 'timeout'] as const)('%s of a question that had no turn in time counts for nothing', (kind) => {
		const odd = { ...seen, oddAnswers: 2 };
		expect(progressOf(meet({ kind, unsent: true }, odd))).toMatchObject({ attempt: 2, oddAnswers: 2, task: task() });
	});

	test('a question to which no connection came about was asked', () => {
		expect(progressOf(meet({ kind: 'connection', unsent: true }, { ...seen, oddAnswers: 2 }))).toMatchObject({ attempt: 3, oddAnswers: 0 });
	});

	test.each(['badCredential', 'unauthorized', 'forbidden', 'notFound', 'wrongAddress', 'rejected', 'canceled'] as const)(
		'%s ends the wait at once',
		(kind) => {
			expect(meet({ kind, httpStatus: 400, said: 'no' })).toEqual({
				kind: 'problem',
				problem: {
					message: 'It broke',
					description: 'Mend it. The API said: no',
					httpStatus: 400,
					task: undefined,
					canceled: kind === 'canceled',
				},
			});
		},
	);

	test.each(['badCredential', 'forbidden', 'notFound', 'wrongAddress', 'rejected'] as const)(
		'%s ends it after an answered question too, and the task is not lost',
		(kind) => {
			expect(meet({ kind }, seen)).toMatchObject({ kind: 'problem', problem: { description: 'Mend it.', task: task() } });
		},
	);

	test('the rest that the API asked for is taken, and remembered', () => {
		const limited = { kind: 'rateLimited' as const, retryAfterMs: 90 * SECOND };
		expect(meet(limited, seen)).toMatchObject({
			nextPollAt: NOW + 90 * SECOND,
			progress: { notBefore: NOW + 90 * SECOND, lastFault: limited },
		});
	});

	test('an answer ends the rest, and what stood in the way is forgotten', () => {
		const progress = progressOf(answer({}, { ...seen, notBefore: NOW + HOUR, lastFault: fault({}) }));
		expect([progress.notBefore, progress.lastFault]).toEqual([undefined, undefined]);
	});

	test('one that ends a question outside of a wait is told in the same way', () => {
		expect(faultProblem(fault({}), task())).toEqual({
			message: 'It broke',
			description: 'Mend it.',
			httpStatus: undefined,
			task: task(),
			canceled: false,
		});
	});
});

describe('going on without a question, since the API asked for a longer rest', () => {
	const resting: Progress = { ...beginWait(NOW - MINUTE), attempt: 2, notBefore: NOW + 5 * MINUTE, task: task() };

	test('waits until it is over, but not past the give-up time, and counts no question', () => {
		expect(goOn('video_1', resting, ONLINE, NOW)).toEqual({
			kind: 'wait',
			nextPollAt: NOW + 5 * MINUTE,
			giveUpAt: NOW + 27 * MINUTE,
			progress: resting,
		});
		expect(goOn('video_1', { ...resting, notBefore: NOW + HOUR }, ONLINE, NOW)).toMatchObject({ nextPollAt: NOW + 27 * MINUTE });
	});

	test('gives up when its time is over', () => {
		expect(goOn('video_1', resting, { ...ONLINE, giveUpAfterMs: 3 * MINUTE }, NOW)).toMatchObject({
			kind: 'problem',
			problem: { message: expect.stringContaining('after 3 minutes, so the wait was given up') as unknown },
		});
	});
});

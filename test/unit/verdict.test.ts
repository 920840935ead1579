import { failure, success, type Fault } from '../../nodes/Seedance/api/fault';
import type { VideoTask } from '../../nodes/Seedance/api/task';
import {
	beginWait,
	judge,
	type Progress,
	type Verdict,
	type WaitSettings,
} from '../../nodes/Seedance/polling/verdict';

const NOW = Date.UTC(2026, 0, 15, 12);
const MINUTE = 60_000;
const ONLINE: WaitSettings = { tier: 'online', giveUpAfterMs: 30 * MINUTE };

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
	return { kind: 'serverError', message: 'It broke', description: 'Mend it', ...fields };
}

test('a completed task with a link ends the wait', () => {
	const done = { status: 'completed', video_url: 'https://cdn.example/v.mp4' };
	expect(answer(done)).toEqual({ kind: 'completed', task: task(done) });
});

test.each(['queued', 'processing'])('%s: waits, and remembers what it saw', (status) => {
	expect(answer({ status })).toMatchObject({
		kind: 'wait',
		nextPollAt: NOW + 30_000,
		giveUpAt: NOW - 180_000 + 30 * MINUTE,
		progress: { attempt: 1, startedAt: NOW, task: { status } },
	});
});

test.each([
	['failed', 'content policy', 'Task "video_1" failed: content policy'],
	['failed', null, 'Task "video_1" failed: GlobalAI OPC gave no reason'],
	['cancelled', null, 'Task "video_1" was cancelled'],
	['cancelled', 'by user', 'Task "video_1" was cancelled: by user'],
])('%s with error %j: ends, in the words of the API', (status, error, message) => {
	expect(answer({ status, error })).toMatchObject({ kind: 'ended', problem: { message, task: { status } } });
});

test.each(['expired', '', 'COMPLETED', 'constructor', '__proto__'])(
	'the undocumented status %j is never waited on',
	(status) => {
		expect(answer({ status })).toMatchObject({ kind: 'problem', problem: { message: expect.stringContaining(`"${status}"`) } });
	},
);

test('completed without a link: asked again 3 times, then a problem', () => {
	for (const video_url of [null, undefined, '', ' ', 42]) {
		let progress = beginWait(NOW);
		for (let retry = 1; retry <= 3; retry++) {
			const verdict = answer({ status: 'completed', video_url }, progress);
			if (verdict.kind !== 'wait') throw new Error(`retry ${retry} ended with ${verdict.kind}`);
			progress = verdict.progress;
		}
		expect(answer({ status: 'completed', video_url }, progress)).toMatchObject({
			kind: 'problem',
			problem: { message: 'Task "video_1" is completed but has no video link' },
		});
	}
});

describe('giving up', () => {
	test('counts from created, and names id, last status and how long', () => {
		const created = NOW / 1000 - 30 * 60;
		expect(answer({ created })).toMatchObject({
			kind: 'problem',
			problem: { message: 'Task "video_1" was still processing after 30 minutes, so the wait was given up' },
		});
		expect(answer({ created: created + 1 })).toMatchObject({ kind: 'wait', nextPollAt: NOW + 1000 });
	});

	test('counts from the first question where created says nothing', () => {
		const before = { ...beginWait(NOW - 30 * MINUTE), attempt: 7 };
		expect(answer({ created: null }, before)).toMatchObject({ kind: 'problem' });
		expect(answer({ created: null }, { ...before, startedAt: NOW - 29 * MINUTE })).toMatchObject({
			kind: 'wait',
		});
	});

	test('hours read as hours', () => {
		const flex: WaitSettings = { tier: 'flex', giveUpAfterMs: 720 * MINUTE };
		const verdict = answer({ status: 'queued', created: NOW / 1000 - 725 * 60 }, beginWait(NOW), flex);
		expect(verdict).toMatchObject({
			problem: {
				message: 'Task "video_1" was still queued after 12 h 5 min, so the wait was given up',
				description: expect.stringContaining('12 hours'),
			},
		});
	});

	test('a task that is done in time is taken, however late it is asked for', () => {
		const late = { status: 'completed', video_url: 'https://cdn.example/v.mp4', created: NOW / 1000 - 3600 };
		expect(answer(late).kind).toBe('completed');
	});

	test('the last fault is told', () => {
		const before = { ...beginWait(NOW - 30 * MINUTE), attempt: 7 };
		const verdict = judge('video_1', failure(fault({ httpStatus: 503 })), before, ONLINE, NOW);
		expect(verdict).toMatchObject({
			problem: {
				message: 'Task "video_1" could not be asked for after 30 minutes, so the wait was given up',
				description: expect.stringContaining('It broke'),
				httpStatus: 503,
			},
		});
	});
});

describe('faults', () => {
	test.each(['rateLimited', 'serverError', 'timeout', 'connection', 'redirect', 'unreadable'] as const)(
		'%s passes: the wait goes on with what was known',
		(kind) => {
			const before = { ...beginWait(NOW), task: task() };
			expect(judge('video_1', failure(fault({ kind })), before, ONLINE, NOW)).toMatchObject({
				kind: 'wait',
				nextPollAt: NOW + 30_000,
				progress: { attempt: 1, task: task() },
			});
		},
	);

	test.each(['badCredential', 'unauthorized', 'forbidden', 'notFound', 'rejected'] as const)(
		'%s lasts: the wait ends, and the task is not lost',
		(kind) => {
			const before = { ...beginWait(NOW), task: task() };
			expect(judge('video_1', failure(fault({ kind })), before, ONLINE, NOW)).toMatchObject({
				kind: 'problem',
				problem: { message: 'It broke', description: 'Mend it', task: task() },
			});
		},
	);

	test('the rest that the API asked for is taken', () => {
		const limited = fault({ kind: 'rateLimited', retryAfterMs: 90_000 });
		expect(judge('video_1', failure(limited), beginWait(NOW), ONLINE, NOW)).toMatchObject({ nextPollAt: NOW + 90_000 });
	});
});

import { failure, success, type Outcome } from '../../../nodes/Seedance/api/fault';
import type { VideoTask } from '../../../nodes/Seedance/api/task';
import { beginWait, type WaitSettings } from '../../../nodes/Seedance/polling/verdict';
import { askOnce, waitUntilDone, type GoOn } from '../../../nodes/Seedance/polling/wait';
import { advance, finish, MINUTE, NOW, SECOND, useClock } from '../clock';

useClock();

const SETTINGS: WaitSettings = { tier: 'online', giveUpAfterMs: 30 * MINUTE };
const DONE: VideoTask = { id: 'video_1', status: 'completed', video_url: 'https://cdn.example/v.mp4' };

/** A 720p video that is done so long after its creation, asked for by a client that answers at once. */
function video(doneAfterMs: number) {
	const asked: Array<[id: string, at: number, until: number]> = [];
	const ask = async (id: string, until: number): Promise<Outcome<VideoTask>> => {
		asked.push([id, Date.now() - NOW, until - NOW]);
		if (asked.length > 50) throw new Error('It asks without end');
		const status = Date.now() - NOW < doneAfterMs ? { status: 'processing' } : DONE;
		return success({ id, created: NOW / 1000, model: 'seedance_1_5_pro_720p', ...status });
	};
	return { ask, asked };
}

describe('a wait inside the node', () => {
	test('asks until the video is done, at the times of the schedule, and never past the give-up time', async () => {
		const { ask, asked } = video(200 * SECOND);
		const told: GoOn[] = [];
		const ending = await finish(waitUntilDone('video_1', ask, SETTINGS, { onWait: (verdict) => told.push(verdict) }));
		expect(ending).toMatchObject({ kind: 'completed', task: DONE });
		const giveUp = 30 * MINUTE;
		expect(asked).toEqual([0, 150, 180, 210].map((at) => ['video_1', at * SECOND, giveUp]));
		expect(told.map(({ nextPollAt, progress }) => [nextPollAt - NOW, progress.attempt])).toEqual([
			[150 * SECOND, 1],
			[180 * SECOND, 2],
			[210 * SECOND, 3],
		]);
	});

	test('needs nobody who follows it', async () => {
		expect(await finish(waitUntilDone('video_1', video(MINUTE).ask, SETTINGS, {}))).toMatchObject({ kind: 'completed' });
	});

	test('is given up at its time, after a last question', async () => {
		const { ask, asked } = video(Infinity);
		const ending = await finish(waitUntilDone('video_1', ask, { ...SETTINGS, giveUpAfterMs: 170 * SECOND }, {}));
		expect(ending).toMatchObject({ kind: 'problem', problem: { message: expect.stringContaining('given up') as unknown } });
		expect(asked.map(([, at]) => at)).toEqual([0, 150 * SECOND, 170 * SECOND]);
	});

	test('ends with a fault that lasts, after its first question', async () => {
		const fault = { kind: 'notFound' as const, message: 'It is gone', description: 'Create it again.' };
		const ask = jest.fn(async () => failure(fault));
		const ending = await finish(waitUntilDone('video_1', ask, SETTINGS, {}));
		expect(ending).toMatchObject({ kind: 'problem', problem: { message: 'It is gone' } });
		expect(ask).toHaveBeenCalledTimes(1);
	});

	test('is ended at once by a stop, and keeps what is known of the task', async () => {
		const controller = new AbortController();
		const { ask, asked } = video(Infinity);
		const ending = waitUntilDone('video_1', ask, SETTINGS, { signal: controller.signal });
		await advance(MINUTE);
		controller.abort();
		expect(await finish(ending)).toMatchObject({ kind: 'problem', problem: { canceled: true, task: { id: 'video_1', status: 'processing' } } });
		expect(Date.now() - NOW).toBe(MINUTE);
		expect(asked).toHaveLength(1);
	});
});

describe('a single step', () => {
	const created = NOW / 1000 - 600;
	const before = { ...beginWait(NOW - 5 * MINUTE), attempt: 3, task: { id: 'video_1', status: 'queued', created } };

	test('asks once, until the give-up time of what is known, and judges by what was known', async () => {
		const { ask, asked } = video(Infinity);
		expect(await askOnce('video_1', ask, SETTINGS, before)).toMatchObject({
			kind: 'wait',
			progress: { attempt: 4, startedAt: NOW - 5 * MINUTE },
		});
		expect(asked).toEqual([['video_1', 0, 20 * MINUTE]]);
	});

	test('asks nothing before the end of a rest that the API asked for', async () => {
		const { ask, asked } = video(Infinity);
		expect(await askOnce('video_1', ask, SETTINGS, { ...before, notBefore: NOW + 1 })).toMatchObject({
			kind: 'wait',
			giveUpAt: NOW + 20 * MINUTE,
			progress: { attempt: 3 },
		});
		expect(asked).toEqual([]);
		await askOnce('video_1', ask, SETTINGS, { ...before, notBefore: NOW });
		expect(asked).toHaveLength(1);
	});
});

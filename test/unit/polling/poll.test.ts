import type { VideoTask } from '../../../nodes/Seedance/api/task';
import { type Pending, pollOnce, waitUntilDone } from '../../../nodes/Seedance/polling/poll';
import { type PollSettings, startPolling } from '../../../nodes/Seedance/polling/schedule';
import { failure, type Result, success } from '../../../nodes/Seedance/shared/error';
import { advance, finish, MINUTE, NOW, SECOND, useClock } from '../clock';

useClock();

const SETTINGS: PollSettings = { tier: 'online', giveUpAfterMs: 30 * MINUTE };
const DONE: VideoTask = { id: 'video_1', status: 'completed', video_url: 'https://cdn.example/v.mp4' };

/** A 720p video that is done so long after its creation, checks for by a client that answers at once. */
function video(doneAfterMs: number) {
	const checks: Array<[id: string, at: number, until: number]> = [];
	const check = async (id: string, until: number): Promise<Result<VideoTask>> => {
		checks.push([id, Date.now() - NOW, until - NOW]);
		if (checks.length > 50) throw new Error('It asks without end');
		const status = Date.now() - NOW < doneAfterMs ? { status: 'processing' } : DONE;
		return success({ id, created: NOW / 1000, model: 'seedance_1_5_pro_720p', ...status });
	};
	return { check, checks };
}

describe('a wait inside the node', () => {
	test('asks until the video is done, at the times of the schedule, and never past the give-up time', async () => {
		const { check, checks } = video(200 * SECOND);
		const told: Pending[] = [];
		const ending = await finish(waitUntilDone('video_1', check, SETTINGS, { onPending: (result) => told.push(result) }));
		expect(ending).toMatchObject({ state: 'done', task: DONE });
		const giveUp = 30 * MINUTE;
		expect(checks).toEqual([0, 150, 180, 210].map((at) => ['video_1', at * SECOND, giveUp]));
		expect(told.map(({ nextPollAt, pollState }) => [nextPollAt - NOW, pollState.attempt])).toEqual([
			[150 * SECOND, 1],
			[180 * SECOND, 2],
			[210 * SECOND, 3],
		]);
	});

	test('needs nobody who follows it', async () => {
		expect(await finish(waitUntilDone('video_1', video(MINUTE).check, SETTINGS, {}))).toMatchObject({ state: 'done' });
	});

	test('is given up at its time, after a last status check', async () => {
		const { check, checks } = video(Infinity);
		const ending = await finish(waitUntilDone('video_1', check, { ...SETTINGS, giveUpAfterMs: 170 * SECOND }, {}));
		expect(ending).toMatchObject({ state: 'failed', error: { message: expect.stringContaining('given up') as unknown } });
		expect(checks.map(([, at]) => at)).toEqual([0, 150 * SECOND, 170 * SECOND]);
	});

	test('ends with an error that lasts, after its first status check', async () => {
		const error = { kind: 'notFound' as const, message: 'It is gone', description: 'Create it again.' };
		const check = jest.fn(async () => failure(error));
		const ending = await finish(waitUntilDone('video_1', check, SETTINGS, {}));
		expect(ending).toMatchObject({ state: 'failed', error: { message: 'It is gone' } });
		expect(check).toHaveBeenCalledTimes(1);
	});

	test('is ended at once by a stop, and keeps what is known of the task', async () => {
		const controller = new AbortController();
		const { check, checks } = video(Infinity);
		const ending = waitUntilDone('video_1', check, SETTINGS, { signal: controller.signal });
		await advance(MINUTE);
		controller.abort();
		expect(await finish(ending)).toMatchObject({ state: 'failed', error: { kind: 'canceled', task: { id: 'video_1', status: 'processing' } } });
		expect(Date.now() - NOW).toBe(MINUTE);
		expect(checks).toHaveLength(1);
	});
});

describe('a single step', () => {
	const created = NOW / 1000 - 600;
	const before = { ...startPolling(NOW - 5 * MINUTE), attempt: 3, task: { id: 'video_1', status: 'queued', created } };

	test('asks once, until the give-up time of what is known, and judges by what was known', async () => {
		const { check, checks } = video(Infinity);
		expect(await pollOnce('video_1', check, SETTINGS, before)).toMatchObject({
			state: 'pending',
			pollState: { attempt: 4, startedAt: NOW - 5 * MINUTE },
		});
		expect(checks).toEqual([['video_1', 0, 20 * MINUTE]]);
	});

	test('asks nothing before the end of a rest that the API checks for', async () => {
		const { check, checks } = video(Infinity);
		expect(await pollOnce('video_1', check, SETTINGS, { ...before, notBefore: NOW + 1 })).toMatchObject({
			state: 'pending',
			giveUpAt: NOW + 20 * MINUTE,
			pollState: { attempt: 3 },
		});
		expect(checks).toEqual([]);
		await pollOnce('video_1', check, SETTINGS, { ...before, notBefore: NOW });
		expect(checks).toHaveLength(1);
	});
});

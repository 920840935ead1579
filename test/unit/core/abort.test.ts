import { canceledError, sleepWithAbort, whenAborted } from '../../../nodes/Seedance/core/abort';
import { advance, finish, HOUR, MINUTE, NOW, SECOND, setClock, settle, useClock } from '../clock';
import { containing, listenersOf } from '../expecting';

useClock();

/** Whether a wait has ended, and how. */
function watch<T>(wait: Promise<T>): { ended?: T } {
	const seen: { ended?: T } = {};
	void wait.then((result) => (seen.ended = result));
	return seen;
}

describe('a sleep', () => {
	const AS_LONG = [1, 30 * SECOND, MINUTE, 2.5 * MINUTE, HOUR].map((ms) => [ms, ms] as const);
	const OTHERS = [
		[0.2, 1],
		[1000.4, 1001],
		[0, 0],
		[-5, 0],
	] as const;
	test.each([...AS_LONG, ...OTHERS])('of %d ms ends after %d ms', async (ms, expected) => {
		expect(await finish(sleepWithAbort(ms))).toBe(true);
		expect(Date.now() - NOW).toBe(expected);
	});

	test('ends at once when the signal is aborted during it', async () => {
		const controller = new AbortController();
		const seen = watch(sleepWithAbort(HOUR, controller.signal));
		await advance(90 * SECOND);
		expect(seen).toEqual({});
		controller.abort();
		await settle();
		expect(seen).toEqual({ ended: false });
	});

	test.each([HOUR, 0])('does not begin when the signal was aborted before it: %d ms', async (ms) => {
		expect(await finish(sleepWithAbort(ms, AbortSignal.abort()))).toBe(false);
		expect(Date.now()).toBe(NOW);
	});

	test.each([
		['forward is noticed within a minute', 2 * HOUR, MINUTE],
		['back makes it no longer', -5 * HOUR, HOUR],
	])('a clock that is set %s', async (_case, by, expected) => {
		const seen = watch(sleepWithAbort(HOUR));
		await advance(30 * SECOND);
		setClock(NOW + by);
		await advance(expected - 31 * SECOND);
		expect(seen).toEqual({});
		await advance(SECOND);
		expect(seen).toEqual({ ended: true });
	});

	test('leaves no listener on the signal', async () => {
		const { signal } = new AbortController();
		const { added, removed } = listenersOf(signal);
		await finish(sleepWithAbort(3 * MINUTE, signal));
		expect(added).toHaveBeenCalledTimes(1);
		expect(removed.mock.calls).toEqual([added.mock.calls[0]?.slice(0, 2)]);
	});

	test('leaves no listener on its timers', async () => {
		const timeouts = jest.mocked(AbortSignal.timeout);
		const removals: jest.SpyInstance[] = [];
		const make = timeouts.getMockImplementation() as typeof AbortSignal.timeout;
		timeouts.mockImplementation((ms) => {
			const timer = make(ms);
			removals.push(listenersOf(timer).removed);
			return timer;
		});
		await finish(sleepWithAbort(3 * MINUTE));
		expect(removals.map(({ mock }) => mock.calls.length)).toEqual([1, 1, 1]);
	});
});

describe('waiting for a stop', () => {
	test('reaches everybody who waits, and puts one listener on the signal', async () => {
		const controller = new AbortController();
		const { added } = listenersOf(controller.signal);
		const waits = Array.from({ length: 50 }, () => whenAborted(controller.signal));
		expect(added).toHaveBeenCalledTimes(1);
		controller.abort();
		await finish(Promise.all(waits.map(async ({ happens }) => await happens)));
	});

	test('has happened where the signal was aborted before', async () => {
		const signal = AbortSignal.abort();
		const { added } = listenersOf(signal);
		const { happens, forget } = whenAborted(signal);
		await finish(happens);
		forget();
		expect(added).not.toHaveBeenCalled();
	});

	test('never happens without a signal', async () => {
		const { happens, forget } = whenAborted();
		const seen = watch(happens.then(() => 'happened'));
		await settle();
		forget();
		expect(seen).toEqual({});
	});

	test('does not reach those who have forgotten', async () => {
		const controller = new AbortController();
		const waits = [whenAborted(controller.signal), whenAborted(controller.signal)];
		const seen = waits.map(({ happens }) => watch(happens.then(() => 'reached')));
		waits[0]?.forget();
		controller.abort();
		await settle();
		expect(seen).toEqual([{}, { ended: 'reached' }]);
	});

	test('takes its listener off with the last who forgets, and listens again for the next', async () => {
		const controller = new AbortController();
		const { signal } = controller;
		const { added, removed } = listenersOf(signal);
		const [one, other] = [whenAborted(signal), whenAborted(signal)];
		one.forget();
		expect(removed).not.toHaveBeenCalled();
		other.forget();
		expect(removed).toHaveBeenCalledTimes(1);

		const next = whenAborted(signal);
		expect(added).toHaveBeenCalledTimes(2);
		// Forgetting twice takes nothing from who came after.
		one.forget();
		const last = whenAborted(signal);
		expect(added).toHaveBeenCalledTimes(2);
		expect(removed).toHaveBeenCalledTimes(1);
		controller.abort();
		await finish(Promise.all([next.happens, last.happens]));
	});
});

test('a stop says that the API goes on', () => {
	const description = containing('GlobalAI OPC goes on with what it has begun');
	expect(canceledError()).toEqual({ kind: 'canceled', message: 'The execution was canceled', description });
});

// Timers and clocks that a node may not touch: n8n's rules forbid them in the node's own language.

import { seeded } from '../../simulator/random.cts';

/**
 * A clock under the test's control, on which hours pass in milliseconds. Timers follow its steady time, as
 * Node.js's follow the machine's; `Date.now` tells its wall time, which jumps where the test sets it.
 */
export interface VirtualClock {
	/** What `Date.now` says, in milliseconds since 1970 */
	wall: () => number;
	/** Milliseconds since the clock was started, whatever the wall time did */
	steady: () => number;
	/** Sets the wall time forward or back */
	jump: (ms: number) => void;
	/** Does the work when that much steady time has passed; the function that it gives back calls it off */
	after: (ms: number, work: () => void) => () => void;
	/** Whether something asked for the time again and again, and let none pass */
	spun: boolean;
}

/** How often the time may be asked for before any passes: far beyond what a dozen items need. */
const MOST_READINGS = 20_000;

/** Steady time that no run of these tests may take: more than the longest wait, a day, can be stretched to. */
const LONGEST_RUN_MS = 5 * 24 * 60 * 60 * 1000;

/** What goes on in real time: n8n's and Node.js's own steps between two events. */
const REAL = ['nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate', 'performance', 'hrtime'];

const realImmediate = setImmediate;

/** Everything that can happen without time passing happens. */
const settleDown = () => new Promise((resolve) => realImmediate(resolve));

/**
 * Runs something on a virtual clock until it is done.
 *
 * @param now the wall time at the start, in milliseconds since 1970
 * @param seed what `Math.random` follows
 * @throws where nothing is left that could ever go on, or where the work takes days
 */
export async function onVirtualClock<T>(
	{ now, seed }: { now: number; seed: number },
	work: (clock: VirtualClock) => Promise<T>,
): Promise<T> {
	jest.useFakeTimers({ now, doNotFake: REAL as never });
	// So that a failing run can be run again.
	const spies = [jest.spyOn(Math, 'random').mockImplementation(seeded(seed)), timeoutsOnTheClock()];
	let jumped = 0;
	let readings = 0;
	const wall = Date.now;
	const clock: VirtualClock = {
		wall: () => wall.call(Date),
		steady: () => clock.wall() - now - jumped,
		jump: (ms) => {
			jumped += ms;
			jest.setSystemTime(clock.wall() + ms);
		},
		after: (ms, callback) => {
			const timer = setTimeout(callback, ms);
			return () => clearTimeout(timer);
		},
		spun: false,
	};
	spies.push(
		jest.spyOn(Date, 'now').mockImplementation(() => {
			if (++readings > MOST_READINGS) {
				clock.spun = true;
				throw new Error('A loop without a pause');
			}
			return clock.wall();
		}),
	);
	try {
		let end: { value: T } | { error: unknown } | undefined;
		work(clock).then(
			(value) => (end = { value }),
			(error) => (end = { error }),
		);
		for (;;) {
			await settleDown();
			if (end) break;
			if (jest.getTimerCount() === 0) throw new Error('It waits for something that can never happen');
			if (clock.steady() > LONGEST_RUN_MS) throw new Error('It goes on for days');
			readings = 0;
			jest.advanceTimersToNextTimer();
		}
		if ('error' in end) throw end.error;
		return end.value;
	} finally {
		spies.forEach((spy) => spy.mockRestore());
		jest.useRealTimers();
	}
}

/** `AbortSignal.timeout` on the clock, with Node.js's own idea of what is a time. */
function timeoutsOnTheClock() {
	return jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
		if (!Number.isInteger(ms) || ms < 0 || ms > 2 ** 32 - 1)
			throw new RangeError(`"delay" is out of range: ${ms}`);
		const controller = new AbortController();
		setTimeout(() => controller.abort(new DOMException('The operation timed out', 'TimeoutError')), ms);
		return controller.signal;
	});
}

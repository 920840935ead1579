/** When the tests' clock starts, in milliseconds since 1970. */
export const NOW = Date.UTC(2026, 0, 15, 12);

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** Milliseconds since a test began, whatever becomes of the clock. */
let elapsed = 0;
let timers: Array<{ at: number; happen: () => void }> = [];

/**
 * Puts the tests of a file on a clock that moves by `advance` and `finish` only. Jest's own fake timers know nothing
 * of `AbortSignal.timeout`, by which the product waits, so that is faked here.
 */
export function useClock(): void {
	beforeEach(() => {
		elapsed = 0;
		timers = [];
		jest.useFakeTimers({ now: NOW });
		jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
			// As Node.js has it.
			if (!Number.isInteger(ms) || ms < 0) throw new RangeError(`The delay ${ms} is out of range`);
			const controller = new AbortController();
			timers.push({ at: elapsed + ms, happen: () => controller.abort() });
			return controller.signal;
		});
	});
	afterEach(() => {
		jest.restoreAllMocks();
		jest.useRealTimers();
	});
}

/** Waits on the tests' clock. */
export async function after(ms: number): Promise<void> {
	await new Promise<void>((resolve) => timers.push({ at: elapsed + ms, happen: resolve }));
}

/** Sets the clock as a person or a time server does: nothing that waits is woken. */
export function setClock(now: number): void {
	jest.setSystemTime(now);
}

/** Lets everything happen that can without time passing. */
export async function settle(): Promise<void> {
	await jest.advanceTimersByTimeAsync(0);
}

/** Moves the clock on, with everything that happens on the way. */
export async function advance(ms: number): Promise<void> {
	const until = elapsed + ms;
	await settle();
	while (await happenNext(until));
	moveTo(until);
}

/** Moves the clock on until a promise is settled, and not a millisecond further. */
export async function finish<T>(promise: Promise<T>): Promise<T> {
	let settled = false;
	const watch = () => (settled = true);
	promise.then(watch, watch);
	await settle();
	while (!settled && (await happenNext(Infinity)));
	if (!settled) throw new Error('It waits for something that never comes');
	return await promise;
}

async function happenNext(until: number): Promise<boolean> {
	const [next] = timers.filter(({ at }) => at <= until).sort((one, other) => one.at - other.at);
	if (!next) return false;
	timers = timers.filter((timer) => timer !== next);
	moveTo(next.at);
	next.happen();
	await settle();
	return true;
}

function moveTo(at: number): void {
	jest.setSystemTime(Date.now() + at - elapsed);
	elapsed = at;
}

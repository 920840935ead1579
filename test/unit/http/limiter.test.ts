import { Limiter } from '../../../nodes/Seedance/http/limiter';
import { advance, finish, NOW, SECOND, settle, useClock } from '../clock';

useClock();

/** Notes the names of those who got a slot, in their order, and who did not. */
function entering(limiter: Limiter) {
	const entered: string[] = [];
	const late: string[] = [];
	const enter = (name: string, until?: number) => {
		void limiter.enter(until).then((inTime) => (inTime ? entered : late).push(name));
	};
	return { entered, late, enter };
}

describe('slots', () => {
	test.each([
		[1, 1],
		[3, 3],
		[2.9, 2],
		[0, 1],
		[-5, 1],
		[0.5, 1],
	])('of a limiter for %d: %d', async (count, slots) => {
		const { entered, enter } = entering(new Limiter(count));
		for (const name of 'abcdef') enter(name);
		await settle();
		expect(entered).toHaveLength(slots);
	});

	test('go to those in the queue, in their order, each to one; then they are free again, and no more', async () => {
		const limiter = new Limiter(2);
		const { entered, enter } = entering(limiter);
		const steps = [
			['abcde', 0, 'ab'],
			['', 1, 'abc'],
			['', 4, 'abcde'],
			['fgh', 0, 'abcdefg'],
		] as const;
		for (const [arriving, leaving, inside] of steps) {
			for (const name of arriving) enter(name);
			for (let slot = 0; slot < leaving; slot++) limiter.leave();
			await settle();
			expect(entered.join('')).toBe(inside);
		}
	});

	test('go to thousands in the queue in their order too, without those who gave up', async () => {
		const limiter = new Limiter(1);
		const { entered, enter } = entering(limiter);
		const names = Array.from({ length: 2_501 }, (_, index) => String(index));
		for (const name of names) enter(name, name === '1500' ? NOW + SECOND : undefined);
		await advance(SECOND);
		for (let slot = 0; slot < 2_500; slot++) limiter.leave();
		await settle();
		expect(entered).toEqual(names.filter((name) => name !== '1500'));
	});

	test('do not go to those who stopped waiting; who was called in that moment has one', async () => {
		const limiter = new Limiter(1);
		const [stop, stopLate] = [new AbortController(), new AbortController()];
		const entries = [undefined, stop.signal, stopLate.signal, undefined].map((signal) =>
			limiter.enter(Infinity, signal),
		);
		stop.abort();
		expect(await finish(entries[1] as Promise<boolean>)).toBe(false);
		limiter.leave();
		stopLate.abort();
		expect(await finish(entries[2] as Promise<boolean>)).toBe(true);
		limiter.leave();
		expect(await finish(entries[3] as Promise<boolean>)).toBe(true);
		expect(await finish(limiter.enter(Infinity, stop.signal))).toBe(false);
	});

	test('are given back by work that failed too', async () => {
		const limiter = new Limiter(2);
		let underWay = 0;
		let most = 0;
		const begun: number[] = [];
		const work = (n: number) =>
			limiter.run(async () => {
				begun.push(n);
				most = Math.max(most, ++underWay);
				await Promise.resolve();
				underWay--;
				if (n % 2) throw new Error(`odd ${n}`);
				return n;
			});
		const results = await finish(Promise.allSettled([0, 1, 2, 3, 4, 5].map(work)));
		expect(most).toBe(2);
		expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
		expect(results.map(({ status }) => status === 'fulfilled')).toEqual([
			true,
			false,
			true,
			false,
			true,
			false,
		]);
	});
});

describe('waiting for a slot until a time', () => {
	/** A limiter whose only slot is taken. */
	async function full(): Promise<Limiter> {
		const limiter = new Limiter(1);
		await limiter.enter();
		return limiter;
	}

	test('a free slot is taken, even when the time is over', async () => {
		expect(await finish(new Limiter(1).enter(NOW - SECOND))).toBe(true);
	});

	test('without such a time, no clock is needed', async () => {
		const limiter = await full();
		const entered = limiter.enter();
		limiter.leave();
		expect(await finish(entered)).toBe(true);
		expect(AbortSignal.timeout).not.toHaveBeenCalled();
	});

	test.each([
		[-SECOND, 0],
		[0, 0],
		[3 * SECOND, 3 * SECOND],
	])('of which %d ms are left, none comes free: ends after %d ms', async (left, waited) => {
		expect(await finish((await full()).enter(NOW + left))).toBe(false);
		expect(Date.now() - NOW).toBe(waited);
	});

	test('a slot that comes free is taken once; who came too late holds none', async () => {
		const limiter = new Limiter(1);
		const { entered, late, enter } = entering(limiter);
		enter('a');
		enter('b', NOW + SECOND);
		enter('c', NOW + 3 * SECOND);
		enter('d');
		await advance(2 * SECOND);
		expect([entered, late]).toEqual([['a'], ['b']]);
		limiter.leave();
		await advance(10 * SECOND);
		expect([entered, late]).toEqual([['a', 'c'], ['b']]);
		limiter.leave();
		await settle();
		expect(entered).toEqual(['a', 'c', 'd']);
		enter('e', NOW + 13 * SECOND);
		await advance(2 * SECOND);
		// Its slot is free again.
		limiter.leave();
		enter('f');
		await settle();
		expect([entered, late]).toEqual([
			['a', 'c', 'd', 'f'],
			['b', 'e'],
		]);
	});
});

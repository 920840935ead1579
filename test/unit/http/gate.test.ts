import { type Entry, Gate, type GateSettings } from '../../../nodes/Seedance/http/gate';
import { Pace } from '../../../nodes/Seedance/http/pace';
import { failure, type Result, success } from '../../../nodes/Seedance/core/error';
import { advance, after, finish, MINUTE, NOW, SECOND, setClock, settle, useClock } from '../clock';

useClock();

const ACCEPTED = success(null);
const limited = (retryAfterMs?: number): Result<unknown> =>
	failure({ kind: 'rateLimited', message: '', description: '', retryAfterMs });
const lost: Result<unknown> = failure({ kind: 'serverError', message: '', description: '' });

/** A gate, and what enters it: each name with the time, or with what blocked it. */
function gate(settings: Partial<GateSettings> = {}) {
	const pace = new Pace();
	const one = new Gate(pace, { maxConcurrency: 10, requestTimeoutMs: 30 * SECOND, ...settings });
	const entered: Array<[name: string, at: number | Entry['blocked']]> = [];
	const entries = new Map<string, Entry>();
	const enter = async (name: string, deadline = Infinity): Promise<Entry> => {
		const entry = await one.enter(deadline);
		entries.set(name, entry);
		entered.push([name, entry.blocked ?? Date.now() - NOW]);
		return entry;
	};
	/** Lets a request enter, and leave again with its outcome. */
	const pass = async (name: string, outcome: Result<unknown>, tookMs = 0) => {
		const entry = await enter(name);
		if (tookMs > 0) await after(tookMs);
		entry.report(outcome);
		entry.leave();
	};
	return { one, pace, entered, enter, pass, leave: (name: string) => entries.get(name)?.leave() };
}

// In which order slots are taken is proven in limiter.test.ts.
describe('slots', () => {
	test('are shared with downloads, which wait for no cooldown', async () => {
		const { one, enter, pass, entered } = gate({ maxConcurrency: 1 });
		await finish(pass('a', limited(10 * SECOND)));
		const download = one.slots.run(async () => await after(15 * SECOND));
		await finish(enter('b'));
		expect(entered[1]).toEqual(['b', 15 * SECOND]);
		await finish(download);
	});

	test('are not held while a request waits for the cooldown', async () => {
		const { one, enter, pass } = gate({ maxConcurrency: 1 });
		await finish(pass('a', limited(10 * SECOND)));
		void enter('b');
		await advance(SECOND);
		expect(await finish(one.slots.run(async () => await Promise.resolve(Date.now() - NOW)))).toBe(SECOND);
	});

	test('that come free during a cooldown are given back until it is over', async () => {
		const { one, enter, pass, entered } = gate({ maxConcurrency: 2 });
		const slow = pass('a', limited(10 * SECOND), 2 * SECOND);
		await settle();
		const download = one.slots.run(async () => await after(3 * SECOND));
		await settle();
		const last = enter('b');
		await finish(Promise.all([slow, download, last]));
		expect(entered.at(-1)).toEqual(['b', 12 * SECOND]);
	});
});

describe('after a 429', () => {
	test('one request at a time enters until one is accepted after the cooldown', async () => {
		const { enter, leave, pass, entered } = gate();
		await finish(pass('a', limited(5 * SECOND)));
		const probe = enter('b');
		void enter('c');
		const { report } = await finish(probe);
		await advance(2 * SECOND);
		expect(entered.slice(1)).toEqual([['b', 5 * SECOND]]);
		report(ACCEPTED);
		await advance(SECOND);
		expect(entered.slice(2)).toEqual([]);
		leave('b');
		await settle();
		expect(entered.slice(2)).toEqual([['c', 8 * SECOND]]);
	});

	test('a probe that gets no answer makes room for the next', async () => {
		const { enter, leave, pass, entered, pace } = gate();
		await finish(pass('a', limited(5 * SECOND)));
		await finish(enter('b'));
		leave('b');
		await finish(enter('c'));
		expect(entered.slice(1)).toEqual([
			['b', 5 * SECOND],
			['c', 5 * SECOND],
		]);
		expect(pace.isProbing).toBe(true);
	});

	test('every other answer ends the cooldown, an error too', async () => {
		const { pass, pace } = gate();
		await finish(pass('a', limited()));
		await finish(pass('b', lost));
		expect(pace.isProbing).toBe(false);
	});

	test('requests keep the rate of the pace', async () => {
		const { pass, entered } = gate();
		const names = [...'abcdefgh'];
		await finish(Promise.all(names.slice(0, 4).map(async (name) => await pass(name, ACCEPTED))));
		await finish(pass('e', limited(SECOND)));
		await finish(Promise.all(names.slice(5).map(async (name) => await pass(name, ACCEPTED))));
		// Four requests in 1,001 ms. The first after the cooldown counts as 20 ms late.
		expect(entered.slice(5)).toEqual([
			['f', 1_000],
			['g', 1_231],
			['h', 1_481],
		]);
	});

	test('a clock that is set back while a request is in flight makes no cooldown longer', async () => {
		const { enter, entered } = gate();
		const entry = await finish(enter('a'));
		setClock(NOW - 60 * MINUTE);
		entry.report(limited(10 * SECOND));
		entry.leave();
		const next = enter('b');
		await advance(10 * SECOND);
		await next;
		expect(entered[1]).toEqual(['b', 10 * SECOND - 60 * MINUTE]);
	});
});

describe('a request may not be sent', () => {
	test.each([
		['longer than two minutes', 120_001, Infinity],
		['longer than the deadline', 10 * SECOND, 9_999],
	])('for a cooldown that lasts %s, and is told at once for how long', async (_case, ms, deadline) => {
		const { enter, pass, entered } = gate();
		await finish(pass('a', limited(ms)));
		const { blocked } = await finish(enter('b', NOW + deadline));
		expect(blocked).toEqual({ by: 'cooldown', ms });
		expect(Date.now()).toBe(NOW);
		// It is in the way of no other request.
		await finish(enter('c', NOW + 10 * SECOND + ms).then(({ leave }) => leave()));
		expect(entered[2]).toEqual(['c', ms > 2 * MINUTE ? { by: 'cooldown', ms } : ms]);
	});

	test.each([
		['the deadline', 10 * SECOND, 10 * SECOND],
		['the time of a request, once the deadline is over', -SECOND, 30 * SECOND],
		['the time of a request, at the deadline', 0, 30 * SECOND],
	])(
		'when others keep the slots past %s: at the head of the queue, and in it',
		async (_case, deadline, at) => {
			const { enter, leave, entered } = gate({ maxConcurrency: 1 });
			void enter('a');
			await settle();
			const late = [enter('b', NOW + deadline), enter('c', NOW + deadline)];
			const entries = await finish(Promise.all(late));
			expect(Date.now() - NOW).toBe(at);
			expect(entries.map(({ blocked }) => blocked)).toEqual([{ by: 'queue' }, { by: 'queue' }]);
			leave('a');
			await finish(enter('d', NOW + MINUTE));
			expect(entered[3]).toEqual(['d', at]);
		},
	);

	test('when the rate allows it only after the deadline', async () => {
		const { pass, enter } = gate();
		for (const name of 'abcd') await finish(pass(name, ACCEPTED));
		await finish(pass('e', limited(SECOND)));
		await finish(pass('f', ACCEPTED));
		const { blocked } = await finish(enter('g', Date.now() + 230));
		expect(blocked).toEqual({ by: 'queue' });
		expect((await finish(enter('h', Date.now() + 232))).blocked).toBeUndefined();
	});

	test('once the run is over, in the cooldown too', async () => {
		const controller = new AbortController();
		const { pass, enter } = gate({ signal: controller.signal });
		await finish(pass('a', limited(MINUTE)));
		const waiting = enter('b');
		await advance(SECOND);
		controller.abort();
		expect((await finish(waiting)).blocked).toEqual({ by: 'stop' });
		expect((await finish(enter('c'))).blocked).toEqual({ by: 'stop' });
		expect(Date.now()).toBe(NOW + SECOND);
	});
});

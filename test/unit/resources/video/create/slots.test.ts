import {
	Slots,
	type SlotSettings,
	type Turn,
} from '../../../../../nodes/Seedance/resources/video/create/slots';
import { advance, HOUR, NOW, SECOND, settle, useClock } from '../../../clock';

useClock();

/** Slots, and the creates that they let through: by the positions of their items, in the order of their turns. */
function slots(settings: Partial<SlotSettings> = {}) {
	const over = new AbortController();
	const one = new Slots({ maxSending: 10, signal: over.signal, ...settings });
	const through: number[] = [];
	const turns = new Map<number, Turn>();
	const ends = new Map<number, Turn | undefined>();
	const enter = (index: number, deadline = NOW + HOUR) => {
		void one.enter(index, deadline).then((turn) => {
			ends.set(index, turn);
			if (!turn) return;
			through.push(index);
			turns.set(index, turn);
			one.mayBeSent(turn);
		});
	};
	const turnOf = (index: number) => turns.get(index) as Turn;
	/** The API takes these. */
	const accept = async (...indexes: number[]) => {
		for (const index of indexes) one.accepted(turnOf(index));
		await settle();
	};
	/** The API refuses these, and they come back. */
	const refuse = async (indexes: number[], retryAfterMs?: number) => {
		for (const index of indexes) {
			one.refused(turnOf(index), retryAfterMs);
			enter(index);
		}
		await settle();
	};
	/** Says which have come through since it was called last. */
	const news = async () => {
		await settle();
		return through.splice(0);
	};
	return { one, over, enter, ends, turnOf, accept, refuse, news };
}

/** An account that is full: items 0 to 2 run, and 3 and all others wait. */
async function full(settings: Partial<SlotSettings> = {}, waiting = 6) {
	const all = slots({ maxSending: 4, ...settings });
	for (let index = 0; index < 3 + waiting; index++) all.enter(index);
	await all.news();
	await all.accept(0, 1, 2);
	const sent = await all.news();
	await all.refuse([3, ...sent]);
	// The second time, after a cooldown.
	await all.news();
	expect(all.one.isFull).toBe(false);
	await all.refuse([3]);
	for (const index of [4, 5, 6]) all.one.unused(all.turnOf(index));
	for (const index of [4, 5, 6]) all.enter(index);
	expect(await all.news()).toEqual([]);
	expect(all.one.isFull).toBe(true);
	return all;
}

describe('as long as nothing is refused', () => {
	test('as many creates are on their way as may be, in the order of their items', async () => {
		const { enter, news, accept } = slots({ maxSending: 2 });
		[3, 0, 2, 1].forEach((index) => enter(index));
		expect(await news()).toEqual([3, 0]);
		await accept(3);
		expect(await news()).toEqual([1]);
		await accept(0, 1);
		expect(await news()).toEqual([2]);
	});

	test('no more tasks run than may, those of an earlier attempt among them', async () => {
		const { one, enter, news, accept } = slots({ maxRunning: 2 });
		one.begun();
		[0, 1, 2].forEach((index) => enter(index));
		expect(await news()).toEqual([0]);
		await accept(0);
		expect(await news()).toEqual([]);
		one.end();
		expect(await news()).toEqual([1]);
	});

	test('a create that made nothing takes no slot', async () => {
		const { one, enter, news, turnOf } = slots({ maxRunning: 1 });
		[0, 1].forEach((index) => enter(index));
		expect(await news()).toEqual([0]);
		one.unused(turnOf(0));
		expect(await news()).toEqual([1]);
	});
});

describe('two refusals in a row', () => {
	test('hold all creates; those that were sent together count once', async () => {
		await full();
	});

	test('with one accepted in between, hold nothing', async () => {
		const { one, enter, news, accept, refuse } = slots({ maxSending: 1 });
		[0, 1, 2].forEach((index) => enter(index));
		await news();
		await refuse([0]);
		expect(await news()).toEqual([0]);
		await accept(0);
		await news();
		await refuse([1]);
		expect(one.isFull).toBe(false);
		expect(await news()).toEqual([1]);
	});

	test('hold also what has had its turn and is not sent yet', async () => {
		const { one, turnOf } = await full();
		expect(one.mayBeSent({ ...turnOf(4), cause: 'open' })).toBe(false);
		expect(one.mayBeSent({ ...turnOf(4), cause: 'end' })).toBe(true);
	});
});

describe('while the account is full', () => {
	test('each end of a task lets one create through, and what it made changes nothing', async () => {
		const { one, news, accept } = await full();
		one.end();
		expect(await news()).toEqual([3]);
		await accept(3);
		expect(await news()).toEqual([]);
		one.end();
		one.end();
		expect(await news()).toEqual([4, 5]);
	});

	test('a create that is refused after an end waits for the next', async () => {
		const { one, news, refuse } = await full();
		one.end();
		expect(await news()).toEqual([3]);
		await refuse([3]);
		expect(await news()).toEqual([]);
		one.end();
		expect(await news()).toEqual([3]);
	});

	test('a create that failed otherwise leaves its turn to the next', async () => {
		const { one, news, turnOf } = await full();
		one.end();
		expect(await news()).toEqual([3]);
		one.unused(turnOf(3));
		expect(await news()).toEqual([4]);
	});

	test('the end of a task that came between a refusal and its answer counts', async () => {
		const { one, enter, news, accept, refuse } = slots({ maxSending: 1 });
		[0, 1].forEach((index) => enter(index));
		await news();
		await accept(0);
		await news();
		await refuse([1]);
		await news();
		one.end();
		await refuse([1]);
		expect(one.isFull).toBe(true);
		expect(await news()).toEqual([1]);
	});

	test('a probe is let through after 18 s, 36 s and then every 60 s', async () => {
		const { news, refuse } = await full();
		for (const seconds of [18, 36, 60, 60]) {
			await advance(seconds * SECOND - 1);
			expect(await news()).toEqual([]);
			await advance(1);
			expect(await news()).toEqual([3]);
			await refuse([3]);
		}
	});

	test('the end of a task puts the probe off', async () => {
		const { one, news, accept } = await full();
		await advance(17 * SECOND);
		one.end();
		expect(await news()).toEqual([3]);
		await accept(3);
		await advance(17 * SECOND);
		expect(await news()).toEqual([]);
		await advance(SECOND);
		expect(await news()).toEqual([4]);
	});

	test('probes that tasks that ended unseen explain let one more through each, and then no more', async () => {
		const { one, news, accept, refuse } = await full();
		await advance(18 * SECOND);
		expect(await news()).toEqual([3]);
		await accept(3);
		expect(await news()).toEqual([4]);
		await refuse([4]);
		expect(one.isFull).toBe(true);
		await advance(36 * SECOND);
		expect(await news()).toEqual([4]);
	});

	test('more accepted probes than tasks can have ended unseen lift it', async () => {
		const { one, news, accept } = await full({}, 12);
		await advance(18 * SECOND);
		for (const index of [3, 4, 5]) {
			expect(await news()).toEqual([index]);
			await accept(index);
			expect(one.isFull).toBe(true);
		}
		expect(await news()).toEqual([6]);
		await accept(6);
		expect(one.isFull).toBe(false);
		expect(await news()).toEqual([7, 8, 9, 10]);
	});

	test('one accepted probe lifts it where nothing of the run is running', async () => {
		const { one, enter, news, accept, refuse } = slots({ maxSending: 1 });
		[0, 1].forEach((index) => enter(index));
		await news();
		await refuse([0]);
		await news();
		await refuse([0]);
		expect(one.isFull).toBe(true);
		await advance(18 * SECOND);
		expect(await news()).toEqual([0]);
		await accept(0);
		expect(one.isFull).toBe(false);
	});

	test('a longer cooldown holds all, whatever ends meanwhile', async () => {
		const { one, news, refuse } = await full();
		one.end();
		expect(await news()).toEqual([3]);
		await refuse([3], 300 * SECOND);
		one.end();
		await advance(299 * SECOND);
		expect(await news()).toEqual([]);
		await advance(SECOND);
		expect((await news())[0]).toBe(3);
	});

	test('a probe that is refused after another create was is followed by a probe', async () => {
		const { one, news, refuse } = await full();
		await advance(18 * SECOND);
		one.end();
		expect(await news()).toEqual([3, 4]);
		await refuse([4, 3]);
		await advance(36 * SECOND);
		expect(await news()).toEqual([3]);
	});
});

describe('what a refusal says of the rate of requests', () => {
	test('something, until the account is full; then nothing, but where nothing of the run is running', async () => {
		const { one, enter, news, accept, refuse, turnOf } = slots({ maxSending: 2 });
		[0, 1].forEach((index) => enter(index));
		await news();
		await accept(0);
		expect(one.isOfRate(turnOf(1))).toBe(true);
		await refuse([1]);
		await news();
		expect(one.isOfRate(turnOf(1))).toBe(false);
		await refuse([1]);
		one.end();
		await news();
		expect(one.isOfRate(turnOf(1))).toBe(true);
	});
});

describe('a create that waits', () => {
	test('has no turn after its time, and the others go on', async () => {
		const { one, enter, ends, news } = slots({ maxRunning: 1 });
		one.begun();
		enter(0, NOW + 10 * SECOND);
		enter(1);
		await advance(10 * SECOND);
		expect([...ends]).toEqual([[0, undefined]]);
		expect(one.waiting).toBe(1);
		one.end();
		expect(await news()).toEqual([1]);
	});

	test('has its turn after its time, where it does not have to wait', async () => {
		const { enter, news } = slots();
		enter(0, NOW - SECOND);
		expect(await news()).toEqual([0]);
	});

	test('ends at once with the run, and no other gets a turn', async () => {
		const { one, over, enter, ends } = slots({ maxRunning: 1 });
		one.begun();
		[0, 1].forEach((index) => enter(index));
		await settle();
		over.abort();
		one.end();
		enter(2);
		await settle();
		expect([...ends]).toEqual([
			[2, undefined],
			[0, undefined],
			[1, undefined],
		]);
	});
});

test('no probe outlives the run', async () => {
	const { one, news } = await full();
	one.close();
	await advance(HOUR - 1);
	expect(await news()).toEqual([]);
});

import { seeded } from '../../simulator/random.cts';

import type { ScheduleSettings } from '../../../nodes/Seedance/waiting/schedule';

/** A simulated task; ages are seconds after `created`. */
export interface SimulatedTask {
	model: string;
	/** Age at the first status check */
	firstCheckAt: number;
	/** Age at which the task is done */
	finishedAt: number;
}

/** Draws one finish time in seconds. */
type Spread = (random: () => number) => number;

/** A set of tasks, and how it is waited for. */
export interface Mix extends ScheduleSettings {
	/** Each equally often */
	kinds: Array<{ model: string; finish: Spread }>;
	/** The most status checks, as a part of the best fixed interval's; default: 1 */
	atMost?: number;
	/** Whether docs/benchmarks.md shows it */
	isOnPage?: boolean;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** The usual workflow creates a task and begins to wait for it at once; seconds. */
const FIRST_CHECK_WITHIN = 5;

const uniform =
	(from: number, to: number): Spread =>
	(random) =>
		from + (to - from) * random();

/** Every doubling of the time is as likely as the next. */
const logUniform =
	(from: number, to: number): Spread =>
	(random) =>
		from * (to / from) ** random();

/** A share of the tasks takes longer by a factor. */
const longer =
	(finish: Spread, factor: number, share: number): Spread =>
	(random) =>
		(random() < share ? factor : 1) * finish(random);

/** The vendor's page "Seedance1.5 Query Video Task"; that times are uniform is an assumption. */
const HD = { model: 'seedance_1_5_pro_720p', finish: uniform(2 * MINUTE, 5 * MINUTE) };
const FULL_HD = { model: 'seedance_1_5_pro_1080p', finish: uniform(3 * MINUTE, 8 * MINUTE) };

const BOTH = [HD, FULL_HD];

const online = (kinds: Mix['kinds'], more?: Partial<Mix>): Mix => ({ tier: 'online', kinds, ...more });
const both = (factor: number, share: number) =>
	online(BOTH.map(({ model, finish }) => ({ model, finish: longer(finish, factor, share) })));
const flex = (finish: Spread, more?: Partial<Mix>): Mix => ({
	tier: 'flex',
	kinds: [{ model: HD.model, finish }],
	...more,
});

/** By their names in the tables. Of 2.0 and flex no times are documented: these are guesses. */
export const MIXES: Record<string, Mix> = {
	'720p, done after 2 to 5 min': online([HD], { atMost: 0.6, isOnPage: true }),
	'1080p, 3 to 8 min': online([FULL_HD], { atMost: 0.6, isOnPage: true }),
	'half of each': online(BOTH, { atMost: 0.6 }),
	'half of each, chained': online(BOTH, { isStored: true }),
	'half of each, 0.7 times as long': both(0.7, 1),
	'half of each, 1.5 times as long': both(1.5, 1),
	'half of each, one in ten 3 times as long': both(3, 0.1),
	'2.0 Pro, 2 to 8 min': online([{ model: 'seedance_2_0_pro', finish: uniform(2 * MINUTE, 8 * MINUTE) }]),
	'2.0 Fast Pro, 1 to 4 min': online([
		{ model: 'seedance_2_0_fast_pro', finish: uniform(MINUTE, 4 * MINUTE) },
	]),
	'flex, 10 min to 12 h': flex(logUniform(10 * MINUTE, 12 * HOUR), { isOnPage: true }),
	'flex, 10 min to 12 h, uniform': flex(uniform(10 * MINUTE, 12 * HOUR)),
	'flex, 5 min to 2 h': flex(logUniform(5 * MINUTE, 2 * HOUR)),
};

/** The same seed gives the same tasks. */
export function makeTasks({ kinds }: Mix, count: number, seed: number): SimulatedTask[] {
	const random = seeded(seed);
	return Array.from({ length: count }, (_, i) => {
		const kind = kinds[i % kinds.length];
		if (!kind) throw new Error('A mix needs at least one kind of task');
		return {
			model: kind.model,
			firstCheckAt: FIRST_CHECK_WITHIN * random(),
			finishedAt: kind.finish(random),
		};
	});
}

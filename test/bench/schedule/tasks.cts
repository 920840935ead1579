import { seeded } from '../../simulator/random.cts';

/** A task as the simulation knows it; ages are seconds after `created`. */
export interface SimulatedTask {
	model: string;
	/** Age at the first status check */
	firstAskedAt: number;
	/** Age at which the task is done */
	finishedAt: number;
}

/** Draws one finish time. */
export type Spread = (random: () => number) => number;

/** What a set of tasks is made of. */
export interface Mix {
	/** Each equally often */
	kinds: Array<{ model: string; finish: Spread }>;
	/** The first status check is made at a random age up to this, in seconds */
	firstAskedWithin?: number;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/**
 * @param from seconds
 * @param to seconds
 */
const uniform =
	(from: number, to: number): Spread =>
	(random) =>
		from + (to - from) * random();

/**
 * Every doubling of the time is as likely as the next.
 *
 * @param from seconds
 * @param to seconds
 */
const logUniform =
	(from: number, to: number): Spread =>
	(random) =>
		from * (to / from) ** random();

/** Every finish time `factor` times as late. */
const stretched =
	(factor: number, finish: Spread): Spread =>
	(random) =>
		factor * finish(random);

/** One task in ten three times as late. */
const withStragglers =
	(finish: Spread): Spread =>
	(random) =>
		(random() < 0.1 ? 3 : 1) * finish(random);

/** Estimated generation times of the vendor's page "Seedance1.5 Query Video Task". */
const HD = { model: 'seedance_1_5_pro_720p', finish: uniform(2 * MINUTE, 5 * MINUTE) };
const FULL_HD = { model: 'seedance_1_5_pro_1080p', finish: uniform(3 * MINUTE, 8 * MINUTE) };

/** Right after it was created: the usual workflow creates a task and goes on to wait for it. */
export const FIRST_ASKED_WITHIN = 5;

const both = (change: (finish: Spread) => Spread): Mix['kinds'] =>
	[HD, FULL_HD].map(({ model, finish }) => ({ model, finish: change(finish) }));

const offline = (finish: Spread): Mix => ({ kinds: [{ model: HD.model, finish }] });

/** The documented online finish times. */
export const DOCUMENTED: Record<string, Mix> = {
	'720p': { kinds: [HD] },
	'1080p': { kinds: [FULL_HD] },
	'half of each': { kinds: [HD, FULL_HD] },
};

/** Where the documented figures are off, half of each resolution. */
export const OFF_THE_FIGURES: Record<string, Mix> = {
	'all 0.7 times as long': { kinds: both((finish) => stretched(0.7, finish)) },
	'all 1.5 times as long': { kinds: both((finish) => stretched(1.5, finish)) },
	'one in ten 3 times as long': { kinds: both(withStragglers) },
	'first asked for within 60 s': { kinds: [HD, FULL_HD], firstAskedWithin: 60 },
};

/** No finish times of Seedance 2.0 are documented: guesses. */
export const SEEDANCE_2_0: Record<string, Mix> = {
	'2.0 Pro, 2 to 8 min': { kinds: [{ model: 'seedance_2_0_pro', finish: uniform(2 * MINUTE, 8 * MINUTE) }] },
	'2.0 Fast Pro, 1 to 4 min': {
		kinds: [{ model: 'seedance_2_0_fast_pro', finish: uniform(MINUTE, 4 * MINUTE) }],
	},
	'X1, 2 to 8 min': {
		kinds: [{ model: 'seedance_2_0_x1_official', finish: uniform(2 * MINUTE, 8 * MINUTE) }],
	},
};

/** Three guesses, the first of them the main one: no finish times are documented for the offline tier. */
export const OFFLINE: Record<string, Mix> = {
	'10 min to 12 h, log-uniform': offline(logUniform(10 * MINUTE, 12 * HOUR)),
	'10 min to 12 h, uniform': offline(uniform(10 * MINUTE, 12 * HOUR)),
	'5 min to 2 h, log-uniform': offline(logUniform(5 * MINUTE, 2 * HOUR)),
};

/** @param seed the same seed gives the same tasks */
export function makeTasks(mix: Mix, count: number, seed: number): SimulatedTask[] {
	const random = seeded(seed);
	return Array.from({ length: count }, (_, i) => {
		const kind = mix.kinds[i % mix.kinds.length];
		if (!kind) throw new Error('A mix needs at least one kind of task');
		return {
			model: kind.model,
			firstAskedAt: (mix.firstAskedWithin ?? FIRST_ASKED_WITHIN) * random(),
			finishedAt: kind.finish(random),
		};
	});
}

'use strict';

const { seeded } = require('../random');

/**
 * A task as the simulation knows it; ages are seconds after `created`.
 *
 * @typedef {object} SimulatedTask
 * @property {string} model
 * @property {number} firstAskedAt age at the first question
 * @property {number} finishedAt age at which the task is done
 */

/**
 * Draws one finish time.
 *
 * @typedef {(random: () => number) => number} Spread
 */

/**
 * What a set of tasks is made of.
 *
 * @typedef {object} Mix
 * @property {Array<{ model: string, finish: Spread }>} kinds each equally often
 * @property {number} [firstAskedWithin] the first question is asked at a random age up to this, in seconds
 */

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/**
 * @param {number} from seconds
 * @param {number} to seconds
 * @returns {Spread}
 */
const uniform = (from, to) => (random) => from + (to - from) * random();

/**
 * Every doubling of the time is as likely as the next.
 *
 * @param {number} from seconds
 * @param {number} to seconds
 * @returns {Spread}
 */
const logUniform = (from, to) => (random) => from * (to / from) ** random();

/**
 * Every finish time `factor` times as late.
 *
 * @param {number} factor
 * @param {Spread} finish
 * @returns {Spread}
 */
const stretched = (factor, finish) => (random) => factor * finish(random);

/**
 * One task in ten three times as late.
 *
 * @param {Spread} finish
 * @returns {Spread}
 */
const withStragglers = (finish) => (random) => (random() < 0.1 ? 3 : 1) * finish(random);

/** Estimated generation times of the vendor's page "Seedance1.5 Query Video Task". */
const HD = { model: 'seedance_1_5_pro_720p', finish: uniform(2 * MINUTE, 5 * MINUTE) };
const FULL_HD = { model: 'seedance_1_5_pro_1080p', finish: uniform(3 * MINUTE, 8 * MINUTE) };

/** Right after it was created: the usual workflow creates a task and goes on to wait for it. */
const FIRST_ASKED_WITHIN = 5;

/**
 * @param {(finish: Spread) => Spread} change
 * @returns {Mix['kinds']}
 */
const both = (change) => [HD, FULL_HD].map(({ model, finish }) => ({ model, finish: change(finish) }));

/**
 * @param {Spread} finish
 * @returns {Mix}
 */
const offline = (finish) => ({ kinds: [{ model: HD.model, finish }] });

/**
 * The documented online finish times.
 *
 * @type {Record<string, Mix>}
 */
const DOCUMENTED = {
	'720p': { kinds: [HD] },
	'1080p': { kinds: [FULL_HD] },
	'half of each': { kinds: [HD, FULL_HD] },
};

/**
 * Where the documented figures are off, half of each resolution.
 *
 * @type {Record<string, Mix>}
 */
const OFF_THE_FIGURES = {
	'all 0.7 times as long': { kinds: both((finish) => stretched(0.7, finish)) },
	'all 1.5 times as long': { kinds: both((finish) => stretched(1.5, finish)) },
	'one in ten 3 times as long': { kinds: both(withStragglers) },
	'first asked for within 60 s': { kinds: [HD, FULL_HD], firstAskedWithin: 60 },
};

/**
 * Three guesses, the first of them the main one: no finish times are documented for the offline tier.
 *
 * @type {Record<string, Mix>}
 */
const OFFLINE = {
	'10 min to 12 h, log-uniform': offline(logUniform(10 * MINUTE, 12 * HOUR)),
	'10 min to 12 h, uniform': offline(uniform(10 * MINUTE, 12 * HOUR)),
	'5 min to 2 h, log-uniform': offline(logUniform(5 * MINUTE, 2 * HOUR)),
};

/**
 * @param {Mix} mix
 * @param {number} count
 * @param {number} seed the same seed gives the same tasks
 * @returns {SimulatedTask[]}
 */
function makeTasks(mix, count, seed) {
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

module.exports = { DOCUMENTED, FIRST_ASKED_WITHIN, OFF_THE_FIGURES, OFFLINE, makeTasks };

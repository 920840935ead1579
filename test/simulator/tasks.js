'use strict';

const { anything, filled, number, object, oneOf, string } = require('./check');
const { LARGEST_VIDEO, LONGEST_VIDEO } = require('./mp4');

/** @import { Check } from './check' */

/** @typedef {'online' | 'flex'} Tier */
/** @typedef {'completed' | 'failed' | 'cancelled'} EndStatus */
/** @typedef {EndStatus | 'never'} Outcome `never`: processing for as long as the task is kept */
/** @typedef {'queued' | 'processing' | EndStatus} TaskStatus */

/**
 * What a task can be told to be; everything can be left out.
 *
 * @typedef {object} TaskOptions
 * @property {string} [id] default: `video_` and 12 hex digits
 * @property {string} [model] default `seedance_1_5_pro_720p`; any name
 * @property {Tier} [tier] default `online`; counts for the generation time alone, no answer shows it
 * @property {Outcome} [outcome] default `completed`
 * @property {number} [createdAgo] seconds that the task is old when it is added, default 0; negative:
 * `created` lies in the future
 * @property {number} [finishAfter] real seconds from now to the end; 0 or less: ended already. Default: a
 * generation time drawn from the documented range, less `createdAgo`, divided by the speed
 * @property {number} [finishAfterAnswers] ends it with its answer of that number, counted from 1, however long
 * that takes; the next answer shows the end
 * @property {string} [error] the API's words when the outcome is `failed`
 * @property {Record<string, unknown>} [extra] merged over the answer, known fields included
 * @property {unknown} [created] reported instead of the true time; undefined leaves the field out
 * @property {unknown} [videoUrl] reported instead of the true address
 * @property {number} [missingVideoUrl] how many completed answers come with `video_url: null`, default 0
 * @property {number} [videoBytes] size of the file; raised to what the film needs, see mp4.js
 * @property {string} [fileType] its Content-Type, default `video/mp4`; '' for none; the bytes stay a film
 * @property {string} [fileEnding] of the file's address, default `mp4`
 * @property {number} [actualDuration] seconds of video, default 5
 */

/**
 * A task as it is kept. Times are milliseconds of the simulator's clock.
 *
 * @typedef {object} Task
 * @property {string} id
 * @property {string} model
 * @property {Tier} tier
 * @property {Outcome} outcome
 * @property {unknown} created
 * @property {number} processingAt
 * @property {number} finishAt
 * @property {number} expiresAt
 * @property {number} answersToEnd how many answers from its end it is, where answers decide; else 0
 * @property {string} error
 * @property {Record<string, unknown>} extra
 * @property {unknown} videoUrl
 * @property {number} missingVideoUrl
 * @property {number} videoBytes
 * @property {string} fileType
 * @property {string} fileEnding
 * @property {number} actualDuration
 */

/**
 * @typedef {object} TaskDefaults
 * @property {string} id
 * @property {(id: string, ending: string) => string} videoUrl
 * @property {number} videoBytes
 * @property {number} now ms
 * @property {number} speed simulated seconds a real second
 * @property {number} retention simulated seconds from a task's creation until it is gone
 * @property {() => number} random 0 to 1
 */

/** @type {readonly EndStatus[]} */
const END_STATUSES = ['completed', 'failed', 'cancelled'];

/** @type {readonly TaskStatus[]} */
const STATUSES = ['queued', 'processing', ...END_STATUSES];

/** The share of a task's time that it spends in the queue. */
const QUEUED_SHARE = 0.1;

/** @type {Check} */
const mediaType = (value) =>
	(typeof value === 'string' && /^([\w.+-]+\/[\w.+-]+(; ?[\w.+-]+=[\w.+-]+)*)?$/.test(value)
		? null
		: 'a media type, or empty');

/** @type {Check} */
const ending = (value) =>
	(typeof value === 'string' && /^[a-z0-9]+$/i.test(value) ? null : 'letters and digits');

/** @type {Record<string, Check>} */
const TASK_FIELDS = {
	id: filled,
	model: filled,
	tier: oneOf(['online', 'flex']),
	outcome: oneOf([...END_STATUSES, 'never']),
	createdAgo: number(),
	finishAfter: number(),
	finishAfterAnswers: number({ min: 1, integer: true }),
	error: string,
	extra: object,
	created: anything,
	videoUrl: anything,
	missingVideoUrl: number({ min: 0, integer: true, infinite: true }),
	videoBytes: number({ min: 0, max: LARGEST_VIDEO, integer: true }),
	fileType: mediaType,
	fileEnding: ending,
	actualDuration: number({ above: 0, max: LONGEST_VIDEO }),
};

/**
 * How long a generation takes. The vendor's page gives 2 to 5 min for 720p and 3 to 8 min for 1080p; 480p is
 * assumed to be no slower than 720p, and so is any other model. It has no figure for the flex tier: 10 min to
 * 2 h is a guess.
 *
 * @param {string} model
 * @param {Tier} tier
 * @returns {{ min: number, max: number }} seconds from creation
 */
function generationTime(model, tier) {
	if (tier === 'flex') return { min: 600, max: 7200 };
	if (model.endsWith('_1080p')) return { min: 180, max: 480 };
	return { min: 120, max: 300 };
}

/**
 * A task that is `createdAgo` seconds old now; from now on it ages `speed` times as fast as the clock.
 *
 * @param {TaskOptions} options checked, see TASK_FIELDS
 * @param {TaskDefaults} defaults
 * @returns {Task}
 */
function makeTask(options, defaults) {
	const { now, speed, retention, random } = defaults;
	const { id = defaults.id, model = 'seedance_1_5_pro_720p', tier = 'online', createdAgo = 0 } = options;
	const { fileType = 'video/mp4', fileEnding = 'mp4' } = options;
	const { min, max } = generationTime(model, tier);
	const drawn = min + random() * (max - min);
	const finishAfter = options.finishAfter ?? (drawn - createdAgo) / speed;
	const ageAtEnd = createdAgo + finishAfter * speed;

	/** @param {number} age simulated seconds since creation */
	const whenAged = (age) => now + ((age - createdAgo) / speed) * 1000;

	return {
		id,
		model,
		tier,
		outcome: options.outcome ?? 'completed',
		created: 'created' in options ? options.created : Math.floor(now / 1000 - createdAgo),
		processingAt: whenAged(QUEUED_SHARE * ageAtEnd),
		finishAt: options.finishAfterAnswers === undefined ? now + finishAfter * 1000 : Infinity,
		expiresAt: whenAged(retention),
		answersToEnd: options.finishAfterAnswers ?? 0,
		error: options.error ?? 'Video generation failed: the content did not pass the review.',
		extra: options.extra ?? {},
		videoUrl: 'videoUrl' in options ? options.videoUrl : defaults.videoUrl(id, fileEnding),
		missingVideoUrl: options.missingVideoUrl ?? 0,
		videoBytes: options.videoBytes ?? defaults.videoBytes,
		fileType,
		fileEnding,
		actualDuration: options.actualDuration ?? 5,
	};
}

/**
 * @param {Task} task
 * @param {number} now ms
 * @returns {TaskStatus}
 */
function statusOf(task, now) {
	if (task.outcome !== 'never' && now >= task.finishAt) return task.outcome;
	return now < task.processingAt ? 'queued' : 'processing';
}

/**
 * The task as `GET /v1/result/{id}` shows it, in the shape of the vendor's page.
 *
 * @param {Task} task
 * @param {number} now ms
 * @returns {Record<string, unknown>}
 */
function answerOf(task, now) {
	const status = statusOf(task, now);
	const done = status === 'completed';
	return {
		id: task.id,
		object: 'video',
		created: task.created,
		model: task.model,
		status,
		video_url: done && task.missingVideoUrl === 0 ? task.videoUrl : null,
		...(done ? { actualDuration: task.actualDuration } : {}),
		error: status === 'failed' ? task.error : null,
		...task.extra,
	};
}

module.exports = { END_STATUSES, STATUSES, TASK_FIELDS, answerOf, generationTime, makeTask, statusOf };

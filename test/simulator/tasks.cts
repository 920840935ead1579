import { anything, filled, number, object, oneOf, string } from './check.cts';
import { LARGEST_VIDEO } from './video.cts';

import type { Check } from './check.cts';

export type Tier = 'online' | 'flex';
export type EndStatus = 'completed' | 'failed' | 'cancelled';
/** `never`: processing for as long as the task is kept */
export type Outcome = EndStatus | 'never';
export type TaskStatus = 'queued' | 'processing' | EndStatus;

/** What a task can be told to be; everything can be left out. */
export interface TaskOptions {
	/** Default: `video_` and 12 hex digits */
	id?: string;
	/** Default `seedance_1_5_pro_720p`; any name */
	model?: string;
	/** Default `online`; counts for the generation time alone, no answer shows it */
	tier?: Tier;
	/** Default `completed` */
	outcome?: Outcome;
	/** Seconds that the task is old when it is added, default 0; negative: `created` lies in the future */
	createdAgo?: number;
	/**
	 * Real seconds from now to the end; 0 or less: ended already. Default: a generation time drawn from the documented
	 * range, less `createdAgo`, divided by the speed
	 */
	finishAfter?: number;
	/** Ends it with its answer of that number, counted from 1, however long that takes; the next answer shows the end */
	finishAfterAnswers?: number;
	/** The API's words when the outcome is `failed` */
	error?: string;
	/** Merged over the answer, known fields included */
	extra?: Record<string, unknown>;
	/** Reported instead of the true time; undefined leaves the field out */
	created?: unknown;
	/** Reported instead of the true address */
	videoUrl?: unknown;
	/** How many completed answers come with `video_url: null`, default 0 */
	missingVideoUrl?: number;
	/** Size of the file; raised to what the film needs, see video.cts */
	videoBytes?: number;
	/** Its Content-Type, default `video/mp4`; '' for none; the bytes stay a film */
	fileType?: string;
	/** Of the file's address, default `mp4` */
	fileEnding?: string;
	/** Seconds of video as answers tell it, default 5: the file's true length, whatever is told */
	actualDuration?: number;
}

/** A task as it is kept. Times are milliseconds of the simulator's clock. */
export interface Task {
	id: string;
	model: string;
	tier: Tier;
	outcome: Outcome;
	created: unknown;
	processingAt: number;
	finishAt: number;
	expiresAt: number;
	/** How many answers from its end it is, where answers decide; else 0 */
	answersToEnd: number;
	error: string;
	extra: Record<string, unknown>;
	videoUrl: unknown;
	missingVideoUrl: number;
	videoBytes: number;
	fileType: string;
	fileEnding: string;
	actualDuration: number;
}

export interface TaskDefaults {
	id: string;
	videoUrl: (id: string, ending: string) => string;
	videoBytes: number;
	/** Ms */
	now: number;
	/** Simulated seconds a real second */
	speed: number;
	/** Simulated seconds from a task's creation until it is gone */
	retention: number;
	/** 0 to 1 */
	random: () => number;
}

export const END_STATUSES: readonly EndStatus[] = ['completed', 'failed', 'cancelled'];

export const STATUSES: readonly TaskStatus[] = ['queued', 'processing', ...END_STATUSES];

/** The share of a task's time that it spends in the queue. */
const QUEUED_SHARE = 0.1;

const mediaType: Check = (value) =>
	(typeof value === 'string' && /^([\w.+-]+\/[\w.+-]+(; ?[\w.+-]+=[\w.+-]+)*)?$/.test(value)
		? null
		: 'a media type, or empty');

const ending: Check = (value) =>
	(typeof value === 'string' && /^[a-z0-9]+$/i.test(value) ? null : 'letters and digits');

export const TASK_FIELDS: Record<string, Check> = {
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
	actualDuration: number({ above: 0 }),
};

/**
 * How long a generation takes. The vendor's page gives 2 to 5 min for 720p and 3 to 8 min for 1080p; 480p is
 * assumed to be no slower than 720p, and so is any other model. It has no figure for the flex tier: 10 min to
 * 2 h is a guess.
 *
 * @returns seconds from creation
 */
export function generationTime(model: string, tier: Tier): { min: number; max: number; } {
	if (tier === 'flex') return { min: 600, max: 7200 };
	if (model.endsWith('_1080p')) return { min: 180, max: 480 };
	return { min: 120, max: 300 };
}

/**
 * A task that is `createdAgo` seconds old now; from now on it ages `speed` times as fast as the clock.
 *
 * @param options checked, see TASK_FIELDS
 */
export function makeTask(options: TaskOptions, defaults: TaskDefaults): Task {
	const { now, speed, retention, random } = defaults;
	const { id = defaults.id, model = 'seedance_1_5_pro_720p', tier = 'online', createdAgo = 0 } = options;
	const { fileType = 'video/mp4', fileEnding = 'mp4' } = options;
	const { min, max } = generationTime(model, tier);
	const drawn = min + random() * (max - min);
	const finishAfter = options.finishAfter ?? (drawn - createdAgo) / speed;
	const ageAtEnd = createdAgo + finishAfter * speed;

	/** @param age simulated seconds since creation */
	const whenAged = (age: number) => now + ((age - createdAgo) / speed) * 1000;

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

/** @param now ms */
export function statusOf(task: Task, now: number): TaskStatus {
	if (task.outcome !== 'never' && now >= task.finishAt) return task.outcome;
	return now < task.processingAt ? 'queued' : 'processing';
}

/**
 * The task as `GET /v1/result/{id}` shows it, in the shape of the vendor's page.
 *
 * @param now ms
 */
export function answerOf(task: Task, now: number): Record<string, unknown> {
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

import { z } from 'zod/v4';
import { filled } from './options.cts';
import { LARGEST_VIDEO } from './video.cts';

export const END_STATUSES = ['completed', 'failed', 'cancelled'] as const;
export const STATUSES = ['queued', 'processing', ...END_STATUSES] as const;

export const RESOLUTIONS = ['480p', '720p', '1080p'] as const;

export type EndStatus = (typeof END_STATUSES)[number];
export type TaskStatus = (typeof STATUSES)[number];

const MEDIA_TYPE = /^([\w.+-]+\/[\w.+-]+(; ?[\w.+-]+=[\w.+-]+)*)?$/;

/** What a task can be told to be; everything can be left out. */
export const TASK = z.strictObject({
	/** Default: `video_` and 12 hex digits */
	id: filled.optional(),
	/** Any name */
	model: filled.default('seedance_1_5_pro_720p'),
	/** What the answer calls it */
	object: filled.default('video'),
	/** Counts for the generation time alone, no answer shows it */
	tier: z.enum(['online', 'flex']).default('online'),
	/** As `tier`; for models whose name has none */
	resolution: z.enum(RESOLUTIONS).optional(),
	/** `never`: processing for as long as the task is kept */
	outcome: z.enum([...END_STATUSES, 'never']).default('completed'),
	/** Seconds that the task is old when it is added; negative: `created` lies in the future */
	createdAgo: z.number().default(0),
	/**
	 * Real seconds from now to the end; 0 or less: ended already. Default: a generation time drawn from the
	 * documented range, less `createdAgo`, divided by the speed
	 */
	finishAfter: z.number().optional(),
	/** Ends it with its answer of that number, counted from 1, however long that takes; the next shows the end */
	finishAfterAnswers: z.int().min(1).optional(),
	/** The API's words when the outcome is `failed` */
	error: z.string().default('Video generation failed: the content did not pass the review.'),
	/** Merged over the answer, known fields included */
	extra: z.record(z.string(), z.unknown()).default({}),
	/** Reported instead of the true time; undefined leaves the field out */
	created: z.unknown().optional(),
	/** Reported instead of the true address */
	videoUrl: z.unknown().optional(),
	/** The answer's field with the address */
	linkField: filled.default('video_url'),
	/** Size of the file; raised to what the film needs, see video.cts. Default: the simulator's */
	videoBytes: z.int().min(0).max(LARGEST_VIDEO).optional(),
	/** The file's Content-Type; '' for none; the bytes stay a film */
	fileType: z.string().regex(MEDIA_TYPE, 'expected a media type, or nothing').default('video/mp4'),
	/** Of the file's address */
	fileEnding: z
		.string()
		.regex(/^[a-z0-9]+$/i, 'expected letters and digits')
		.default('mp4'),
	/** Seconds of video that the answer tells of; the film itself is always of 5 s. Null: not a word, it is a picture */
	actualDuration: z.number().positive().nullable().default(5),
});

export type TaskOptions = z.input<typeof TASK>;

/** A task as it is kept. */
export type Task = ReturnType<typeof makeTask>;

export interface StoreOptions {
	/** Ms */
	clock: () => number;
	/** 0 to 1 */
	random: () => number;
	/** Simulated seconds a real second */
	speed: number;
	/** Simulated seconds from a task's creation until it is gone */
	retention: number;
	videoBytes: number;
	/** Where the file of a task is served */
	videoUrl: (id: string, ending: string) => string;
}

/** The share of a task's time that it spends in the queue. */
const QUEUED_SHARE = 0.1;

/**
 * How long a generation takes. The vendor's page gives 2 to 5 min for Seedance 1.5 in 720p and 3 to 8 min in 1080p;
 * 480p is assumed to be no slower than 720p. It has no figure for the flex tier: 10 min to 2 h is a guess. So are the
 * times of every other model, the same by resolution: nobody knows them.
 *
 * @returns seconds from creation
 */
function generationTime({ model, tier, resolution }: z.output<typeof TASK>): { min: number; max: number } {
	if (tier === 'flex') return { min: 600, max: 7200 };
	if (resolution === '1080p' || model.endsWith('_1080p')) return { min: 180, max: 480 };
	return { min: 120, max: 300 };
}

/** A task that is `createdAgo` seconds old now; from now on it ages `speed` times as fast as the clock. */
export function makeTask(options: z.output<typeof TASK>, id: string, store: StoreOptions) {
	const { createdAgo, finishAfter: wanted, finishAfterAnswers, ...kept } = options;
	const { speed, retention, random } = store;
	const now = store.clock();
	const { min, max } = generationTime(options);
	const drawn = min + random() * (max - min);
	const finishAfter = wanted ?? (drawn - createdAgo) / speed;
	const ageAtEnd = createdAgo + finishAfter * speed;

	/** @param age simulated seconds since creation */
	const whenAged = (age: number) => now + ((age - createdAgo) / speed) * 1000;

	return {
		...kept,
		id,
		created: 'created' in options ? options.created : Math.floor(now / 1000 - createdAgo),
		videoUrl: 'videoUrl' in options ? options.videoUrl : store.videoUrl(id, kept.fileEnding),
		videoBytes: options.videoBytes ?? store.videoBytes,
		/** Ms of the simulator's clock, as all times here */
		processingAt: whenAged(QUEUED_SHARE * ageAtEnd),
		finishAt: finishAfterAnswers === undefined ? now + finishAfter * 1000 : Infinity,
		expiresAt: whenAged(retention),
		/** How many answers from its end it is, where answers decide; else 0 */
		answersToEnd: finishAfterAnswers ?? 0,
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
		object: task.object,
		created: task.created,
		model: task.model,
		status,
		[task.linkField]: done ? task.videoUrl : null,
		...(done && task.actualDuration !== null ? { actualDuration: task.actualDuration } : {}),
		error: status === 'failed' ? task.error : null,
		...task.extra,
	};
}

export type EndStatus = 'completed' | 'failed' | 'cancelled';
export type TaskStatus = 'queued' | 'processing' | EndStatus;

/** Where a task is created and asked for: under `/v1`, or in the model center. */
export type Place = 'v1' | 'center';

/** What a task is, unless it is told to be something else. */
const STANDARD = {
	/** Any name */
	model: 'seedance_1_5_pro_720p',
	/** What the answer calls it */
	object: 'video',
	/** `never`: processing for as long as the task is kept */
	outcome: 'completed' as EndStatus | 'never',
	/** Seconds that the task is old when it is added; negative: `created` lies in the future */
	createdAgo: 0,
	/** The API's words when the outcome is `failed` */
	error: 'Video generation failed: the content did not pass the review.',
	/** Merged over the answer, known fields included */
	extra: {} as Record<string, unknown>,
	/** The answer's field with the address */
	linkField: 'video_url',
	/** Size of the file; raised to what the film needs, see video.cts */
	videoBytes: 65_536,
	/** The file's Content-Type; '' for none; the bytes stay a film */
	fileType: 'video/mp4',
	/** Of the file's address */
	fileEnding: 'mp4',
	/** Seconds of video that the answer tells of; the film itself is always of 5 s. Null: it is a picture */
	actualDuration: 5 as number | null,
	/** Whether there is a picture of its last frame, which answers tell of */
	lastFrame: false,
	/** How many answers from its end it is, however long that takes; the next shows the end. 0: time decides */
	finishAfterAnswers: 0,
};

/** What a task can be told to be. */
export interface TaskOptions extends Partial<typeof STANDARD> {
	/** Default: `video_` and 12 hex digits, in the model center `mcp_` and these */
	id?: string;
	/** Default: the model center for IDs that begin with `mcp_` */
	place?: Place;
	/** Counts for the generation time of models whose name has none; the model center's answers tell it */
	resolution?: string;
	/**
	 * Real seconds from now to the end; 0 or less: ended already. Default: a generation time drawn from the documented
	 * range, less `createdAgo`, divided by the speed
	 */
	finishAfter?: number;
	/** Reported instead of the true address */
	videoUrl?: string;
	/** Reported instead of the true address of the last frame */
	lastFrameUrl?: string;
}

export interface StoreOptions {
	/** 0 to 1 */
	random: () => number;
	/** Simulated seconds a real second */
	speed: number;
	/** Simulated seconds from a task's creation until it is gone */
	retention: number;
	/** Where the file of a task is served */
	videoUrl: (id: string, ending: string) => string;
	/** Where its last frame is */
	lastFrameUrl: (id: string) => string;
}

/** A task as it is kept. */
export type Task = ReturnType<typeof makeTask>;

/** A task with the status that it has right now. */
export type TaskView = Task & { status: TaskStatus };

/** The share of a task's time that it spends in the queue. */
const QUEUED_SHARE = 0.1;

/**
 * How long a generation takes. The vendor's page gives 2 to 5 min for Seedance 1.5 in 720p and 3 to 8 min in 1080p;
 * 480p is assumed to be no slower than 720p. Those of every other model, the same by resolution, are a guess.
 *
 * @returns seconds from creation
 */
function generationTime(model: string, resolution?: string): { min: number; max: number } {
	const isLarge = ['1080p', '2k', '4k'].includes(resolution ?? '') || model.endsWith('_1080p');
	return isLarge ? { min: 180, max: 480 } : { min: 120, max: 300 };
}

const placeOf = (id: string): Place => (id.startsWith('mcp_') ? 'center' : 'v1');

/** A task that is `createdAgo` seconds old now; from now on it ages `speed` times as fast as the clock. */
function makeTask(options: TaskOptions, id: string, now: number, store: StoreOptions) {
	const known = Object.entries(options).filter(([, value]) => value !== undefined);
	const kept = { ...STANDARD, ...(Object.fromEntries(known) as TaskOptions) };
	const { createdAgo, model, resolution, fileEnding, finishAfterAnswers } = kept;
	const { min, max } = generationTime(model, resolution);
	const drawn = min + store.random() * (max - min);
	const { finishAfter = (drawn - createdAgo) / store.speed } = kept;
	/** @param age simulated seconds since creation */
	const whenAged = (age: number) => now + ((age - createdAgo) / store.speed) * 1000;
	return {
		...kept,
		id,
		place: kept.place ?? placeOf(id),
		created: Math.floor(now / 1000 - createdAgo),
		videoUrl: kept.videoUrl ?? store.videoUrl(id, fileEnding),
		lastFrameUrl: kept.lastFrameUrl ?? store.lastFrameUrl(id),
		/** Ms of the clock, as all times here */
		processingAt: whenAged(QUEUED_SHARE * (createdAgo + finishAfter * store.speed)),
		finishAt: finishAfterAnswers > 0 ? Infinity : now + finishAfter * 1000,
		expiresAt: whenAged(store.retention),
	};
}

function statusOf(task: Task, now: number): TaskStatus {
	if (task.outcome !== 'never' && now >= task.finishAt) return task.outcome;
	return now < task.processingAt ? 'queued' : 'processing';
}

/** A task in the shape of the vendor's page on `GET /v1/result/{id}`. */
export function taskOfV1(task: TaskView): Record<string, unknown> {
	const { id, object, created, model, status, linkField, actualDuration } = task;
	const isDone = status === 'completed';
	return {
		id,
		object,
		created,
		model,
		status,
		[linkField]: isDone ? task.videoUrl : null,
		...(isDone && task.lastFrame && { last_frame_url: task.lastFrameUrl }),
		...(isDone && actualDuration !== null && { actualDuration }),
		error: status === 'failed' ? task.error : null,
		...task.extra,
	};
}

/** The tasks that the simulated vendor keeps, until their time is up. Times are ms since 1970. */
export class TaskStore {
	#tasks: Map<string, Task> = new Map();
	#options: StoreOptions;

	constructor(options: StoreOptions) {
		this.#options = options;
	}

	/** @throws the id is taken */
	add(options: TaskOptions, now: number): TaskView {
		const id = options.id ?? this.#freeId(options.place);
		if (this.#find(id, now) !== undefined) throw new Error(`task: there is one with the id ${id} already`);
		this.#tasks.set(id, makeTask(options, id, now, this.#options));
		return this.get(id, now) as TaskView;
	}

	/** @returns null when the id is unknown or expired */
	get(id: string, now: number): TaskView | null {
		const task = this.#find(id, now);
		return task === undefined ? null : { ...task, status: statusOf(task, now) };
	}

	/**
	 * The task as a query at that place finds it; takes up one of its `finishAfterAnswers`.
	 *
	 * @returns null when the ID is unknown there, or expired
	 */
	ask(id: string, place: Place, now: number): TaskView | null {
		const task = this.#find(id, now);
		if (task?.place !== place) return null;
		const view = { ...task, status: statusOf(task, now) };
		if (task.finishAfterAnswers > 0 && --task.finishAfterAnswers === 0) task.finishAt = now;
		return view;
	}

	/** How many are not over yet. */
	countUnderWay(now: number): number {
		const running: TaskStatus[] = ['queued', 'processing'];
		return [...this.#tasks.keys()].filter((id) => running.includes(this.get(id, now)?.status as TaskStatus))
			.length;
	}

	/**
	 * Ends a task now.
	 *
	 * @param outcome default: what the task was to become, or completed if that was never
	 * @throws no such task
	 */
	finish(id: string, outcome: EndStatus | undefined, now: number): TaskView {
		const task = this.#find(id, now);
		if (task === undefined) throw new Error(`task: none with the id ${id}`);
		task.outcome = outcome ?? (task.outcome === 'never' ? 'completed' : task.outcome);
		task.finishAt = Math.min(task.finishAt, now);
		return this.get(id, now) as TaskView;
	}

	/** @returns whether there was one */
	remove(id: string): boolean {
		return this.#tasks.delete(id);
	}

	#freeId(place: Place = 'v1'): string {
		const digits = Math.floor(this.#options.random() * 16 ** 12).toString(16);
		const id = `${place === 'center' ? 'mcp' : 'video'}_${digits.padStart(12, '0')}`;
		return this.#tasks.has(id) ? this.#freeId(place) : id;
	}

	#find(id: string, now: number) {
		const task = this.#tasks.get(id);
		if (task === undefined || now < task.expiresAt) return task;
		this.#tasks.delete(id);
		return undefined;
	}
}

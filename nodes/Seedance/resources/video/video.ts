import { failure, type Result, success, type ItemError } from '../../core/error';
import { isObject } from '../../core/text';
import type { Target } from '../../http/endpoint';
import { anotherAnswer, isSuccess, noAnswer, responseError } from '../../http/errors';
import type { ApiResponse } from '../../http/request';
import { checkId, type IdWords } from '../../waiting/id';

/**
 * A video task as the API gave it: every field, documented or not. One endpoint serves every video task of the
 * vendor, so fields that the Seedance 1.5 page does not name can appear and are passed through.
 */
export interface VideoTask {
	[field: string]: unknown;
	id: string;
	/** Documented: `queued`, `processing`, `completed`, `failed`, `cancelled`; anything else may be new. */
	status: string;
	/** Unix seconds. */
	created?: unknown;
	model?: unknown;
	error?: unknown;
}

/** The field of an error's `details` that has its task. The name is public. */
export const TASK_DETAIL = 'task';

/** The `details` of an error about a task. */
export function taskDetails(task: Pick<VideoTask, 'id'>): Record<string, unknown> {
	return { [TASK_DETAIL]: task };
}

/** The task that an error is about. */
export function taskOfError({ details }: ItemError): VideoTask | undefined {
	return details?.[TASK_DETAIL] as VideoTask | undefined;
}

/** Whether an ID looks like one of the model center's. */
export function isOfCenter(id: string): boolean {
	return id.startsWith('mcp_');
}

/** What a task's status says. */
type TaskState =
	/** The video is done. */
	| 'completed'
	/** The task ended without a video: it failed or was cancelled. */
	| 'ended'
	/** The task is under way. */
	| 'running'
	/** Nobody documented this status: waiting on it could last for ever. */
	| 'unknown';

/**
 * The statuses of the vendor's page "Seedance1.5 Query Video Task" (the first of each), and what clients of the same
 * endpoint take and other video APIs say for them: OpenAI, ByteDance, Aliyun, Kling, MiniMax, Vidu, Runway, Luma,
 * Replicate, fal, D-ID and kie.ai. In the spelling of `plainStatus`.
 */
const STATUSES: Record<Exclude<TaskState, 'unknown'>, readonly string[]> = {
	completed: [
		'completed',
		'complete',
		'succeeded',
		'succeed',
		'success',
		'successful',
		'finished',
		'finish',
		'done',
	],
	ended: [
		'failed',
		'cancelled',
		'canceled',
		'cancel',
		'fail',
		'failure',
		'error',
		'errored',
		'expired',
		'rejected',
		'aborted',
		'terminated',
		'timeout',
		'timedout',
	],
	running: [
		'queued',
		'processing',
		'pending',
		'submitted',
		'running',
		'inprogress',
		'inqueue',
		'waiting',
		'wait',
		'queuing',
		'queueing',
		'enqueued',
		'preparing',
		'scheduled',
		'scheduling',
		'created',
		'accepted',
		'notstarted',
		'notstart',
		'starting',
		'started',
		'initializing',
		'initialized',
		'throttled',
		'generating',
		'rendering',
		'dreaming',
		'uploading',
	],
};

const STATES = new Map(
	Object.entries(STATUSES).flatMap(([state, words]) =>
		words.map((word) => [word, state as TaskState] as const),
	),
);

/**
 * The state that a status means, in any spelling. The field itself is output as it came. The answer to a create may have
 * none.
 */
export function taskState(status: unknown): TaskState {
	return (typeof status === 'string' ? STATES.get(plainStatus(status)) : undefined) ?? 'unknown';
}

/** A status in small letters, without blanks, hyphens and underscores, and without what some APIs put before the word. */
export function plainStatus(status: string): string {
	const letters = status.toLowerCase().replace(/[\s_-]+/g, '');
	return letters.replace(/^(task|job)(status|state)/, '');
}

/** The fields that hold the link to a finished task's file: the documented one, and those seen of other models. */
export const LINK_FIELDS = ['video_url', 'result_url', 'image_url', 'audioUrl', 'url'] as const;

/** The link to a finished task's file; undefined while it has none. */
export function resultLink(task: VideoTask): string | undefined {
	const links = LINK_FIELDS.map((field) => task[field]);
	return links.find((link): link is string => typeof link === 'string' && link.trim() !== '')?.trim();
}

/** The fields of a task that the vendor's page on querying Seedance 1.5 tasks names. */
export const DOCUMENTED_FIELDS: readonly string[] = [
	'id',
	'object',
	'created',
	'model',
	'status',
	'video_url',
	'actualDuration',
	'error',
];

/** How long the API keeps tasks and videos, in milliseconds: 1 day, by the vendor's page on querying tasks. */
export const RETENTION_MS = 24 * 60 * 60 * 1000;

/**
 * When the task was made, in milliseconds since 1970; undefined where `created` is missing, in the future or
 * older than the API keeps tasks, and so says nothing. `now` is in milliseconds since 1970 too.
 */
export function createdAt(task: VideoTask | undefined, now: number): number | undefined {
	if (typeof task?.created !== 'number') return undefined;
	const created = task.created * 1000;
	return created <= now && now - created <= RETENTION_MS ? created : undefined;
}

const LAST_YEAR = 9999;

const TASK_ID: IdWords = {
	label: 'Task ID',
	source: 'Create',
	advice:
		"Set 'Task ID' to the ID that creating the task gave you, for example video_abc123def456. If it is an expression, check that the incoming item has that field.",
};

/** Checks what the Task ID field holds. */
export function checkTaskId(value: unknown): Result<string> {
	return checkId(TASK_ID, value);
}

/**
 * When the API deletes the task and its video: `created` plus one day.
 *
 * @returns an ISO 8601 UTC time, or undefined where `created` is not a time
 */
export function expiresAt(task: Pick<VideoTask, 'created'>): string | undefined {
	if (typeof task.created !== 'number') return undefined;
	const time = new Date(task.created * 1000 + RETENTION_MS);
	// Beyond are milliseconds that were taken for seconds.
	return time.getUTCFullYear() <= LAST_YEAR ? time.toISOString() : undefined;
}

/**
 * Makes a task of an answer, or an error of whatever else it is.
 *
 * @param response any HTTP answer
 * @param id of the requested task
 * @param now the present time, in milliseconds since 1970
 */
export function readTask(response: ApiResponse, id: string, target: Target, now: number): Result<VideoTask> {
	const { body } = response;
	if (isSuccess(response) && isObject(body)) {
		const found = taskIn(body, id) ?? taskIn(body.data, id, id);
		if (found)
			return found.id === id ? success(found) : failure(anotherAnswer(found.id, target.subject, 'task'));
	}
	return failure(responseError(response, target, now) ?? notATask(response, target.subject));
}

/**
 * Makes the created task of an answer, or an error of whatever else it is. The task comes bare, inside `data`, or as no
 * more than an ID.
 *
 * @param now the present time, in milliseconds since 1970
 */
export function readCreated(response: ApiResponse, target: Target, now: number): Result<VideoTask> {
	const { body } = response;
	if (!isSuccess(response) || !isObject(body)) {
		return failure(responseError(response, target, now) ?? notATask(response, target.subject));
	}
	const { data } = body;
	const created =
		taskOf(body, idOf(body)) ?? taskOf(data, isObject(data) ? idOf(data) || textIn(data.projectId) : '');
	if (created) return success(created);

	const error = responseError(response, target, now);
	const bareId = idAsData(data);
	if (!error) {
		const requested = data === undefined ? body : data;
		const only = taskOf({}, bareId) ?? taskOf(requested, isObject(requested) ? requestIdOf(requested) : '');
		return only ? success(only) : failure(notATask(response, target.subject));
	}
	// An unknown message with a `data` object: the request may have created a task.
	const madeSomething = error.kind === 'unknownError' && (isObject(data) || bareId !== '');
	return failure(madeSomething ? { ...error, kind: 'unreadable' } : error);
}

/** What a create has answered with as a task of this ID; undefined where there is none. */
function taskOf(value: unknown, id: string): VideoTask | undefined {
	return id === '' || !isObject(value) ? undefined : ({ ...value, id } as VideoTask);
}

/**
 * The task that a JSON value is.
 *
 * @param asked the ID of the requested task
 * @param otherId its id where it has none of its own: inside `data`, tasks without an id were seen
 */
function taskIn(value: unknown, asked: string, otherId = ''): VideoTask | undefined {
	if (!isObject(value)) return undefined;
	const { status } = value;
	if (typeof status !== 'string' || status.trim() === '') return undefined;
	const isAsked = [...ID_FIELDS, ...REQUEST_ID_FIELDS, 'projectId'].some(
		(field) => textIn(value[field]) === asked,
	);
	const id = isAsked ? asked : idOf(value) || otherId;
	return id === '' ? undefined : { ...value, id, status };
}

/** Fields that hold a task's ID: the documented one, and those of the vendor's older models. */
const ID_FIELDS = ['id', 'task_id', 'taskId'];

/** The ID of the task where there is no other; else that of the request alone, as in an error. */
const REQUEST_ID_FIELDS = ['request_id', 'requestId'];

/** The id in an object of the API, as text; empty where there is none. */
export function idOf(value: Record<string, unknown>): string {
	return ID_FIELDS.map((field) => textIn(value[field])).find((id) => id !== '') ?? '';
}

function requestIdOf(value: Record<string, unknown>): string {
	return REQUEST_ID_FIELDS.map((field) => textIn(value[field])).find((id) => id !== '') ?? '';
}

/** An ID that stands in `data` by itself; empty where that is anything else, words for example. */
function idAsData(data: unknown): string {
	return typeof data === 'string' && /\d/.test(data) && checkTaskId(data.trim()).ok ? data.trim() : '';
}

function textIn(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

/** The error for an answer that is neither a task nor an error. */
function notATask(response: ApiResponse, subject: string): ItemError {
	const { body } = response;
	const inner = isObject(body) && isObject(body.data) ? body.data : body;
	const hasId = isObject(inner) && idOf(inner) !== '';
	return noAnswer(response, subject, hasId ? 'status' : 'task ID');
}

import { errorWords } from '../http/errors';
import { LINK_FIELDS, plainStatus, type VideoTask } from '../resources/video/video';
import type { TaskError } from '../core/error';
import { type PollSettings, type PollState, waitingSince } from './schedule';

/** A task that ended without a video, in the API's own words. */
export function failedTaskError(task: VideoTask): TaskError {
	const words = [task.error, task.message, task.msg].map(errorWords).find((text) => text !== '');
	const status = plainStatus(task.status);
	if (status.startsWith('cancel')) {
		return {
			kind: 'taskFailed',
			message: `Task "${task.id}" was cancelled${words ? `: ${words}` : ''}`,
			description: 'No video will come of it. Create the task again if you still want the video.',
			task,
		};
	}
	return {
		kind: 'taskFailed',
		message: `Task "${task.id}" ${status === 'expired' ? status : 'failed'}: ${words ?? 'GlobalAI OPC gave no reason'}`,
		description:
			'No video will come of it. Change what the reason names (the prompt or a frame, most often) and create the task again.',
		task,
	};
}

/** A task whose status nobody documented. */
export function unknownStatusError(task: VideoTask): TaskError {
	return {
		kind: 'unknownStatus',
		message: `Task "${task.id}" has a status that this node does not know: "${task.status}"`,
		description:
			'It was not waited for, since such a wait might never end. Look the task up at GlobalAI OPC; a newer version of this node may know the status.',
		task,
	};
}

/** A completed task whose link never came. */
export function noVideoError(task: VideoTask, checks: number): TaskError {
	return {
		kind: 'noVideo',
		message: `Task "${task.id}" is completed but has no video link`,
		description: `It was asked for ${checks} times more and still had none (in ${LINK_FIELDS.join(', ')}). Ask again later, or create the task again.`,
		task,
	};
}

/** A wait that has lasted for as long as it may; `now` in milliseconds since 1970. */
export function gaveUpError(id: string, state: PollState, settings: PollSettings, now: number): TaskError {
	const error = state.lastError;
	const since = waitingSince(state, now);
	const status = state.task ? `was still ${state.task.status}` : 'could not be asked for';
	const lastCheck = error
		? ` The last status check failed: ${error.message}${error.said ? ` (${error.said})` : ''}.`
		: '';
	return {
		kind: 'gaveUp',
		message: `Task "${id}" ${status} after ${duration(now - since)}, so the wait was given up`,
		description: `'Give Up After' is set to ${duration(settings.giveUpAfterMs)}, counted from the task's creation. The task may still finish: ask for its result later, or raise 'Give Up After'; offline (flex) tasks can take hours.${lastCheck}`,
		httpStatus: error?.httpStatus,
		task: state.task,
	};
}

/** A length of time as people say it. */
function duration(ms: number): string {
	const minutes = Math.round(ms / 60_000);
	if (minutes < 1) return `${Math.round(ms / 1000)} s`;
	if (minutes < 120) return minutes === 1 ? '1 minute' : `${minutes} minutes`;
	const hours = Math.floor(minutes / 60);
	return minutes % 60 === 0 ? `${hours} hours` : `${hours} h ${minutes % 60} min`;
}

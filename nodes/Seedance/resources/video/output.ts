import type { IDataObject } from 'n8n-workflow';

import { adaptiveDelayMs } from './pace';
import { expiresAt, LINK_FIELDS, resultLink, taskState, type VideoTask } from './video';

/** A task as it is output: as the API gave it, plus `expiresAt` (ISO 8601 UTC) if `created` allows it. */
export function taskFields(task: Pick<VideoTask, 'id' | 'created'>): IDataObject {
	const expiry = expiresAt(task);
	return (expiry === undefined ? { ...task } : { ...task, expiresAt: expiry }) as IDataObject;
}

/** What a model needs of a task; everything else would only fill its context. */
const TOLD = ['id', 'status', ...LINK_FIELDS, 'actualDuration', 'error', 'expiresAt'];

/**
 * The answer to an AI agent: a small part of the task, and what to do next.
 *
 * @param now the present time, in milliseconds since 1970
 */
export function toolAnswer(task: VideoTask, now: number): IDataObject {
	const fields = Object.entries(taskFields(task)).filter(
		([name, value]) => TOLD.includes(name) && value !== null,
	);
	return { ...Object.fromEntries(fields), nextStep: nextStep(task, now) };
}

function nextStep(task: VideoTask, now: number): string {
	const seconds = Math.ceil(adaptiveDelayMs(task, now, 'online') / 1000);
	// The API may answer a create with no more than an ID.
	if (typeof task.status !== 'string' || task.status.trim() === '')
		return `The video was ordered, ask for it in ${seconds} s with the same id.`;
	switch (taskState(task.status)) {
		case 'completed':
			return resultLink(task) === undefined
				? 'The video is done, but its link is not there yet. Ask again in 30 s with the same id.'
				: 'The video is done. Give the user the link and say that it is deleted at expiresAt.';
		case 'ended':
			return 'No video will come of this task. Tell the user why; a new task with another prompt may work.';
		case 'running':
			return `Still ${task.status}, ask again in ${seconds} s with the same id.`;
		case 'unknown':
			return 'This status is not known. Do not wait for it; tell the user.';
	}
}

import type { IDataObject } from 'n8n-workflow';

import { LINK_FIELDS, resultLink, type VideoTask } from '../api/task';
import { nextDelayMs } from '../polling/schedule';
import { statusKind } from '../polling/status';
import { taskFields } from './items';

/** What a model needs of a task; everything else would only fill its context. */
const TOLD = ['id', 'status', ...LINK_FIELDS, 'actualDuration', 'error', 'expiresAt'];

/**
 * A task as an AI agent is told of it: small, and with what to do next.
 *
 * @param now the present time, in milliseconds since 1970
 */
export function toolAnswer(task: VideoTask, now: number): IDataObject {
	const fields = Object.entries(taskFields(task)).filter(([name, value]) => TOLD.includes(name) && value !== null);
	return { ...Object.fromEntries(fields), nextStep: nextStep(task, now) };
}

function nextStep(task: VideoTask, now: number): string {
	switch (statusKind(task.status)) {
		case 'completed':
			return resultLink(task) === undefined
				? 'The video is done, but its link is not there yet. Ask again in 30 s with the same id.'
				: 'The video is done. Give the user the link and say that it is deleted at expiresAt.';
		case 'ended':
			return 'No video will come of this task. Tell the user why; a new task with another prompt may work.';
		case 'running': {
			const seconds = Math.ceil(nextDelayMs({ task, now, giveUpAt: Infinity }, { tier: 'online' }) / 1000);
			return `Still ${task.status}, ask again in ${seconds} s with the same id.`;
		}
		case 'unknown':
			return 'This status is not known. Do not wait for it; tell the user.';
	}
}

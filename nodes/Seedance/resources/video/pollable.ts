import type { Pollable, PolledState } from '../../waiting/pollable';
import { makingVideo } from './create/making';
import { videoPlaces } from './endpoints';
import { fetchVideo, LAST_FRAME } from './file';
import { failedTaskError, noVideoError } from './messages';
import { SERVICE_TIER } from './options';
import { taskFields, toolAnswer } from './output';
import { adaptiveDelayMs } from './pace';
import { createdAt, DOCUMENTED_FIELDS, resultLink, TASK_DETAIL, taskState, type VideoTask } from './video';

function stateOf(task: VideoTask): PolledState {
	const state = taskState(task.status);
	if (state !== 'completed') return state;
	return resultLink(task) === undefined ? 'incomplete' : 'done';
}

/** A video in the making. */
export const pollableVideo: Pollable = {
	places: videoPlaces,
	stateOf,
	createdAt,
	adaptiveDelayMs,
	fields: DOCUMENTED_FIELDS,
	detail: TASK_DETAIL,
	output: taskFields,
	toolAnswer,
	fetchFile: fetchVideo,
	further: LAST_FRAME,
	errors: {
		ended: failedTaskError,
		incomplete: noVideoError,
	},
	making: makingVideo,
	words: {
		one: 'task',
		many: 'tasks',
		result: 'video',
		results: 'videos',
		underWay: 'the video is being made',
		usualTime: '2 to 8 minutes',
		slow: 'offline (flex) tasks can take hours',
		otherwise: "For hours, use 'Get Result' with 'Chained With a Wait Node'.",
	},
	tierOption: SERVICE_TIER,
};

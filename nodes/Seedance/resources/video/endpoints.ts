import type { Endpoint, Target } from '../../http/endpoint';
import { failure } from '../../core/error';
import { createAdvice, createMessages, getAdvice, withMeaning } from './messages';
import { createRequest, type VideoRequest } from './models';
import { isOfCenter, readCreated, readTask, type VideoTask } from './video';
import type { Places } from '../../waiting/pollable';

/** What a task's call is about, for the messages of its errors. */
export const taskTarget = (id: string): Target => ({
	subject: `task "${id}"`,
	exists: true,
	advice: getAdvice,
});

/** What a create is about: it has no ID yet. */
export const NEW_TASK: Target = {
	subject: 'a new task',
	exists: false,
	messages: createMessages,
	advice: createAdvice,
};

/** A place that checks tasks, by an ID that `checkTaskId` accepted. */
const placeAt = (path: string): Endpoint<string, VideoTask> => ({
	method: 'GET',
	request: (id) => ({ path: `${path}/${encodeURIComponent(id)}` }),
	repeat: 'safe',
	target: taskTarget,
	read: (response, id, now) => readTask(response, id, taskTarget(id), now),
});

/** A task that was created under `/v1`. */
export const getVideo = placeAt('/v1/result');

/** A task of the model center. */
export const getCenterVideo = placeAt('/v2/model-center/tasks');

/** Where to ask for a task: its ID says where first, but not for certain (a guess from what was seen). */
export function videoPlaces(id: string): Places {
	return isOfCenter(id) ? [getCenterVideo, getVideo] : [getVideo, getCenterVideo];
}

/** A new video, which is billed. */
export const createVideo: Endpoint<VideoRequest, VideoTask> = {
	method: 'POST',
	request: createRequest,
	repeat: 'billed',
	target: () => NEW_TASK,
	read: (response, { model }, now) => {
		const created = readCreated(response, NEW_TASK, now);
		return created.ok ? created : failure(withMeaning(created.error, model));
	},
};

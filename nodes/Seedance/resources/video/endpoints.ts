import type { Endpoint, Target } from '../../http/endpoint';
import { createAdvice, createMessages, getAdvice } from './messages';
import { createRequest, type VideoRequest } from './models';
import { readCreated, readTask, type VideoTask } from './video';

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

/** A task by an ID that `checkTaskId` accepted. */
export const getVideo: Endpoint<string, VideoTask> = {
	method: 'GET',
	request: (id) => ({ path: `/v1/result/${encodeURIComponent(id)}` }),
	repeat: 'safe',
	target: taskTarget,
	read: (response, id, now) => readTask(response, id, taskTarget(id), now),
};

/** A new video, which is billed. */
export const createVideo: Endpoint<VideoRequest, VideoTask> = {
	method: 'POST',
	request: createRequest,
	repeat: 'billed',
	target: () => NEW_TASK,
	read: (response, _video, now) => readCreated(response, NEW_TASK, now),
};

import type { IDataObject } from 'n8n-workflow';

import { failure, meaningOf, type Result, success, type TaskError } from '../shared/error';
import { isObject } from '../shared/text';
import { isSuccess, NEW_TASK, responseError } from './errors';
import type { ApiResponse } from './request';
import { idOf, notATask, type VideoTask } from './task';

/** Longest prompt, by the vendor's page on creating tasks: so many Chinese characters, or words of other languages. */
export const PROMPT_LIMITS = { chineseCharacters: 500, words: 1000 };

/** Shortest and longest video, in seconds, by the same page; -1 lets the model choose. */
export const DURATION_SECONDS = { min: 4, max: 12 };

/** What a video is made from. */
export interface VideoRequest {
	model: string;
	prompt: string;
	/** Address of the picture the video begins with. */
	firstFrameUrl?: string;
	/** Address of the picture the video ends with. */
	lastFrameUrl?: string;
	ratio: string;
	/** Seconds; -1 lets the model choose. */
	duration: number;
	generateAudio: boolean;
}

/** The request's JSON body, as the vendor's page on creating tasks has it. */
export function createBody(request: VideoRequest): IDataObject {
	const frame = (url: string | undefined, role: string) =>
		url === undefined ? [] : [{ type: 'image_url', image_url: { url }, role }];
	return {
		model: request.model,
		content: [
			{ type: 'text', text: request.prompt },
			...frame(request.firstFrameUrl, 'first_frame'),
			...frame(request.lastFrameUrl, 'last_frame'),
		],
		ratio: request.ratio,
		duration: request.duration,
		generate_audio: request.generateAudio,
	};
}

/** Says in the error of a create whether the task may exist, and be billed, all the same. */
export function createError(error: TaskError): TaskError {
	const consequence = isUncertain(error)
		? 'The task may have been created all the same, and be billed. It was not sent again: look at GlobalAI OPC before you do.'
		: 'No task was created for this item, and nothing is billed for it.';
	return { ...error, description: `${consequence} ${error.description}` };
}

/** Whether nobody knows if a create that ended so has made a task. */
export function isUncertain(error: TaskError): boolean {
	return !error.unsent && meaningOf(error).mayBeCreated;
}

/**
 * Makes the created task of an answer, bare or inside `data`, or an error of whatever else it is.
 *
 * @param now the present time, in milliseconds since 1970
 */
export function readCreated(response: ApiResponse, now: number): Result<VideoTask> {
	const { body } = response;
	if (isSuccess(response) && isObject(body)) {
		const created = [body, body.data].filter(isObject).find((candidate) => idOf(candidate) !== '');
		if (created) return success({ ...created, id: idOf(created) } as VideoTask);
	}
	const error = responseError(response, NEW_TASK, now) ?? notATask(response, NEW_TASK);
	// Words that nobody knows beside data: something was made of the request, a task perhaps.
	const madeSomething = error.kind === 'unknownError' && isObject(body) && isObject(body.data);
	return failure(madeSomething ? { ...error, kind: 'unreadable' } : error);
}

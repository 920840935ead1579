import type { IDataObject } from 'n8n-workflow';

import { isObject } from './envelope';
import type { RawAnswer } from './exchange';
import { failure, meaningOf, success, type Fault, type Outcome } from './fault';
import { answerFault, isSuccess, NEW_TASK } from './status';
import { idOf, notATask, type VideoTask } from './task';

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

/** Says in the fault of a create whether the task may exist, and be billed, all the same. */
export function createFault(fault: Fault): Fault {
	const consequence = isUncertain(fault)
		? 'The task may have been created all the same, and be billed. It was not sent again: look at GlobalAI OPC before you do.'
		: 'No task was created for this item, and nothing is billed for it.';
	return { ...fault, description: `${consequence} ${fault.description}` };
}

/** Whether nobody knows if a create that ended so has made a task. */
export function isUncertain(fault: Fault): boolean {
	return !fault.unsent && meaningOf(fault).mayBeCreated;
}

/** Makes the created task of an answer, bare or inside `data`, or a fault of whatever else it is. */
export function readCreated(answer: RawAnswer, now: number): Outcome<VideoTask> {
	const { body } = answer;
	if (isSuccess(answer) && isObject(body)) {
		const created = [body, body.data].filter(isObject).find((candidate) => idOf(candidate) !== '');
		if (created) return success({ ...created, id: idOf(created) } as VideoTask);
	}
	const fault = answerFault(answer, NEW_TASK, now) ?? notATask(answer, NEW_TASK);
	// Words that nobody knows beside data: something was made of the request, a task perhaps.
	const madeSomething = fault.kind === 'unknownError' && isObject(body) && isObject(body.data);
	return failure(madeSomething ? { ...fault, kind: 'unreadable' } : fault);
}

import type { IDataObject } from 'n8n-workflow';

import { isObject, oneLine, readEnvelope } from './envelope';
import type { RawAnswer } from './exchange';
import { failure, success, type Fault, type FaultKind, type Outcome } from './fault';
import { NEW_TASK, statusFault } from './status';
import type { VideoTask } from './task';

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

/** After these nobody knows whether the task was made. A plain 4xx or a redirect says that it was not. */
const UNCERTAIN: readonly FaultKind[] = ['serverError', 'timeout', 'connection', 'unreadable', 'canceled'];

/** Says in the fault of a create whether the task may exist, and be billed, all the same. */
export function createFault(fault: Fault): Fault {
	const consequence =
		!fault.unsent && UNCERTAIN.includes(fault.kind)
			? 'The task may have been created all the same, and be billed. It was not sent again: look at GlobalAI OPC before you do.'
			: 'No task was created and nothing is billed.';
	return { ...fault, description: `${consequence} ${fault.description}` };
}

/** Makes the created task of an answer, or a fault of whatever else it is. */
export function readCreated(answer: RawAnswer, now: number): Outcome<VideoTask> {
	let body: unknown;
	try {
		body = JSON.parse(answer.text);
	} catch {
		body = undefined;
	}
	const isSuccess = answer.status >= 200 && answer.status < 300;
	if (isSuccess && isObject(body) && typeof body.id === 'string' && body.id !== '') {
		return success({ ...body, id: body.id } as VideoTask);
	}
	if (!isSuccess) return failure(statusFault(answer.status, body, answer.headers, NEW_TASK, now));

	const envelope = readEnvelope(body);
	const code = Number(envelope?.code);
	if (Number.isInteger(code) && code >= 400 && code < 600) {
		return failure(statusFault(code, body, answer.headers, NEW_TASK, now));
	}
	const said = envelope?.words || oneLine(answer.text).slice(0, 60) || 'nothing';
	return failure({
		kind: 'unreadable',
		message: `GlobalAI OPC's answer to ${NEW_TASK} holds no task ID: ${said}`,
		description: 'Check the Base URL in the credential.',
		httpStatus: answer.status,
	});
}

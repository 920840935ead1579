import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';

import { expiresAt, LINK_FIELDS, resultLink, taskState, type VideoTask } from '../resources/video/video';
import { nextDelayMs } from '../waiting/schedule';
import type { TaskError } from './error';
import { isTool } from './parameters';

/** A task as it leaves the node: as the API gave it, plus `expiresAt` (ISO 8601 UTC) where `created` tells it. */
export function taskFields(task: Pick<VideoTask, 'id' | 'created'>): IDataObject {
	const expiry = expiresAt(task);
	return (expiry === undefined ? { ...task } : { ...task, expiresAt: expiry }) as IDataObject;
}

/**
 * Makes the item that leaves for an item that came in, linked to it.
 *
 * @param includeInput whether the incoming item's fields and files stay, under the new ones
 */
export function resultItem(
	input: INodeExecutionData,
	index: number,
	json: IDataObject,
	includeInput: boolean,
): INodeExecutionData {
	const item: INodeExecutionData = { json, pairedItem: { item: index } };
	if (!includeInput) return item;
	// Copies: n8n shares input items between nodes.
	item.json = { ...input.json, ...json };
	if (input.binary) item.binary = { ...input.binary };
	return item;
}

/**
 * Makes the item for an error: what happened in `error`, everything else in `details`. With "On Error" set to
 * the error output, n8n adds the incoming item's fields and sends it there.
 */
export function errorItem(
	context: IExecuteFunctions,
	input: INodeExecutionData,
	index: number,
	error: TaskError,
	includeInput: boolean,
): INodeExecutionData {
	const { message, description, httpStatus, task } = error;
	const details = Object.fromEntries(
		Object.entries({ description, httpStatus, task }).filter(([, value]) => value !== undefined),
	);
	const toErrorOutput = context.getNode().onError === 'continueErrorOutput';
	const json = { error: message, details } as IDataObject;
	const item = resultItem(input, index, json, includeInput && !toErrorOutput);
	// n8n before 2.36 takes only items with `error` of their own for errors. All versions cut such an item's
	// fields down to the message, but for the copy that they send on, which has only what can be enumerated.
	if (toErrorOutput) Object.defineProperty(item, 'error', { value: nodeError(context, index, error) });
	return item;
}

/** Makes the error that stops the workflow, with the item's index for n8n's error box. */
export function nodeError(
	context: IExecuteFunctions,
	index: number,
	error: TaskError,
): NodeApiError | NodeOperationError {
	const { description, httpStatus } = error;
	// A model is given the message alone, and it has to know what to do too.
	const message = isTool(context) ? `${error.message}. ${description}` : error.message;
	const options = { message, description, itemIndex: error.itemIndex ?? index };
	if (httpStatus === undefined) return new NodeOperationError(context.getNode(), message, options);
	return new NodeApiError(context.getNode(), {}, { ...options, httpCode: String(httpStatus) });
}

/** What a model needs of a task; everything else would only fill its context. */
const TOLD = ['id', 'status', ...LINK_FIELDS, 'actualDuration', 'error', 'expiresAt'];

/**
 * A task as an AI agent is told of it: small, and with what to do next.
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
	const seconds = Math.ceil(nextDelayMs({ task, now, giveUpAt: Infinity }, { tier: 'online' }) / 1000);
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

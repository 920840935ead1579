import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';

import { failureOf, fullDescription, type ItemError } from './error';
import { isTool } from './parameters';

/**
 * Makes the output item of an incoming item, linked to it.
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
	error: ItemError,
	includeInput: boolean,
): INodeExecutionData {
	const { message, httpStatus } = error;
	const description = fullDescription(error);
	const details = Object.fromEntries(
		Object.entries({ description, httpStatus, ...error.details }).filter(([, value]) => value !== undefined),
	);
	const toErrorOutput = context.getNode().onError === 'continueErrorOutput';
	const json = { error: message, details } as IDataObject;
	const item = resultItem(input, index, json, includeInput && !toErrorOutput);
	// n8n before 2.36 recognizes only items with an `error` property. n8n strips the fields of such an item, but copies only
	// enumerable properties; a non-enumerable one marks the item, and its fields survive.
	if (toErrorOutput) Object.defineProperty(item, 'error', { value: nodeError(context, index, error) });
	return item;
}

/** Makes the error that stops the workflow, with the item's index for n8n's error box. */
export function nodeError(
	context: IExecuteFunctions,
	index: number,
	error: ItemError,
): NodeApiError | NodeOperationError {
	const { httpStatus } = error;
	const description = fullDescription(error);
	// n8n gives a model the message alone, so the message has to say what to do.
	const message = isTool(context) ? `${error.message}. ${description}` : error.message;
	const options = { message, description, itemIndex: error.itemIndex ?? index, failure: failureOf(error) };
	if (httpStatus === undefined) return new NodeOperationError(context.getNode(), message, options);
	return new NodeApiError(context.getNode(), {}, { ...options, httpCode: String(httpStatus) });
}

import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

import { InputError, type Result, success } from '../core/error';
import { Items, type OutputItem } from '../core/items';
import { beginSession, readRunSettings, type Session } from '../http/session';
import { hintEmptyItem, hintUnconnected, resumePolling, toWaitNode, withoutPolling } from './chained';
import { readWaitMode, readWaitSettings, type WaitMode } from './fields';
import { hintFurther, hintUnfinished, isToCome } from './hints';
import { parkItems, type WaitingItems } from './parked';
import type { Pending } from './poll';
import type { Pollable } from './pollable';
import { answeredItem, ask, type ItemDownload, type ItemQuery } from './query';

/** An operation that checks things by their IDs, once or until they are done: what differs between resources. */
export interface GetOperation {
	pollable: Pollable;
	/** The field that takes the ID. Its default may be a field of the incoming item: `={{ $json.id }}`. */
	idField: INodeProperties;
	/** Checks an ID before anything is sent. */
	checkId: (value: unknown) => Result<string>;
	/** Reads what an item's ID belongs to; left out where the ID says so. */
	readGroup?: (context: IExecuteFunctions, index: number) => string;
	/** Its Wait Until Done. */
	waitField: INodeProperties;
	/** Reads what to download of an item; left out if there are no files. */
	readDownload?: (
		context: IExecuteFunctions,
		index: number,
		options: IDataObject,
	) => ItemDownload | undefined;
}

/**
 * Does such an operation: one item out for each item in, in their order.
 *
 * @returns the finished items; with `withWaitNode` those that are still running on a second output; with `parked` nothing
 * while the execution is parked, since n8n puts the items there when it goes on
 */
export async function executeGet(
	context: IExecuteFunctions,
	operation: GetOperation,
): Promise<INodeExecutionData[][]> {
	const { pollable, waitField } = operation;
	const session = beginSession(context);
	try {
		const items = new Items(context, session);
		const waiting: WaitingItems = new Map();
		const toCome: ItemQuery[] = [];
		const waitMode = await readWaitMode(context, waitField, pollable);
		let mode: WaitMode | undefined;
		const queries = items.prepare((index, options, includeInput): ItemQuery => {
			mode = waitMode();
			const input = items.inputs[index] as INodeExecutionData;
			return readQuery(context, session, operation, mode, { index, input, options, includeInput });
		});
		const answered = await items.each(queries, async (itemQuery, index) => {
			const result = await ask(context, session, pollable, itemQuery);
			if (!result.ok) return result;
			const input = withoutPolling(items.inputs[index] as INodeExecutionData);
			waiting.set(index, itemQuery);
			const { value } = result;
			if (!itemQuery.query.wait && 'value' in value && isToCome(pollable, value.value))
				toCome.push(itemQuery);
			return success(answeredItem(pollable, session.isTool, value, input, index, itemQuery));
		});

		const outputs = items.outputs(answered);
		if (!session.isTool) {
			const wantsFiles = toCome.some(({ query }) => query.maxBytes !== undefined);
			hintUnfinished(context, pollable, toCome.length, items.inputs.length, wantsFiles);
		}
		hintFurther(
			context,
			pollable,
			outputs.map(({ item }) => item),
		);
		if (mode === 'parked') return [await parkItems(context, session, pollable, outputs, waiting)];
		return mode === 'withWaitNode' ? chainedOutput(context, session, pollable, outputs) : [doneOf(outputs)];
	} finally {
		session.end();
	}
}

/** One item, as it is read. */
interface Incoming {
	index: number;
	input: INodeExecutionData;
	options: IDataObject;
	includeInput: boolean;
}

function readQuery(
	context: IExecuteFunctions,
	session: Session,
	operation: GetOperation,
	mode: WaitMode,
	{ index, input, options, includeInput }: Incoming,
): ItemQuery {
	const { pollable, readGroup, readDownload } = operation;
	const settings = readRunSettings(options);
	const id = readId(context, operation, input, index);
	const download = readDownload?.(context, index, options);
	const { maxBytes, further } = download ?? {};
	const group = readGroup?.(context, index);
	const query: ItemQuery['query'] = { id, group, maxBytes, further, inNode: mode === 'inNode' };
	if (mode !== 'no') query.wait = readWaitSettings(context, index, options, mode, pollable);
	if (mode === 'withWaitNode')
		query.before = resumePolling(pollable, input, id, session.shared.startedAt, includeInput);
	return { query, settings, includeInput, binaryField: download?.field };
}

/** A default that takes the ID from a field of the incoming item. */
const INCOMING_FIELD = /^=\{\{ \$json\.(\w+) \}\}$/;

function readId(
	context: IExecuteFunctions,
	{ idField: { name, default: unset }, checkId }: GetOperation,
	input: INodeExecutionData,
	index: number,
): string {
	// n8n evaluates expressions in a sandbox, which takes half a millisecond for each item. This one needs none.
	const isUnset = context.getNode().parameters[name] === unset;
	const [, incoming] = (isUnset && INCOMING_FIELD.exec(String(unset))) || [];
	const checked = checkId(
		incoming === undefined ? context.getNodeParameter(name, index) : input.json[incoming],
	);
	if (checked.ok) return checked.value;
	const { message, description } = checked.error;
	throw new InputError(message, description);
}

function doneOf(outputs: Array<OutputItem<Pending>>): INodeExecutionData[] {
	return outputs.filter(({ stillRunning }) => !stillRunning).map(({ item }) => item);
}

/** The two outputs of a chained wait. */
function chainedOutput(
	context: IExecuteFunctions,
	session: Session,
	pollable: Pollable,
	outputs: Array<OutputItem<Pending>>,
): INodeExecutionData[][] {
	const now = Date.now();
	const done = doneOf(outputs);
	const running = toWaitNode(outputs, now + session.cooldownMs(now), now);
	hintUnconnected(context, pollable, running.length);
	hintEmptyItem(context, pollable, done.length, running.length);
	return [done, running];
}

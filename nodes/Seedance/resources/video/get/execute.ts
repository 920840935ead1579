import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { InputError, success } from '../../../core/error';
import { Items } from '../../../core/items';
import { beginSession, readRunSettings } from '../../../http/session';
import {
	hintEmptyItem,
	hintUnconnected,
	resumePolling,
	toWaitNode,
	withoutPolling,
} from '../../../waiting/chained';
import { readDownloadSettings, readWaitMode, readWaitSettings, type WaitMode } from '../../../waiting/fields';
import { parkItems, type WaitingItems } from '../../../waiting/parked';
import { answeredItem, ask, type ItemQuery } from '../../../waiting/query';
import { hintUnfinished, isToCome } from '../hints';
import { pollableVideo } from '../pollable';
import { checkTaskId } from '../video';
import { INCOMING_ID, WAIT_FIELD } from './fields';

/**
 * Get Result: one item out for each item in, with its task, in the order of the items.
 *
 * @returns the finished items; with `withWaitNode` those whose tasks are still running on a second output; with `parked`
 * nothing while the execution is parked, since n8n puts the items there when it goes on
 */
export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const session = beginSession(context);
	try {
		const items = new Items(context, session);
		const waiting: WaitingItems = new Map();
		const waitMode = await readWaitMode(context, WAIT_FIELD);
		let mode: WaitMode | undefined;
		let unfinished = 0;
		let wantsFiles = false;

		const queries = items.prepare((index, options, includeInput): ItemQuery => {
			mode = waitMode();
			const settings = readRunSettings(options);
			const id = readTaskId(context, items.inputs, index);
			const download = readDownloadSettings(context, index, options);
			const query: ItemQuery['query'] = { id, maxBytes: download?.maxBytes, inNode: mode === 'inNode' };
			if (mode !== 'no') query.wait = readWaitSettings(context, index, options, mode);
			if (mode === 'withWaitNode') {
				const input = items.inputs[index] as INodeExecutionData;
				query.before = resumePolling(pollableVideo, input, id, session.shared.startedAt, includeInput);
			}
			return { query, settings, includeInput, binaryField: download?.field };
		});
		const answered = await items.each(queries, async (itemQuery, index) => {
			const result = await ask(context, session, pollableVideo, itemQuery);
			if (!result.ok) return result;
			const input = withoutPolling(items.inputs[index] as INodeExecutionData);
			waiting.set(index, itemQuery);
			if (!itemQuery.query.wait && 'value' in result.value && isToCome(result.value.value)) {
				unfinished += 1;
				wantsFiles ||= itemQuery.query.maxBytes !== undefined;
			}
			return success(answeredItem(pollableVideo, session.isTool, result.value, input, index, itemQuery));
		});

		const outputs = items.outputs(answered);
		if (!session.isTool) hintUnfinished(context, unfinished, items.inputs.length, wantsFiles);
		if (mode === 'parked') return [await parkItems(context, session, pollableVideo, outputs, waiting)];
		const done = outputs.filter(({ stillRunning }) => !stillRunning).map(({ item }) => item);
		if (mode !== 'withWaitNode') return [done];
		const now = Date.now();
		const running = toWaitNode(outputs, now + session.cooldownMs(now), now);
		hintUnconnected(context, pollableVideo, running.length);
		hintEmptyItem(context, pollableVideo, done.length, running.length);
		return [done, running];
	} finally {
		session.end();
	}
}

function readTaskId(context: IExecuteFunctions, items: INodeExecutionData[], index: number): string {
	// The default says no more than that, and n8n evaluates expressions in a sandbox: half a millisecond for each item.
	const isIncoming = context.getNode().parameters.taskId === INCOMING_ID;
	const checked = checkTaskId(isIncoming ? items[index]?.json.id : context.getNodeParameter('taskId', index));
	if (checked.ok) return checked.value;
	const { message, description } = checked.error;
	throw new InputError(message, description);
}

import type { IBinaryData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { ApiClient } from '../http/client';
import { expiresAt, resultLink, taskState, type VideoTask } from '../resources/video/video';
import { type Pending, pollOnce, type StatusCheck, waitUntilDone } from './poll';
import { type PollState, startPolling } from './schedule';
import { failure, type Result, success } from '../core/error';
import { cut } from '../core/text';
import { downloadVideo } from '../files/download';
import type { OutputItem } from '../core/items';
import { resultItem, taskFields, toolAnswer } from '../core/output';
import type { Run, RunSettings } from '../core/attempt';
import type { WaitSettings } from './fields';

/** What one item wants to know. Items with equal queries share one answer. */
export interface Query {
	id: string;
	/** How to wait; undefined to check once and take any status. */
	wait?: WaitSettings;
	/** Whether the wait goes on here until it ends; otherwise one step of it is done. */
	inNode?: boolean;
	/** What is known of the task already: from earlier steps, or from creating it. */
	before?: PollState;
	/** Largest file to download, in bytes; undefined to download none. */
	maxBytes?: number;
}

/** An item's query, and what its answer becomes. */
export interface ItemQuery {
	query: Query;
	settings: RunSettings;
	includeInput: boolean;
	/** The item's binary field that takes the file. */
	binaryField?: string;
}

/** What came of a query: the task, and its file where one is wanted; or that it is still running. */
export type Answer = { task: VideoTask; video?: IBinaryData } | Pending;

/** Answers a query, once for all items and tries of the run that ask the same. */
export async function ask(
	context: IExecuteFunctions,
	run: Run,
	{ query, settings }: Pick<ItemQuery, 'query' | 'settings'>,
): Promise<Result<Answer>> {
	const answers = run.shared.answers as Map<string, Promise<Result<Answer>>>;
	const key = JSON.stringify(query);
	const known = answers.get(key);
	if (known) return await known;
	const asked = answer(context, query, run, settings);
	answers.set(key, asked);
	// Of what a later try of n8n may find, only what can't change any more.
	const forget = () => answers.delete(key);
	asked.then((result) => isFinal(result, query) || forget(), forget);
	return await asked;
}

/** Makes the item that leaves with an answer. */
export function answeredItem(
	{ isTool }: Run,
	value: Answer,
	input: INodeExecutionData,
	index: number,
	{ query, includeInput, binaryField }: ItemQuery,
): OutputItem {
	if ('state' in value) {
		const json = taskFields(value.pollState.task ?? { id: query.id });
		return { item: resultItem(input, index, json, includeInput), stillRunning: value };
	}
	const json = isTool ? toolAnswer(value.task, Date.now()) : taskFields(value.task);
	const item = resultItem(input, index, json, includeInput);
	if (!value.video || binaryField === undefined) return { item };
	return { item: { ...item, binary: { ...item.binary, [binaryField]: { ...value.video } } } };
}

/** Whether an answer is as good in a later try: it can't change any more, or nobody waits for it to. */
function isFinal(result: Result<Answer>, { wait }: Query): boolean {
	if (!result.ok || 'state' in result.value) return false;
	const { task } = result.value;
	return !wait || isDone(task) || taskState(task.status) === 'ended';
}

async function answer(
	context: IExecuteFunctions,
	query: Query,
	run: Run,
	settings: RunSettings,
): Promise<Result<Answer>> {
	const client = await run.client(settings);
	if (!client.ok) return client;
	const found = await findTask(context, query, client.value, run.signal);
	if (!found.ok || 'state' in found.value || query.maxBytes === undefined || !isDone(found.value.task))
		return found;

	const { task } = found.value;
	const video = await fetchVideo(context, task, client.value, query.maxBytes);
	return video.ok ? success({ task, video: video.value }) : video;
}

async function findTask(
	context: IExecuteFunctions,
	{ id, wait, inNode, before }: Query,
	client: ApiClient,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const check: StatusCheck = async (...query) => await client.queryTask(...query);
	if (!wait) {
		const outcome = await check(id, Infinity);
		return outcome.ok ? success({ task: outcome.value }) : outcome;
	}
	const onPending = (pending: Pending) => reportPending(context, id, pending);
	const result = inNode
		? await waitUntilDone(id, check, wait, { signal, onPending }, before)
		: await pollOnce(id, check, wait, before ?? startPolling(Date.now()));
	if (result.state === 'pending') return success(result);
	if (result.state === 'done') return success({ task: result.task });
	const { kind, task } = result.error;
	if (kind === 'taskFailed' && wait.ifTaskFails === 'output') return success({ task: task as VideoTask });
	return failure(result.error);
}

function isDone(task: VideoTask): boolean {
	return taskState(task.status) === 'completed' && resultLink(task) !== undefined;
}

/**
 * Downloads a finished task's video.
 *
 * @param maxBytes the largest size
 * @returns the file, or an error that keeps the task, so that neither its id nor its link is lost
 */
export async function fetchVideo(
	context: IExecuteFunctions,
	task: VideoTask,
	{ places, settings }: ApiClient,
	maxBytes: number,
): Promise<Result<IBinaryData>> {
	const { requestTimeoutMs: timeoutMs, maxRetries, signal } = settings;
	const bounds = { timeoutMs, maxRetries, maxBytes, signal };
	const link = resultLink(task);
	const file = await places.run(async () => await downloadVideo(context, link, task.id, bounds));
	if (file.ok) return file;
	const { error } = file;
	const until = expiresAt(task);
	return failure({
		...error,
		message: `Task "${task.id}" is done, but: ${error.message}`,
		description: `${error.description} The link: ${cut(link ?? 'none', 1000)}${until ? ` (deleted at ${until})` : ''}`,
		task,
	});
}

/** Shows that a wait is alive: in the browser's console during a manual run, and in n8n's log at level info. */
function reportPending(
	context: IExecuteFunctions,
	id: string,
	{ pollState, nextPollAt, giveUpAt }: Pending,
): void {
	const status = pollState.task?.status ?? 'not answered yet';
	const next = new Date(nextPollAt).toISOString();
	const line = `Task "${id}": ${status} after ${pollState.attempt} status check(s), next at ${next}`;
	context.logger.info(line, {
		taskId: id,
		status,
		attempt: pollState.attempt,
		nextPollAt: next,
		giveUpAt: new Date(giveUpAt).toISOString(),
	});
	context.sendMessageToUI(line);
}
